const DUPLICATE_KEY = 11_000

/** Waits for a write of new documents; those that were there already stay as they are, any other failure throws. */
export async function ignoringDuplicates(write: Promise<unknown>): Promise<void> {
  try {
    await write
  } catch (cause) {
    if (!isOnlyDuplicates(cause)) throw cause
  }
}

function isOnlyDuplicates(cause: unknown): boolean {
  if (typeof cause !== 'object' || cause === null) return false
  const errors = 'writeErrors' in cause ? [cause.writeErrors].flat() : [cause]
  return errors.length > 0 && errors.every((error) => codeOf(error) === DUPLICATE_KEY)
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : null
}
