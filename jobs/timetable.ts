import type { Container } from '../server/container'

/** One job: how often the metronome wakes it, and what it asks. Missed or doubled ticks change nothing. */
export interface Job {
  name: string
  /** node-cron expression with seconds. */
  cron: string
  /** Looks for what is due and does it; true when more is waiting, so that it is asked again at once. */
  run(container: Container): Promise<boolean>
}
