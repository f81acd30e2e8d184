import type { JournalEntry } from '../../sandbox/relay/journal'
import type { Run } from '../../server/campaigns/run'
import type { QuietHours } from '../../server/core/quiet-hours'
import type { Tally } from '../../server/sends/lane'
import type { Batch, Send } from '../../server/sends/send'
import type { Budget } from '../../server/spend/spend'
import type { Breach } from './suite'

const ID_LENGTH = 32

/** A row of ours, as far as the judge looks at it. */
export type JudgedSend = Pick<
  Send,
  'id' | 'mallId' | 'campaignId' | 'runId' | 'runDay' | 'test' | 'end' | 'endReason' | 'chargedWon'
>

/** A message in the relay's own journal, as far as the judge looks at it. */
export type JudgedMessage = Pick<
  JournalEntry,
  'to' | 'type' | 'customFields' | 'acceptedAt' | 'statusCode' | 'final' | 'chargedWon' | 'history'
>

/** Everything that is known when all is over. What is left out is not judged. */
export interface Evidence {
  /** Every send of the runs that are judged. */
  sends: readonly JudgedSend[]
  runs?: readonly Pick<Run, 'id' | 'state' | 'population' | 'decisions'>[]
  batches?: readonly Pick<Batch, 'id' | 'state'>[]
  tallies?: readonly Tally[]
  budgets?: readonly Pick<Budget, 'id' | 'capWon' | 'reservedWon' | 'chargedWon' | 'peakWon'>[]
  /** What left the relay, in order of leaving; and what it refused at intake. */
  accepted: readonly JudgedMessage[]
  refused: readonly Pick<JudgedMessage, 'to' | 'customFields'>[]
  quietHours: QuietHours
  /** Seoul days in which one phone gets one campaign once; 7 when left out. */
  repeatDays?: number
  /** Phones, as the relay writes them, that must get nothing. */
  barred?: ReadonlySet<string>
  /** True when a run may miss its day, as one does that nobody could start; else it counts as lost. */
  mayMiss?: boolean
  /** True when failures may be followed by a text as step 2 of the same send. */
  fallback?: boolean
}

/** One breach, told without a phone. */
export interface Finding {
  breach: Breach
  what: string
  /** Of a send, batch, run or budget. */
  id: string
  /** How much it counts: won for `wonOver`, else 1. */
  count: number
}

/** Writes a finding down; a count of 0 or less is none. */
export type Find = (breach: Breach, what: string, id: string, count?: number) => void

/** The send that a journal entry names: our id is the first 32 digits, whatever the step. */
export function sendOf({ customFields }: Pick<JudgedMessage, 'customFields'>): string {
  return (customFields['k'] ?? '').slice(0, ID_LENGTH)
}
