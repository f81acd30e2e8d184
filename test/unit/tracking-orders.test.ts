import { createKeyring } from '../../server/core/crypto'
import { newId, sendIdOf } from '../../server/core/ids'
import type { OrderRow } from '../../server/malls/mall-client'
import { clickStore } from '../../server/tracking/click-store'
import { linkToken } from '../../server/tracking/link-token'
import { createOrderService, type SentTo } from '../../server/tracking/order-service'
import { orderStore } from '../../server/tracking/order-store'
import type { Click } from '../../server/tracking/tracking'
import { connectTestDatabase, type TestDatabase } from '../support/database'

const MALL = 'cafe24-a'
const OTHER = 'cafe24-b'
const RUN = '0199aa00bb11cc22dd33ee44'
const keyring = createKeyring(Buffer.alloc(32, 7))
const at = (text: string) => new Date(`${text}+09:00`)
const sendOf = (index: number, memberId: string, change: Partial<SentTo> = {}): SentTo => ({
  id: sendIdOf(RUN, index),
  runId: RUN,
  campaignId: 'c1',
  memberId,
  test: false,
  ...change,
})
const SENDS = [sendOf(0, 'kim'), sendOf(1, 'lee'), sendOf(2, 'park', { test: true })]

const clickOf = (index: number, clickedAt: string, mallId = MALL): Click => ({
  id: newId(at(clickedAt)),
  mallId,
  runId: RUN,
  sendId: sendIdOf(RUN, index),
  at: at(clickedAt),
  device: 'mobile',
})
const rowOf = (orderId: string, memberId: string | null, change: Partial<OrderRow> = {}): OrderRow => ({
  orderId,
  memberId,
  phone: null,
  orderedAt: at('2026-11-22T12:00:00'),
  paid: true,
  cancelled: false,
  cancelledAt: null,
  amountWon: 50_000,
  netWon: 50_000,
  items: [],
  ...change,
})

describe('orders', () => {
  let database: TestDatabase
  let clicks: ReturnType<typeof clickStore>
  let orders: ReturnType<typeof orderStore>
  let asked: string[][]

  beforeEach(async () => {
    database = await connectTestDatabase(clickStore, orderStore)
    clicks = clickStore(database.connection)
    orders = orderStore(database.connection)
    asked = []
  })
  afterEach(() => database.close())

  const service = () =>
    createOrderService({
      orders,
      clicks,
      sends: {
        byIds: async (mallId, ids) => (mallId === MALL ? SENDS.filter((send) => ids.includes(send.id)) : []),
        ofMembers: async (mallId, memberIds) => {
          asked.push([...memberIds])
          return mallId === MALL ? SENDS.filter((send) => memberIds.includes(send.memberId)) : []
        },
      },
      windowDays: async () => ({ c1: 7 }),
      keyring,
      clock: { now: () => at('2026-11-22T12:00:05') },
    })
  const attributionOf = async (orderId: string) =>
    (await orders.byIds(MALL, [orderId]))[0]?.attribution ?? null

  it('of a member who clicked are counted for that click', async () => {
    await clicks.insert([clickOf(0, '2026-11-22T10:00:00')])

    await service().recordOrders(MALL, [rowOf('1', 'kim'), rowOf('2', 'lee'), rowOf('3', null)])

    expect(await attributionOf('1')).toEqual({
      sendId: sendIdOf(RUN, 0),
      runId: RUN,
      campaignId: 'c1',
      clickAt: at('2026-11-22T10:00:00'),
      by: 'member',
    })
    expect(await attributionOf('2')).toBeNull()
    expect(await attributionOf('3')).toBeNull()
  })

  it('read twice, also twice in one page, are stored once and stay as they are', async () => {
    await clicks.insert([clickOf(0, '2026-11-22T10:00:00')])

    await service().recordOrders(MALL, [rowOf('1', 'kim'), rowOf('1', 'kim')])
    const before = await orders.byIds(MALL, ['1'])
    await service().recordOrders(MALL, [rowOf('1', 'kim')])

    expect(before).toHaveLength(1)
    expect(await orders.byIds(MALL, ['1'])).toEqual(before)
    expect(await orders.ofRun(MALL, RUN)).toMatchObject({ orders: 1, netWon: 50_000 })
  })

  it('of a mall without any click are not kept, and nothing else is asked', async () => {
    const rows = Array.from({ length: 2_500 }, (_, i) => rowOf(`o${i}`, `m${i}`))

    await service().recordOrders(MALL, rows)

    expect(asked).toEqual([])
    expect(await orders.byIds(MALL, ['o0', 'o2499'])).toEqual([])
  })

  it('of 2,500 members at once are each counted for their own click', async () => {
    await clicks.insert([clickOf(0, '2026-11-22T10:00:00')])
    const rows = Array.from({ length: 2_500 }, (_, i) => rowOf(`o${i}`, i === 1_700 ? 'kim' : `m${i}`))

    await service().recordOrders(MALL, rows)

    expect(await orders.byIds(MALL, ['o0', 'o2499'])).toHaveLength(2)
    expect(await orders.ofRun(MALL, RUN)).toMatchObject({ orders: 1 })
    expect(await attributionOf('o1700')).not.toBeNull()
  })

  it('are counted anew when their click came to us later', async () => {
    await clicks.insert([clickOf(1, '2026-11-22T10:00:00')])
    await service().recordOrders(MALL, [rowOf('1', 'kim')])
    expect(await attributionOf('1')).toBeNull()

    await clicks.insert([clickOf(0, '2026-11-22T11:00:00')])
    await service().recordOrders(MALL, [rowOf('1', 'kim')])

    expect(await attributionOf('1')).toMatchObject({ sendId: sendIdOf(RUN, 0) })
  })

  it('cancelled later keep their click and count for nothing', async () => {
    await clicks.insert([clickOf(0, '2026-11-22T10:00:00')])
    await service().recordOrders(MALL, [rowOf('1', 'kim')])

    await service().recordOrders(MALL, [rowOf('1', 'kim', { cancelled: true })])

    expect(await orders.ofRun(MALL, RUN)).toEqual({
      orders: 0,
      netWon: 0,
      cancelled: 1,
      unpaid: 0,
      byHour: {},
    })
    expect(await attributionOf('1')).not.toBeNull()
  })

  it('cancelled in part count for what stays', async () => {
    await clicks.insert([clickOf(0, '2026-11-22T10:00:00')])

    await service().recordOrders(MALL, [rowOf('1', 'kim', { netWon: 30_000 })])

    expect(await orders.ofRun(MALL, RUN)).toMatchObject({
      orders: 1,
      netWon: 30_000,
      byHour: { '2026-11-22T12': 1 },
    })
  })

  it('not paid yet count once they are', async () => {
    await clicks.insert([clickOf(0, '2026-11-22T10:00:00')])
    await service().recordOrders(MALL, [rowOf('1', 'kim', { paid: false })])
    expect(await orders.ofRun(MALL, RUN)).toMatchObject({ orders: 0, unpaid: 1, netWon: 0 })

    await service().recordOrders(MALL, [rowOf('1', 'kim')])

    expect(await orders.ofRun(MALL, RUN)).toMatchObject({ orders: 1, unpaid: 0, netWon: 50_000 })
  })

  it('that carried a token count for it, whether the hint or the order comes first', async () => {
    await clicks.insert([clickOf(0, '2026-11-22T10:00:00')])
    const token = linkToken(keyring, sendIdOf(RUN, 0))

    expect(await service().recordStorefrontOrder({ mallId: MALL, token, orderId: '1' })).toBe('kept')
    await service().recordOrders(MALL, [rowOf('1', null), rowOf('2', null)])
    await service().recordStorefrontOrder({ mallId: MALL, token, orderId: '2' })

    expect(await attributionOf('1')).toMatchObject({ by: 'token', sendId: sendIdOf(RUN, 0) })
    expect(await attributionOf('2')).toMatchObject({ by: 'token', sendId: sendIdOf(RUN, 0) })
  })

  it('keep the first token they were said to carry', async () => {
    await clicks.insert([clickOf(0, '2026-11-22T10:00:00'), clickOf(1, '2026-11-22T10:01:00')])
    await service().recordOrders(MALL, [rowOf('1', null)])

    for (const index of [0, 1]) {
      const token = linkToken(keyring, sendIdOf(RUN, index))
      await service().recordStorefrontOrder({ mallId: MALL, token, orderId: '1' })
    }

    expect(await attributionOf('1')).toMatchObject({ sendId: sendIdOf(RUN, 0) })
  })

  it('are refused a token that is not ours, and one of another mall', async () => {
    const token = linkToken(keyring, sendIdOf(RUN, 0))

    expect(await service().recordStorefrontOrder({ mallId: MALL, token: 'x', orderId: '1' })).toBe('refused')
    expect(await service().recordStorefrontOrder({ mallId: OTHER, token, orderId: '1' })).toBe('refused')
    expect(await service().recordStorefrontOrder({ mallId: MALL, token, orderId: '{"$ne":1}' })).toBe(
      'refused',
    )
    expect(await orders.tokensOf(MALL, ['1'])).toEqual(new Map())
  })

  it('never count for a test send', async () => {
    await clicks.insert([clickOf(2, '2026-11-22T10:00:00')])

    await service().recordOrders(MALL, [rowOf('1', 'park')])

    expect(await attributionOf('1')).toBeNull()
  })

  it('with one number at two malls stay apart', async () => {
    await clicks.insert([clickOf(0, '2026-11-22T10:00:00')])

    await service().recordOrders(MALL, [rowOf('1', 'kim')])
    await clicks.insert([clickOf(1, '2026-11-22T10:00:00', OTHER)])
    await service().recordOrders(OTHER, [rowOf('1', 'kim', { amountWon: 9 })])

    expect((await orders.byIds(OTHER, ['1']))[0]).toMatchObject({ amountWon: 9, attribution: null })
    expect(await orders.ofRun(OTHER, RUN)).toMatchObject({ orders: 0 })
  })
})

describe('clicks', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await connectTestDatabase(clickStore)
  })
  afterAll(() => database.close())

  it('stored twice are there once, and people are counted in the hour of their first click', async () => {
    const clicks = clickStore(database.connection)
    const rows = [
      clickOf(0, '2026-11-22T10:05:00'),
      clickOf(0, '2026-11-22T11:05:00'),
      clickOf(1, '2026-11-22T23:59:59'),
      clickOf(0, '2026-11-22T10:05:00', OTHER),
    ]

    await clicks.insert(rows)
    await clicks.insert([...rows, clickOf(2, '2026-11-23T00:00:00')])

    expect(await clicks.ofRun(MALL, RUN)).toEqual({
      clicks: 4,
      people: 3,
      byHour: { '2026-11-22T10': 1, '2026-11-22T23': 1, '2026-11-23T00': 1 },
    })
    expect(await clicks.ofRun(MALL, '0199aa00bb11cc22dd33ee45')).toEqual({ clicks: 0, people: 0, byHour: {} })
  })
})
