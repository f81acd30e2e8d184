import type { FaultSetting } from '../../sandbox/relay/relay-faults'
import type { Trap } from './worker-order'

const RELEASE = 'POST /messages/v4/groups/*/send'

/** A place in the work at which a process ends, and what has to happen so that work gets there. */
export interface CrashPoint {
  name: string
  at: Pick<Trap, 'label' | 'phase'>
  /** The highest occurrence that a seed may pick. */
  upTo: number
  /** Strikes so long after the moment, while the call is on its way. */
  afterMs?: number
  faults?: readonly FaultSetting[]
  /** Won for only a part of the people. */
  capped?: boolean
  /** Somebody refuses between plan and hand-over. */
  refusing?: boolean
  /** Another process dies here first, so that there is something to put right. */
  first?: Pick<Trap, 'label' | 'phase'>
  /** Definite failures get a text as step 2. */
  fallback?: boolean
}

const INTENT = { label: 'batches.handOver', phase: 'committed' } as const
const LEASED = { label: 'batches.lease', phase: 'after' } as const

/** Every named crash point, in the order of a run. */
export const CRASH_POINTS: readonly [CrashPoint, ...CrashPoint[]] = [
  { name: 'the run has its row', at: { label: 'runs.insert', phase: 'after' }, upTo: 1 },
  { name: 'the plan is begun', at: { label: 'runs.beginAttempt', phase: 'after' }, upTo: 1 },
  { name: 'decisions written, sends not', at: { label: 'decisions.insertMany', phase: 'after' }, upTo: 1 },
  { name: 'sends written, batches not', at: { label: 'sends.insert', phase: 'after' }, upTo: 1 },
  { name: 'planned, not published', at: { label: 'batches.insert', phase: 'after' }, upTo: 2 },
  { name: 'publishing, not committed', at: { label: 'lanes.open', phase: 'after' }, upTo: 1 },
  { name: 'published', at: { label: 'runs.publish', phase: 'committed' }, upTo: 1 },
  { name: 'a batch number taken', at: { label: 'lanes.take', phase: 'after' }, upTo: 2 },
  { name: 'leased', at: LEASED, upTo: 2 },
  {
    name: 'called off by the last look',
    at: { label: 'sends.end:cancelled', phase: 'committed' },
    upTo: 1,
    refusing: true,
  },
  { name: 'preparing at the relay', at: { label: 'relay.prepare', phase: 'before' }, upTo: 2, afterMs: 12 },
  { name: 'prepared at the relay', at: { label: 'relay.prepare', phase: 'after' }, upTo: 2 },
  { name: 'intent written, not committed', at: { label: INTENT.label, phase: 'after' }, upTo: 2 },
  { name: 'intent stored, not released', at: INTENT, upTo: 2 },
  { name: 'release on its way', at: { label: 'relay.release', phase: 'before' }, upTo: 2, afterMs: 60 },
  { name: 'released, answer not stored', at: { label: 'relay.release', phase: 'after' }, upTo: 2 },
  {
    name: 'acceptance stored',
    at: { label: 'batches.accept', phase: 'after' },
    upTo: 2,
  },
  { name: 'results told, not stored', at: { label: 'sends.end:delivered', phase: 'before' }, upTo: 1 },
  { name: 'results written, not committed', at: { label: 'sends.end:delivered', phase: 'after' }, upTo: 1 },
  { name: 'results stored', at: { label: 'sends.end:delivered', phase: 'committed' }, upTo: 1 },
  {
    name: 'taking back, not committed',
    at: { label: 'batches.move:handed-over>not-sent', phase: 'after' },
    upTo: 2,
    faults: [{ kind: '429', path: RELEASE, times: 4 }],
  },
  {
    name: 'taken back',
    at: { label: 'batches.move:handed-over>not-sent', phase: 'committed' },
    upTo: 2,
    faults: [{ kind: '429', path: RELEASE, times: 4 }],
  },
  {
    name: 'answer lost, said so',
    at: { label: 'batches.move:handed-over>lost', phase: 'after' },
    upTo: 2,
    faults: [{ kind: 'accepted-then-reset', path: RELEASE, times: 3 }],
  },
  {
    name: 'fate told, not stored',
    at: { label: 'relay.fateOf', phase: 'after' },
    upTo: 2,
    faults: [
      { kind: 'accepted-then-reset', path: RELEASE, times: 2 },
      { kind: 'reset', path: RELEASE, times: 2 },
    ],
  },
  {
    name: 'fate stored as accepted',
    at: { label: 'batches.move:unknown>accepted', phase: 'after' },
    upTo: 2,
    faults: [{ kind: 'accepted-then-500', path: RELEASE, times: 3 }],
  },
  {
    name: 'fate stored as never sent',
    at: { label: 'batches.move:unknown>not-sent', phase: 'committed' },
    upTo: 2,
    faults: [{ kind: 'reset', path: RELEASE, times: 3 }],
  },
  {
    name: 'orphan before its intent freed',
    at: { label: 'batches.move:leased>lease-ended', phase: 'after' },
    upTo: 1,
    first: LEASED,
  },
  {
    name: 'orphan after its intent made unknown',
    at: { label: 'batches.move:handed-over>lease-ended', phase: 'after' },
    upTo: 1,
    first: INTENT,
  },
  {
    name: 'the rest split off, not committed',
    at: { label: 'batches.insert:rest', phase: 'after' },
    upTo: 1,
    capped: true,
  },
  {
    name: 'closing, not committed',
    at: { label: 'sends.end:capped', phase: 'after' },
    upTo: 1,
    capped: true,
  },
  { name: 'closed', at: { label: 'sends.end:capped', phase: 'committed' }, upTo: 1, capped: true },
  {
    name: 'failure told, no text planned',
    at: { label: 'sends.moveToText', phase: 'before' },
    upTo: 1,
    fallback: true,
  },
  {
    name: 'text planned, not committed',
    at: { label: 'sends.moveToText', phase: 'after' },
    upTo: 1,
    fallback: true,
  },
  {
    name: 'text planned',
    at: { label: 'sends.moveToText', phase: 'committed' },
    upTo: 1,
    fallback: true,
  },
  {
    name: 'intent of a text stored, not released',
    at: { label: 'batches.handOver:text', phase: 'committed' },
    upTo: 1,
    fallback: true,
  },
  { name: 'about to finish the run', at: { label: 'runs.move:finished', phase: 'before' }, upTo: 1 },
  { name: 'run finished, lane not', at: { label: 'runs.move:finished', phase: 'after' }, upTo: 1 },
]

/** The point of a seed: as many seeds as there are points see each of them once. */
export function pointOf(seed: number): CrashPoint {
  // Nine and the number of points have no common divisor: few seeds see far apart points too.
  return CRASH_POINTS[(seed * 9) % CRASH_POINTS.length] ?? CRASH_POINTS[0]
}
