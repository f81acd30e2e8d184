const KEPT = 5_000

/** One request that the mall answered, without anything secret or personal. */
export interface JournalEntry {
  atMs: number
  mallId: string
  method: string
  path: string
  /** Names of the query parameters only: values may be personal. */
  params: string[]
  status: number
}

/** Counts every API answer and keeps the last few thousand for assertions. */
export function createJournal() {
  let entries: JournalEntry[] = []
  let calls = 0
  let answered429 = 0
  const byPath: Record<string, number> = {}
  return {
    add(entry: JournalEntry): void {
      calls += 1
      if (entry.status === 429) answered429 += 1
      byPath[entry.path] = (byPath[entry.path] ?? 0) + 1
      entries.push(entry)
      if (entries.length > 2 * KEPT) entries = entries.slice(-KEPT)
    },
    entries: (): JournalEntry[] => entries,
    stats: () => ({ calls, answered429, byPath: { ...byPath } }),
  }
}
