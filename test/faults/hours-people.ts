import type { Stores } from '../../server/models'
import { MALL, member, phoneOf, seoul } from '../jobs/sends-kit'
import { dayAfter } from './hours-campaigns'
import type { Rolls } from './rolls'

const PEOPLE = 90

/** One person as the suite knows them. */
export interface HoursPerson {
  /** As the relay writes it. */
  phone: string
  /** The Seoul day of their newest add. */
  addDay: string
}

/** People whose newest adds lie three to ten days back, at any minute of the day. */
export async function plantHoursPeople(
  stores: Stores,
  firstDay: string,
  rolls: Rolls,
): Promise<HoursPerson[]> {
  const people: HoursPerson[] = []
  const shoppers = Array.from({ length: PEOPLE }, (_, i) => {
    const addDay = dayAfter(firstDay, -rolls.between(3, 8))
    const latestAddAt = seoul(addDay, 0, rolls.one([0, 1, 1439, rolls.between(0, 1439)]))
    people.push({ phone: phoneOf(i).digits, addDay })
    return member(i, { latestAddAt, latestAddDay: addDay })
  })
  await stores.shoppers.putChanged(MALL, shoppers, new Map())
  return people
}
