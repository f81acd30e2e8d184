import type { FrequencyCap } from '../../server/malls/frequency-cap'
import type { Shopper } from '../../server/shoppers/shopper'
import { change, MALL, member, type SendsKit, seoul } from '../jobs/sends-kit'
import type { Rolls } from './rolls'
import { dayPlus, type YearCampaign, type YearPerson } from './year-model'

const PEOPLE = 240
/** Of so many people one has the phone of the one before. */
const TWIN_EVERY = 20
const ADDS_A_DAY = 3
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]

/** A shop for a year: its people put something into their carts now and then. */
export interface YearWorld {
  campaigns: YearCampaign[]
  people: YearPerson[]
  frequency: FrequencyCap
  /** What happens in the shop on `day`. */
  live(day: string): Promise<void>
}

/** Two campaigns, one daily in the morning, one on weekdays that are no holidays in the evening, often into the night. */
export async function plantYear(kit: SendsKit, firstDay: string, rolls: Rolls): Promise<YearWorld> {
  const campaigns: YearCampaign[] = [
    {
      ...{ id: 'c00000000000000000000001', mark: '알림 1호', skipHolidays: false, weekdays: EVERY_DAY },
      atMinute: rolls.between(8 * 60 + 30, 11 * 60),
      ...{ withinDays: rolls.between(2, 4), repeatDays: rolls.between(2, 10) },
    },
    {
      ...{ id: 'c00000000000000000000002', mark: '알림 2호', skipHolidays: true, weekdays: [1, 2, 3, 4, 5] },
      atMinute: rolls.between(18 * 60, 21 * 60),
      ...{ withinDays: rolls.between(1, 3), repeatDays: rolls.between(3, 14) },
    },
  ]
  for (const campaign of campaigns) await plantCampaign(kit, firstDay, campaign)
  const frequency = rolls.one([
    { messages: 1, days: 1 },
    { messages: 2, days: 7 },
    { messages: 1, days: 3 },
  ])
  await kit.stores.malls.setFrequency(MALL, frequency)
  const { people, shoppers } = await plantPeople(kit, firstDay)
  return {
    ...{ campaigns, people, frequency },
    async live(day) {
      for (let i = 0; i < ADDS_A_DAY; i += 1) {
        const index = rolls.between(0, people.length - 1)
        const [person, shopper] = [people[index], shoppers[index]]
        if (!person || !shopper) continue
        const latestAddAt = seoul(day, 0, rolls.between(0, 1439))
        await change(kit.stores, shopper, { latestAddAt, latestAddDay: day })
        shoppers[index] = { ...shopper, latestAddAt, latestAddDay: day }
        person.addDay = day
      }
    },
  }
}

async function plantCampaign(kit: SendsKit, firstDay: string, campaign: YearCampaign): Promise<void> {
  const { id, mark, atMinute, weekdays, skipHolidays, withinDays, repeatDays } = campaign
  await kit.campaign(
    {
      segment: {
        scope: 'all-members',
        include: { all: [{ kind: 'latest-add', mode: 'within', days: withinDays }] },
        ...{ exclude: null, purchases: 'exclude' },
      },
      message: {
        ...{ channel: 'brand-text', targeting: 'I', buttonName: '장바구니 보기' },
        text: `${mark} {상품명:이/가} 기다려요.`,
        fallbacks: { name: '고객', product: '상품' },
      },
      schedule: { atMinute, weekdays: [...weekdays], fromDay: firstDay, untilDay: null },
      ...{ repeatDays, skipHolidays },
    },
    { id },
  )
}

async function plantPeople(
  kit: SendsKit,
  firstDay: string,
): Promise<{ people: YearPerson[]; shoppers: Shopper[] }> {
  const addDay = dayPlus(firstDay, -60)
  const quiet = { latestAddAt: seoul(addDay, 12), latestAddDay: addDay }
  const shoppers = Array.from({ length: PEOPLE }, (_, i) => {
    const twin = i % TWIN_EVERY === 1 ? member(i - 1) : null
    return member(i, {
      ...quiet,
      ...(twin ? { phoneKey: twin.phoneKey, phoneSealed: twin.phoneSealed } : {}),
    })
  })
  await kit.stores.shoppers.putChanged(MALL, shoppers, new Map())
  const people = shoppers.map(({ memberId, phoneKey }) => ({ memberId, phoneKey: phoneKey ?? '', addDay }))
  return { people, shoppers }
}
