import { loadConfig } from '../../config/config'
import { openDatabase } from '../../config/database'
import { listenOnLoopback } from '../../sandbox/listen'
import { wait } from '../../scripts/story/sandbox-control'
import { buildContainer } from '../../server/container'
import { machineClock } from '../../server/core/clock'
import { openStores } from '../../server/models'
import { serveBench } from '../child'
import { DAY, Place, START } from '../scene'

const LOOK_AGAIN_MS = 20

/** The product's worker as its container builds it, asked step by step instead of by its metronome. */
async function main(): Promise<void> {
  const config = loadConfig(process.env)
  const connection = await openDatabase(config.mongodbUri ?? '')
  const container = await buildContainer({ config, connection, part: 'worker' })
  const { clock, sending } = container
  const stores = openStores(connection)
  clock.follow({
    version: 1,
    businessMs: START.getTime(),
    machineMs: machineClock.now().getTime(),
    speed: 1,
  })

  const isPlanned = async ({ mallId, campaignId }: Place) =>
    ((await stores.runs.byOccurrence(mallId, campaignId, DAY))?.state ?? 'planning') !== 'planning'
  const tally = async ({ mallId, campaignId }: Place) => {
    const run = await stores.runs.byOccurrence(mallId, campaignId, DAY)
    const found = run && (await stores.tallies.byRun(mallId, run.id))
    if (!found) throw new Error('The run was not planned')
    return found
  }
  const timed = async (input: unknown, work: (place: Place) => Promise<unknown>) => {
    const place = Place.parse(input)
    const began = performance.now()
    const before = process.cpuUsage()
    await work(place)
    const { user, system } = process.cpuUsage(before)
    const { waiting, out, ended } = await tally(place)
    return {
      ms: performance.now() - began,
      cpuMs: (user + system) / 1_000,
      // Linux gives the highest resident set so far, in kilobytes.
      rssMb: process.resourceUsage().maxRSS / 1_024,
      waiting,
      out,
      delivered: ended.delivered,
    }
  }

  const dispatchAll = async (place: Place) => {
    for (;;) {
      const taken = await sending.dispatchDue()
      // What another worker has taken counts as waiting until it is handed over.
      if ((await tally(place)).waiting === 0) return
      if (taken === 0) await wait(LOOK_AGAIN_MS)
    }
  }

  serveBench({
    /** A run that this worker or another one plans, not measured. */
    async warmUp(input) {
      const place = Place.parse(input)
      await sending.startDueRuns()
      while (!(await isPlanned(place))) await wait(LOOK_AGAIN_MS)
      await dispatchAll(place)
    },
    plan: (input) => timed(input, () => sending.startDueRuns()),
    dispatch: (input) => timed(input, dispatchAll),
    look: (input) => timed(input, async () => undefined),
    listen: async () => ({ url: (await listenOnLoopback(await container.webApp(), 0)).url }),
  })
}

void main()
