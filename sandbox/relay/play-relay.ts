import express, { type ErrorRequestHandler } from 'express'
import { ZodError } from 'zod'
import { machineNow, type SandboxClock } from '../clock'
import { accountRoutes, prices, webhookRoutes } from './account-routes'
import { createDueQueue, type DueQueue } from './due-queue'
import { fakeRoutes } from './fake-routes'
import { groupRoutes } from './group-routes'
import { journalCount, journalPage } from './journal'
import { applyDue } from './receipt-flow'
import { requireSignature } from './relay-auth'
import { createCallCounter } from './relay-calls'
import type { RelayContext } from './relay-context'
import { RelayRefusal, sendError } from './relay-errors'
import { createRelayFaults, type RelayFaults } from './relay-faults'
import type { PlayRelay } from './relay-port'
import { roomOf, roomsOf } from './relay-rooms'
import { RelaySnapshot } from './relay-snapshot'
import { createRelayStore } from './relay-store'
import { type DueItem, type PlayRelayAccount, type RelayBehaviour, USUAL_BEHAVIOUR } from './relay-types'
import { createWebhookSender, type WebhookSender } from './webhook-sender'

/** What a play relay is made of; `machineNowMs` is only replaced in tests. */
export interface PlayRelayOptions {
  clock: SandboxClock
  account: PlayRelayAccount
  behaviour?: Partial<RelayBehaviour>
  machineNowMs?: () => number
}

const DEFAULT_BALANCE_WON = 10_000_000

/** Builds a play relay for one account. */
export function createPlayRelay(options: PlayRelayOptions): PlayRelay {
  const { clock, account, machineNowMs = () => machineNow().getTime() } = options
  let behaviour: RelayBehaviour = { ...USUAL_BEHAVIOUR, ...options.behaviour }
  const store = createRelayStore(account.balanceWon ?? DEFAULT_BALANCE_WON)
  const faults = createRelayFaults()
  const due = createDueQueue<DueItem>(clock, (items) => {
    for (const item of items) if (item.kind === 'delivery') webhooks.retry(item)
    applyDue(
      context,
      items.filter((item) => item.kind !== 'delivery'),
    )
  })
  const webhooks = createWebhookSender({ store, clock, faults, due })
  const accountId = account.accountId ?? '26112200000001'
  const context: RelayContext = {
    account,
    accountId,
    wire: { accountId, pfId: account.pfId },
    clock,
    machineNowMs,
    store,
    behaviour: () => behaviour,
    due,
    webhooks,
  }
  const calls = createCallCounter()
  const relay: Omit<PlayRelay, 'app'> = {
    ...windowsOf(context, { calls, due, webhooks }),
    behaviour: () => behaviour,
    setBehaviour(change) {
      behaviour = { ...behaviour, ...change }
      return behaviour
    },
    snapshot: () => ({ state: store.state, behaviour, due: due.snapshot() }),
    restore(saved) {
      const parsed = RelaySnapshot.parse(saved)
      store.replace(parsed.state)
      behaviour = parsed.behaviour
      due.restore(parsed.due)
    },
    stop: due.stop,
  }
  return { ...relay, app: createApp(context, { relay, calls, faults }) }
}

interface Watched {
  calls: ReturnType<typeof createCallCounter>
  due: DueQueue<DueItem>
  webhooks: WebhookSender
}

/** What one may look at from outside: journal, figures, phones. */
function windowsOf({ store }: RelayContext, { calls, due, webhooks }: Watched) {
  return {
    journal: () =>
      journalPage(store, { since: 0, limit: Number.POSITIVE_INFINITY, outcome: 'accepted' }).entries,
    stats: () => ({
      ...calls.counts(),
      messages: journalCount(store),
      groups: store.state.groups.length,
      balanceWon: store.state.balanceWon,
      waiting: due.size().waiting,
      webhooks: webhooks.stats(),
    }),
    rooms: () => roomsOf(store),
    room: (digits: string) => roomOf(store, digits),
    isBlocked: store.isBlocked,
    setBlocked: store.setBlocked,
    async settled() {
      while (due.size().due > 0 || webhooks.underWay() > 0)
        await new Promise((resolve) => setTimeout(resolve, 5))
    },
  }
}

interface AppParts {
  relay: Omit<PlayRelay, 'app'>
  calls: ReturnType<typeof createCallCounter>
  faults: RelayFaults
}

function createApp(context: RelayContext, { relay, calls, faults }: AppParts): express.Express {
  const app = express()
  app.disable('x-powered-by')
  app.use(express.json({ limit: '15mb' }))
  app.use('/__fake', fakeRoutes(relay, context.store, faults))
  app.get('/pricing/v1/messaging/default', (_req, res) => {
    res.json(prices())
  })
  app.use(calls.middleware, requireSignature(context.account, context.machineNowMs), faults.middleware)
  app.use('/messages/v4', groupRoutes(context))
  app.use('/webhook/v1/outgoing', webhookRoutes(context))
  app.use(accountRoutes(context))
  app.use((_req, res) => sendError(res, 404, 'NotFound', '존재하지 않는 주소입니다.'))
  app.use(answerError)
  return app
}

const answerError: ErrorRequestHandler = (error, _req, res, _next) => {
  if (error instanceof RelayRefusal) return sendError(res, error.status, error.code, error.message)
  if (error instanceof ZodError) {
    const where = error.issues.map(({ path }) => path.join('.')).join(', ')
    return sendError(res, 400, 'ValidationError', `요청 값이 올바르지 않습니다: ${where}`)
  }
  const status = statusOf(error)
  sendError(
    res,
    status,
    status === 413 ? 'PayloadTooLarge' : status < 500 ? 'ValidationError' : 'InternalError',
    '요청을 처리하지 못했습니다.',
  )
}

/** The body parser's errors carry the status to answer with. */
function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined
  return typeof status === 'number' ? status : 500
}
