import { createSolapiRelay } from '../../server/adapters/relays/solapi/solapi-relay'
import { machineClock } from '../../server/core/clock'
import type { MessageRelay } from '../../server/messages/message-relay'
import { describeMessageRelay, type Taken } from './message-relay'
import {
  ACCOUNT,
  phonesWith,
  type RelayKit,
  request,
  sha1,
  startReceiver,
  startRelay,
} from './play-relay-kit'

const account = {
  apiKey: ACCOUNT.apiKey,
  apiSecret: ACCOUNT.apiSecret,
  pfId: ACCOUNT.pfId,
  senderNumber: ACCOUNT.senderNumbers[0] ?? '',
  number080: ACCOUNT.number080,
}
const one = (fate: Parameters<typeof phonesWith>[0]) => phonesWith(fate, 'prompt', 1)[0] ?? ''
const KINDS: Record<string, Taken['kind']> = { BMS_FREE: 'brand-text', SMS: 'sms', LMS: 'lms' }
const SEND_ID = '0123456789abcdef01234567890abcde'
const outgoing = (to: string) => ({
  sendId: SEND_ID,
  to,
  kind: 'brand-text' as const,
  text: '담아 두신 상품이 기다려요.',
  button: { name: '장바구니 보기', url: 'https://shop.example/t/abc' },
})

async function startKit() {
  const kit = await startRelay()
  const relay = createSolapiRelay({ apiUrl: kit.url, timeoutMs: 700 }, machineClock)
  const faults = (body: unknown) => request(`${kit.url}/__fake/faults`, 'PUT', body)
  return { kit, relay, faults }
}

describeMessageRelay('solapi', async () => {
  const { kit, relay, faults } = await startKit()
  return {
    relay,
    account,
    taken: async () =>
      kit.relay.journal().map(({ to, from, type, text, subject, customFields, links }) => ({
        ...{ to, from, text, subject },
        kind: KINDS[type] ?? 'lms',
        echo: customFields['k'] ?? '',
        url: links[0] ?? '',
      })),
    async strike(fault) {
      const kind = { 'obeyed-but-lost': 'accepted-then-reset', 'never-arrives': 'reset', 'too-many': '429' }[
        fault
      ]
      await faults({ kind, times: 1 })
    },
    pass: () => kit.passSeconds(600),
    phones: { reached: one('reached'), unreachable: one('unreachable'), refused: one('rejected') },
    close: kit.close,
  }
})

describe('the solapi adapter', () => {
  let kit: RelayKit
  let relay: MessageRelay
  let faults: (body: unknown) => Promise<unknown>

  beforeEach(async () => {
    const started = await startKit()
    kit = started.kit
    relay = started.relay
    faults = started.faults
  })

  afterEach(() => kit.close())

  async function release(kind: string) {
    const prepared = await relay.prepare(account, 'b', [outgoing(one('reached'))])
    if (prepared.state !== 'prepared') throw new Error('not prepared')
    await faults({ kind, times: 1, delayMs: 1_500 })
    const outcome = await relay.release(account, prepared.relayBatchId)
    return { outcome, relayBatchId: prepared.relayBatchId }
  }

  it.each([
    ['accepted-then-500', 'accepted'],
    ['accepted-then-stall', 'accepted'],
    ['rubbish', 'accepted'],
    ['html', 'accepted'],
    ['half-json', 'accepted'],
    ['other-tenant', 'accepted'],
    ['stall', 'never-sent'],
    ['500', 'never-sent'],
  ])('calls a release that meets %s unknown, asks, and learns %s', async (kind, wanted) => {
    const { outcome, relayBatchId } = await release(kind)

    const { fate } = await relay.fateOf(account, 'b', relayBatchId)

    expect(outcome.state).toBe('unknown')
    expect(fate).toBe(wanted)
    expect(kit.relay.journal()).toHaveLength(wanted === 'accepted' ? 1 : 0)
  })

  it('wins against a release that the relay obeys late: once deleted, the batch does not leave', async () => {
    const { outcome, relayBatchId } = await release('stall-then-accept')

    const { fate } = await relay.fateOf(account, 'b', relayBatchId)
    await new Promise((resolve) => setTimeout(resolve, 1_200))

    expect([outcome.state, fate]).toEqual(['unknown', 'never-sent'])
    expect(kit.relay.journal()).toEqual([])
  })

  it('keeps a fate untold while the relay talks about another tenant or rubbish', async () => {
    const { relayBatchId } = await release('stall')

    for (const kind of ['other-tenant', 'rubbish', 'html', 'half-json', '500', 'reset']) {
      await faults({ kind, times: null, path: 'GET /messages/v4/groups/*' })
      expect(await relay.fateOf(account, 'b', relayBatchId)).toMatchObject({ fate: 'untold' })
    }
  })

  it('does not trust a deletion that it cannot read back', async () => {
    const { relayBatchId } = await release('stall')
    await faults({ kind: 'rubbish', times: null, skip: 1, path: 'GET /messages/v4/groups/*' })

    const blind = await relay.fateOf(account, 'b', relayBatchId)
    await faults([])
    const later = await relay.fateOf(account, 'b', relayBatchId)

    expect(blind).toMatchObject({ fate: 'untold' })
    expect(later).toEqual({ fate: 'never-sent' })
  })

  it.each([
    ['POST /messages/v4/groups', ['500', '429', 'rubbish', 'html', 'half-json', 'other-tenant', 'stall']],
    [
      'PUT /messages/v4/groups/*/messages',
      ['accepted-then-reset', 'accepted-then-500', 'rubbish', '429', 'stall'],
    ],
  ])('says not-sent when preparing is disturbed at %s, since nothing was released', async (path, kinds) => {
    for (const kind of kinds) {
      await faults({ kind, times: 1, path })
      const outcome = await relay.prepare(account, 'b', [outgoing(one('reached'))])

      expect([kind, outcome.state]).toEqual([kind, 'not-sent'])
    }
    await kit.passSeconds(600)
    expect(kit.relay.journal()).toEqual([])
  })

  it('opens another group when the relay has closed the connection, and gives up the second time', async () => {
    const path = 'POST /messages/v4/groups'
    const outcomes: string[] = []
    for (const times of [1, 2]) {
      await faults({ kind: 'reset', times, path })
      outcomes.push((await relay.prepare(account, 'b', [outgoing(one('reached'))])).state)
    }
    await kit.passSeconds(600)

    expect(outcomes).toEqual(['prepared', 'not-sent'])
    expect(kit.relay.journal()).toEqual([])
  })

  it('says not-sent when nobody listens', async () => {
    const nobody = createSolapiRelay({ apiUrl: 'http://127.0.0.1:9', timeoutMs: 700 }, machineClock)

    expect(await nobody.release(account, 'G4VANY')).toMatchObject({ state: 'not-sent' })
  })

  it('says that the balance is short, for the whole account', async () => {
    await request(`${kit.url}/__fake/balance`, 'PUT', { balanceWon: 10 })

    const { outcome } = await release('webhook-off')

    expect(outcome).toMatchObject({ state: 'rejected', failure: { reason: 'no-balance', scope: 'account' } })
    expect(kit.relay.journal()).toEqual([])
  })

  it('says that the account is wrong when the channel is refused for everybody', async () => {
    const foreign = { ...account, pfId: 'KA01PFNOBODY' }

    const outcome = await relay.prepare(foreign, 'b', [outgoing(one('reached'))])

    expect(outcome).toMatchObject({ state: 'rejected', failure: { reason: 'channel', scope: 'account' } })
  })

  it('reads all pages of a window, and no message of somebody else', async () => {
    const phones = phonesWith('reached', 'prompt', 620)
    const messages = phones.map((to, i) => ({ ...outgoing(to), sendId: i.toString(16).padStart(32, '0') }))
    await kit.sendTo(phonesWith('reached', 'prompt', 621).slice(620))
    const prepared = await relay.prepare(account, 'b', messages)
    if (prepared.state !== 'prepared') throw new Error('not prepared')
    await relay.release(account, prepared.relayBatchId)
    await kit.passSeconds(60)

    const pages = []
    for await (const page of relay.receipts(account, new Date(0), kit.clock.now())) pages.push(page)

    expect(pages.length).toBe(2)
    expect(pages.flatMap(({ receipts }) => receipts)).toHaveLength(620)
    expect(pages.reduce((sum, { malformed }) => sum + malformed, 0)).toBe(0)
  })

  it('throws for a list that it cannot read, so that its window is asked for again', async () => {
    await faults({ kind: 'half-json', times: 1, path: 'GET /messages/v4/list' })
    const read = async () => {
      for await (const _page of relay.receipts(account, new Date(0), kit.clock.now()));
    }

    await expect(read()).rejects.toMatchObject({ code: 'relay-list-unreadable' })
  })

  it('registers our webhook and takes its receipts, but none with a wrong or missing secret', async () => {
    const receiver = await startReceiver()
    expect(await relay.registerWebhook(account, receiver.url, 'hook-secret')).toBe(true)
    const prepared = await relay.prepare(account, 'b', [outgoing(one('reached'))])
    if (prepared.state !== 'prepared') throw new Error('not prepared')
    await relay.release(account, prepared.relayBatchId)
    await kit.passSeconds(60)
    await receiver.close()
    const body = receiver.reports()
    const header = (secret: string) => ({ 'x-solapi-secret': sha1(secret) })

    const read = relay.parseWebhook(header('hook-secret'), body, 'hook-secret')

    expect(read).toMatchObject({
      ok: true,
      receipts: [{ sendId: SEND_ID, state: 'delivered' }],
      malformed: 0,
    })
    expect(relay.parseWebhook(header('other'), body, 'hook-secret')).toEqual({ ok: false })
    expect(relay.parseWebhook({}, body, 'hook-secret')).toEqual({ ok: false })
    expect(relay.parseWebhook(header('hook-secret'), { not: 'a list' }, 'hook-secret')).toEqual({ ok: false })
    expect(relay.parseWebhook(header('hook-secret'), [1, {}, null], 'hook-secret')).toMatchObject({
      malformed: 3,
    })
  })

  it('names no phone, no key and no text in what it tells about a failure', async () => {
    const { outcome } = await release('stall')

    expect(JSON.stringify(outcome)).not.toMatch(/010|NCSTEST|test-secret|shop\.example/)
  })
})
