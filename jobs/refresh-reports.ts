import type { Container } from '../server/container'

/** Counts anew the figures of runs, and their won over time, whose stored ones are due. */
export async function refreshReports({ trails, curves, clock }: Container): Promise<boolean> {
  const more = await trails.refreshSummaries(clock.now())
  return (await curves.refreshCurves(clock.now())) || more
}
