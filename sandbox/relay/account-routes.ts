import { randomBytes } from 'node:crypto'
import { Router } from 'express'
import { z } from 'zod'
import { nationalDigits } from './intake-rules'
import type { RelayContext } from './relay-context'
import { RelayRefusal } from './relay-errors'
import type { RelayWebhook } from './relay-types'
import { perChargeType, webhookOnWire } from './relay-wire'
import { PRICE_WON } from './status-codes'

const NewWebhook = z.object({
  eventId: z.enum(['SINGLE-REPORT', 'GROUP-REPORT']).default('SINGLE-REPORT'),
  url: z.url({ protocol: /^https?$/ }),
  secret: z.string().min(1).nullish(),
})
const ChangedWebhook = NewWebhook.partial().extend({ status: z.enum(['ACTIVE', 'INACTIVE']).optional() })

/** What the account owns: money, prices, channels and sender numbers. */
export function accountRoutes({ account, accountId, store, clock }: RelayContext): Router {
  const router = Router()
  const madeAt = clock.now().toISOString()
  router.get('/cash/v1/balance', (_req, res) => {
    res.json({
      accountId,
      balance: store.state.balanceWon,
      point: 0,
      deposit: 0,
      minimumCash: 0,
      autoRecharge: 0,
    })
  })
  router.get('/pricing/v1/messaging', (_req, res) => {
    res.json(prices())
  })
  router.get('/kakao/v2/channels', (req, res) => {
    const channels = [
      {
        channelId: account.pfId,
        searchId: `@${account.channelName ?? '연습채널'}`,
        accountId,
        sharedAccountIds: [],
        dateCreated: madeAt,
        dateUpdated: madeAt,
      },
    ]
    const wanted = req.query['channelId']
    const channelList = channels.filter(({ channelId }) => wanted === undefined || wanted === channelId)
    res.json({ limit: 20, startKey: null, nextKey: null, channelList })
  })
  const numbers = account.senderNumbers.map(nationalDigits)
  router.get('/senderid/v1/numbers', (_req, res) => {
    const senderIds = numbers.map((phoneNumber, i) => ({
      handleKey: `SID${i}`,
      phoneNumber,
      status: 'ACTIVE',
    }))
    res.json({ accountId, limit: 20, startKey: null, nextKey: null, senderIds })
  })
  router.get('/senderid/v1/numbers/active', (_req, res) => {
    res.json(numbers)
  })
  return router
}

/** The price list in won, one figure per message type. */
export function prices(): Record<string, unknown> {
  return {
    countryId: '82',
    ...perChargeType(100),
    sms: PRICE_WON.SMS,
    lms: PRICE_WON.LMS,
    mms: 200,
    ata: 13,
    cta: 19,
    cti: 20,
    bms_text: PRICE_WON.BMS_FREE,
    bms_free: PRICE_WON.BMS_FREE,
  }
}

/** `/webhook/v1/outgoing`: where receipts are told; the same event and address again changes the one that is there. */
export function webhookRoutes({ accountId, store, clock }: RelayContext): Router {
  const router = Router()
  const hookOf = (webhookId: string): RelayWebhook => {
    const hook = store.state.webhooks.find((candidate) => candidate.webhookId === webhookId)
    if (!hook) throw new RelayRefusal(404, 'ResourceNotFound', '해당 웹훅이 존재하지 않습니다.')
    return hook
  }
  router.get('/', (_req, res) => {
    const webhookList = store.state.webhooks.map((hook) => webhookOnWire(hook, accountId))
    res.json({ limit: 20, startKey: null, nextKey: null, webhookList })
  })
  router.post('/', (req, res) => {
    const { eventId, url, secret } = NewWebhook.parse(req.body)
    const nowMs = clock.now().getTime()
    const known = store.state.webhooks.find((hook) => hook.eventId === eventId && hook.url === url)
    const hook: RelayWebhook = known ?? {
      webhookId: `WH01WH${randomBytes(12).toString('hex')}`,
      eventId,
      url,
      secret: null,
      status: 'ACTIVE',
      failCount: 0,
      createdMs: nowMs,
      updatedMs: nowMs,
    }
    Object.assign(hook, { secret: secret ?? null, status: 'ACTIVE', updatedMs: nowMs })
    if (!known) store.state.webhooks.push(hook)
    res.json(webhookOnWire(hook, accountId))
  })
  router.put('/:webhookId', (req, res) => {
    const hook = hookOf(req.params.webhookId)
    Object.assign(hook, ChangedWebhook.parse(req.body), { updatedMs: clock.now().getTime() })
    res.json(webhookOnWire(hook, accountId))
  })
  router.delete('/:webhookId', (req, res) => {
    const hook = hookOf(req.params.webhookId)
    store.state.webhooks = store.state.webhooks.filter((candidate) => candidate !== hook)
    res.json(webhookOnWire(hook, accountId))
  })
  return router
}
