import { createHash } from 'node:crypto'
import { addDays, kstDay, kstInstant, startOfKstDay } from '../core/seoul'
import type { Mall, MallId, SyncProgress } from '../malls/mall'

/** The nightly pull starts from 03:00 Seoul time, spread over an hour by mall, so that malls do not call all at once. */
const NIGHTLY_FROM_MINUTE = 3 * 60
const SPREAD_MINUTES = 60
/** How far back a new shop's orders are read: more than any look-back of a segment, less than Cafe24's three months. */
const FIRST_DAYS = 90
/** Orders are read again for two days before the last pull: they are paid and changed late. */
const OVERLAP_DAYS = 2
/** A pull that failed is tried again after this much business time. */
const RETRY_MS = 5 * 60_000

/** The lease under which the carts and members of one mall are read and learned. */
export function syncLease(mallId: MallId): string {
  return `sync:${mallId}`
}

/** True when this mall was not pulled since its minute of the Seoul day or since a person asked, or never. */
export function fullPullDue(mall: Mall, now: Date): boolean {
  const { state, fullPullAt, finishedAt } = mall.sync
  if (mall.state !== 'connected') return false
  const sinceFailure = finishedAt ? now.getTime() - finishedAt.getTime() : Number.POSITIVE_INFINITY
  if (state === 'failed' && sinceFailure >= 0 && sinceFailure < RETRY_MS) return false
  if (fullPullAt === null) return true
  if (mall.syncRequestedAt && mall.syncRequestedAt > fullPullAt) return true
  const minute = NIGHTLY_FROM_MINUTE + spreadOf(mall.id)
  const today = kstInstant(kstDay(now), minute)
  const lastDue = now >= today ? today : kstInstant(addDays(kstDay(now), -1), minute)
  return fullPullAt < lastDue
}

/** The first instant whose orders a pull reads. */
export function ordersFrom(mall: Mall, now: Date): Date {
  const { fullPullAt } = mall.sync
  if (fullPullAt === null) return startOfKstDay(addDays(kstDay(now), -FIRST_DAYS))
  return startOfKstDay(addDays(kstDay(fullPullAt), -OVERLAP_DAYS))
}

/** Where a running pull stands; its finishing time is the pace of this step carried on to its total. */
export function progressAt(at: {
  mall: Mall
  startedAt: Date
  step: SyncProgress['step']
  stepAt: Date
  done: number
  total: number | null
  now: Date
}): SyncProgress {
  const { mall, startedAt, step, stepAt, done, total, now } = at
  const elapsedMs = now.getTime() - stepAt.getTime()
  const left = total !== null && done > 0 ? ((total - done) / done) * elapsedMs : null
  return {
    state: 'running',
    step,
    done,
    total,
    startedAt,
    finishesAt: left === null || left < 0 ? null : new Date(now.getTime() + left),
    finishedAt: null,
    fullPullAt: mall.sync.fullPullAt,
    problem: null,
  }
}

function spreadOf(mallId: string): number {
  return createHash('sha256').update(mallId).digest().readUInt16BE(0) % SPREAD_MINUTES
}
