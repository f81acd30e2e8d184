import { dayBudgetId } from '../../server/spend/spend-rules'
import { MALL, pulledAt, type SendsKit, seoul, startSendsKit } from '../jobs/sends-kit'
import { breakParts } from './broken'
import { openGround } from './ground'
import { dayAfter, type HoursCampaign, plantHoursCampaigns } from './hours-campaigns'
import { judgeHours } from './hours-judge'
import { plantHoursPeople } from './hours-people'
import { type Rolls, rollsOf } from './rolls'
import { type Figures, noFigures, type OpenSuite, type Suite } from './suite'

const DAYS = 3
const STEPS = 48
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/**
 * Random campaigns while the business clock jumps and runs through evenings, nights and mornings, and sometimes back, with
 * two workers. The relay's journal judges (hours-judge.ts). `faults` = times the clock was set; `hits` = times that a run
 * was held by the night when it was.
 */
export const hoursSuite: Suite = {
  name: 'hours',
  seeds: 60,
  shortSeeds: 1,
  atOnce: 2,
  async open(say, broken): Promise<OpenSuite> {
    const ground = await openGround(say)
    return {
      async run(seed) {
        const rolls = rollsOf(seed)
        const firstDay = rolls.one(['2026-11-23', '2026-12-24', '2027-02-26', '2027-03-13'])
        const kit = await startSendsKit({ start: seoul(firstDay, 0, rolls.between(0, 20 * 60)) })
        try {
          const over = broken ? breakParts(kit.parts, broken) : {}
          const workers = [kit.worker('one', over), kit.worker('two', over)]
          return await playSeed({ kit, workers, firstDay, rolls }, (line) => say(`seed ${seed}: ${line}`))
        } finally {
          await kit.close()
        }
      },
      close: ground.close,
    }
  },
}

async function playSeed(
  { kit, workers, firstDay, rolls }: { kit: SendsKit; workers: Worker[]; firstDay: string; rolls: Rolls },
  say: (line: string) => void,
): Promise<Figures> {
  const campaigns = await plantHoursCampaigns(kit, firstDay, rolls)
  const people = await plantHoursPeople(kit.stores, firstDay, rolls)
  const last = seoul(dayAfter(firstDay, DAYS), 0)
  let hits = 0
  for (let step = 0; step < STEPS && kit.relay.clock.now() < last; step += 1) {
    setClock(kit, campaigns, rolls)
    if (rolls.chance(0.2))
      await kit.faults({ kind: rolls.one(['429', 'accepted-then-reset', '500']), times: 1 })
    if (rolls.chance(0.9)) await pulledAt(kit.stores, MALL, kit.relay.clock.now())
    if (rolls.chance(0.4)) await raiseCaps(kit, campaigns, rolls)
    await work(kit, workers)
    kit.relay.clock.set({ speed: 0 })
    const lanes = await kit.stores.lanes.unfinished()
    hits += lanes.some(({ hold }) => hold?.reason === 'night') ? 1 : 0
  }
  await windUp(kit, workers, last)
  const figures = await judgeHours({ kit, campaigns, people, say })
  return { ...noFigures(), ...figures, faults: STEPS, hits }
}

/** Jumps: a while, to either side of an edge, far ahead, or back; then the clock stands, or runs a few times as fast. */
function setClock({ relay: { clock } }: SendsKit, campaigns: HoursCampaign[], rolls: Rolls): void {
  const now = clock.now().getTime()
  const kind = rolls.share()
  const speed = rolls.chance(0.3) ? rolls.between(2, 6) : 0
  const to =
    kind < 0.35
      ? now + rolls.between(1, 90) * MINUTE_MS
      : kind < 0.85
        ? nearEdge(now, campaigns, rolls)
        : kind < 0.96
          ? now - rolls.between(5, 300) * MINUTE_MS
          : now + rolls.between(6, 15) * HOUR_MS
  clock.set({ now: new Date(to), speed })
}

/** Seconds before or after one of the next edges of these campaigns: evening, morning, latest time, minute of the plan. */
function nearEdge(now: number, campaigns: HoursCampaign[], rolls: Rolls): number {
  const midnight = Math.floor((now + 9 * HOUR_MS) / (24 * HOUR_MS)) * 24 * HOUR_MS - 9 * HOUR_MS
  const edges = campaigns
    .flatMap(({ fromMinute, toMinute, latestMinute, atMinute }) => [
      fromMinute,
      toMinute,
      latestMinute,
      atMinute,
    ])
    .map((minute) => midnight + minute * MINUTE_MS)
    .map((at) => (at > now ? at : at + 24 * HOUR_MS))
    .sort((a, b) => a - b)
  return rolls.one(edges.slice(0, 3)) + rolls.one([-150, -90, -61, -59, -30, -5, -1, 0, 1, 5, 59]) * 1000
}

/** More won for today's and yesterday's runs, so that what waited leaves at any hour it may. */
async function raiseCaps(kit: SendsKit, campaigns: HoursCampaign[], rolls: Rolls): Promise<void> {
  const now = kit.relay.clock.now()
  const today = new Date(now.getTime() + 9 * HOUR_MS).toISOString().slice(0, 10)
  for (const { campaign } of campaigns)
    for (const day of [today, dayAfter(today, -1)]) {
      const budget = await kit.stores.spend.budget(MALL, dayBudgetId(MALL, campaign.id, day))
      if (budget && budget.capWon !== null)
        await kit.stores.spend.setCap(MALL, budget.id, budget.capWon + 25 * rolls.between(1, 8))
    }
  await kit.stores.lanes.wakeHeld(MALL, ['cap'], now)
}

type Worker = ReturnType<SendsKit['worker']>

async function work(kit: SendsKit, workers: Worker[]): Promise<void> {
  const [one] = workers
  await one?.startDueRuns()
  await Promise.all(workers.map((worker) => worker.dispatchDue()))
  // Nothing is under way: whatever is still leased was left behind.
  kit.machine.pass(60)
  await one?.sweep()
  await one?.askFates()
  await one?.pollReceipts()
}

/** Lets every latest time pass and every answer come, so that each send has its end. */
async function windUp(kit: SendsKit, workers: Worker[], last: Date): Promise<void> {
  await kit.faults([])
  // Somebody stops the campaigns, whose last runs go on to their latest time.
  for (const hour of [0, 9, 11, 13, 24, 33, 35, 37, 48, 60, 72]) {
    kit.relay.clock.set({ now: new Date(last.getTime() + hour * HOUR_MS), speed: 0 })
    await pulledAt(kit.stores, MALL, kit.relay.clock.now())
    await work(kit, workers)
    await kit.relay.relay.settled()
    await work(kit, workers)
  }
}
