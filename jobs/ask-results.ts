import type { Container } from '../server/container'

/** Asks the relay for results, and what became of batches whose answer was lost. */
export async function askResults({ sending }: Container): Promise<boolean> {
  await sending.pollReceipts()
  await sending.askLateResults()
  await sending.askFates()
  return false
}
