import type { Container } from '../server/container'

/** Sends the batches that are due. */
export async function dispatch({ sending }: Container): Promise<boolean> {
  return (await sending.dispatchDue()) > 0
}
