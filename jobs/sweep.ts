import type { Container } from '../server/container'

/** Puts right what processes left behind that ended in the middle. */
export async function sweep({ sending, mallService }: Container): Promise<boolean> {
  await sending.sweep()
  await mallService.sweep()
  return false
}
