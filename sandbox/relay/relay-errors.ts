import type { Response } from 'express'

/** Answers with the relay's error body `{errorCode, errorMessage}`. */
export function sendError(res: Response, status: number, errorCode: string, errorMessage: string): void {
  res.status(status).json({ errorCode, errorMessage })
}

/** A refusal of a whole request, thrown by the flow and answered as `{errorCode, errorMessage}` with `status`. */
export class RelayRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}
