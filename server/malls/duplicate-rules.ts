const DUPLICATE_KEY = 11_000

/**
 * Waits for a write of new documents and gives the places (0, 1 ...) of those that were there already; they stay as they
 * are. Any other failure throws.
 */
export async function duplicatesOf(write: Promise<unknown>): Promise<number[]> {
  try {
    await write
    return []
  } catch (cause) {
    const errors = writeErrorsOf(cause)
    if (errors.length === 0 || errors.some((error) => error.code !== DUPLICATE_KEY)) throw cause
    return errors.map((error) => error.index)
  }
}

/** Waits for a write of new documents; those that were there already stay as they are, any other failure throws. */
export async function ignoringDuplicates(write: Promise<unknown>): Promise<void> {
  await duplicatesOf(write)
}

function writeErrorsOf(cause: unknown): { code: number; index: number }[] {
  if (typeof cause !== 'object' || cause === null) return []
  const errors: unknown[] = 'writeErrors' in cause ? [cause.writeErrors].flat() : [cause]
  return errors.map((error) => ({ code: numberOf(error, 'code') ?? 0, index: numberOf(error, 'index') ?? 0 }))
}

function numberOf(error: unknown, key: 'code' | 'index'): number | null {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, key) : null
  return typeof value === 'number' ? value : null
}
