import type { CampaignSpec } from '../../server/campaigns/campaign'
import type { Receipt, RelayFailure } from '../../server/messages/message-relay'
import type { AccountSource } from '../../server/messages/sending-account'
import type { Sending } from '../../server/sends/create-sends'
import type { Batch, Send } from '../../server/sends/send'
import { ACCOUNT, request } from '../contract/play-relay-kit'
import { DAY, MALL, phoneOf, type SendsKit } from './sends-kit'

/** What the merchant of these tests wrote. */
export const FALLBACK = { title: '담아 두신 상품', text: '{상품명:이/가} 장바구니에서 기다려요.' }
/** Won of the kit's account. */
export const WON = { brand: 25, sms: 20, lms: 50 } as const

export const failure = (reason: RelayFailure['reason'], definite = true): RelayFailure => ({
  reason,
  code: '0000',
  definite,
  scope: 'recipient',
})

/** Sets what the relay does with messages to the `index`-th phone. */
export async function fate(
  kit: SendsKit,
  index: number,
  code: string,
  { of = 'brand', atIntake = false }: { of?: 'brand' | 'text' | 'any'; atIntake?: boolean } = {},
): Promise<void> {
  const url = `${kit.relay.url}/__fake/phones/${phoneOf(index).digits}/fate`
  await request(url, 'PUT', { code, of, atIntake })
}

/** A running campaign with a fallback, its run of `people` planned. */
export async function planned(
  kit: SendsKit,
  one: Sending,
  people: number,
  spec: Partial<CampaignSpec> = {},
): Promise<void> {
  await kit.members(people)
  await kit.campaign({ fallback: FALLBACK, ...spec })
  await one.startDueRuns()
}

/** Business time passes, results are polled and what is due leaves. */
export async function turn(kit: SendsKit, worker: Sending, seconds = 11): Promise<void> {
  await kit.moveTo(new Date(kit.relay.clock.now().getTime() + seconds * 1000))
  await worker.pollReceipts()
  await worker.dispatchDue()
}

/** What the relay itself took: kinds by phone, in order. */
export function taken(kit: SendsKit): Record<string, string[]> {
  const all: Record<string, string[]> = {}
  for (const { to, type } of kit.relay.relay.journal()) all[to] = [...(all[to] ?? []), type]
  return all
}

/** The texts that the relay took. */
export const texts = (kit: SendsKit) => kit.relay.relay.journal().filter(({ type }) => type !== 'BMS_FREE')

export async function rowsOf(kit: SendsKit): Promise<Send[]> {
  const rows = await kit.stores.sends.ofRun(MALL, (await kit.run()).id, { limit: 1_000 })
  return rows.sort((a, b) => (a.id < b.id ? -1 : 1))
}

export async function rowOf(kit: SendsKit, index: number): Promise<Send> {
  const row = (await rowsOf(kit)).find(
    ({ memberId }) => memberId === `member-${String(index).padStart(5, '0')}`,
  )
  if (!row) throw new Error('no send')
  return row
}

export const tallyOf = async (kit: SendsKit) => kit.stores.tallies.byRun(MALL, (await kit.run()).id)

/** A result of one try, as a relay tells it. */
export function receipt(
  send: Pick<Send, 'id'>,
  step: 1 | 2,
  state: 'delivered' | RelayFailure,
  at: Date,
): Receipt {
  const told = { sendId: send.id, step, at }
  return state === 'delivered' ? { ...told, state } : { ...told, state: 'failed', failure: state }
}

/** Every sum that must agree: rows, batches, tally, budget. Throws by `expect`. */
export async function expectBooks(kit: SendsKit, capWon: number | null = null): Promise<void> {
  const run = await kit.run()
  const [rows, tally, budget] = [await rowsOf(kit), await tallyOf(kit), await kit.dayBudget()]
  const lane = await kit.stores.lanes.byRun(MALL, run.id)
  const batches: Batch[] = []
  for (let number = 1; number <= (lane?.batches ?? 0); number += 1) {
    const batch = await kit.stores.batches.byId(MALL, `${run.id}:${number}`)
    if (batch) batches.push(batch)
  }
  const open = rows.filter(({ end }) => end === null)
  const isOut = ({ state }: Batch) => ['handed-over', 'unknown', 'accepted'].includes(state)
  const openIn = (batch: Batch) => open.filter((row) => row.batch === batch.number).length
  const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0)
  const ended = (end: string) => rows.filter((row) => row.end === end).length
  expect({
    open: batches.map((batch) => batch.open),
    waiting: tally?.waiting,
    out: tally?.out,
    ended: tally?.ended,
    unsettled: tally?.unsettled,
    moved: sum(Object.values(tally?.firstFailures ?? {})),
    reservedWon: budget.reservedWon,
    chargedWon: budget.chargedWon,
  }).toEqual({
    open: batches.map(openIn),
    waiting: sum(batches.filter((batch) => !isOut(batch)).map(openIn)),
    out: sum(batches.filter(isOut).map(openIn)),
    ended: Object.fromEntries(
      ['delivered', 'failed', 'cancelled', 'capped', 'expired'].map((end) => [end, ended(end)]),
    ),
    unsettled: batches.filter((batch) => batch.open > 0).length,
    moved: rows.filter(({ step }) => step === 2).length,
    reservedWon: sum(
      batches.map((batch) =>
        isOut(batch)
          ? openIn(batch) * (batch.intent?.worstWon ?? 0)
          : openIn(batch) * (batch.keptEachWon ?? 0),
      ),
    ),
    chargedWon: sum(rows.map((row) => row.chargedWon)),
  })
  if (capWon !== null) expect(budget.peakWon).toBeLessThanOrEqual(capWon)
  // Law 1 and 2, by the relay's own journal: each try of a person at most once.
  for (const kinds of Object.values(taken(kit))) expect(new Set(kinds).size).toBe(kinds.length)
  expect(run.day).toBe(DAY)
}

/** The kit's account with another 080 number or another price. */
export function accountOf(over: { number080?: string; lmsWon?: number }): AccountSource {
  const account = {
    ...{ apiKey: ACCOUNT.apiKey, apiSecret: ACCOUNT.apiSecret, pfId: ACCOUNT.pfId },
    senderNumber: ACCOUNT.senderNumbers[0] ?? '',
    number080: over.number080 ?? ACCOUNT.number080,
  }
  const prices = { brandTextWon: WON.brand, smsWon: WON.sms, lmsWon: over.lmsWon ?? WON.lms }
  const open = { version: 1, account, prices }
  return { current: async () => open, ofVersion: async () => open, reportProblem: async () => undefined }
}
