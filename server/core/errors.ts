/** What an AppError may carry: ids, counts and codes, never a phone, a name or a token. */
export type ErrorContext = Record<string, string | number | boolean | null | undefined>

/** A broken promise with a code for machines, context for the log, and its cause. */
export class AppError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly context: ErrorContext = {},
    options?: { cause?: unknown },
  ) {
    super(message, options)
    this.name = 'AppError'
  }
}

/** An error that a person can mend: `status` is the HTTP status, `korean` says what to do next. */
export class UserError extends AppError {
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 422 | 429 | 503,
    code: string,
    readonly korean: string,
    context: ErrorContext = {},
  ) {
    super(code, code, context)
    this.name = 'UserError'
  }
}

/** Throws for a value that the types say cannot exist. */
export function unreachable(value: never): never {
  throw new AppError('unreachable', 'A closed list has a member nobody handles', { value: String(value) })
}
