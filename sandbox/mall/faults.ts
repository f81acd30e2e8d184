import { z } from 'zod'

/** How a mall misbehaves on request; everything off at the start. */
export const Faults = z.object({
  duplicateWebhooks: z.boolean().default(false),
  dropWebhooks: z.boolean().default(false),
  wrongKey: z.boolean().default(false),
  /** The one who consents is a sub-operator without the right. */
  subOperator: z.boolean().default(false),
  /** Consume the refresh token but cut the connection, this many times. */
  dropTokenAnswers: z.number().int().min(0).default(0),
  omitRefreshExpiry: z.boolean().default(false),
  /** The full member list comes without `sms` and `news_mail`, as in the official sample. */
  omitConsent: z.boolean().default(false),
  /** Keys of the member look-up with a trailing blank, as in the official sample. */
  trailingBlanks: z.boolean().default(false),
  /** Business seconds for which the usage quota is spent. */
  quotaSeconds: z.number().int().min(0).default(0),
  /** The next `count` answers on paths that contain `path`; status 0 cuts the connection. */
  next: z
    .array(z.object({ path: z.string(), status: z.number().int(), count: z.number().int().min(1) }))
    .default([]),
})
export type Faults = z.infer<typeof Faults>

/** Faults by mall; setting them replaces all that were set. */
export function createFaults(nowMs: () => number) {
  const byMall = new Map<string, { faults: Faults; quotaUntilMs: number }>()
  const none = { faults: Faults.parse({}), quotaUntilMs: 0 }
  const of = (mallId: string) => byMall.get(mallId) ?? none
  return {
    set(mallId: string, faults: Faults): void {
      byMall.set(mallId, { faults, quotaUntilMs: nowMs() + faults.quotaSeconds * 1000 })
    },
    of: (mallId: string): Faults => of(mallId).faults,
    /** Business seconds until the usage quota is free again; 0 when it is. */
    quotaSecondsLeft: (mallId: string): number =>
      Math.max(0, Math.ceil((of(mallId).quotaUntilMs - nowMs()) / 1000)),
    /** The status that this request is to fail with, counted down; null when it may pass. */
    takeNext(mallId: string, path: string): number | null {
      const hit = of(mallId).faults.next.find((fault) => fault.count > 0 && path.includes(fault.path))
      if (hit === undefined) return null
      hit.count -= 1
      return hit.status
    },
    /** Whether this token answer is to be lost, counted down. */
    takeTokenDrop(mallId: string): boolean {
      const { faults } = of(mallId)
      if (faults.dropTokenAnswers === 0) return false
      faults.dropTokenAnswers -= 1
      return true
    },
  }
}
export type FaultBook = ReturnType<typeof createFaults>
