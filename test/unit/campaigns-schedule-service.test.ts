import type { Campaign, CampaignSpec } from '../../server/campaigns/campaign'
import { campaignStore } from '../../server/campaigns/campaign-store'
import { findRecipe } from '../../server/campaigns/recipes'
import { revisionStore } from '../../server/campaigns/revision-store'
import { runStore } from '../../server/campaigns/run-store'
import { createScheduleService } from '../../server/campaigns/schedule-service'
import { newId } from '../../server/core/ids'
import { connectTestDatabase, type TestDatabase } from '../support/database'

const seoul = (text: string) => new Date(`${text}+09:00`)
const STARTED = seoul('2026-11-20T11:00:00')

describe('the schedule of all malls', () => {
  let database: TestDatabase
  const clock = { at: STARTED, now: () => clock.at }
  const parts = () => ({
    campaigns: campaignStore(database.connection),
    revisions: revisionStore(database.connection),
    runs: runStore(database.connection),
    clock,
  })

  beforeEach(async () => {
    database = await connectTestDatabase(campaignStore, revisionStore, runStore)
  })
  afterEach(() => database.close())

  async function running(
    mallId: string,
    change: Partial<Campaign> = {},
    untilDay: string | null = null,
    specChange: Partial<CampaignSpec> = {},
  ) {
    const spec = findRecipe('day-7')?.specFrom('2026-11-20')
    if (!spec) throw new Error('The recipe is gone')
    const campaign: Campaign = {
      id: newId(STARTED),
      mallId,
      name: spec.name,
      state: 'running',
      revision: 1,
      createdAt: STARTED,
      startedAt: STARTED,
      runningSince: STARTED,
      endedAt: null,
      ...change,
    }
    await parts().campaigns.insert(campaign)
    await parts().revisions.insert({
      campaignId: campaign.id,
      mallId,
      number: 1,
      spec: { ...spec, schedule: { ...spec.schedule, untilDay }, ...specChange },
      createdAt: STARTED,
      createdBy: 'u1',
    })
    return campaign
  }

  it('names what is due once a day, in the order of starting, until the run is there', async () => {
    const later = await running('m2', { startedAt: seoul('2026-11-20T11:30:00') })
    const first = await running('m1')
    await running('m1', { state: 'paused' })
    clock.at = seoul('2026-11-20T12:00:00')
    const schedule = createScheduleService(parts())

    const due = await schedule.due()

    expect(due.map(({ campaign, day }) => [campaign.id, day])).toEqual([
      [first.id, '2026-11-20'],
      [later.id, '2026-11-20'],
    ])
    clock.at = seoul('2026-11-21T09:59:59')
    expect(await schedule.due()).toEqual([])
  })

  it('writes down each missed day once, with a sentence, and never makes it due', async () => {
    const campaign = await running('m1')
    clock.at = seoul('2026-11-22T09:00:00')
    const schedule = createScheduleService(parts())

    const noted = await schedule.noteMissed()
    const again = await schedule.noteMissed()

    expect(noted.map(({ day, state, population }) => [day, state, population])).toEqual([
      ['2026-11-20', 'missed', 0],
      ['2026-11-21', 'missed', 0],
    ])
    expect(noted[0]?.note).toContain('11월 20일(금) 안에 시작하지 못해 보내지 않았어요.')
    expect(again).toEqual([])
    expect(await schedule.due()).toEqual([])
    const stored = await parts().runs.list('m1', { campaignId: campaign.id, limit: 10 })
    expect(stored.map(({ day }) => day)).toEqual(['2026-11-21', '2026-11-20'])
  })

  it('gives campaigns of one minute by priority, whichever was started first', async () => {
    const first = await running('m1', {}, null, { priority: 6 })
    const later = await running('m1', { startedAt: seoul('2026-11-20T11:30:00') }, null, { priority: 2 })
    clock.at = seoul('2026-11-20T12:00:00')

    const due = await createScheduleService(parts()).due()

    expect(due.map(({ campaign }) => campaign.id)).toEqual([later.id, first.id])
  })

  it('neither makes a holiday due nor writes it down as missed for a campaign that rests', async () => {
    await running('m1', { runningSince: seoul('2026-12-24T11:00:00') }, null, { skipHolidays: true })
    const schedule = createScheduleService(parts())

    clock.at = seoul('2026-12-25T12:00:00')
    const due = await schedule.due()
    clock.at = seoul('2026-12-26T09:00:00')
    const missed = await schedule.noteMissed()

    expect(due).toEqual([])
    expect(missed.map(({ day }) => day)).toEqual(['2026-12-24'])
  })

  it('calls no day missed that lies before a resume', async () => {
    await running('m1', { runningSince: seoul('2026-11-22T08:00:00') })
    clock.at = seoul('2026-11-22T09:00:00')

    expect(await createScheduleService(parts()).noteMissed()).toEqual([])
  })

  it('ends a campaign whose last day is over', async () => {
    const campaign = await running('m1', {}, '2026-11-21')
    clock.at = seoul('2026-11-21T23:59:59')
    const schedule = createScheduleService(parts())
    expect(await schedule.endOver()).toBe(0)

    clock.at = seoul('2026-11-22T00:00:00')

    expect(await schedule.endOver()).toBe(1)
    expect((await parts().campaigns.find('m1', campaign.id))?.state).toBe('ended')
  })
})
