import { z } from 'zod'
import type { SandboxAddresses } from '../stack'

const State = z.object({ version: z.number(), now: z.string() })
const Health = z.object({ clockVersion: z.number() })
const Calls = z.object({ stats: z.object({ answered429: z.number() }) })
const Entry = z.object({
  messageId: z.string(),
  to: z.string(),
  customFields: z.record(z.string(), z.string()),
  links: z.array(z.string()),
  statusCode: z.string(),
  final: z.boolean(),
  shown: z.boolean(),
  chargedWon: z.number(),
})
const Page = z.object({ entries: z.array(Entry), next: z.number(), more: z.boolean() })

/** One message as the play relay journals it: `links` of its buttons, `shown` when the phone shows it. */
export type JournalEntry = z.infer<typeof Entry>

/** The sandbox's own doors: clock, and what mall and relay kept of what happened. */
export interface SandboxControl {
  setClock(change: { now?: Date; speed?: number }): Promise<void>
  now(): Promise<Date>
  journal(outcome: 'accepted' | 'refused'): Promise<JournalEntry[]>
  answered429(): Promise<number>
}

/** Talks to the sandbox over HTTP; `followed` resolves once Baguni's web process has seen the clock's version. */
export function sandboxControl(sandbox: SandboxAddresses, webUrl: string): SandboxControl {
  const json = async (url: string, init?: RequestInit) => {
    const response = await fetch(url, init)
    if (!response.ok) throw new Error(`${new URL(url).pathname} answered ${response.status}`)
    return response.json()
  }
  const clockUrl = `${sandbox.controlUrl}/clock.json`
  return {
    async setClock({ now, speed }) {
      const change = { ...(now ? { now: now.toISOString() } : {}), ...(speed === undefined ? {} : { speed }) }
      const state = State.parse(
        await json(clockUrl, {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(change),
        }),
      )
      // The worker gets the change over a stream like this one, at the same moment.
      for (;;) {
        const health = Health.parse(await json(`${webUrl}/healthz`))
        if (health.clockVersion >= state.version) break
        await wait(20)
      }
      await wait(300)
    },
    now: async () => new Date(State.parse(await json(clockUrl)).now),
    async journal(outcome) {
      const entries: JournalEntry[] = []
      for (let since = 0; ; ) {
        const page = Page.parse(
          await json(`${sandbox.relayUrl}/__fake/journal?outcome=${outcome}&limit=10000&since=${since}`),
        )
        entries.push(...page.entries)
        if (!page.more) return entries
        since = page.next
      }
    },
    answered429: async () =>
      Calls.parse(await json(`${sandbox.mallApiUrl}/__fake/journal`)).stats.answered429,
  }
}

/** Waits machine milliseconds. */
export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
