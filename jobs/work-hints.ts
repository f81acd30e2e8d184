import type { Container } from '../server/container'

/** Reads again what webhooks and storefronts hinted at. */
export async function workHints({ hints }: Container): Promise<boolean> {
  return hints.runDue()
}
