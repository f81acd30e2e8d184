import express, { Router } from 'express'
import type { Logger } from '../core/logger'
import type { MessageRelay } from '../messages/message-relay'
import type { SendingAccountService } from '../messages/sending-account-service'
import type { ReceiptService } from './receipt-service'

/** What the relay's webhooks need. */
export interface ReceiptRouteParts {
  accounts: Pick<SendingAccountService, 'byWebhookPath'>
  relay: Pick<MessageRelay, 'parseWebhook'>
  receipts: Pick<ReceiptService, 'applyReceipts'>
  logger: Logger
}

/** `POST /{path}`: results as the relay tells them, answered once they are stored. Mount at /webhooks/solapi, kind `public-raw`. */
export function receiptRoutes({ accounts, relay, receipts, logger }: ReceiptRouteParts): Router {
  const router = Router()
  router.post('/:path', express.json({ limit: '5mb', strict: false }), async (req, res) => {
    const found = await accounts.byWebhookPath(String(req.params['path']))
    if (!found) return void res.status(404).json({ error: 'unknown-address' })
    const { account, secret } = found
    const headers = Object.fromEntries(
      Object.entries(req.headers).map(([name, value]) => [name, [value].flat()[0]]),
    )
    const read = relay.parseWebhook(headers, req.body, secret)
    if (!read.ok) return void res.status(401).json({ error: 'bad-secret-or-shape' })
    if (read.malformed > 0)
      logger.warn(
        { mallId: account.mallId, malformed: read.malformed },
        'results of another shape were set aside',
      )
    await receipts.applyReceipts(account.mallId, read.receipts)
    res.json({ ok: true })
  })
  return router
}
