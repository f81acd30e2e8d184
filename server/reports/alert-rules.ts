import type { Run } from '../campaigns/run'
import { addDays, type KstDay, kstDay } from '../core/seoul'
import type { Mall } from '../malls/mall'
import type { AccountProblem } from '../messages/sending-account'
import type { HoldReason, Lane, Tally } from '../sends/lane'
import { ALERT_KINDS, type Alert, type AlertKind } from './alert'

/** What is known of one mall when its alerts are judged. */
export interface AlertFacts {
  mall: Pick<Mall, 'state' | 'sync'>
  /** Null where there is no sending account yet. */
  problems: readonly AccountProblem[] | null
  /** Runs on their way out. */
  lanes: readonly Lane[]
  /** Runs that were made since yesterday's Seoul midnight. */
  runs: readonly Run[]
  /** Tallies of those runs. */
  tallies: readonly Tally[]
}

/** What holds a run until a person does something; the other holds pass by themselves. */
const KIND_OF_HOLD: Partial<Record<HoldReason, AlertKind>> = {
  'mall-disconnected': 'reconsent',
  account: 'account',
  'no-account': 'no-account',
  'no-balance': 'balance',
  failures: 'breaker',
  'stale-facts': 'stale-facts',
  cap: 'cap',
}
const OF_ONE_RUN: readonly AlertKind[] = ['breaker', 'cap']

/** Everything for which sending of a mall stands still at `now`, each once, the weightiest first. */
export function alertsOf(facts: AlertFacts, now: Date): Alert[] {
  if (facts.mall.state === 'uninstalled') return [plain('uninstalled')]
  const found = [
    ...mallAlerts(facts),
    ...accountAlerts(facts),
    ...facts.lanes.flatMap(laneAlerts),
    ...missedAlerts(facts.runs, now),
    ...nothingSent(facts, addDays(kstDay(now), -1), now),
  ]
  const once = new Map(found.map((alert) => [`${alert.kind}:${alert.subject}`, alert]))
  // What is older than the last pull says it all; why that pull failed stands on the same page.
  if (once.has('stale-facts:')) once.delete('sync-failed:')
  const rank = ({ kind }: Alert) => ALERT_KINDS.indexOf(kind)
  return [...once.values()].toSorted((a, b) => rank(a) - rank(b))
}

function plain(kind: AlertKind): Alert {
  return { kind, subject: '', campaignId: null, runId: null }
}

function mallAlerts({ mall }: AlertFacts): Alert[] {
  if (mall.state === 'reauth-required') return [plain('reconsent')]
  const failed = mall.state === 'connected' && mall.sync.state === 'failed' && mall.sync.fullPullAt !== null
  return failed ? [plain('sync-failed')] : []
}

function accountAlerts({ problems }: AlertFacts): Alert[] {
  if (!problems) return []
  const rest = problems.filter((problem) => problem !== 'no-balance')
  return [
    ...(rest.length > 0 ? [plain('account')] : []),
    ...(rest.length < problems.length ? [plain('balance')] : []),
  ]
}

function laneAlerts({ id, campaignId, hold, test }: Lane): Alert[] {
  const kind = hold && !test ? KIND_OF_HOLD[hold.reason] : undefined
  if (!kind) return []
  return [OF_ONE_RUN.includes(kind) ? { kind, subject: id, campaignId, runId: id } : plain(kind)]
}

/** Told on the day on which they were found: runs that did not start on their Seoul day and never will (law 11). */
function missedAlerts(runs: readonly Run[], now: Date): Alert[] {
  const days = runs
    .filter(({ state, finishedAt }) => state === 'missed' && finishedAt && kstDay(finishedAt) === kstDay(now))
    .map(({ day }) => day)
    .toSorted()
  const newest = days.at(-1)
  return newest ? [{ ...plain('run-missed'), subject: newest }] : []
}

/** A day on which people were to get messages and nobody did, because of what somebody can mend. */
function nothingSent({ runs, tallies }: AlertFacts, day: KstDay, now: Date): Alert[] {
  const tallyOf = new Map(tallies.map((tally) => [tally.id, tally]))
  const over = runs.filter(
    ({ kind, state, day: of, latestAt }) =>
      kind === 'scheduled' &&
      of === day &&
      (state === 'finished' || (state === 'published' && latestAt <= now)),
  )
  const own = over.flatMap(({ id }) => tallyOf.get(id) ?? [])
  const sent = own.reduce(
    (sum, { out, ended, refused }) => sum + out + ended.delivered + ended.failed - refused,
    0,
  )
  const stuck = own.reduce((sum, { ended, refused }) => sum + ended.capped + ended.expired + refused, 0)
  if (sent > 0 || stuck === 0) return []
  const only = over.length === 1 ? over[0] : undefined
  return [{ ...plain('nothing-sent'), subject: day, runId: only?.id ?? null }]
}
