import type { Container } from '../server/container'

/** Pulls the malls whose nightly reading is due. */
export async function pullMalls({ sync, clock }: Container): Promise<boolean> {
  return sync.runDue(clock.now())
}
