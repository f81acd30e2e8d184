import type { Container } from '../server/container'

/** Plans the runs whose minute has come, and says which days were missed. */
export async function startRuns({ sending, schedule }: Container): Promise<boolean> {
  await schedule.noteMissed()
  await schedule.endOver()
  await sending.startDueRuns()
  return false
}
