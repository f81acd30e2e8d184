import type { Container } from '../server/container'

/** Keeps the tokens of quiet malls alive. */
export async function keepTokens({ access }: Container): Promise<boolean> {
  await access.keepAlive()
  return false
}
