import { type MallKit, startMallKit } from '../contract/play-mall-kit'
import { connectTestDatabase, type TestDatabase } from '../support/database'
import { MALL, type MallStack, mallStack } from '../support/mall-stack'

const HOUR_SECONDS = 3600

let database: TestDatabase
let kit: MallKit
let stack: MallStack
beforeEach(async () => {
  database = await connectTestDatabase()
  kit = await startMallKit()
  stack = mallStack(database, kit)
  await stack.connect()
  kit.clock.set({ speed: 100 })
})
afterEach(async () => {
  await kit.stop()
  await database.close()
})

const shopper = async (memberId: string) => (await stack.shoppers.byMemberIds(MALL, [memberId]))[0]
const eventCount = () => database.connection.collection('events').countDocuments()
const rows = () => database.connection.collection('shoppers').find().sort({ _id: 1 }).toArray()
const pull = async () => stack.sync.fullPull(await stack.mall())

describe('a full pull', () => {
  it('learns every member with cart, orders and consent', async () => {
    await pull()

    expect(await rows()).toHaveLength(12)
    expect(await shopper('member0')).toMatchObject({
      adConsent: true,
      restricted: false,
      latestAddDay: '2026-11-20',
      latestAddAt: new Date('2026-11-20T00:00:24+09:00'),
      latestOrderAt: new Date('2026-11-20T12:00:00+09:00'),
    })
    expect((await shopper('member0'))?.cart).toHaveLength(13)
    expect(await shopper('member3')).toMatchObject({ adConsent: false, cart: [], latestAddAt: null })
    expect((await shopper('member4'))?.restricted).toBe(true)
    // The order of 05:00 was cancelled; the one of 17:00 was not.
    expect(await shopper('member5')).toMatchObject({
      restricted: true,
      latestOrderAt: new Date('2026-11-20T17:00:00+09:00'),
    })
  })

  it('keeps neither name nor phone in clear', async () => {
    await pull()

    const stored = JSON.stringify(await rows())
    expect(stored).not.toContain('김하나')
    expect(stored).not.toContain('0000000')
    expect((await shopper('member1'))?.phoneKey).toHaveLength(43)
  })

  it('that reads the same pages again changes nothing', async () => {
    await pull()
    const before = { events: await eventCount(), rows: await rows() }
    kit.pass(HOUR_SECONDS)

    await pull()

    expect({ events: await eventCount(), rows: await rows() }).toEqual(before)
  })

  it('shows its end and tells when it began', async () => {
    const before = stack.clock.now()

    await pull()

    const { sync } = await stack.mall()
    expect(sync).toMatchObject({ state: 'done', step: null, problem: null })
    expect(sync.fullPullAt && sync.fullPullAt >= before).toBe(true)
    expect(sync.finishedAt && sync.fullPullAt && sync.finishedAt > sync.fullPullAt).toBe(true)
  })

  it('makes no call that the mall answers with 429', async () => {
    await pull()
    await pull()
    await pull()

    expect(kit.mall.stats().calls).toBeGreaterThan(20)
    expect(kit.mall.stats().answered429).toBe(0)
  })

  it('notices what left a cart, and still knows the newest add', async () => {
    await pull()
    await kit.fake('/cart/clear', { member_id: 'member1' })
    kit.pass(HOUR_SECONDS)

    await pull()

    expect(await shopper('member1')).toMatchObject({ cart: [], cartWon: 0, latestAddDay: '2026-11-20' })
  })

  it('is made by one worker at a time', async () => {
    const other = mallStack(database, kit)
    const mall = await stack.mall()

    const made = await Promise.all([stack.sync.fullPull(mall), other.sync.fullPull(mall)])

    expect(made.sort()).toEqual([false, true])
  })

  it('is left when the process ends, as nothing that failed, and another worker makes it at once', async () => {
    const ending = new AbortController()
    const mall = await stack.mall()
    const left = stack.sync.fullPull(mall, ending.signal)
    ending.abort()

    expect(await left).toBe(false)
    expect((await stack.mall()).sync).toMatchObject({ fullPullAt: null, problem: null })
    expect((await stack.mall()).sync.state).not.toBe('failed')
    expect(await mallStack(database, kit).sync.fullPull(mall)).toBe(true)
    expect((await stack.mall()).sync.state).toBe('done')
  })

  it('that breaks off says so and is made again later, without doubles', async () => {
    await kit.fake('/faults', { next: [{ path: '/carts', status: 422, count: 1 }] })
    await expect(pull()).rejects.toMatchObject({ code: 'rejected' })
    const broken = (await stack.mall()).sync

    await pull()

    expect(broken).toMatchObject({ state: 'failed', fullPullAt: null, problem: 'rejected' })
    expect((await stack.mall()).sync.state).toBe('done')
    expect(await rows()).toHaveLength(12)
  })
})

describe('the nightly pull', () => {
  const due = () => stack.sync.runDue(stack.clock.now())
  const pulledAt = async () => (await stack.mall()).sync.fullPullAt?.getTime()

  it('is due at once for a new shop, then once a Seoul day after three in the morning', async () => {
    await due()
    const first = await pulledAt()
    await due()
    const sameDay = await pulledAt()
    kit.clock.set({ now: new Date('2026-11-23T02:59:00+09:00'), speed: 0 })
    await due()
    const beforeThree = await pulledAt()
    kit.clock.set({ now: new Date('2026-11-23T04:01:00+09:00'), speed: 100 })
    await due()

    expect(first).toBeTruthy()
    expect([sameDay, beforeThree]).toEqual([first, first])
    expect(await pulledAt()).toBeGreaterThan(first ?? 0)
  })

  it('is due again when a person asks for it', async () => {
    await due()
    const first = await pulledAt()
    await stack.malls.requestSync(MALL, stack.clock.now())

    await due()

    expect(await pulledAt()).toBeGreaterThan(first ?? 0)
  })
})
