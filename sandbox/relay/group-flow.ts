import {
  buttonsOf,
  type IncomingMessage,
  isAdNight,
  isPhone,
  nationalDigits,
  refusalOfForm,
  textOf,
  typeOf,
} from './intake-rules'
import { failureOfPhone, planReceipts } from './phone-fate'
import type { RelayContext } from './relay-context'
import { RelayRefusal } from './relay-errors'
import type { RelayGroup, RelayMessage, RelayMessageType } from './relay-types'
import { PRICE_WON } from './status-codes'

/** Opens an empty group: costs and sends nothing. */
export function createGroup(
  { store, clock }: RelayContext,
  options: { allowDuplicates: boolean; customFields?: Record<string, string> | undefined },
): RelayGroup {
  const nowMs = clock.now().getTime()
  return store.addGroup({
    status: 'PENDING',
    allowDuplicates: options.allowDuplicates,
    customFields: options.customFields ?? null,
    createdMs: nowMs,
    updatedMs: nowMs,
    sentMs: null,
    completedMs: null,
    messageIndexes: [],
    registeredFailed: 0,
    sentSuccess: 0,
    sentFailed: 0,
    refunded: 0,
    chargedWon: 0,
    refundedWon: 0,
  })
}

// Derived from the group's messages, so it needs no place in the snapshot.
const knownPhones = new WeakMap<RelayGroup, Set<string>>()

/** Registers messages in a pending group, each accepted (2000) or refused with its code; one for every `to`. */
export function addMessages(
  context: RelayContext,
  group: RelayGroup,
  incoming: IncomingMessage[],
): RelayMessage[] {
  refuseUnlessPending(group)
  const phones = knownPhones.get(group) ?? new Set(context.store.messagesOf(group).map(({ to }) => to))
  knownPhones.set(group, phones)
  const added: RelayMessage[] = []
  for (const message of incoming) {
    const formRefusal = refusalOfForm(message, context.account)
    for (const raw of [message.to].flat()) {
      const to = nationalDigits(raw)
      const isRepeated = phones.has(to) && !group.allowDuplicates
      phones.add(to)
      const refusal = isRepeated ? '1026' : (formRefusal ?? refusalOfPhone(context, to, message))
      added.push(register(context, group, { message, to, refusal }))
    }
  }
  group.updatedMs = context.clock.now().getTime()
  return added
}

function refusalOfPhone(context: RelayContext, to: string, message: IncomingMessage): string | null {
  if (!isPhone(to)) return '3010'
  const type = typeOf(message) ?? 'SMS'
  if (type === 'BMS_FREE' && context.store.isBlocked(to)) return '1060'
  const failure = failureOf(context, to, type)
  return failure?.atIntake ? failure.code : null
}

/** A fate that was set by hand goes before the phone's own. */
function failureOf(
  { store, behaviour }: RelayContext,
  to: string,
  type: RelayMessageType,
): { code: string; atIntake: boolean } | null {
  const forced = store.state.forced?.[`${to}:${type === 'BMS_FREE' ? 'brand' : 'text'}`]
  return forced ?? failureOfPhone(to, type, behaviour())
}

function register(
  { store, clock, machineNowMs }: RelayContext,
  group: RelayGroup,
  { message, to, refusal }: { message: IncomingMessage; to: string; refusal: string | null },
): RelayMessage {
  const nowMs = clock.now().getTime()
  const type = typeOf(message) ?? 'SMS'
  const stored = store.addMessage({
    groupId: group.groupId,
    to,
    from: nationalDigits(message.from ?? ''),
    type,
    text: textOf(message),
    subject: message.subject ?? null,
    buttons: buttonsOf(message),
    customFields: message.customFields ?? null,
    status: refusal ? 'COMPLETE' : 'PENDING',
    statusCode: refusal ?? '2000',
    createdMs: nowMs,
    updatedMs: nowMs,
    acceptedMs: null,
    acceptedMachineMs: null,
    shownMs: null,
    priceWon: PRICE_WON[type],
    chargedWon: 0,
    history: [Number(refusal ?? '2000'), nowMs, machineNowMs()],
  })
  group.messageIndexes.push(stored.index)
  if (refusal) group.registeredFailed += 1
  return stored
}

/** Lets a pending group leave, once and for all: charges every registered message and plans its receipts. */
export function sendGroup(context: RelayContext, group: RelayGroup): void {
  refuseUnlessPending(group)
  const leaving = context.store.messagesOf(group).filter(({ status }) => status === 'PENDING')
  if (leaving.length === 0)
    throw new RelayRefusal(400, 'MessagesNotFound', '해당 그룹에 메시지가 존재하지 않습니다.')
  const costWon = leaving.reduce((sum, { priceWon }) => sum + priceWon, 0)
  if (costWon > context.store.state.balanceWon)
    throw new RelayRefusal(402, 'NotEnoughBalance', '현재 보유 잔액이 부족합니다.')
  context.store.state.balanceWon -= costWon
  const nowMs = context.clock.now().getTime()
  group.status = 'SENDING'
  group.sentMs = nowMs
  group.updatedMs = nowMs
  group.chargedWon = costWon
  for (const message of leaving) accept(context, message, nowMs)
}

function accept(context: RelayContext, message: RelayMessage, nowMs: number): void {
  const machineMs = context.machineNowMs()
  message.status = 'SENDING'
  message.statusCode = '3000'
  message.acceptedMs = nowMs
  message.acceptedMachineMs = machineMs
  message.chargedWon = message.priceWon
  message.history.push(3000, nowMs, machineMs)
  context.store.touch(message, nowMs)
  context.store.state.accepted.push(message.index)
  const code = fateAtSending(context, message, nowMs)
  for (const { kind, inSeconds } of planReceipts(message.to, context.behaviour())) {
    const atMs = nowMs + inSeconds * 1000
    if (kind === 'final') context.due.add(atMs, { kind, index: message.index, code })
    else context.due.add(atMs, { kind, index: message.index })
  }
}

function fateAtSending(context: RelayContext, message: RelayMessage, nowMs: number): string {
  if (message.type === 'BMS_FREE') {
    if (isAdNight(nowMs)) return '3108'
    // The channel may have been blocked after the message was registered.
    if (context.store.isBlocked(message.to)) return '1060'
  }
  return failureOf(context, message.to, message.type)?.code ?? '4000'
}

/** Deletes a pending group: nothing of it will ever leave. */
export function deleteGroup(context: RelayContext, group: RelayGroup): void {
  refuseUnlessPending(group)
  group.status = 'DELETED'
  group.updatedMs = context.clock.now().getTime()
}

// Codes and statuses of the relay's own page on sending a group (messaging reference §2.1.1).
const REFUSALS = {
  SENDING: [409, 'GroupInProcessing', '이미 발송 요청된 그룹입니다.'],
  COMPLETE: [409, 'AlreadySent', '이미 발송이 완료된 그룹입니다.'],
  DELETED: [400, 'DeletedGroup', '삭제 처리된 그룹입니다.'],
  FAILED: [400, 'FailedGroup', '그룹 생성에 실패했던 그룹입니다.'],
} as const

function refuseUnlessPending(group: RelayGroup): void {
  if (group.status === 'PENDING') return
  const [status, code, text] = REFUSALS[group.status]
  throw new RelayRefusal(status, code, text)
}
