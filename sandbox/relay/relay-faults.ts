import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import { sendError } from './relay-errors'

/** What can become of the answer to one call. */
export const CALL_FAULTS = [
  'accepted-then-reset',
  'accepted-then-500',
  'accepted-then-503',
  'accepted-then-stall',
  'rubbish',
  'html',
  'half-json',
  'other-tenant',
  'stall-then-accept',
  'stall',
  'reset',
  '500',
  '429',
] as const
/** What can become of reports of results. */
export const RECEIPT_FAULTS = [
  'duplicate-receipts',
  'reordered-receipts',
  'foreign-receipts',
  'webhook-off',
] as const

/** The calls that a fault strikes when it names none: those with which messages leave. */
const SEND_CALLS = ['POST /messages/v4/groups/*/send', 'POST /messages/v4/send-many/detail']

const FaultForm = z.object({
  kind: z.enum([...CALL_FAULTS, ...RECEIPT_FAULTS]),
  /** `[METHOD ]/path` where `*` stands for one segment; without it, the send calls. */
  path: z.string().optional(),
  /** How many calls are struck; null = all of them, until the fault is taken away. */
  times: z.number().int().positive().nullable().default(1),
  /** How many matching calls pass before the first is struck. */
  skip: z.number().int().nonnegative().default(0),
  /** How long `stall-then-accept` waits, in machine ms. */
  delayMs: z.number().int().nonnegative().default(10_000),
})
/** One fault as it is asked for. */
export type FaultSetting = z.input<typeof FaultForm>
type RelayFault = z.infer<typeof FaultForm> & { hits: number }
type ReceiptFault = (typeof RECEIPT_FAULTS)[number]

/** What `PUT /__fake/faults` takes: one fault or a list; it replaces what was set before. */
export const FaultsForm = z.union([FaultForm, z.array(FaultForm)]).transform((given) => [given].flat())

/** The faults that the relay is told to have. */
export interface RelayFaults {
  set(faults: z.infer<typeof FaultForm>[]): void
  list(): RelayFault[]
  /** Strikes matching calls. */
  middleware: RequestHandler
  takeForReceipts(): ReceiptFault | null
}

/** No faults at first. */
export function createRelayFaults(): RelayFaults {
  let faults: RelayFault[] = []

  function take(matches: (fault: RelayFault) => boolean): RelayFault | null {
    const fault = faults.find((candidate) => matches(candidate) && candidate.times !== 0)
    if (!fault) return null
    if (fault.skip > 0) {
      fault.skip -= 1
      return null
    }
    if (fault.times !== null) fault.times -= 1
    fault.hits += 1
    return fault
  }

  return {
    set(next) {
      faults = next.map((fault) => ({ ...fault, hits: 0 }))
    },
    list: () => faults,
    middleware(req, res, next) {
      const fault = take(({ kind, path }) => !isReceiptFault(kind) && isStruck(path, req))
      if (fault) strike(fault, { req, res, next })
      else next()
    },
    takeForReceipts() {
      const kind = take((fault) => isReceiptFault(fault.kind))?.kind
      return kind !== undefined && isReceiptFault(kind) ? kind : null
    },
  }
}

function isReceiptFault(kind: RelayFault['kind']): kind is ReceiptFault {
  return RECEIPT_FAULTS.some((candidate) => candidate === kind)
}

function isStruck(path: string | undefined, req: Request): boolean {
  const call = `${req.method} ${req.path}`
  return (path === undefined ? SEND_CALLS : [path]).some((pattern) => {
    const source = pattern.replace(/[.+?^$()|[\]\\]/g, '\\$&').replace(/\*|\{\w+\}|:\w+/g, '[^/]+')
    return new RegExp(pattern.startsWith('/') ? `^[A-Z]+ ${source}$` : `^${source}$`).test(call)
  })
}

interface StruckCall {
  req: Request
  res: Response
  next: NextFunction
}

function strike(fault: RelayFault, { req, res, next }: StruckCall): void {
  switch (fault.kind) {
    case 'stall':
      break
    case 'reset':
      req.socket.resetAndDestroy()
      break
    case '500':
      sendError(res, 500, 'InternalError', '알 수 없는 오류가 발생했습니다.')
      break
    case '429':
      res.set('Retry-After', '1')
      sendError(res, 429, 'TooManyRequests', '요청이 너무 많습니다.')
      break
    case 'stall-then-accept':
      setTimeout(next, fault.delayMs)
      break
    default:
      answerFalsely(fault.kind, req, res)
      next()
  }
}

/** The call is handled as ever; only its answer is lost or spoilt. */
function answerFalsely(kind: RelayFault['kind'], req: Request, res: Response): void {
  const json = res.json.bind(res)
  res.json = (body: unknown) => {
    if (kind === 'accepted-then-reset') req.socket.resetAndDestroy()
    else if (kind === 'accepted-then-500' || kind === 'accepted-then-503') {
      res.status(kind === 'accepted-then-500' ? 500 : 503)
      json({ errorCode: 'InternalError', errorMessage: '알 수 없는 오류가 발생했습니다.' })
    } else if (kind === 'rubbish') res.type('application/json').send('\u0001%%=~ 0x7f }{')
    else if (kind === 'html')
      res.type('html').send('<!doctype html><title>점검 중</title><p>잠시 뒤에 다시 시도해 주세요.')
    else if (kind === 'half-json') res.type('application/json').send(halfOf(JSON.stringify(body)))
    else if (kind === 'other-tenant') json(ofAnotherTenant(body))
    return res
  }
}

function halfOf(text: string): string {
  return text.slice(0, Math.max(1, Math.floor(text.length / 2)))
}

/** The same answer about ids that this account does not own. */
function ofAnotherTenant(body: unknown): unknown {
  return JSON.parse(
    JSON.stringify(body)
      .replace(/([GM]4V)[0-9A-Z]+/g, '$1FOREIGN0000000000001')
      .replace(/"accountId":"[^"]*"/g, '"accountId":"99999999999999"'),
  )
}
