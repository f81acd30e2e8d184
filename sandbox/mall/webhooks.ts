import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { FaultBook } from './faults'
import { kstIso } from './kst'

const TIMEOUT_MS = 5_000
const AT_ONCE = 8

/** What became of one webhook; `statusCode` 0 when nothing answered. */
export interface WebhookDelivery {
  traceId: string
  success: boolean
  statusCode: number
}

/** One row of the mall's webhook log. */
export const WebhookLog = z.object({
  log_id: z.string(),
  log_type: z.enum(['G', 'R', 'T']),
  event_no: z.number(),
  mall_id: z.string(),
  trace_id: z.string(),
  requested_time: z.string(),
  request_endpoint: z.string(),
  request_body: z.string(),
  success: z.enum(['T', 'F']),
  response_http_code: z.number(),
  response_body: z.string(),
})
export type WebhookLog = z.infer<typeof WebhookLog>

export interface WebhookTarget {
  webhookUrl: string
  webhookKey: string
}

/** Sends webhooks a few at a time and logs each; a failed one is not sent again, as no schedule is known (cafe24.md §3.2). */
export function createWebhooks(target: WebhookTarget, faults: FaultBook, nowMs: () => number) {
  const logs: WebhookLog[] = []
  const waiting: (() => void)[] = []
  const underWay = new Set<Promise<unknown>>()
  let running = 0

  async function turn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
    running += 1
    try {
      return await work()
    } finally {
      running -= 1
      waiting.shift()?.()
    }
  }

  async function post(
    mallId: string,
    traceId: string,
    body: string,
  ): Promise<{ status: number; text: string }> {
    const key = faults.of(mallId).wrongKey ? randomUUID() : target.webhookKey
    try {
      const answer = await fetch(target.webhookUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'X-API-Key': key, 'X-Trace-ID': traceId },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      return { status: answer.status, text: (await answer.text()).slice(0, 500) }
    } catch {
      return { status: 0, text: '' }
    }
  }

  async function send(
    mallId: string,
    eventNo: number,
    resource: Record<string, unknown>,
  ): Promise<WebhookDelivery[]> {
    const body = JSON.stringify({ event_no: eventNo, resource })
    const traceId = randomUUID()
    const log: WebhookLog = {
      log_id: String(logs.length + 1).padStart(12, '0'),
      log_type: 'G',
      event_no: eventNo,
      mall_id: mallId,
      trace_id: traceId,
      requested_time: kstIso(nowMs()),
      request_endpoint: target.webhookUrl,
      request_body: body,
      success: 'F',
      response_http_code: 0,
      response_body: '',
    }
    logs.push(log)
    const { dropWebhooks, duplicateWebhooks } = faults.of(mallId)
    if (dropWebhooks) return []
    const deliveries: WebhookDelivery[] = []
    for (let time = 0; time < (duplicateWebhooks ? 2 : 1); time += 1) {
      const { status, text } = await turn(() => post(mallId, traceId, body))
      const success = status >= 200 && status < 300
      Object.assign(log, { success: success ? 'T' : 'F', response_http_code: status, response_body: text })
      deliveries.push({ traceId, success, statusCode: status })
    }
    return deliveries
  }

  /** Does outside work that `settled` waits for. */
  function track<T>(work: Promise<T>): Promise<T> {
    underWay.add(work)
    const done = () => underWay.delete(work)
    work.then(done, done)
    return work
  }

  return {
    track,
    deliver: (mallId: string, eventNo: number, resource: Record<string, unknown>) =>
      track(send(mallId, eventNo, resource)),
    async settled(): Promise<void> {
      while (underWay.size > 0) await Promise.allSettled([...underWay])
    },
    /** A mall's log, oldest first. */
    logsOf: (mallId: string): WebhookLog[] => logs.filter((log) => log.mall_id === mallId),
    dump: (): WebhookLog[] => logs,
    load: (rows: WebhookLog[]) => logs.push(...rows),
  }
}
