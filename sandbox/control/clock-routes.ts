import express, { type Response, Router } from 'express'
import { z } from 'zod'
import type { ClockState, SandboxClock } from '../clock'
import { clockPage } from './clock-page'
import { nextSeoulHour, parseSeoulField } from './seoul-words'

const Speed = z.number().min(0).max(1_000_000)
const ClockChange = z
  .object({ now: z.iso.datetime({ offset: true }), speed: Speed })
  .partial()
  .refine(({ now, speed }) => now !== undefined || speed !== undefined)

const ClockForm = z.union([
  z.object({ move: z.enum(['next-10', 'plus-hour', 'next-9']) }),
  z.object({ move: z.literal('at'), at: z.string() }),
  z.object({ speed: z.coerce.number().pipe(Speed) }),
])

/** The clock as a page with forms (`/clock`), as JSON (`/clock.json`) and as a stream of its changes (`/clock/stream`). */
export function clockRoutes(clock: SandboxClock): Router {
  const router = Router()
  router.get('/clock', (_req, res) => {
    res.send(clockPage(clock.state(), null))
  })
  router.post('/clock', express.urlencoded({ extended: false }), (req, res) => {
    const form = ClockForm.safeParse(req.body)
    const change = form.success ? changeOf(form.data, clock.now()) : null
    if (change) {
      clock.set(change)
      return res.redirect(303, '/clock')
    }
    const typed = form.success && 'at' in form.data ? form.data.at : ''
    const message = '날짜와 시각을 2026-11-22 10:00처럼 넣어 주세요'
    res.status(400).send(clockPage(clock.state(), { typed, message }))
  })
  router.get('/clock.json', (_req, res) => {
    res.json(clock.state())
  })
  router.put('/clock.json', express.json(), (req, res) => {
    const parsed = ClockChange.safeParse(req.body)
    if (!parsed.success) {
      res
        .status(400)
        .json({ error: 'now: an ISO 8601 instant with its zone; speed: 0 or more; at least one of them' })
      return
    }
    const { now, speed } = parsed.data
    res.json(clock.set({ ...(now && { now: new Date(now) }), ...(speed !== undefined && { speed }) }))
  })
  router.get('/clock/stream', (req, res) => {
    res.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
    tell(res, clock.state())
    req.on(
      'close',
      clock.onChange((state) => tell(res, state)),
    )
  })
  return router
}

function changeOf(form: z.infer<typeof ClockForm>, now: Date): { now?: Date; speed?: number } | null {
  if ('speed' in form) return { speed: form.speed }
  switch (form.move) {
    case 'next-10':
      return { now: nextSeoulHour(now, 10) }
    case 'next-9':
      return { now: nextSeoulHour(now, 9) }
    case 'plus-hour':
      return { now: new Date(now.getTime() + 3_600_000) }
    case 'at': {
      const at = parseSeoulField(form.at)
      return at ? { now: at } : null
    }
  }
}

function tell(res: Response, state: ClockState): void {
  res.write(`data: ${JSON.stringify(state)}\n\n`)
}
