import type { MovableClock } from '../../../core/clock'

/** What the mall's answers tell about the limits; the names are header names in lower case. */
export type LimitHeaders = Readonly<Record<string, unknown>>

/** Keeps the calls to one mall inside its limits. */
export interface CallLimiter {
  /** Runs `call` once the limits allow it; at most two run at a time. */
  run<T>(call: () => Promise<T>): Promise<T>
  /** Learns from an answer: how full the bucket is, how much of the quota is used. */
  observe(headers: LimitHeaders): void
  /** No call for so long, in business time. */
  pause(businessMs: number): void
}

// Cafe24 reference §2.2 (2026-06): 40 calls a mall, leaking 2 a second; more than 10 a second may count as abuse.
const LEAK_PER_SECOND = 2
const AT_ONCE = 2
// Two calls under way can reach the mall later than they left here: so far below 40 they never overflow it.
const HIGHEST_LEVEL = 38
const SPACING_MS = 125
const SLOW_SPACING_MS = 1000
const SLOW_ABOVE_PERCENT = 80
// A clock that is moved or sped up while we wait is noticed within this time.
const LONGEST_SLEEP_MS = 50

/** A limiter of one mall that runs on business time, like the mall's own bucket. */
export function createCallLimiter(clock: MovableClock): CallLimiter {
  const nowMs = () => clock.now().getTime()
  let bucket = { level: 0, atMs: nowMs() }
  let last = { atMs: Number.NEGATIVE_INFINITY, machineMs: Number.NEGATIVE_INFINITY }
  let pauseMs = 0
  let pausedAtMs = 0
  let usagePercent = 0
  let running = 0
  let turn: Promise<unknown> = Promise.resolve()

  /** Machine milliseconds until a call may leave; 0 takes its place in the bucket. */
  function tryTake(): number {
    const now = nowMs()
    const leaked = (Math.max(0, now - bucket.atMs) / 1000) * LEAK_PER_SECOND
    bucket = { level: Math.max(0, bucket.level - leaked), atMs: now }
    // After a clock was moved back nothing may wait for instants that it has yet to reach again.
    last.atMs = Math.min(last.atMs, now)
    pausedAtMs = Math.min(pausedAtMs, now)
    const inMachineMs = (businessMs: number) => (businessMs <= 0 ? 0 : businessMs / clock.speed())
    const spacing = usagePercent > SLOW_ABOVE_PERCENT ? SLOW_SPACING_MS : SPACING_MS
    const wait = Math.max(
      inMachineMs(((bucket.level + 1 - HIGHEST_LEVEL) / LEAK_PER_SECOND) * 1000),
      // On a frozen clock the spacing of machine time is enough.
      Math.min(inMachineMs(last.atMs + spacing - now), last.machineMs + spacing - performance.now()),
      inMachineMs(pausedAtMs + pauseMs - now),
    )
    if (wait > 0) return wait
    bucket.level += 1
    last = { atMs: now, machineMs: performance.now() }
    return 0
  }

  async function admit(): Promise<void> {
    for (;;) {
      if (running < AT_ONCE) {
        const wait = tryTake()
        if (wait <= 0) break
        await sleep(wait)
      } else await sleep(1)
    }
    running += 1
  }

  return {
    async run(call) {
      const mine = turn.then(admit)
      turn = mine
      await mine
      try {
        return await call()
      } finally {
        running -= 1
      }
    },
    observe(headers) {
      const used = Number(/^(\d+)\/\d+$/.exec(String(headers['x-api-call-limit']))?.[1] ?? 0)
      bucket.level = Math.max(bucket.level, used)
      usagePercent = Math.max(
        Number(headers['x-cafe24-call-usage'] ?? 0) || 0,
        Number(headers['x-cafe24-time-usage'] ?? 0) || 0,
      )
    },
    pause(businessMs) {
      pausedAtMs = nowMs()
      pauseMs = businessMs
    },
  }
}

/** Sleeps so many machine milliseconds, at most `LONGEST_SLEEP_MS`; a frozen clock gives Infinity. */
function sleep(machineMs: number): Promise<void> {
  if (machineMs < 1) return new Promise((resolve) => setImmediate(resolve))
  return new Promise((resolve) => setTimeout(resolve, Math.min(Math.ceil(machineMs), LONGEST_SLEEP_MS)))
}
