import { type Logger, pino } from 'pino'

export type { Logger } from 'pino'

const SECRET_PATHS = ['authorization', 'token', 'password', 'phone', 'name', 'to', 'secret', 'hmac']

/** A JSON logger whose known secret and personal fields are cut out before they are written. */
export function createLogger(options: { level: string; part: string }): Logger {
  return pino({
    level: options.level,
    base: { part: options.part },
    redact: { paths: SECRET_PATHS.flatMap((key) => [key, `*.${key}`]), remove: true },
  })
}
