import { type MallKit, startMallKit } from '../contract/play-mall-kit'
import { connectTestDatabase, type TestDatabase } from '../support/database'
import { MALL, type MallStack, mallStack } from '../support/mall-stack'

const HOUR_SECONDS = 3600
const DAY_SECONDS = 24 * HOUR_SECONDS

let database: TestDatabase
let kit: MallKit
let stack: MallStack
let refreshes: number
beforeEach(async () => {
  database = await connectTestDatabase()
  kit = await startMallKit()
  stack = mallStack(database, kit)
  await stack.connect()
  refreshes = 0
})
afterEach(async () => {
  await kit.stop()
  await database.close()
})

/** A process of its own: other memory, the same database and mall. */
function anotherProcess(): MallStack {
  const { client } = stack
  return mallStack(database, kit, {
    refresh: (shopId, token) => {
      refreshes += 1
      return client.refresh(shopId, token)
    },
  })
}

describe('tokens', () => {
  it('are refreshed by one call however many ask at once, in any process', async () => {
    kit.pass(2 * HOUR_SECONDS)
    const processes = [anotherProcess(), anotherProcess(), anotherProcess()]
    const mall = await stack.mall()

    const tokens = await Promise.all(
      processes.flatMap((one) => [1, 2, 3].map(() => one.access.accessOf(mall).accessToken())),
    )

    expect(refreshes).toBe(1)
    expect(new Set(tokens).size).toBe(1)
    expect(tokens[0]).toBe((await stack.tokens.find(MALL))?.access)
  })

  it('that were refused are refreshed by one call, and the new one is used by all', async () => {
    const mall = await stack.mall()
    const stale = await stack.access.accessOf(mall).accessToken()
    const processes = [anotherProcess(), anotherProcess()]

    const tokens = await Promise.all(processes.map((one) => one.access.accessOf(mall).accessToken(stale)))

    expect(refreshes).toBe(1)
    expect(tokens[0]).not.toBe(stale)
    expect(tokens[1]).toBe(tokens[0])
  })

  it('are good until five minutes before their end', async () => {
    const mall = await stack.mall()
    const one = anotherProcess()
    kit.pass(2 * HOUR_SECONDS - 301)

    await one.access.accessOf(mall).accessToken()

    expect(refreshes).toBe(0)
  })

  it('of a quiet mall are kept alive after seven days', async () => {
    const one = anotherProcess()
    kit.pass(6 * DAY_SECONDS)
    await one.access.keepAlive()
    const early = refreshes
    kit.pass(DAY_SECONDS + 1)
    await one.access.keepAlive()
    kit.pass(13 * DAY_SECONDS)

    expect([early, refreshes]).toEqual([0, 1])
    expect(await stack.client.isInstalled(one.access.accessOf(await stack.mall()))).toBe(true)
  })

  it('that nobody used for fourteen days need the owner again, and the mall stops', async () => {
    kit.pass(14 * DAY_SECONDS + 1)
    const access = stack.access.accessOf(await stack.mall())

    await expect(access.accessToken()).rejects.toMatchObject({ code: 'reauth-required' })

    expect((await stack.mall()).state).toBe('reauth-required')
    expect(await stack.malls.connected()).toEqual([])
  })

  it('whose answer was lost need the owner again: the old refresh token is used up', async () => {
    await kit.fake('/faults', { dropTokenAnswers: 1 })
    kit.pass(2 * HOUR_SECONDS)

    await expect(stack.access.accessOf(await stack.mall()).accessToken()).rejects.toMatchObject({
      code: 'reauth-required',
    })
  })
})
