import { createHash } from 'node:crypto'
import { type RequestHandler, Router, text } from 'express'
import { rateLimit } from 'express-rate-limit'
import { z } from 'zod'
import type { Clock } from '../core/clock'
import { sameSecret } from '../core/crypto'
import type { Hint, HintKind } from './hint'
import type { HintStore } from './hint-store'
import { type Mall, mallIdOf } from './mall'
import type { MallStore } from './mall-store'
import { readWebhook } from './webhook-rules'

const BODY_LIMIT = '64kb'
const MINUTE_MS = 60_000
const STOREFRONT_CALLS_A_MINUTE = 60

interface Parts {
  malls: MallStore
  hints: HintStore
  /** Business time. */
  clock: Clock
  machine: Clock
}

/**
 * POST /webhooks/cafe24; mounted at '/' as `public-raw`. A wrong key is answered 403; everything else that Cafe24 sends is
 * stored as a hint and answered 200 at once, since it switches off receivers that fail.
 */
export function webhookRoutes(parts: Parts & { webhookKey: string }): Router {
  const router = Router()
  router.post('/webhooks/cafe24', text({ type: '*/*', limit: BODY_LIMIT }), async (req, res) => {
    if (!sameSecret(req.get('x-api-key') ?? '', parts.webhookKey)) {
      res.status(403).json({ error: 'wrong key' })
      return
    }
    const body = typeof req.body === 'string' ? req.body : ''
    const webhook = readWebhook(parseJson(body))
    if (!webhook) {
      res.status(400).json({ error: 'not a webhook' })
      return
    }
    const mall = await parts.malls.find(mallIdOf('cafe24', webhook.shopId))
    const trace = req.get('x-trace-id') ?? bodyTrace(body, parts.machine)
    if (mall) await keep(parts, mall, trace, webhook.hints)
    res.json({ ok: true })
  })
  return router
}

const StorefrontEvent = z.object({
  mall_id: z.string().regex(/^[a-z0-9-]{3,50}$/),
  cid: z.string().max(200).default(''),
  order_id: z.string().regex(/^[\w-]{1,50}$/),
  member_id: z.string().max(100).default(''),
})

/** POST /events/storefront from the shop's own pages; mounted at '/' as `public-raw`. Anybody can forge it: a hint, no more. */
export function storefrontRoutes(parts: Parts): Router {
  const router = Router()
  router.use('/events/storefront', anyOrigin)
  router.post(
    '/events/storefront',
    rateLimit({
      windowMs: MINUTE_MS,
      limit: STOREFRONT_CALLS_A_MINUTE,
      standardHeaders: 'draft-8',
      legacyHeaders: false,
    }),
    text({ type: '*/*', limit: '4kb' }),
    async (req, res) => {
      const event = StorefrontEvent.safeParse(parseJson(typeof req.body === 'string' ? req.body : ''))
      if (!event.success) {
        res.status(400).json({ error: 'mall_id and order_id are needed' })
        return
      }
      const { mall_id, order_id, cid } = event.data
      const mall = await parts.malls.find(mallIdOf('cafe24', mall_id))
      const hint = { kind: 'order' as const, subject: order_id, trail: cid === '' ? null : cid }
      if (mall)
        await keep(parts, mall, `storefront:${bodyTrace(`${order_id}:${cid}`, parts.machine)}`, [hint])
      res.status(204).end()
    },
  )
  return router
}

async function keep(
  parts: Parts,
  mall: Mall,
  trace: string,
  found: readonly { kind: HintKind; subject: string; trail?: string | null }[],
): Promise<void> {
  const isOver = mall.state === 'uninstalled' || mall.state === 'pending'
  if (isOver) return
  const receivedAt = parts.clock.now()
  const hints = found.map(
    ({ kind, subject, trail }): Hint => ({
      id: `${mall.id}:${trace.slice(0, 100)}:${kind}:${subject}`,
      mallId: mall.id,
      kind,
      subject,
      trail: trail ?? null,
      receivedAt,
      attempts: 0,
    }),
  )
  await parts.hints.add(mall.id, hints)
}

/** Stands in for a missing delivery id; two true cart adds can be equal, so it holds for a minute only. */
function bodyTrace(body: string, machine: Clock): string {
  const minute = Math.floor(machine.now().getTime() / MINUTE_MS)
  return createHash('sha256').update(`${minute}:${body}`).digest('base64url')
}

const anyOrigin: RequestHandler = (req, res, next) => {
  res.set('Access-Control-Allow-Origin', '*')
  if (req.method !== 'OPTIONS') return next()
  res.set({ 'Access-Control-Allow-Methods': 'POST', 'Access-Control-Allow-Headers': 'content-type' })
  res.status(204).end()
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}
