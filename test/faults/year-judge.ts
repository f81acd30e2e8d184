import * as gazette from '@hyunbinseo/holidays-kr/all'
import type { JournalEntry } from '../../sandbox/relay/journal'
import type { Run } from '../../server/campaigns/run'
import type { Send } from '../../server/sends/send'
import { request } from '../contract/play-relay-kit'
import { MALL, type SendsKit } from '../jobs/sends-kit'
import { sendOf } from './evidence'
import { judge } from './judge'
import { type Figures, noFigures } from './suite'
import { belongsOn, counts, dayPlus, seoulDayOf, type YearCampaign } from './year-model'
import type { YearWorld } from './year-world'

interface Judged {
  kit: SendsKit
  world: YearWorld
  firstDay: string
  lastDay: string
  say: (line: string) => void
}

/** The days of the official almanac, as printed. */
export const HOLIDAYS: ReadonlySet<string> = new Set(
  Object.values(gazette).flatMap((year: object) => Object.keys(year)),
)

/** A whole year against the calendar, the journal and the budgets of its months. */
export async function judgeYear(judged: Judged): Promise<Figures & { missed: number }> {
  const { kit, world, say } = judged
  const figures = noFigures()
  const journal = kit.relay.relay.journal()
  const page = await request(`${kit.relay.url}/__fake/journal?outcome=refused&limit=10000`, 'GET')
  const refused: JournalEntry[] = page.body.entries
  const all: Send[] = []
  let missed = 0
  for (const campaign of world.campaigns) {
    const runs = await runsOf(kit, campaign)
    missed += runs.filter(({ state }) => state === 'missed').length
    figures.mismatches += judgeDays(judged, campaign, runs)
    const sends: Send[] = []
    for (const { id } of runs) for await (const send of kit.stores.sends.stream(MALL, id)) sends.push(send)
    all.push(...sends)
    figures.mismatches += await judgeRows(judged, runs, sends)
    const found = judge({
      ...{ runs, sends, quietHours: { fromMinute: 20 * 60, toMinute: 8 * 60 } },
      accepted: journal.filter(({ text }) => text.includes(campaign.mark)),
      refused: refused.filter(({ text }) => text.includes(campaign.mark)),
      repeatDays: campaign.repeatDays,
      mayMiss: true,
      tallies: await kit.stores.tallies.byRuns(
        MALL,
        runs.map(({ id }) => id),
      ),
    })
    for (const { breach, what, id } of found.findings) say(`${breach}: ${what} (${id})`)
    figures.runs += runs.length
    for (const breach of ['doubles', 'lost', 'atNight', 'mismatches'] as const)
      figures[breach] += found.figures[breach]
  }
  figures.doubles += judgeFrequency(judged, all)
  figures.mismatches += await judgeMonths(judged, all, journal)
  return { ...figures, missed }
}

async function runsOf(kit: SendsKit, { id }: YearCampaign): Promise<Run[]> {
  return kit.stores.runs.list(MALL, { campaignId: id, limit: 1_000 })
}

/** Exactly one run, or one note that it was missed, on each day of the schedule; none on any other and none for a day that was over. */
function judgeDays({ firstDay, lastDay, say }: Judged, campaign: YearCampaign, runs: Run[]): number {
  let wrong = 0
  const tell = (what: string) => {
    wrong += 1
    say(`mismatches: ${campaign.id}: ${what}`)
  }
  for (let day = firstDay; day <= lastDay; day = dayPlus(day, 1)) {
    const own = runs.filter((run) => run.day === day)
    const wanted = belongsOn(campaign, day, HOLIDAYS) ? 1 : 0
    if (own.length !== wanted) tell(`${own.length} runs on ${day}, not ${wanted}`)
  }
  for (const { day, state, publishedAt, note, population } of runs) {
    if (state === 'missed') {
      if (publishedAt !== null || population > 0 || !note) tell(`the missed run of ${day} says nothing`)
    } else if (publishedAt === null || seoulDayOf(publishedAt) !== day)
      tell(`the run of ${day} was published at ${publishedAt?.toISOString()}`)
  }
  return wrong
}

/** One decision a person: the rows of those who get nothing and the sends make up the population. */
async function judgeRows({ kit, say }: Judged, runs: Run[], sends: Send[]): Promise<number> {
  let wrong = 0
  for (const { id, population } of runs.filter((_, i) => i % 7 === 0)) {
    const others = Object.values(await kit.stores.decisions.countByReason(MALL, id))
    const rows = others.reduce((sum, count) => sum + count, 0)
    const sent = sends.filter(({ runId }) => runId === id).length
    if (rows + sent === population) continue
    wrong += 1
    say(`mismatches: ${rows} decisions and ${sent} sends about ${population} people (${id})`)
  }
  return wrong
}

/** No phone has more than the mall allows, in any stretch of days, over both campaigns. */
function judgeFrequency({ world: { frequency }, say }: Judged, sends: Send[]): number {
  const byPhone = new Map<string, string[]>()
  for (const send of sends.filter(counts))
    byPhone.set(send.phoneKey, [...(byPhone.get(send.phoneKey) ?? []), send.runDay])
  let wrong = 0
  for (const days of byPhone.values())
    for (const day of days) {
      const from = dayPlus(day, 1 - frequency.days)
      const within = days.filter((other) => other >= from && other <= day).length
      if (within <= frequency.messages) continue
      wrong += 1
      say(`doubles: ${within} messages within ${frequency.days} days up to ${day}`)
    }
  return wrong
}

/** Won belongs to the month of the run's Seoul day, whenever it settles. */
async function judgeMonths({ kit, say }: Judged, sends: Send[], journal: JournalEntry[]): Promise<number> {
  const months = new Map<string, number>()
  const days = new Map(sends.map(({ id, runDay }) => [id, runDay]))
  for (const entry of journal) {
    const month = (days.get(sendOf(entry)) ?? '').slice(0, 7)
    months.set(month, (months.get(month) ?? 0) + entry.chargedWon)
  }
  let wrong = 0
  for (const [month, won] of months) {
    const budget = await kit.stores.spend.budget(MALL, `${MALL}:month:${month}`)
    if (budget?.chargedWon === won && budget.reservedWon === 0) continue
    wrong += 1
    say(`mismatches: ${month}: ${budget?.chargedWon} won charged, the relay took ${won}`)
  }
  return wrong
}
