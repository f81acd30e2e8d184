import { Router } from 'express'
import { z } from 'zod'
import { nationalDigits } from './intake-rules'
import { journalCount, journalPage } from './journal'
import { FaultsForm, type RelayFaults } from './relay-faults'
import type { PlayRelay } from './relay-port'
import type { RelayStore } from './relay-store'

const JournalQuery = z.object({
  since: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
  outcome: z.enum(['accepted', 'refused', 'all']).default('accepted'),
})

/** What `PUT /__fake/behaviour` takes; what is left out stays as it is. */
export const BehaviourForm = z
  .object({
    kind: z.boolean(),
    fates: z.boolean(),
    late: z.boolean(),
    repeated: z.boolean(),
    outOfOrder: z.boolean(),
    receiptSeconds: z
      .object({ from: z.number().int().nonnegative(), to: z.number().int().nonnegative() })
      .refine(({ from, to }) => from <= to),
  })
  .partial()

/** What `PUT /__fake/phones/{phone}/fate` takes: a status code for all its messages, its Kakao messages or its texts (4000: they arrive). */
const ForcedFateForm = z.object({
  code: z.string().regex(/^\d{4}$/),
  atIntake: z.boolean().default(false),
  of: z.enum(['brand', 'text', 'any']).default('any'),
})

/** `/__fake`: what no real relay has, without login: the journal, faults, behaviour, the balance, blocked phones. */
export function fakeRoutes(relay: Omit<PlayRelay, 'app'>, store: RelayStore, faults: RelayFaults): Router {
  const router = Router()
  router.get('/journal', (req, res) => {
    res.json(journalPage(store, JournalQuery.parse(req.query)))
  })
  router.get('/journal/count', (_req, res) => {
    res.json(journalCount(store))
  })
  router.get('/stats', (_req, res) => {
    res.json(relay.stats())
  })
  router.get('/behaviour', (_req, res) => {
    res.json(relay.behaviour())
  })
  router.put('/behaviour', (req, res) => {
    const given = Object.entries(BehaviourForm.parse(req.body)).filter(([, value]) => value !== undefined)
    res.json(relay.setBehaviour(Object.fromEntries(given)))
  })
  router.get('/faults', (_req, res) => {
    res.json(faults.list())
  })
  router.put('/faults', (req, res) => {
    faults.set(FaultsForm.parse(req.body))
    res.json(faults.list())
  })
  router.delete('/faults', (_req, res) => {
    faults.set([])
    res.json([])
  })
  router.put('/balance', (req, res) => {
    store.state.balanceWon = z
      .object({ balanceWon: z.number().int().nonnegative() })
      .parse(req.body).balanceWon
    res.json({ balanceWon: store.state.balanceWon })
  })
  router.put('/phones/:phone/fate', (req, res) => {
    const { of, ...fate } = ForcedFateForm.parse(req.body)
    const phone = nationalDigits(req.params.phone)
    const kinds = of === 'any' ? ['brand', 'text'] : [of]
    const forced = kinds.map((kind) => [`${phone}:${kind}`, fate])
    store.state.forced = { ...store.state.forced, ...Object.fromEntries(forced) }
    res.json(fate)
  })
  router.put('/phones/:phone/blocked', (req, res) => {
    const { blocked } = z.object({ blocked: z.boolean() }).parse(req.body)
    relay.setBlocked(nationalDigits(req.params.phone), blocked)
    res.json({ blocked })
  })
  return router
}
