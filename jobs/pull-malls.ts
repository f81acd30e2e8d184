import type { Container } from '../server/container'

/** Pulls the malls whose nightly reading is due; at the end of the process the one under way is left to another worker. */
export async function pullMalls({ sync, clock }: Container, ending: AbortSignal): Promise<boolean> {
  return sync.runDue(clock.now(), ending)
}
