import type { Logger } from '../core/logger'
import type { Click } from './tracking'

/** What the recorder writes with, and how long it lets shoppers wait. */
export interface ClickRecorderParts {
  insert(clicks: readonly Click[]): Promise<void>
  logger: Pick<Logger, 'warn' | 'error'>
  /** Machine milliseconds after which a shopper goes on although the write is not acknowledged yet; default 2,000. */
  patienceMs?: number
  /** Machine milliseconds between tries while the database refuses; default 250. */
  retryMs?: number
  /** Writes under way at once; default 2. */
  writesAtOnce?: number
}

/** Takes clicks and answers each once it is stored. */
export interface ClickRecorder {
  /** Resolves when the write that holds the click is acknowledged, or when the shopper has waited long enough; never rejects. */
  record(click: Click): Promise<void>
  /** Clicks that are not acknowledged yet. */
  waiting(): number
  /** Stores what is still waiting; resolves when all is stored, or after `giveUpMs` (default 5,000). */
  close(giveUpMs?: number): Promise<void>
}

interface Waiting {
  click: Click
  answer: () => void
}

const MAX_BATCH = 1_000
// With one, everybody waits while it is acknowledged and nobody is served; with four, the writes become small and many.
const WRITES_AT_ONCE = 2
// 20,000 clicks are about 10 MB: what a database pause of some seconds can pile up.
const MAX_WAITING = 20_000
const LONGEST_RETRY_MS = 5_000

/**
 * Clicks that come while two writes are under way go together into the next one. Clicks that the database refuses go back to
 * the head of the queue and are tried again; their shoppers go on after `patienceMs`, and the log says how many did.
 */
export function createClickRecorder(parts: ClickRecorderParts): ClickRecorder {
  const { patienceMs = 2_000, retryMs = 250, writesAtOnce = WRITES_AT_ONCE, logger } = parts
  let queue: Waiting[] = []
  const underWay = new Set<Waiting[]>()
  const writers = new Set<Promise<void>>()
  let impatience: NodeJS.Timeout | null = null
  let gathering = false
  let refusals = 0
  let closed = false
  const all = () => [...underWay, queue].flat()

  async function writeAll(): Promise<void> {
    while (queue.length > 0 && !closed) {
      gathering = true
      await restOfTurn()
      gathering = false
      const batch = queue.splice(0, MAX_BATCH)
      if (batch.length > 0) await write(batch)
    }
  }

  async function write(batch: Waiting[]): Promise<void> {
    underWay.add(batch)
    try {
      await parts.insert(batch.map((waiting) => waiting.click))
      underWay.delete(batch)
      refusals = 0
      impatience?.refresh()
      for (const waiting of batch) waiting.answer()
    } catch (cause) {
      underWay.delete(batch)
      queue = [...batch, ...queue]
      refusals += 1
      if (refusals === 1) logger.warn({ clicks: batch.length, failure: kindOf(cause) }, 'clicks refused')
      await pause(Math.min(retryMs * refusals, LONGEST_RETRY_MS))
    }
  }

  function start(): void {
    impatience ??= setInterval(letGo, patienceMs).unref()
    const writer = writeAll().finally(() => {
      writers.delete(writer)
      if (writers.size > 0 || !impatience) return
      clearInterval(impatience)
      impatience = null
    })
    writers.add(writer)
  }

  /** Shoppers do not pay for our trouble: they go on, and their clicks stay in the queue. */
  function letGo(): void {
    const waiting = all()
    logger.warn({ clicks: waiting.length }, 'shoppers sent on before their clicks were stored')
    letGoQuietly(waiting)
  }

  async function writersEnd(): Promise<void> {
    while (writers.size > 0) await Promise.all(writers)
  }

  const waiting = () => all().length
  return {
    record(click) {
      if (closed || queue.length >= MAX_WAITING) {
        logger.error({ mallId: click.mallId, runId: click.runId }, 'click not stored: the queue is full')
        return Promise.resolve()
      }
      return new Promise((answer) => {
        queue.push({ click, answer })
        if (!gathering && writers.size < writesAtOnce) start()
      })
    },
    waiting,
    async close(giveUpMs = 5_000) {
      await Promise.race([writersEnd(), pause(giveUpMs)])
      closed = true
      if (waiting() > 0) logger.error({ clicks: waiting() }, 'clicks lost at shut-down')
      letGoQuietly(all())
    },
  }
}

/** Requests that have arrived already join the write: at 32 connections it halves the number of writes. */
function restOfTurn(): Promise<void> {
  return new Promise((go) => setImmediate(go))
}

function letGoQuietly(queue: readonly Waiting[]): void {
  for (const waiting of queue) waiting.answer()
}

function kindOf(cause: unknown): string {
  return cause instanceof Error ? cause.name : typeof cause
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    // Waiting for a retry is no reason to keep a process alive that has nothing else to do.
    setTimeout(resolve, ms).unref()
  })
}
