/** The code of a system error such as `ENOENT`, or undefined. */
export function codeOf(cause: unknown): string | undefined {
  // Not instanceof: an error of node:fs comes from another realm where the code runs inside jest.
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : undefined
}
