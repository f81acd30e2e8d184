import { unreachable } from '../core/errors'
import type { FailureReason, PreparedHandover, RelayFailure } from '../messages/message-relay'
import type { AccountProblem } from '../messages/sending-account'
import { howManyFit } from '../spend/spend-rules'
import type { BatchLook, Scene } from './batch-look'
import { isRefusal, unknownWaitMs } from './batch-rules'
import { closeLane } from './close-lane'
import type { DispatchParts } from './dispatch-parts'
import { allowsText } from './fallback-rules'
import type { HoldReason, Lane } from './lane'
import { nextHandOver } from './last-look'
import type { EndGroup } from './ledger-rules'
import { makeOutgoing } from './make-outgoing'
import type { Outgoing } from './outgoing'
import type { Batch, OpenSend } from './send'

const CAP_LOOK_MS = 60_000
const ACCOUNT_LOOK_MS = 5 * 60_000
const BUSY_LOOK_MS = 5_000
const RESULTS_AFTER_MS = 10 * 60_000

/** Takes one leased batch, just looked at, through budgets, intent and hand-over (DESIGN §6). */
export async function dispatchBatch(
  parts: DispatchParts,
  lane: Lane,
  batch: Batch,
  { account, budgets }: Pick<Scene, 'account' | 'budgets'>,
  look: BatchLook,
): Promise<void> {
  const { verdict } = look
  if (verdict.kind === 'hold') return holdBatch(parts, batch, verdict.reason, verdict.until)
  if (verdict.kind !== 'go' || !look.spec || !look.mall) {
    await giveBack(parts, batch, batch.dueAt)
    return closeLane(parts, lane, verdict.kind === 'cancel' ? verdict.reason : null)
  }
  if (look.off.length > 0) {
    const ended = await parts.ledger.end(batch.mallId, look.off, parts.clock.now(), batch)
    if (!ended) return
    if (ended.settled) return parts.finishRun(batch.mallId, batch.runId)
  }
  if (!account) return holdBatch(parts, batch, 'no-account', later(parts, CAP_LOOK_MS))
  const cleared = { lane, batch, spec: look.spec, mall: look.mall, account, go: look.go }
  const made = makeOutgoing(parts, cleared)
  if ('broken' in made) return setAside(parts, batch, made.broken)
  const { outgoing } = made
  if (!outgoing) return giveBack(parts, batch, later(parts, ACCOUNT_LOOK_MS))
  const missingWon = Math.max(0, outgoing.worstWon - (batch.keptEachWon ?? 0))
  const fitting = howManyFit(budgets, missingWon, outgoing.alike)
  if (fitting === 0) return holdBatch(parts, batch, 'cap', later(parts, CAP_LOOK_MS))
  if (lane.hold) await parts.lanes.release(batch.mallId, batch.runId)
  await prepareBatch(parts, outgoing, outgoing.go, fitting)
}

/** Ends the sends that no message can be made for, in the open; the others of the batch go on without them. */
async function setAside(parts: DispatchParts, batch: Batch, broken: EndGroup[]): Promise<void> {
  const { mallId, runId, number } = batch
  parts.logger.warn({ mallId, runId, batch: number, sends: broken.length }, 'sends that cannot be made')
  const ended = await parts.ledger.end(mallId, broken, parts.clock.now(), batch)
  if (!ended) return
  if (ended.settled) return parts.finishRun(mallId, runId)
  return giveBack(parts, batch, parts.clock.now())
}

/** Puts the messages in at the relay, where nothing leaves yet, and ends those that it refuses. */
async function prepareBatch(
  parts: DispatchParts,
  outgoing: Outgoing,
  go: OpenSend[],
  fitting: number,
): Promise<void> {
  const { batch, account } = outgoing
  const messages = outgoing.messagesFor(go.slice(0, fitting))
  // Two calls, and half a call's time of waiting for their turn (adapters/relays/solapi/solapi-limit.ts).
  if (!(await renewFor(parts, batch, 2.5 * parts.times.callMs))) return
  const prepared = await parts.relay.prepare(account.account, batchKeyOf(batch), messages)
  switch (prepared.state) {
    case 'prepared':
      return handOver(parts, outgoing, prepared, await withoutRefused(parts, batch, go, prepared), fitting)
    case 'rejected':
      return refuse(parts, outgoing, prepared.failure, { from: 'leased', rows: go })
    case 'not-sent':
    case 'unknown':
      // Whatever became of the call: a batch that was not released does not leave.
      await holdBatch(parts, batch, 'relay-busy', later(parts, busyMs(prepared)))
      return holdBusyMall(parts, batch.mallId, prepared)
    default:
      return unreachable(prepared)
  }
}

/** Those that the relay took; null when every one was refused or the lease is gone. */
async function withoutRefused(
  parts: DispatchParts,
  batch: Batch,
  go: OpenSend[],
  { rejected }: PreparedHandover,
): Promise<OpenSend[] | null> {
  if (rejected.length === 0) return go
  const groups = rejected.map(({ sendId, failure }) => ({
    ids: [sendId],
    end: 'failed' as const,
    reason: failure.reason,
    goesOn: batch.step === 1 && allowsText(failure),
  }))
  const fallback = groups.some(({ goesOn }) => goesOn)
    ? await parts.texts.open(batch.mallId, batch.runId)
    : null
  const ended = await parts.ledger.end(batch.mallId, groups, parts.clock.now(), batch, fallback)
  if (!ended) return null
  if (fallback && ended.moved > 0)
    await parts.texts.moved(batch.mallId, batch.runId, fallback, ended.gathering)
  if (ended.settled) await parts.finishRun(batch.mallId, batch.runId)
  const refused = new Map(rejected.map(({ sendId, failure }) => [sendId, failure.reason]))
  for (const { id, phoneKey, test } of go)
    if (!test && isRefusal(refused.get(id) ?? null))
      await parts.refuse(batch.mallId, phoneKey, parts.clock.now())
  const left = go.filter(({ id }) => !refused.has(id))
  return left.length > 0 ? left : null
}

/** Stores the intent with its won, checks the hour once more, lets the batch leave and stores what came of it. */
async function handOver(
  parts: DispatchParts,
  outgoing: Outgoing,
  prepared: PreparedHandover,
  go: OpenSend[] | null,
  fitting: number,
): Promise<void> {
  const { batch, account, priceWon, worstWon } = outgoing
  const { relayBatchId, rejected } = prepared
  const discard = () => parts.relay.discard(account.account, relayBatchId)
  if (!go) return discard()
  const leaving = go.slice(0, fitting - rejected.length)
  if (leaving.length === 0) {
    await discard()
    return giveBack(parts, batch, parts.clock.now())
  }
  const now = parts.clock.now()
  const restIds = go.slice(leaving.length).map(({ id }) => id)
  const leaseUntil = new Date(parts.machine.now().getTime() + parts.times.leaseMs)
  const stored = await parts.ledger.handOver({
    batch,
    goIds: leaving.map(({ id }) => id),
    rest: await restOf(parts, batch, restIds),
    intent: { priceWon, worstWon, relayBatchId, account: account.version },
    now,
    leaseUntil,
  })
  if (stored === 'lost') return discard()
  if (stored === 'full') {
    await discard()
    // Another batch took the won in between: fit anew.
    return giveBack(parts, batch, parts.clock.now())
  }
  if (restIds.length > 0) await parts.lanes.wake(batch.mallId, batch.runId, now)
  // Won kept for a dearer text is free again.
  if ((batch.keptEachWon ?? 0) > worstWon) await parts.lanes.wakeHeld(batch.mallId, ['cap'], now)
  await release(parts, outgoing, { leaving, relayBatchId, leaseUntil })
}

async function release(
  parts: DispatchParts,
  outgoing: Outgoing,
  { leaving, relayBatchId, leaseUntil }: { leaving: OpenSend[]; relayBatchId: string; leaseUntil: Date },
): Promise<void> {
  const { batch, account, spec } = outgoing
  const { mallId, runId, id, fence } = batch
  const held = { mallId, id, fence }
  const allowedAt = nextHandOver(parts.clock.now(), spec.quietHours)
  const inTime = parts.machine.now().getTime() + parts.times.callMs < leaseUntil.getTime()
  if (allowedAt > parts.clock.now() || !inTime || parts.clock.now() >= batch.latestAt) {
    await takeBack(parts, batch, allowedAt)
    return parts.relay.discard(account.account, relayBatchId)
  }
  const outcome = await parts.relay.release(account.account, relayBatchId)
  const now = parts.clock.now()
  switch (outcome.state) {
    case 'accepted':
      return parts.ledger.accept(held, now, later(parts, RESULTS_AFTER_MS))
    case 'unknown': {
      const set = { dueAt: new Date(now.getTime() + unknownWaitMs(0)), asked: 0, lease: null }
      await parts.batches.move(held, { from: 'handed-over', event: 'lost', set, fence: true })
      parts.logger.warn({ runId, batch: batch.number, detail: outcome.detail }, 'hand-over without an answer')
      return
    }
    case 'not-sent': {
      const until = later(parts, busyMs(outcome))
      await takeBack(parts, batch, until)
      await parts.lanes.hold(mallId, runId, 'relay-busy', until, now)
      await holdBusyMall(parts, mallId, outcome)
      return parts.relay.discard(account.account, relayBatchId)
    }
    case 'rejected':
      await refuse(parts, outgoing, outcome.failure, { from: 'handed-over', rows: leaving })
      return parts.relay.discard(account.account, relayBatchId)
    default:
      return unreachable(outcome)
  }
}

/**
 * The relay refused the whole request, so nothing left. When it refused the account (key, balance), the batch waits and
 * with it everything of the mall; otherwise its sends have failed.
 */
async function refuse(
  parts: DispatchParts,
  { batch, account }: Outgoing,
  { reason, scope, code }: RelayFailure,
  { from, rows }: { from: 'leased' | 'handed-over'; rows: OpenSend[] },
): Promise<void> {
  const { mallId, runId } = batch
  const now = parts.clock.now()
  parts.logger.warn({ mallId, runId, batch: batch.number, reason, code }, 'the relay refused a batch')
  if (scope === 'account') {
    const until = later(parts, ACCOUNT_LOOK_MS)
    if (from === 'leased') await giveBack(parts, batch, until)
    else await takeBack(parts, batch, until)
    // A sender number that is not registered stops texts alone: Kakao messages go on (reference §2.8).
    if (batch.step === 2 && reason === 'sender-number')
      return parts.accounts.reportProblem(mallId, account.version, 'sender-number')
    const isEmpty = reason === 'no-balance'
    await parts.lanes.holdMall(mallId, isEmpty ? 'no-balance' : 'account', until, now)
    const problem = isEmpty ? 'no-balance' : problemOf(reason)
    return parts.accounts.reportProblem(mallId, account.version, problem)
  }
  const group = { ids: rows.map(({ id }) => id), end: 'failed' as const, reason }
  const ended = await parts.ledger.end(mallId, [group], now, batch)
  if (ended?.settled) await parts.finishRun(mallId, runId)
}

function problemOf(reason: FailureReason): AccountProblem {
  return reason === 'channel' || reason === 'sender-number' ? reason : 'auth'
}

async function restOf(parts: DispatchParts, batch: Batch, ids: string[]) {
  if (ids.length === 0) return null
  const number = await parts.lanes.addBatch(batch.mallId, batch.runId)
  return { ids, number, dueAt: parts.clock.now() }
}

/** True while the lease is ours for at least `ms` of machine time more. */
async function renewFor(parts: DispatchParts, batch: Batch, ms: number): Promise<boolean> {
  const now = parts.machine.now().getTime()
  if (batch.lease && batch.lease.until.getTime() - now > ms) return true
  return parts.batches.renew(batch, new Date(now + parts.times.leaseMs))
}

async function holdBatch(parts: DispatchParts, batch: Batch, reason: HoldReason, until: Date): Promise<void> {
  await parts.batches.move(batch, { from: 'leased', event: 'given-back', set: { lease: null } })
  await parts.lanes.hold(batch.mallId, batch.runId, reason, until, parts.clock.now(), batch.number)
}

async function giveBack(parts: DispatchParts, batch: Batch, dueAt: Date): Promise<void> {
  const set = { dueAt, lease: null }
  if (await parts.batches.move(batch, { from: 'leased', event: 'given-back', set }))
    await parts.lanes.wake(batch.mallId, batch.runId, dueAt)
}

async function takeBack(parts: DispatchParts, batch: Batch, dueAt: Date): Promise<void> {
  if (await parts.ledger.takeBack(batch, 'handed-over', dueAt))
    await parts.lanes.wake(batch.mallId, batch.runId, dueAt)
}

/** The name of one hand-over at the relay: a batch that comes back gets a new one. */
function batchKeyOf({ id, fence }: Batch): string {
  return `${id}:${fence}`
}

/** A relay that says when to come again means the account, not one run of it. */
async function holdBusyMall(
  parts: DispatchParts,
  mallId: string,
  outcome: { state: string; retryAfterMs?: number },
): Promise<void> {
  if (outcome.retryAfterMs === undefined) return
  await parts.lanes.holdMall(mallId, 'relay-busy', later(parts, busyMs(outcome)), parts.clock.now())
}

function busyMs(outcome: { state: string; retryAfterMs?: number }): number {
  return Math.max(outcome.retryAfterMs ?? BUSY_LOOK_MS, 1_000)
}

function later({ clock }: DispatchParts, ms: number): Date {
  return new Date(clock.now().getTime() + ms)
}
