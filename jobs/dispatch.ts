import type { Container } from '../server/container'

/** Sends the batches that are due; at the end of the process those under way are finished and no other is begun. */
export async function dispatch({ sending }: Container, ending: AbortSignal): Promise<boolean> {
  return (await sending.dispatchDue(ending)) > 0
}
