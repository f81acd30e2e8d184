import { z } from 'zod'
import type { JournalEntry } from '../../sandbox/relay/journal'
import type { FaultSetting } from '../../sandbox/relay/relay-faults'
import type { RelayBehaviour } from '../../sandbox/relay/relay-types'
import { createSolapiRelay } from '../../server/adapters/relays/solapi/solapi-relay'
import { machineClock } from '../../server/core/clock'

/** The one account of every room; made up. */
export const RELAY_ACCOUNT = {
  apiKey: 'NCSFAULTSKEY0001',
  apiSecret: 'faults-secret-not-a-real-one',
  pfId: 'KA01PFFAULTS',
  senderNumbers: ['0212340000'],
  number080: '0801230000',
}

/** A relay of one seed, with its clock, over HTTP. */
export interface RelayRoom {
  /** What workers call, and where their clock is. */
  url: string
  faults(faults: readonly FaultSetting[]): Promise<void>
  /** How many of the faults that were set have struck. */
  struck(): Promise<number>
  setClock(change: { now?: Date; speed?: number }): Promise<void>
  now(): Promise<Date>
  /** Tells results to `url`, which holds the webhook `secret`. */
  tellResults(url: string, secret: string): Promise<void>
  journal(outcome: 'accepted' | 'refused'): Promise<JournalEntry[]>
  close(): Promise<void>
}

const Path = z.object({ path: z.string() })
const Now = z.object({ now: z.string() })

/** Opens a room at the relay process `base`, its clock at `start`. */
export async function openRelayRoom(
  base: string,
  options: { start: Date; speed: number; behaviour: Partial<RelayBehaviour> },
): Promise<RelayRoom> {
  const { path } = Path.parse(await call('POST', `${base}/rooms`, options))
  const url = base + path
  return {
    url,
    async faults(faults) {
      await call('PUT', `${url}/__fake/faults`, faults)
    },
    async struck() {
      const faults = z.array(z.object({ hits: z.number() })).parse(await call('GET', `${url}/__fake/faults`))
      return faults.filter(({ hits }) => hits > 0).length
    },
    async setClock(change) {
      await call('PUT', `${url}/clock.json`, change)
    },
    now: async () => new Date(Now.parse(await call('GET', `${url}/clock.json`)).now),
    async tellResults(hook, secret) {
      const relay = createSolapiRelay({ apiUrl: url, timeoutMs: 5_000 }, machineClock)
      const { senderNumbers, ...account } = RELAY_ACCOUNT
      await relay.registerWebhook({ ...account, senderNumber: senderNumbers[0] ?? '' }, hook, secret)
    },
    journal: (outcome) => readJournal(url, outcome),
    async close() {
      await call('DELETE', url)
    },
  }
}

async function readJournal(url: string, outcome: 'accepted' | 'refused'): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = []
  for (let since = 0; ; ) {
    const address = `${url}/__fake/journal?outcome=${outcome}&limit=10000&since=${since}`
    // The relay's own page, sent by the relay's own code.
    const page = (await call('GET', address)) as { entries: JournalEntry[]; next: number; more: boolean }
    entries.push(...page.entries)
    if (!page.more) return entries
    since = page.next
  }
}

async function call(method: string, url: string, body?: unknown): Promise<unknown> {
  const ask = () =>
    fetch(url, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
  // A pooled connection may be closed just as it is used; what is asked here may be asked twice.
  const answer = await ask().catch(ask)
  if (!answer.ok) throw new Error(`The play relay answered ${answer.status} to ${method}`)
  return answer.json()
}
