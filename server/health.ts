import type { Connection } from '../config/database'
import type { MovableClock } from './core/clock'

/** Whether a process lives, and whether it can work. */
export interface Health {
  /** What a living process tells, with its business time. */
  live(): { ok: true; now: string; clockVersion: number }
  /** True while the database answers within two seconds; never rejects. */
  ready(): Promise<boolean>
}

const PATIENCE_MS = 2_000

/** The health of one process over its connection. */
export function createHealth(connection: Connection, clock: MovableClock): Health {
  return {
    live: () => ({ ok: true, now: clock.now().toISOString(), clockVersion: clock.version() }),
    async ready() {
      const ping = async () => (await connection.db?.command({ ping: 1 }))?.['ok'] === 1
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<false>((resolve) => {
        timer = setTimeout(() => resolve(false), PATIENCE_MS)
      })
      try {
        return await Promise.race([ping().catch(() => false), late])
      } finally {
        clearTimeout(timer)
      }
    },
  }
}
