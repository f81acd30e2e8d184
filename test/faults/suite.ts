/** What the judge counted; every figure but `runs`, `faults` and `hits` must be 0. */
export interface Figures {
  /** Runs of campaigns that were judged. */
  runs: number
  /** Faults that were let loose. */
  faults: number
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

/** The figures that must be 0. */
export const BREACHES = ['doubles', 'lost', 'wonOver', 'atNight', 'unknownLeft', 'mismatches'] as const
export type Breach = (typeof BREACHES)[number]

export const SUITES = ['kill', 'points', 'stall', 'relay', 'cap', 'hours', 'year', 'poison', 'store'] as const
export type SuiteName = (typeof SUITES)[number]

/** Protections that the harness can take out of its workers, to show that a suite notices (test/faults/broken.ts). */
export const PROTECTIONS = [
  'intent-before-call',
  'fencing',
  'conditional-reserve',
  'last-look',
  'repeat-claim',
  'night',
] as const
export type Protection = (typeof PROTECTIONS)[number]

/** One suite; a seed replays the same history of faults. */
export interface Suite {
  name: SuiteName
  /** Seeds of a full run. */
  seeds: number
  /** Seeds of the short form that `npm test` runs. */
  shortSeeds: number
  /** Seeds that may run side by side; 1 when left out. */
  atOnce?: number
  /** Into so many pieces a full run divides it, each for a process of its own; 1 when left out. */
  pieces?: number
  /** Starts what all seeds share (database, relay, processes). `say` gets progress lines and what a breach looks like. */
  open(say: (line: string) => void, broken: Protection | null): Promise<OpenSuite>
}

export interface OpenSuite {
  run(seed: number): Promise<Figures>
  close(): Promise<void>
}

/** Figures of nothing yet. */
export function noFigures(): Figures {
  return {
    runs: 0,
    faults: 0,
    hits: 0,
    doubles: 0,
    lost: 0,
    wonOver: 0,
    atNight: 0,
    unknownLeft: 0,
    mismatches: 0,
  }
}

/** The sum of two. */
export function addFigures(a: Figures, b: Figures): Figures {
  const keys = Object.keys(a) as (keyof Figures)[]
  return Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as unknown as Figures
}

/** Only the figures of something that has more. */
export function figuresOf(given: Figures): Figures {
  const { runs, faults, hits, doubles, lost, wonOver, atNight, unknownLeft, mismatches } = given
  return { runs, faults, hits, doubles, lost, wonOver, atNight, unknownLeft, mismatches }
}

/** True when nothing that must be 0 is more. */
export function isClean(figures: Figures): boolean {
  return BREACHES.every((breach) => figures[breach] === 0)
}
