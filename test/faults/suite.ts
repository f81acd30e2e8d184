/** What the judge counted; every figure but `runs` and `hits` must be 0. */
export interface Figures {
  /** Runs of campaigns that were judged. */
  runs: number
  /** Faults that really struck a run in flight. */
  hits: number
  /** Messages that the relay accepted for a phone beyond the one it may get. */
  doubles: number
  /** People decided `send` whom neither the relay nor an end in the open accounts for. */
  lost: number
  /** Won above a cap, at any instant. */
  wonOver: number
  /** Hand-overs inside the night. */
  atNight: number
  /** Batches still unknown although the relay can be asked. */
  unknownLeft: number
  /** Rows of our ledger that differ from the relay's own journal. */
  mismatches: number
}

export const SUITES = ['kill', 'points', 'stall', 'relay', 'cap', 'hours', 'year', 'poison', 'store'] as const
export type SuiteName = (typeof SUITES)[number]

/** One suite; a seed replays the same history of faults. */
export interface Suite {
  name: SuiteName
  /** Seeds of a full run. */
  seeds: number
  /** Seeds of the short form that `npm test` runs. */
  shortSeeds: number
  /** Starts what all seeds share (database, relay, processes). `say` gets progress lines. */
  open(say: (line: string) => void): Promise<OpenSuite>
}

export interface OpenSuite {
  run(seed: number): Promise<Figures>
  close(): Promise<void>
}

/** Figures of nothing yet. */
export function noFigures(): Figures {
  return { runs: 0, hits: 0, doubles: 0, lost: 0, wonOver: 0, atNight: 0, unknownLeft: 0, mismatches: 0 }
}

/** The sum of two. */
export function addFigures(a: Figures, b: Figures): Figures {
  const keys = Object.keys(a) as (keyof Figures)[]
  return Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as unknown as Figures
}
