import type { JournalEntry } from '../../sandbox/relay/journal'
import type { Run } from '../../server/campaigns/run'
import type { Send } from '../../server/sends/send'
import { dayBudgetId } from '../../server/spend/spend-rules'
import { MALL, type SendsKit } from '../jobs/sends-kit'
import { dayAfter, type HoursCampaign, latestOf, minuteOf } from './hours-campaigns'
import type { HoursPerson } from './hours-people'
import { judge } from './judge'
import { type Figures, noFigures } from './suite'

// A call may take 8 s after the last check of the latest time, and the clock runs up to six times as fast.
const CALL_MS = 8_000 * 6
const KAKAO_MINUTE = 20 * 60 + 45

interface Judged {
  kit: SendsKit
  campaigns: HoursCampaign[]
  people: HoursPerson[]
  say: (line: string) => void
}

/** The relay's journal against the campaigns' hours, reckoned apart from the product; then our rows against the journal. */
export async function judgeHours(judged: Judged): Promise<Figures> {
  const figures = noFigures()
  const phones = new Map(judged.people.map((person) => [person.phone, person]))
  const journal = judged.kit.relay.relay.journal()
  for (const campaign of judged.campaigns) {
    const accepted = journal.filter(({ text }) => text.includes(campaign.mark))
    const seen = new Set<string>()
    for (const entry of accepted) {
      const find = (breach: 'atNight' | 'doubles' | 'mismatches', what: string) => {
        figures[breach] += 1
        judged.say(
          `${breach}: ${what}, accepted ${entry.acceptedAt}, ${JSON.stringify(campaign.campaign.id)}`,
        )
      }
      if (seen.has(entry.to)) find('doubles', 'twice in one campaign')
      seen.add(entry.to)
      judgeInstant(campaign, entry, phones.get(entry.to), find)
    }
    await judgeRuns(judged, campaign, accepted, figures)
  }
  return figures
}

function judgeInstant(
  campaign: HoursCampaign,
  { acceptedAt }: JournalEntry,
  person: HoursPerson | undefined,
  find: (breach: 'atNight' | 'mismatches', what: string) => void,
): void {
  if (!person || acceptedAt === null) {
    find('mismatches', 'nobody of ours')
    return
  }
  const at = new Date(acceptedAt)
  const minute = minuteOf(at)
  const { fromMinute, toMinute } = campaign
  if (minute >= fromMinute || minute < toMinute || minute >= KAKAO_MINUTE)
    find('atNight', `minute ${minute} of ${fromMinute}-${toMinute}`)
  const runDay = dayAfter(person.addDay, campaign.daysBefore)
  if (dayAfter(at.toISOString().slice(0, 10), 1) < runDay) find('mismatches', `before its day ${runDay}`)
  const latest = latestOf(campaign, runDay)
  if (at.getTime() >= latest.getTime() + CALL_MS)
    find('mismatches', `after its latest time ${latest.toISOString()}`)
}

async function judgeRuns(
  { kit, people, say }: Judged,
  campaign: HoursCampaign,
  accepted: JournalEntry[],
  figures: Figures,
): Promise<void> {
  const runs = await kit.stores.runs.list(MALL, { campaignId: campaign.campaign.id, limit: 50 })
  const sends: Send[] = []
  for (const { id } of runs) for await (const send of kit.stores.sends.stream(MALL, id)) sends.push(send)
  const found = judge({
    ...{ runs, sends, accepted, refused: [] },
    batches: (await Promise.all(runs.map(({ id }) => kit.stores.batches.unknownOf(MALL, id)))).flat(),
    tallies: await kit.stores.tallies.byRuns(
      MALL,
      runs.map(({ id }) => id),
    ),
    budgets: await budgetsOf(kit, campaign, runs),
    quietHours: { fromMinute: campaign.fromMinute, toMinute: campaign.toMinute },
  })
  for (const { breach, what, id } of found.findings) say(`${breach}: ${what} (${id})`)
  figures.runs += runs.length
  for (const breach of ['lost', 'wonOver', 'unknownLeft', 'mismatches'] as const)
    figures[breach] += found.figures[breach]
  for (const run of runs) figures.mismatches += judgePopulation(run, campaign, people, say)
}

/** The right people for the run's own day, whenever it left. */
function judgePopulation(
  { day, state, population }: Run,
  { daysBefore }: HoursCampaign,
  people: HoursPerson[],
  say: (line: string) => void,
): number {
  if (state === 'missed') return 0
  const right = people.filter(({ addDay }) => dayAfter(addDay, daysBefore) === day).length
  if (right === population) return 0
  say(`mismatches: ${population} people on ${day}, not ${right}`)
  return 1
}

async function budgetsOf(kit: SendsKit, { campaign }: HoursCampaign, runs: Run[]) {
  const found = await Promise.all(
    runs.map(({ day }) => kit.stores.spend.budget(MALL, dayBudgetId(MALL, campaign.id, day))),
  )
  return found.filter((budget) => budget !== null)
}
