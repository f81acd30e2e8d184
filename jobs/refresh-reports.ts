import type { Container } from '../server/container'

/** Counts anew the figures of runs whose stored ones are due. */
export async function refreshReports({ trails, clock }: Container): Promise<boolean> {
  return trails.refreshSummaries(clock.now())
}
