import { newRun } from '../campaigns/due-run'
import type { Run } from '../campaigns/run'
import { byPlanOrder } from '../campaigns/schedule-rules'
import { AppError } from '../core/errors'
import { newSecret } from '../core/ids'
import type { MallId } from '../malls/mall'
import { planOrSay, type WaitingRun } from './plan-run'
import { type RunParts, wipePlan } from './run-parts'

/** Starts the runs whose minute has come. */
export interface RunService {
  /** Doing it twice, or in two processes, makes one run a campaign and day; tells how many were published. */
  startDueRuns(): Promise<number>
}

const RUNS_AT_ONCE = 500

/** Planning, serial in each mall under a fenced lease, so that two campaigns never claim one person by chance. */
export function createRunService(parts: RunParts): RunService {
  return {
    async startDueRuns() {
      for (const due of await parts.due()) await parts.runs.insert(newRun(due, parts.clock.now()))
      const waiting = (await parts.runs.inState(['planning'], RUNS_AT_ONCE)).filter(
        ({ kind }) => kind === 'scheduled',
      )
      let published = 0
      for (const mallId of new Set(waiting.map((run) => run.mallId)))
        published += await planMall(
          parts,
          mallId,
          waiting.filter((run) => run.mallId === mallId),
        )
      return published
    },
  }
}

async function planMall(parts: RunParts, mallId: MallId, runs: readonly Run[]): Promise<number> {
  const name = `plan:${mallId}`
  const owner = `${parts.worker}:${newSecret(6)}`
  const fence = await parts.leases.acquire(name, owner, parts.times.leaseMs)
  if (fence === null) return 0
  const stillOurs = async () => {
    if (!(await parts.leases.renew(name, owner, fence, parts.times.leaseMs)))
      throw new AppError('lease-lost', 'Another worker plans for this mall', { mallId })
  }
  let published = 0
  try {
    await dropBrokenPlans(parts, runs)
    for (const waiting of await inPlanOrder(parts, runs)) {
      if (await planOrSay(parts, waiting, stillOurs)) published += 1
    }
  } catch (cause) {
    // What is half planned is wiped and planned again at the next turn.
    const code = cause instanceof AppError ? cause.code : 'unknown'
    parts.logger.warn({ mallId, code, cause }, 'planning broke off')
  } finally {
    await parts.leases.release(name, owner, fence)
  }
  return published
}

/** Half a plan would pass for planned sends, and take its people from the campaigns that plan before it is made again. */
async function dropBrokenPlans(parts: RunParts, runs: readonly Run[]): Promise<void> {
  for (const run of runs) {
    const attempt = await parts.runs.breakAttempt(run.mallId, run.id)
    if (attempt !== null) await wipePlan(parts, run, attempt)
  }
}

/** Runs of one minute plan in the order of their priority; among equals the one that was due first. */
async function inPlanOrder(parts: RunParts, runs: readonly Run[]): Promise<WaitingRun[]> {
  const waiting = await Promise.all(
    runs.map(async (run) => ({
      run,
      revision: await parts.revisions.find(run.mallId, run.campaignId, run.revision),
    })),
  )
  return waiting.toSorted((a, b) =>
    a.revision && b.revision
      ? byPlanOrder({ spec: a.revision.spec, day: a.run.day }, { spec: b.revision.spec, day: b.run.day })
      : 0,
  )
}
