import { loadEvents } from '../../sandbox/loader/load-events'
import { MALL_ID, startMallKit } from '../contract/play-mall-kit'
import { connectTestDatabase } from '../support/database'
import { mallStack } from '../support/mall-stack'

it('big', async () => {
  const database = await connectTestDatabase()
  const t0 = performance.now()
  const lap = (s: string) => process.stderr.write(`${s} ${((performance.now() - t0) / 1000).toFixed(1)} s\n`)
  const fixture = await loadEvents('/work/shared/data/real-events.csv.gz', {
    until: new Date('2017-12-04T00:00:00+09:00'),
    allConsent: true,
    mallId: MALL_ID,
  } as never)
  lap(`loaded ${fixture.members.length} ${fixture.carts.length} ${fixture.orders.length}`)
  const kit = await startMallKit(fixture)
  kit.clock.set({ now: new Date('2017-12-03T23:59:00+09:00'), speed: 0 })
  const stack = mallStack(database, kit)
  await stack.connect()
  kit.clock.set({ speed: 600 })
  const t = setInterval(async () => {
    const s = (await stack.mall()).sync
    lap(`${s.step} ${s.done}/${s.total} finishes ${s.finishesAt?.toISOString()}`)
  }, 5000)
  await stack.sync.fullPull(await stack.mall())
  lap(`pulled, calls ${JSON.stringify(kit.mall.stats())}`)
  if (process.env['TWICE']) {
    await stack.sync.fullPull(await stack.mall())
    lap('second')
  }
  clearInterval(t)
  process.stderr.write(`rss ${process.memoryUsage().rss / 1e6}\n`)
  await kit.stop()
  await database.close()
}, 600000)
