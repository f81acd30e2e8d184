import type { Hint, HintKind } from '../../server/malls/hint'
import { syncLease } from '../../server/shoppers/sync-rules'
import { jsonOf, type MallKit, startMallKit } from '../contract/play-mall-kit'
import { connectTestDatabase, type TestDatabase } from '../support/database'
import { MALL, type MallStack, mallStack } from '../support/mall-stack'

let database: TestDatabase
let kit: MallKit
let stack: MallStack
beforeEach(async () => {
  database = await connectTestDatabase()
  kit = await startMallKit()
  stack = mallStack(database, kit)
  await stack.connect()
  kit.clock.set({ speed: 1000 })
  await stack.sync.fullPull(await stack.mall())
})
afterEach(async () => {
  await kit.stop()
  await database.close()
})

const shopper = async (memberId: string) => (await stack.shoppers.byMemberIds(MALL, [memberId]))[0]
const eventCount = () => database.connection.collection('events').countDocuments()
let number = 0

function hint(kind: HintKind, subject: string, trail: string | null = null): Promise<void> {
  number += 1
  const told: Hint = {
    ...{ id: `${MALL}:test-${number}`, mallId: MALL, kind, subject, trail, attempts: 0 },
    receivedAt: stack.clock.now(),
  }
  return stack.hints.add(MALL, [told])
}

async function order(memberId: string): Promise<string> {
  const answer = await kit.fake('/order', { member_id: memberId, items: [{ product_no: 12 }] })
  return (await jsonOf<{ order_id: string }>(answer)).order_id
}

describe('a hint', () => {
  it('at a cart makes us read that cart again', async () => {
    await kit.fake('/cart/add', { member_id: 'member7', product_no: 11, quantity: 3 })
    await hint('cart', 'member7')

    await stack.hintWork.runDue()

    expect(await shopper('member7')).toMatchObject({
      cartWon: 36_000,
      cart: [{ name: '머그컵', quantity: 3 }],
    })
    expect(await stack.hints.due(10)).toEqual([])
  })

  it('at an order makes the shopper a buyer and tells the listeners', async () => {
    const orderId = await order('member3')
    await hint('order', orderId, 'token')

    await stack.hintWork.runDue()

    expect((await shopper('member3'))?.latestOrderAt?.getTime()).toBeGreaterThan(
      Date.parse('2026-11-22T10:00:00+09:00'),
    )
    expect(stack.heard.orders.map((row) => row.orderId)).toContain(orderId)
    expect(stack.heard.trails).toEqual([{ orderId, token: 'token' }])
  })

  it('at a cancelled order gives back the order before', async () => {
    const orderId = await order('member3')
    await hint('order', orderId)
    await stack.hintWork.runDue()
    await kit.fake('/order/cancel', { order_id: orderId })
    await hint('order', orderId)

    await stack.hintWork.runDue()

    expect((await shopper('member3'))?.latestOrderAt).toEqual(new Date('2026-11-20T15:00:00+09:00'))
  })

  it('that comes twice changes nothing the second time', async () => {
    await kit.fake('/cart/add', { member_id: 'member7', product_no: 11 })
    await hint('cart', 'member7')
    await stack.hintWork.runDue()
    const before = { events: await eventCount(), shopper: await shopper('member7') }
    await hint('cart', 'member7')

    await stack.hintWork.runDue()

    expect({ events: await eventCount(), shopper: await shopper('member7') }).toEqual(before)
  })

  it('at a member whom we do not know yet brings the member', async () => {
    await database.connection.collection('shoppers').deleteOne({ memberId: 'member8' })
    await hint('cart', 'member8')

    await stack.hintWork.runDue()

    expect(await shopper('member8')).toMatchObject({ adConsent: true })
  })

  it('at a cart waits while a pull holds the mall, at an order does not', async () => {
    const orderId = await order('member3')
    await kit.fake('/cart/add', { member_id: 'member7', product_no: 11 })
    await hint('order', orderId)
    await hint('cart', 'member7')

    await stack.leases.hold(syncLease(MALL), 60_000, () => stack.hintWork.runDue())

    expect((await shopper('member7'))?.cart).toEqual([])
    expect(stack.heard.orders.map((row) => row.orderId)).toContain(orderId)
  })

  it('outlives a mall that is down', async () => {
    await kit.fake('/cart/add', { member_id: 'member7', product_no: 11 })
    await kit.fake('/faults', { next: [{ path: '/carts', status: 500, count: 3 }] })
    await hint('cart', 'member7')

    await stack.hintWork.runDue()
    const waiting = await database.connection.collection('mall-hints').findOne({ subject: 'member7' })

    expect(waiting).toMatchObject({ attempts: 1 })
    expect(waiting?.['dueAt']).toBeInstanceOf(Date)
  })
})
