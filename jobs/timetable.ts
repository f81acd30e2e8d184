import type { Container } from '../server/container'
import { askResults } from './ask-results'
import { dispatch } from './dispatch'
import { endAbandoned } from './end-abandoned'
import { keepTokens } from './keep-tokens'
import { pullMalls } from './pull-malls'
import { refreshReports } from './refresh-reports'
import { startRuns } from './start-runs'
import { sweep } from './sweep'
import { watchAlerts } from './watch-alerts'
import { workHints } from './work-hints'

/** One job: how often the metronome wakes it, and what it asks. Missed or doubled ticks change nothing. */
export interface Job {
  name: string
  /** node-cron expression with seconds. */
  cron: string
  /** Looks for what is due and does it until `ending`; true when more is waiting, so that it is asked again at once. */
  run(container: Container, ending: AbortSignal): Promise<boolean>
}

/** What the worker does, and how often it looks whether there is something to do. */
export const JOBS: readonly Job[] = [
  { name: 'start-runs', cron: '*/2 * * * * *', run: startRuns },
  { name: 'dispatch', cron: '* * * * * *', run: dispatch },
  { name: 'ask-results', cron: '*/2 * * * * *', run: askResults },
  { name: 'sweep', cron: '*/2 * * * * *', run: sweep },
  { name: 'end-abandoned', cron: '*/2 * * * * *', run: endAbandoned },
  { name: 'work-hints', cron: '* * * * * *', run: workHints },
  { name: 'pull-malls', cron: '*/2 * * * * *', run: pullMalls },
  { name: 'refresh-reports', cron: '*/10 * * * * *', run: refreshReports },
  { name: 'alerts', cron: '0 * * * * *', run: watchAlerts },
  { name: 'keep-tokens', cron: '0 */10 * * * *', run: keepTokens },
]
