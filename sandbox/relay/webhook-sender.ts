import { createHash } from 'node:crypto'
import type { SandboxClock } from '../clock'
import type { DueQueue } from './due-queue'
import type { RelayFaults } from './relay-faults'
import type { RelayStore } from './relay-store'
import type { DueItem, RelayWebhook } from './relay-types'

const MAX_PER_CALL = 100
const TIMEOUT_MS = 10_000
const CALLS_AT_ONCE = 4
// Five tries in all (messaging reference §2.1), here 10 s, 1 min, 10 min and 1 h of business time apart.
const WAITS_MS = [10_000, 60_000, 600_000, 3_600_000]
const REORDERED_WAIT_MS = 30_000

/** Tells the account's webhooks what happened. */
export interface WebhookSender {
  /** Queues one report; `make` is called at once, and only if somebody listens. */
  report(eventId: RelayWebhook['eventId'], make: () => Record<string, unknown>): void
  retry(item: Extract<DueItem, { kind: 'delivery' }>): void
  /** Reports not yet answered or given up for now. */
  underWay(): number
  stats(): { calls: number; reports: number; failedCalls: number }
}

interface SenderParts {
  store: RelayStore
  clock: SandboxClock
  faults: RelayFaults
  due: Pick<DueQueue<DueItem>, 'add'>
}

/** Gathers reports into arrays of at most 100 and posts them; what is not answered with 200 is tried again later. */
export function createWebhookSender({ store, clock, faults, due }: SenderParts): WebhookSender {
  const waiting = new Map<string, Record<string, unknown>[]>()
  const pump = createPump(CALLS_AT_ONCE)
  const counts = { calls: 0, reports: 0, failedCalls: 0 }
  let flushing = false

  const find = (webhookId: string) => store.state.webhooks.find((hook) => hook.webhookId === webhookId)

  function flush(): void {
    flushing = false
    for (const [webhookId, reports] of waiting) {
      for (let i = 0; i < reports.length; i += MAX_PER_CALL)
        queue(webhookId, reports.slice(i, i + MAX_PER_CALL))
    }
    waiting.clear()
  }

  function queue(webhookId: string, reports: Record<string, unknown>[]): void {
    const fault = faults.takeForReceipts()
    if (fault === 'webhook-off') return
    const told = fault === 'foreign-receipts' ? [foreignReport(), ...reports] : reports
    if (fault === 'reordered-receipts') {
      const body = JSON.stringify([...told].reverse())
      due.add(clock.now().getTime() + REORDERED_WAIT_MS, { kind: 'delivery', webhookId, body, attempt: 1 })
      return
    }
    const body = JSON.stringify(told)
    for (let i = 0; i < (fault === 'duplicate-receipts' ? 2 : 1); i++)
      pump.start(() => deliver(webhookId, body, 1))
  }

  async function deliver(webhookId: string, body: string, attempt: number): Promise<void> {
    const hook = find(webhookId)
    if (hook?.status !== 'ACTIVE') return
    counts.calls += 1
    if (await post(hook, body)) return
    counts.failedCalls += 1
    const waitMs = WAITS_MS[attempt - 1]
    if (waitMs === undefined) hook.failCount += 1
    else due.add(clock.now().getTime() + waitMs, { kind: 'delivery', webhookId, body, attempt: attempt + 1 })
  }

  return {
    report(eventId, make) {
      const hooks = store.state.webhooks.filter(
        (hook) => hook.eventId === eventId && hook.status === 'ACTIVE',
      )
      if (hooks.length === 0) return
      const report = make()
      for (const { webhookId } of hooks) {
        const list = waiting.get(webhookId)
        if (list) list.push(report)
        else waiting.set(webhookId, [report])
        counts.reports += 1
      }
      if (!flushing) setImmediate(flush)
      flushing = true
    },
    retry: ({ webhookId, body, attempt }) => pump.start(() => deliver(webhookId, body, attempt)),
    underWay: () => pump.underWay() + waiting.size,
    stats: () => ({ ...counts }),
  }
}

/** Runs calls in order, at most `atOnce` at the same time. */
function createPump(atOnce: number) {
  const calls: (() => Promise<void>)[] = []
  let running = 0
  function run(): void {
    while (running < atOnce) {
      const next = calls.shift()
      if (!next) return
      running += 1
      void next().finally(() => {
        running -= 1
        run()
      })
    }
  }
  return {
    start(call: () => Promise<void>) {
      calls.push(call)
      run()
    },
    underWay: () => running + calls.length,
  }
}

async function post(hook: RelayWebhook, body: string): Promise<boolean> {
  try {
    const answer = await fetch(hook.url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Solapi-Event-Name': hook.eventId,
        // The secret itself never travels (messaging reference §2.1.1).
        ...(hook.secret ? { 'X-Solapi-Secret': createHash('sha1').update(hook.secret).digest('hex') } : {}),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await answer.arrayBuffer()
    return answer.status === 200
  } catch {
    return false
  }
}

/** A report about a message that is not this account's. */
function foreignReport(): Record<string, unknown> {
  return {
    messageId: 'M4VFOREIGN0000000000001',
    groupId: 'G4VFOREIGN0000000000001',
    accountId: '99999999999999',
    to: '01000000000',
    type: 'BMS_FREE',
    status: 'COMPLETE',
    statusCode: '4000',
    customFields: { k: 'foreign' },
  }
}
