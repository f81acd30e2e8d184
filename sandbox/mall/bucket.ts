const CAPACITY = 40
const LEAK_PER_SECOND = 2

/** What one call meets: its place in the bucket, or no place. */
export interface BucketAnswer {
  allowed: boolean
  /** `8/40`, for X-Api-Call-Limit. */
  header: string
}

/** One leaky bucket a mall over all paths (the stricter reading, cafe24.md §10.1), on business time. */
export function createBuckets(nowMs: () => number) {
  const buckets = new Map<string, { level: number; atMs: number }>()
  return {
    take(mallId: string): BucketAnswer {
      const bucket = buckets.get(mallId) ?? { level: 0, atMs: nowMs() }
      const now = nowMs()
      // A clock that was moved back leaks nothing, and the bucket goes on from there.
      const leaked = (Math.max(0, now - bucket.atMs) / 1000) * LEAK_PER_SECOND
      const level = Math.max(0, bucket.level - leaked)
      const allowed = level + 1 <= CAPACITY
      buckets.set(mallId, { level: allowed ? level + 1 : level, atMs: now })
      return { allowed, header: `${Math.ceil(allowed ? level + 1 : level)}/${CAPACITY}` }
    },
  }
}
