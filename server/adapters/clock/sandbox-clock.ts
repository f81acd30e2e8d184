import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import axios from 'axios'
import { z } from 'zod'
import { type Clock, type MovableClock, machineClock } from '../../core/clock'

const ClockState = z.object({
  version: z.number().int(),
  now: z.iso.datetime({ offset: true }),
  speed: z.number().min(0),
})

/** Keeps a business clock at the sandbox's. */
export interface ClockFollower {
  /** Resolves once the clock has been set for the first time. */
  ready: Promise<void>
  stop(): void
}

const POLL_MS = 200
const CONNECT_MS = 2_000

/**
 * Makes `clock` follow the sandbox clock at `url`: by its stream of changes, and by asking every 200 ms while there is no
 * stream. Losing the sandbox leaves the clock running as it last was.
 */
export function followSandboxClock(parts: {
  url: string
  clock: MovableClock
  machine?: Clock
}): ClockFollower {
  const { url, clock, machine = machineClock } = parts
  const stopping = new AbortController()
  const { signal } = stopping
  let isSet: () => void = () => undefined
  const ready = new Promise<void>((resolve) => {
    isSet = resolve
  })

  function follow(text: unknown): void {
    const state = ClockState.safeParse(text)
    if (!state.success) return
    const { version, now, speed } = state.data
    clock.follow({ version, businessMs: Date.parse(now), machineMs: machine.now().getTime(), speed })
    isSet()
  }

  async function listen(): Promise<void> {
    const connecting = new AbortController()
    const patience = setTimeout(() => connecting.abort(), CONNECT_MS)
    const answer = await axios
      .get<Readable>(`${url}/clock/stream`, {
        responseType: 'stream',
        headers: { Accept: 'text/event-stream' },
        proxy: false,
        signal: AbortSignal.any([signal, connecting.signal]),
      })
      .finally(() => clearTimeout(patience))
    const body = answer.data
    const end = () => body.destroy()
    signal.addEventListener('abort', end, { once: true })
    try {
      for await (const line of createInterface({ input: body })) {
        if (line.startsWith('data:')) follow(parseJson(line.slice(5)))
      }
    } finally {
      signal.removeEventListener('abort', end)
    }
  }

  async function poll(): Promise<void> {
    const { data } = await axios.get<unknown>(`${url}/clock.json`, {
      timeout: CONNECT_MS,
      proxy: false,
      signal,
    })
    follow(data)
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      await poll().catch(() => undefined)
      await listen().catch(() => undefined)
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, POLL_MS).unref())
    }
  }

  void run()
  return { ready, stop: () => stopping.abort() }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
