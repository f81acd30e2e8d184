import type { Phase } from './moments'
import type { Protection } from './suite'

/** What strikes a process at a named moment: it kills itself, or stops (SIGSTOP) until the harness wakes it. */
export interface Trap {
  label: string
  phase: Phase
  /** The how-manieth time that this process gets there, from 1. */
  occurrence: number
  deed: 'kill' | 'stop'
  /** Machine milliseconds after the moment, while work goes on; 0 = at the moment itself. */
  afterMs: number
}

/** What a worker process is told to do. */
export interface WorkerOrder {
  kind: 'start'
  /** Names the process in leases. */
  name: string
  env: Record<string, string>
  parallel: number
  /** Machine milliseconds that its clock for leases is wrong by. */
  skewMs: number
  trap: Trap | null
  broken: Protection | null
  /** Phone keys that refuse just before the plan is published, so that the last look has somebody to call off. */
  refusing: string[]
  /** True: it also serves the web pages, for webhooks. */
  web: boolean
}

export type ToWorker = WorkerOrder | { kind: 'disarm' } | { kind: 'end' }
export type FromWorker =
  | { kind: 'loaded' }
  | { kind: 'started'; webPort: number | null }
  | { kind: 'ended' }
  | { kind: 'failed'; what: string }
