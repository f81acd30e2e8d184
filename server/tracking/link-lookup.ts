import type { Clock } from '../core/clock'
import type { MallId } from '../malls/mall'
import type { ReturnUrl } from './return-url'

/** What the links of one run lead to. */
export interface LinkTarget {
  mallId: MallId
  urlOf: ReturnUrl
  /** Clicks of a test send lead on but are never counted. */
  test: boolean
}

/** Finds a run's target; null for a run that there is not. Rejects when it cannot be read or leads nowhere. */
export type LinkLookup = (runId: string) => Promise<LinkTarget | null>

interface Entry {
  target: Promise<LinkTarget | null>
  until: number
}

const MAX_RUNS = 2_000
// A mall's domain changes rarely, but when it does, links must follow within the minute.
const KEEP_MS = 60_000
const KEEP_UNKNOWN_MS = 10_000

/**
 * Remembers the targets of the 2,000 runs clicked last, for a minute each (unknown ones for 10 s); clicks that come
 * together ask once. A failed look-up is not remembered.
 */
export function createLinkLookup(parts: { find: LinkLookup; machine: Clock }): LinkLookup {
  const entries = new Map<string, Entry>()

  function ask(runId: string, now: number): Promise<LinkTarget | null> {
    const entry: Entry = { target: parts.find(runId), until: now + KEEP_MS }
    entry.target.then(
      (target) => {
        if (target === null) entry.until = now + KEEP_UNKNOWN_MS
      },
      () => {
        if (entries.get(runId) === entry) entries.delete(runId)
      },
    )
    remember(runId, entry)
    return entry.target
  }

  /** The map keeps insertion order, so its first key is the run clicked longest ago. */
  function remember(runId: string, entry: Entry): void {
    entries.delete(runId)
    entries.set(runId, entry)
    const oldest = entries.size > MAX_RUNS ? entries.keys().next() : null
    if (oldest && !oldest.done) entries.delete(oldest.value)
  }

  return (runId) => {
    const now = parts.machine.now().getTime()
    const known = entries.get(runId)
    if (!known || known.until <= now) return ask(runId, now)
    remember(runId, known)
    return known.target
  }
}
