import type { FailureReason } from '../messages/message-relay'
import type { Results, Tally } from './lane'

/** What the breaker does with the results since it last looked. */
export type BreakerVerdict =
  /** Too many of them are bad: nothing more leaves before a person says so. */
  | 'open'
  /** Enough good ones: from here on newer results are judged by themselves. */
  | 'forget'
  | 'wait'

// A dozen people with a broken message tell nothing; one batch's worth does.
const RESULTS_MIN = 50
const BAD_SHARE = 0.2
// So that a long good past does not hide that everything fails now.
const RESULTS_MAX = 500
/**
 * So many batches without an answer at once: what the relay does with them has to be known before more leave. A killed
 * worker of eighteen batches stays below it.
 */
export const UNKNOWN_MAX = 20

/** Failures that are the person's own (not a friend, blocked, no such number …) never open the breaker. */
const IS_BAD: Record<FailureReason, boolean> = {
  'not-friend': false,
  'not-kakao-user': false,
  unreachable: false,
  blocked: false,
  'opted-out': false,
  'invalid-number': false,
  duplicate: false,
  content: true,
  channel: true,
  quota: true,
  night: true,
  'no-balance': true,
  'sender-number': true,
  auth: true,
  uncertain: true,
  expired: true,
  system: true,
}

/** True for a failure that counts for the breaker: it says something of us, the relay or the message. */
export function opensBreaker(reason: FailureReason): boolean {
  return IS_BAD[reason]
}

/** The results that a tally has counted: first tries that went on to a text are results too. */
export function resultsOf(tally: Pick<Tally, 'ended' | 'reasons' | 'firstFailures'>): Results {
  const { ended, reasons, firstFailures = {} } = tally
  const all = [
    ...Object.entries(reasons).map(([key, count]): [string, number] => [
      key.startsWith('failed:') ? key.slice('failed:'.length) : '',
      count,
    ]),
    ...Object.entries(firstFailures),
  ]
  const moved = Object.values(firstFailures).reduce((sum, count) => sum + count, 0)
  const bad = all.reduce((sum, [reason, count]) => (isBad(reason) ? sum + count : sum), 0)
  return { count: ended.delivered + ended.failed + moved, bad }
}

/** Judges the results that came since `forgotten`. */
export function judgeResults(now: Results, forgotten: Results | null | undefined): BreakerVerdict {
  const count = now.count - (forgotten?.count ?? 0)
  const bad = now.bad - (forgotten?.bad ?? 0)
  if (count >= RESULTS_MIN && bad >= count * BAD_SHARE) return 'open'
  return count >= RESULTS_MAX ? 'forget' : 'wait'
}

function isBad(reason: string): boolean {
  return Object.entries(IS_BAD).some(([known, bad]) => known === reason && bad)
}
