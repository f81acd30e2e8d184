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
// 20,000 clicks are about 10 MB: what a database pause of some seconds can pile up.
const MAX_WAITING = 20_000
const LONGEST_RETRY_MS = 5_000

/**
 * Clicks that come while a write is under way go together into the next one. A click that the database refuses stays at
 * the head of the queue and is tried again; its shopper goes on after `patienceMs`, and the log says how many did.
 */
export function createClickRecorder(parts: ClickRecorderParts): ClickRecorder {
  const { patienceMs = 2_000, retryMs = 250, logger } = parts
  let queue: Waiting[] = []
  let writing: Promise<void> | null = null
  let closed = false

  async function writeAll(): Promise<void> {
    const impatience = setInterval(letGo, patienceMs).unref()
    for (let refusals = 0; queue.length > 0 && !closed; ) {
      await restOfTurn()
      const batch = queue.slice(0, MAX_BATCH)
      try {
        await parts.insert(batch.map((waiting) => waiting.click))
        queue = queue.slice(batch.length)
        refusals = 0
        impatience.refresh()
        for (const waiting of batch) waiting.answer()
      } catch (cause) {
        refusals += 1
        if (refusals === 1) logger.warn({ clicks: batch.length, failure: kindOf(cause) }, 'clicks refused')
        await pause(Math.min(retryMs * refusals, LONGEST_RETRY_MS))
      }
    }
    clearInterval(impatience)
  }

  /** Shoppers do not pay for our trouble: they go on, and their clicks stay in the queue. */
  function letGo(): void {
    logger.warn({ clicks: queue.length }, 'shoppers sent on before their clicks were stored')
    for (const waiting of queue) waiting.answer()
  }

  return {
    record(click) {
      if (closed || queue.length >= MAX_WAITING) {
        logger.error({ mallId: click.mallId, runId: click.runId }, 'click not stored: the queue is full')
        return Promise.resolve()
      }
      return new Promise((answer) => {
        queue.push({ click, answer })
        writing ??= writeAll().finally(() => {
          writing = null
        })
      })
    },
    waiting: () => queue.length,
    async close(giveUpMs = 5_000) {
      await Promise.race([writing, pause(giveUpMs)])
      closed = true
      if (queue.length > 0) logger.error({ clicks: queue.length }, 'clicks lost at shut-down')
      letGoQuietly(queue)
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
