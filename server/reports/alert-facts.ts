import type { RunStore } from '../campaigns/run-store'
import { lowestId } from '../core/ids'
import { addDays, kstDay, startOfKstDay } from '../core/seoul'
import type { Mall, MallId } from '../malls/mall'
import type { MallStore } from '../malls/mall-store'
import type { SendingAccountStore } from '../messages/sending-account-store'
import type { LaneStore } from '../sends/lane-store'
import type { TallyStore } from '../sends/tally-store'
import type { AlertFacts } from './alert-rules'

/** Facts of one mall with the mall itself. */
export interface MallAlertFacts extends AlertFacts {
  mall: Mall
}

/** Reads what alerts are judged by: of one mall for its home page, of all at once for the watcher. */
export interface AlertFactsReader {
  /** Null for a mall that there is not. */
  ofMall(mallId: MallId, now: Date): Promise<MallAlertFacts | null>
  /** Of every mall that has the app. */
  ofAll(now: Date): Promise<MallAlertFacts[]>
}

// A mall has a run a campaign and day, and its test sends.
const RUNS_READ = 200

/** The reader over the stores. */
export function createAlertFacts(parts: {
  malls: Pick<MallStore, 'find' | 'present'>
  accounts: Pick<SendingAccountStore, 'newest' | 'all'>
  lanes: Pick<LaneStore, 'unfinished' | 'unfinishedOf'>
  runs: Pick<RunStore, 'list' | 'since'>
  tallies: Pick<TallyStore, 'byRuns' | 'since'>
}): AlertFactsReader {
  const { malls, accounts, lanes, runs, tallies } = parts
  const yesterday = (now: Date) => lowestId(startOfKstDay(addDays(kstDay(now), -1)))
  return {
    async ofMall(mallId, now) {
      const [mall, account, open, listed] = await Promise.all([
        malls.find(mallId),
        accounts.newest(mallId),
        lanes.unfinishedOf(mallId),
        runs.list(mallId, { limit: RUNS_READ }),
      ])
      if (!mall) return null
      const recent = listed.filter(({ id }) => id >= yesterday(now))
      const counted = await tallies.byRuns(
        mallId,
        recent.map(({ id }) => id),
      )
      return { mall, problems: account?.problems ?? null, lanes: open, runs: recent, tallies: counted }
    },
    async ofAll(now) {
      const [present, all, open, recent, counted] = await Promise.all([
        malls.present(),
        accounts.all(),
        lanes.unfinished(),
        runs.since(yesterday(now)),
        tallies.since(yesterday(now)),
      ])
      const problemsOf = new Map(all.map(({ mallId, problems }) => [mallId, problems]))
      const [lanesOf, runsOf, talliesOf] = [byMall(open), byMall(recent), byMall(counted)]
      return present.map((mall) => ({
        mall,
        problems: problemsOf.get(mall.id) ?? null,
        lanes: lanesOf.get(mall.id) ?? [],
        runs: runsOf.get(mall.id) ?? [],
        tallies: talliesOf.get(mall.id) ?? [],
      }))
    },
  }
}

function byMall<T extends { mallId: MallId }>(rows: readonly T[]): Map<MallId, T[]> {
  const found = new Map<MallId, T[]>()
  for (const row of rows) {
    const own = found.get(row.mallId)
    if (own) own.push(row)
    else found.set(row.mallId, [row])
  }
  return found
}
