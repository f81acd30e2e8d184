import { createSandboxClock, machineNow, type SandboxClock } from './clock'
import { type Control, createControl } from './control/control-app'
import { seoulHourOfDay } from './control/seoul-words'
import { type Listener, listenOnLoopback } from './listen'
import { createPlayMall, type PlayMall } from './mall/play-mall'
import type { ShopFixture } from './mall/shop-fixture'
import { createPlayRelay } from './relay/play-relay'
import type { PlayRelay } from './relay/relay-port'
import type { PlayRelayAccount, RelayBehaviour } from './relay/relay-types'
import { readState, type SandboxState, writeState } from './state-file'

const SAVE_EVERY_MS = 3_000

/** What a sandbox is started with. Ports: 0 or nothing for any free one; storefronts take `storefront` and the ports after it. */
export interface SandboxOptions {
  ports?: { control?: number; mall?: number; relay?: number; storefront?: number }
  /** What the clock shows at first; without it 10:00 Seoul time today. A saved state goes before it. */
  start?: Date
  speed?: number
  app: { clientId: string; clientSecret: string; baguniUrl: string; webhookKey: string; scopes: string[] }
  relayAccount: PlayRelayAccount
  shops: ShopFixture[]
  /** Keeps mall, relay and clock over restarts; written every few seconds and at the end. */
  stateFile?: string
  behaviour?: Partial<RelayBehaviour>
  /** Pages of Baguni that the start page leads to, as paths. */
  pages?: { campaigns?: string; reports?: string }
  /** Where storefronts report orders that came in by a link, as a path at Baguni. */
  storefrontEventsPath?: string
}

/** A running sandbox, on loopback only. */
export interface RunningSandbox {
  controlUrl: string
  mallApiUrl: string
  relayUrl: string
  /** By mall id. */
  storefrontUrls: Record<string, string>
  clock: SandboxClock
  mall: PlayMall
  relay: PlayRelay
  /** Saves the state, if there is a file for it, and ends every server and timer. */
  stop(): Promise<void>
}

interface Parts {
  clock: SandboxClock
  mall: PlayMall
  relay: PlayRelay
  control: Control
  storefrontUrls: Record<string, string>
}

/** Starts play mall, play relay, storefronts and control pages; rejects when a port is taken or the saved state is damaged. */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const saved = options.stateFile === undefined ? null : readState(options.stateFile)
  const parts = createParts(options, saved)
  const listeners: Listener[] = []
  const listen = async (handler: Parameters<typeof listenOnLoopback>[0], port = 0) => {
    const listener = await listenOnLoopback(handler, port)
    listeners.push(listener)
    return listener
  }
  const closeAll = async () => {
    parts.relay.stop()
    await Promise.all(listeners.map((listener) => listener.close()))
  }
  try {
    const { ports = {} } = options
    await openStorefronts(options, parts, listen)
    const mallApi = await listen(parts.mall.api, ports.mall)
    const relay = await listen(parts.relay.app, ports.relay)
    const control = await listen(parts.control.app, ports.control)
    const saving = keepState(options.stateFile, parts)
    return {
      controlUrl: control.url,
      mallApiUrl: mallApi.url,
      relayUrl: relay.url,
      storefrontUrls: parts.storefrontUrls,
      clock: parts.clock,
      mall: parts.mall,
      relay: parts.relay,
      async stop() {
        await closeAll()
        saving.end()
      },
    }
  } catch (cause) {
    await closeAll()
    throw cause
  }
}

function createParts(options: SandboxOptions, saved: SandboxState | null): Parts {
  const { app, relayAccount, shops, pages = {} } = options
  const start = saved ? new Date(saved.clock.now) : (options.start ?? seoulHourOfDay(machineNow(), 10))
  const clock = createSandboxClock(start, saved?.clock.speed ?? options.speed ?? 1)
  const baguni = (path: string) => new URL(path, app.baguniUrl).href
  const mall = createPlayMall({
    clock,
    app: {
      clientId: app.clientId,
      clientSecret: app.clientSecret,
      webhookKey: app.webhookKey,
      scopes: app.scopes,
      redirectUris: [baguni('/oauth/cafe24/callback')],
      launchUrl: baguni('/launch/cafe24'),
      webhookUrl: baguni('/webhooks/cafe24'),
    },
    storefrontEventsUrl: baguni(options.storefrontEventsPath ?? '/storefront/events'),
  })
  const relay = createPlayRelay({ clock, account: relayAccount, behaviour: options.behaviour ?? {} })
  const storefrontUrls: Record<string, string> = {}
  const control = createControl({
    clock,
    mall,
    relay,
    account: relayAccount,
    shops,
    storefrontUrl: (mallId) => storefrontUrls[mallId] ?? '/',
    campaignsUrl: baguni(pages.campaigns ?? '/'),
    reportsUrl: baguni(pages.reports ?? '/'),
  })
  if (saved) {
    mall.restore(saved.mall)
    relay.restore(saved.relay)
    control.restore(saved.control)
  }
  for (const shop of shops) if (!mall.hasShop(shop.mallId)) mall.loadShop(shop)
  return { clock, mall, relay, control, storefrontUrls }
}

async function openStorefronts(
  { shops, ports = {} }: SandboxOptions,
  { mall, storefrontUrls }: Parts,
  listen: (handler: Parameters<typeof listenOnLoopback>[0], port?: number) => Promise<Listener>,
): Promise<void> {
  for (const [i, { mallId }] of shops.entries()) {
    const storefront = await listen(mall.storefront(mallId), ports.storefront ? ports.storefront + i : 0)
    mall.setPrimaryDomain(mallId, storefront.hostAndPort)
    storefrontUrls[mallId] = storefront.url
  }
}

function keepState(file: string | undefined, { clock, mall, relay, control }: Parts): { end(): void } {
  if (file === undefined) return { end: () => undefined }
  const save = () => {
    const { now, speed } = clock.state()
    writeState(file, {
      version: 1,
      clock: { now, speed },
      mall: mall.snapshot(),
      relay: relay.snapshot(),
      control: control.snapshot(),
    })
  }
  const timer = setInterval(save, SAVE_EVERY_MS)
  return {
    end() {
      clearInterval(timer)
      save()
    },
  }
}
