import type { MallId } from '../malls/mall'

/** Why sending stands still, in the order in which a page shows them. */
export const ALERT_KINDS = [
  'reconsent',
  'uninstalled',
  'account',
  'no-account',
  'balance',
  'breaker',
  'stale-facts',
  'sync-failed',
  'cap',
  'run-missed',
  'nothing-sent',
] as const
export type AlertKind = (typeof ALERT_KINDS)[number]

/** One thing that a person must mend; kind and subject name it as long as it lasts. */
export interface Alert {
  kind: AlertKind
  /** What it is about: a run's id, a day, or nothing. */
  subject: string
  campaignId: string | null
  runId: string | null
}

/** An alert as it is kept, so that it is told once; it is over with `overAt` and told again when it comes back. */
export interface AlertRecord {
  /** `{mallId}:{kind}:{subject}` */
  id: string
  mallId: MallId
  kind: AlertKind
  subject: string
  /** Business time. */
  openedAt: Date
  overAt: Date | null
  /** Machine time. */
  mailedAt: Date | null
  tries: number
  /** Machine instant before which no mail is tried. */
  nextTryAt: Date
}

/** The id of an alert of a mall. */
export function alertIdOf(mallId: MallId, { kind, subject }: Pick<Alert, 'kind' | 'subject'>): string {
  return `${mallId}:${kind}:${subject}`
}
