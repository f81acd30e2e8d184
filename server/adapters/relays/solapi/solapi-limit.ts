import type { Clock } from '../../../core/clock'

/** How often each account is called by this process. */
export interface CallLimit {
  /**
   * Takes `count` calls of an account, first come first served, and resolves with 0 when they may be made; when that would
   * take longer than `maxWaitMs`, takes nothing and resolves at once with the wait in milliseconds.
   */
  take(account: string, count: number, maxWaitMs: number): Promise<number>
  /** Counts a call that cannot wait; those behind it wait longer. */
  count(account: string): void
}

/** Calls that belong to one hand-over: group, messages, release. A bucket must hold at least these. */
export const CALLS_OF_A_HANDOVER = 3

/** A token bucket for each account that holds one second's calls, on machine time; null = no limit. */
export function createCallLimit(callsPerSecond: number | null, machine: Clock): CallLimit {
  if (callsPerSecond === null) return { take: async () => 0, count: () => undefined }
  const capacity = Math.max(callsPerSecond, CALLS_OF_A_HANDOVER)
  const buckets = new Map<string, { left: number; atMs: number }>()

  /** The bucket as it stands now; below zero are calls that somebody waits for. */
  function refilled(account: string) {
    const atMs = machine.now().getTime()
    const bucket = buckets.get(account) ?? { left: capacity, atMs }
    const passedMs = Math.max(0, atMs - bucket.atMs)
    bucket.left = Math.min(capacity, bucket.left + (passedMs * (callsPerSecond ?? 0)) / 1_000)
    bucket.atMs = atMs
    buckets.set(account, bucket)
    return bucket
  }

  return {
    async take(account, count, maxWaitMs) {
      const bucket = refilled(account)
      const waitMs = Math.max(0, Math.ceil(((count - bucket.left) * 1_000) / callsPerSecond))
      if (waitMs > maxWaitMs) return waitMs
      bucket.left -= count
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
      return 0
    },
    count(account) {
      refilled(account).left -= 1
    },
  }
}
