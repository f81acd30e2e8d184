import type { Container } from '../server/container'

/** Finds what stands still at any mall and tells its owner, once. */
export async function watchAlerts({ alerts }: Container): Promise<boolean> {
  await alerts.watch()
  return false
}
