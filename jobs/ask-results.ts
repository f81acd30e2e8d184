import type { Container } from '../server/container'

/** Asks the relay for results, and what became of batches whose answer was lost. */
export async function askResults({ sending }: Container): Promise<boolean> {
  // First: lost answers keep won and hold back the rest of their run, and reading all results may take a while.
  await sending.askFates()
  await sending.pollReceipts()
  await sending.askLateResults()
  return false
}
