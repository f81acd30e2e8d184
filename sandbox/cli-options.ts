import { z } from 'zod'
import { machineNow } from './clock'
import { seoulHourOfDay } from './control/seoul-words'
import { DEMO_MALL_ID, demoShop } from './demo/demo-shop'
import { loadEvents } from './loader/load-events'
import type { SandboxOptions } from './main'
import { ShopFixture } from './mall/shop-fixture'
import { BehaviourForm } from './relay/fake-routes'

const Port = z.number().int().min(0).max(65_535)
const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

/** The options of the sandbox process, as JSON; the shops come whole, from an events file, or are the demo shop. */
const CliOptions = z
  .object({
    ports: z.object({ control: Port, mall: Port, relay: Port, storefront: Port }).partial().default({}),
    start: Instant.optional(),
    speed: z.number().min(0).default(1),
    app: z.object({
      clientId: z.string().min(1),
      clientSecret: z.string().min(1),
      baguniUrl: z.url({ protocol: /^https?$/ }),
      webhookKey: z.string().min(1),
      scopes: z.array(z.string()).min(1),
    }),
    relayAccount: z.object({
      apiKey: z.string().min(1),
      apiSecret: z.string().min(1),
      pfId: z.string().min(1),
      senderNumbers: z.array(z.string()),
      number080: z.string(),
      accountId: z.string().optional(),
      channelName: z.string().optional(),
      balanceWon: z.number().int().nonnegative().optional(),
    }),
    demo: z.boolean().default(false),
    events: z
      .object({
        file: z.string(),
        until: Instant,
        allConsent: z.boolean().default(false),
        mallId: z.string().default(DEMO_MALL_ID),
      })
      .optional(),
    shops: z.array(ShopFixture).default([]),
    stateFile: z.string().optional(),
    behaviour: BehaviourForm.optional(),
    pages: z.object({ campaigns: z.string(), reports: z.string() }).partial().optional(),
    storefrontEventsPath: z.string().optional(),
  })
  .refine(({ demo, events, shops }) => demo || events !== undefined || shops.length > 0, {
    error: 'one of demo, events and shops is needed',
  })

/** Reads the process's options from their JSON; throws an Error naming every bad option, or an EventsFileError. */
export async function readCliOptions(text: string): Promise<SandboxOptions> {
  const parsed = CliOptions.safeParse(parseJson(text))
  if (!parsed.success) throw new Error(`Sandbox options: ${z.prettifyError(parsed.error)}`)
  const { demo, events, shops, start, ...options } = parsed.data as FromJson<z.infer<typeof CliOptions>>
  // The demo's clock starts at 10:00, whatever the real hour, so that nobody meets the night first.
  const from = start ?? seoulHourOfDay(machineNow(), 10)
  const loaded = events ? [await loadEvents(events.file, events)] : []
  const all = [...(demo ? [demoShop(from)] : []), ...loaded, ...shops]
  return { ...options, start: from, shops: all }
}

/** JSON knows no `undefined`, so an optional value that came from it is there or absent. */
type FromJson<T> = T extends Date
  ? T
  : T extends readonly (infer E)[]
    ? FromJson<E>[]
    : T extends object
      ? { [K in keyof T]: FromJson<Exclude<T[K], undefined>> }
      : T

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
