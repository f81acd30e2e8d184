import type { Container } from '../server/container'

/** Frees what transactions of killed processes still lock; a job of its own, since every other one may be waiting for just that. */
export async function endAbandoned({ transactions, logger }: Container): Promise<boolean> {
  const processes = await transactions.endAbandoned()
  if (processes > 0) logger.warn({ processes }, 'transactions of silent processes were ended')
  return false
}
