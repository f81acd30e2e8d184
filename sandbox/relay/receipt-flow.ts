import { phoneShare } from './phone-fate'
import type { RelayContext } from './relay-context'
import type { DueItem, RelayGroup, RelayMessage } from './relay-types'
import { groupOnWire, messageOnWire } from './relay-wire'
import { isRefunded } from './status-codes'

/** Does what has come due: final states, and reports that are stale or told again. */
export function applyDue(context: RelayContext, items: Exclude<DueItem, { kind: 'delivery' }>[]): void {
  for (const item of items) {
    const message = context.store.state.messages[item.index]
    if (!message) continue
    if (item.kind === 'final') finish(context, message, item.code)
    else if (item.kind === 'repeat-report') report(context, message)
    else reportAsPending(context, message)
  }
}

function finish(context: RelayContext, message: RelayMessage, code: string): void {
  if (message.status === 'COMPLETE') return
  const nowMs = context.clock.now().getTime()
  message.status = 'COMPLETE'
  message.statusCode = code
  message.history.push(Number(code), nowMs, context.machineNowMs())
  context.store.touch(message, nowMs)
  if (reachesPhone(message, code)) {
    message.shownMs = nowMs
    context.store.state.shown.push(message.index)
  }
  const group = context.store.group(message.groupId)
  if (group) countIn(context, group, message)
  report(context, message)
}

/** A timeout (3040) means that nobody knows: half of these messages did arrive. */
function reachesPhone(message: RelayMessage, code: string): boolean {
  return code === '4000' || (code === '3040' && phoneShare(message.to, 4) % 2 === 0)
}

function countIn(context: RelayContext, group: RelayGroup, message: RelayMessage): void {
  if (message.statusCode === '4000') group.sentSuccess += 1
  else group.sentFailed += 1
  if (isRefunded(message.statusCode)) {
    group.refunded += 1
    group.refundedWon += message.chargedWon
    context.store.state.balanceWon += message.chargedWon
    message.chargedWon = 0
  }
  group.updatedMs = message.updatedMs
  const registered = group.messageIndexes.length - group.registeredFailed
  if (group.sentSuccess + group.sentFailed < registered) return
  group.status = 'COMPLETE'
  group.completedMs = message.updatedMs
  context.webhooks.report('GROUP-REPORT', () => groupOnWire(group, context.accountId))
}

function report(context: RelayContext, message: RelayMessage): void {
  context.webhooks.report('SINGLE-REPORT', () => messageOnWire(message, context.wire))
}

/** What the relay knew when it had just taken the message, whatever is known by now. */
function reportAsPending(context: RelayContext, message: RelayMessage): void {
  const updatedMs = message.acceptedMs ?? message.createdMs
  const stale: RelayMessage = { ...message, status: 'SENDING', statusCode: '3000', updatedMs }
  context.webhooks.report('SINGLE-REPORT', () => messageOnWire(stale, context.wire))
}
