import { readFileSync } from 'node:fs'
import { type Child, startChild } from '../../scripts/child'
import type { FromWorker, ToWorker, WorkerOrder } from './worker-order'

const ENTRY = 'test/faults/worker-process.ts'
const KEPT_LINES = 40
const LOAD_MS = 60_000
const END_MS = 8_000

/** A worker process at work for one seed. */
export interface Hand {
  readonly name: string
  /** True once it has ended, by a strike or by itself. */
  isDead(): boolean
  /** True while it is stopped (SIGSTOP). */
  isStopped(): boolean
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>
  pause(): void
  wake(): void
  /** Takes its trap away. */
  disarm(): void
  webPort: number | null
  /** What it printed last. */
  lines(): string[]
  /** Ends its work; the process goes back to the crew, if it can. */
  dismiss(): Promise<void>
}

/** Worker processes with their code loaded, waiting for orders: starting one costs more than a whole seed's work. */
export interface Crew {
  begin(order: WorkerOrder): Promise<Hand>
  close(): Promise<void>
}

interface Mate {
  child: Child
  lines: string[]
  heard: (word: FromWorker) => void
  hasLoaded: boolean
  loaded: Promise<void>
}

/** A crew of `size` processes, at work or waiting; the dead are replaced. */
export function createCrew(size: number): Crew {
  const waiting: Mate[] = []
  const all = new Set<Mate>()
  let closed = false

  const hire = () => {
    const mate = newMate()
    all.add(mate)
    mate.child.process.once('exit', () => {
      all.delete(mate)
      // A process that cannot even load would be begun again and again.
      if (!mate.hasLoaded) closed = true
      const index = waiting.indexOf(mate)
      if (index >= 0) waiting.splice(index, 1)
      refill()
    })
    waiting.push(mate)
  }
  const refill = () => {
    while (!closed && all.size < size) hire()
  }
  refill()

  return {
    async begin(order) {
      if (waiting.length === 0) hire()
      const mate = waiting.shift()
      if (!mate) throw new Error('no worker process')
      await within(LOAD_MS, mate.loaded, 'a worker process to load')
      const webPort = await orderOf(mate, order)
      return handOf(mate, order.name, webPort, () => {
        if (!closed) waiting.push(mate)
      })
    },
    async close() {
      closed = true
      await Promise.all([...all].map((mate) => mate.child.kill()))
    },
  }
}

function newMate(): Mate {
  const lines: string[] = []
  let resolveLoaded = () => {}
  let rejectLoaded = (_cause: Error) => {}
  const mate: Mate = {
    child: startChild(ENTRY, {}, (line) => {
      lines.push(line)
      if (lines.length > KEPT_LINES) lines.shift()
    }),
    lines,
    heard: () => undefined,
    hasLoaded: false,
    loaded: new Promise((resolve, reject) => {
      resolveLoaded = resolve
      rejectLoaded = reject
    }),
  }
  mate.loaded.catch(() => undefined)
  mate.child.process.once('close', () =>
    rejectLoaded(new Error(`A worker does not load: ${lines.join('\n')}`)),
  )
  // A mate that serves many seeds is listened to by each of them.
  mate.child.process.setMaxListeners(0)
  mate.child.process.on('message', (word: FromWorker) => {
    if (word.kind === 'loaded') {
      mate.hasLoaded = true
      resolveLoaded()
    }
    if (word.kind === 'failed') lines.push(word.what)
    mate.heard(word)
  })
  return mate
}

/** Resolves with its web port once it works, or when it has ended by its own trap before that. */
function orderOf(mate: Mate, order: WorkerOrder): Promise<number | null> {
  const started = new Promise<number | null>((resolve, reject) => {
    mate.child.process.once('exit', () => resolve(null))
    mate.heard = (word) => {
      if (word.kind === 'started') resolve(word.webPort)
      if (word.kind === 'failed') reject(new Error(`A worker does not start: ${word.what}`))
    }
    send(mate, order)
  })
  return within(LOAD_MS, started, 'a worker to start')
}

function handOf(mate: Mate, name: string, webPort: number | null, giveBack: () => void): Hand {
  const { child, lines } = mate
  const isDead = () => child.process.exitCode !== null || child.process.signalCode !== null
  return {
    name,
    webPort,
    isDead,
    isStopped: () => stateOf(child.process.pid ?? 0) === 'T',
    kill: () => (isDead() ? Promise.resolve() : child.kill()),
    pause: () => void child.process.kill('SIGSTOP'),
    wake: () => void child.process.kill('SIGCONT'),
    disarm: () => send(mate, { kind: 'disarm' }),
    lines: () => [...lines],
    async dismiss() {
      if (isDead()) return
      child.process.kill('SIGCONT')
      // Its web server holds connections that nobody closes.
      if (webPort !== null) return child.kill()
      const ended = new Promise<boolean>((resolve) => {
        child.process.once('exit', () => resolve(false))
        mate.heard = (word) => word.kind === 'ended' && resolve(true)
        setTimeout(() => resolve(false), END_MS).unref()
        send(mate, { kind: 'end' })
      })
      if (await ended) giveBack()
      else await child.kill()
    },
  }
}

function send(mate: Mate, word: ToWorker): void {
  // A process that was struck in this very moment cannot be told.
  if (mate.child.process.connected) mate.child.process.send(word, () => undefined)
}

function stateOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3)
  } catch {
    return null
  }
}

async function within<T>(ms: number, work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${ms / 1000} s in vain for ${what}`)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
