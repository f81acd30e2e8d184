import { createScheduleService } from '../../server/campaigns/schedule-service'
import { MALL, pulledAt, type SendsKit, seoul, startSendsKit } from '../jobs/sends-kit'
import { breakParts } from './broken'
import { openGround } from './ground'
import { type Rolls, rollsOf } from './rolls'
import { type Figures, noFigures, type OpenSuite, type Suite } from './suite'
import { HOLIDAYS, judgeYear } from './year-judge'
import { belongsOn, dayPlus, expectPlan, seoulDayOf, type YearSend } from './year-model'
import { plantYear, type YearWorld } from './year-world'

const HOUR_MS = 3_600_000
// The short form of `npm test` is a fortnight long.
const DAYS = process.env['JEST_WORKER_ID'] ? 14 : 365
/** The almanac that ships with the product ends with 2027. */
const FIRST_DAYS = ['2026-11-20', '2026-12-28', '2026-03-02']

/**
 * A year of Seoul days with two campaigns, outages of hours to days and clocks that jump, ahead and back; every plan is
 * checked when it appears against a model of who must get what. Odd seeds run with the machine's zone in Los Angeles.
 * `faults` = outages and jumps, `hits` = runs that they made miss their day.
 */
export const yearSuite: Suite = {
  name: 'year',
  seeds: 2,
  pieces: 2,
  shortSeeds: 1,
  async open(say, broken): Promise<OpenSuite> {
    const ground = await openGround(say)
    return {
      async run(seed) {
        const rolls = rollsOf(seed)
        const zone = process.env['TZ']
        process.env['TZ'] = seed % 2 === 1 ? 'America/Los_Angeles' : 'Asia/Seoul'
        const firstDay = FIRST_DAYS[seed % FIRST_DAYS.length] ?? ''
        const kit = await startSendsKit({
          start: seoul(firstDay, 0, 5),
          behaviour: { kind: seed % 3 === 1 },
        })
        try {
          const worker = kit.worker('one', broken ? breakParts(kit.parts, broken) : { parallel: 1 })
          return await playYear({ kit, worker, firstDay, rolls, say: (line) => say(`seed ${seed}: ${line}`) })
        } finally {
          if (zone === undefined) delete process.env['TZ']
          else process.env['TZ'] = zone
          await kit.close()
        }
      },
      close: ground.close,
    }
  },
}

interface Year {
  kit: SendsKit
  worker: ReturnType<SendsKit['worker']>
  firstDay: string
  rolls: Rolls
  say: (line: string) => void
}

/** What was seen of the sends so far. */
interface Seen {
  sends: Map<string, YearSend>
  runs: Set<string>
  optedOut: Set<string>
  wrong: number
}

async function playYear(year: Year): Promise<Figures> {
  const { kit, firstDay, rolls, say } = year
  const world = await plantYear(kit, firstDay, rolls)
  const schedule = createScheduleService({ ...kit.stores, clock: kit.relay.clock })
  const lastDay = dayPlus(firstDay, DAYS - 1)
  const seen: Seen = { sends: new Map(), runs: new Set(), optedOut: new Set(), wrong: 0 }
  let lived = firstDay
  let faults = 0
  let now = seoul(firstDay, 0, 5)
  while (seoulDayOf(now) <= lastDay) {
    for (; lived <= seoulDayOf(now); lived = dayPlus(lived, 1)) await world.live(lived)
    await tick(year, world, { now, seen, schedule })
    const kind = rolls.share()
    if (kind < 0.012) {
      now = new Date(now.getTime() + rolls.between(4, 12 * 24) * HOUR_MS)
      faults += 1
    } else if (kind < 0.018) {
      now = new Date(now.getTime() - rolls.between(1, 20) * HOUR_MS)
      faults += 1
    } else now = nextTick(now, world, rolls)
  }
  for (let i = 0; i < 16; i += 1)
    await tick(year, world, { now: new Date(now.getTime() + i * 8 * HOUR_MS), seen, schedule })
  const { missed, ...figures } = await judgeYear({ kit, world, firstDay, lastDay, say })
  return { ...noFigures(), ...figures, mismatches: figures.mismatches + seen.wrong, faults, hits: missed }
}

/** A little after the next minute at which something should happen: the morning edge, or a campaign's minute. */
function nextTick(now: Date, { campaigns }: YearWorld, rolls: Rolls): Date {
  const day = seoulDayOf(now)
  const minutes = [8 * 60, ...campaigns.map(({ atMinute }) => atMinute)].map(
    (at) => at + rolls.between(0, 25),
  )
  const ahead = [day, dayPlus(day, 1)]
    .flatMap((each) => minutes.map((minute) => seoul(each, 0, minute)))
    .filter((at) => at.getTime() > now.getTime() + 30 * 60_000)
  return new Date(Math.min(...ahead.map(Number)))
}

interface Tick {
  now: Date
  seen: Seen
  schedule: ReturnType<typeof createScheduleService>
}

/** What the worker's jobs do in a few minutes. */
async function tick(
  { kit, worker, say }: Year,
  world: YearWorld,
  { now, seen, schedule }: Tick,
): Promise<void> {
  kit.relay.clock.set({ now, speed: 0 })
  await pulledAt(kit.stores, MALL, now)
  await schedule.noteMissed()
  await worker.startDueRuns()
  await checkPlans(kit, world, { now, seen, say })
  await worker.dispatchDue()
  await kit.relay.relay.settled()
  kit.machine.pass(60)
  await worker.sweep()
  await worker.pollReceipts()
  await refresh(kit, seen)
}

/** The runs that have just appeared, in the order in which they were planned, against what they must say. */
async function checkPlans(
  kit: SendsKit,
  { campaigns, people, frequency }: YearWorld,
  { now, seen, say }: { now: Date; seen: Seen; say: (line: string) => void },
): Promise<void> {
  const day = seoulDayOf(now)
  for (const campaign of campaigns) {
    if (!belongsOn(campaign, day, HOLIDAYS)) continue
    const run = await kit.stores.runs.byOccurrence(MALL, campaign.id, day)
    if (!run?.publishedAt || seen.runs.has(run.id)) continue
    seen.runs.add(run.id)
    const sends = [...seen.sends.values()]
    const wanted = expectPlan(campaign, day, { people, sends, frequency, optedOut: seen.optedOut })
    const phones = new Set<string>()
    for await (const send of kit.stores.sends.stream(MALL, run.id)) {
      phones.add(send.phoneKey)
      seen.sends.set(send.id, send)
    }
    const [is, must] = [inOrder(run.decisions), inOrder(wanted.decisions)]
    if (is === must && [...wanted.phones].every((phone) => phones.has(phone))) continue
    seen.wrong += 1
    say(`mismatches: the run of ${day} decided ${is}, not ${must} (${campaign.id})`)
  }
}

function inOrder(decisions: Record<string, number>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(decisions).sort()))
}

/** What became of the sends that had no end yet. */
async function refresh(kit: SendsKit, { sends, optedOut }: Seen): Promise<void> {
  const open = new Set([...sends.values()].filter(({ end }) => end === null).map(({ runId }) => runId))
  for (const runId of open)
    for await (const send of kit.stores.sends.stream(MALL, runId)) {
      sends.set(send.id, send)
      if (send.endReason === 'blocked' || send.endReason === 'opted-out') optedOut.add(send.phoneKey)
    }
}
