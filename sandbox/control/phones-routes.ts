import { type Response, Router } from 'express'
import { z } from 'zod'
import type { SandboxClock } from '../clock'
import type { PlayRelay } from '../relay/relay-port'
import type { RoomSummary } from '../relay/relay-rooms'
import type { PlayRelayAccount } from '../relay/relay-types'
import { holdPhone } from '../storefront/phone-owner'
import { missingPage } from './control-page'
import { maskedPhone, type PhoneBook, phoneId } from './phone-book'
import { type PhoneRow, phonesPage } from './phones-page'
import { roomPage } from './room-page'

const MAX_ROWS = 100
const Query = z.object({ q: z.string().trim().max(50).catch('').default('') })

/** What the phones are made of; `read` holds how many messages of a phone were seen. */
export interface PhonesParts {
  clock: SandboxClock
  relay: PlayRelay
  account: PlayRelayAccount
  /** What the channel is called when the account names none. */
  shopName: string
  book: PhoneBook
  read: Map<string, number>
}

/** The list of phones and each phone's rooms; a phone is named by its digits or by its id. */
export function phonesRoutes(parts: PhonesParts): Router {
  const { relay, clock } = parts
  const router = Router()
  router.get('/phones', (req, res) => {
    const { q } = Query.parse(req.query)
    const rooms = roomsLike(parts, q)
    const rows = rooms.slice(0, MAX_ROWS).map((room) => rowOf(parts, room))
    res.send(phonesPage({ rows, total: rooms.length, query: q, now: clock.now() }))
  })
  router.get('/phones.json', (req, res) => {
    const rooms = roomsLike(parts, Query.parse(req.query).q)
    res.json(rooms.map((room) => ({ ...rowOf(parts, room), digits: room.digits, count: room.count })))
  })
  router.get('/phones/:phone', (req, res) => showRoom(parts, req.params.phone, res))
  router.post('/phones/:phone/block', (req, res) => block(req.params.phone, true, res))
  router.post('/phones/:phone/unblock', (req, res) => block(req.params.phone, false, res))

  function block(phone: string, blocked: boolean, res: Response): void {
    const digits = digitsOf(relay, phone)
    if (digits === null) {
      missingPhone(res)
      return
    }
    relay.setBlocked(digits, blocked)
    res.redirect(303, `/phones/${phoneId(digits)}`)
  }
  return router
}

function showRoom(
  { relay, clock, account, shopName, book, read }: PhonesParts,
  phone: string,
  res: Response,
): void {
  const digits = digitsOf(relay, phone)
  const room = digits === null ? null : relay.room(digits)
  if (digits === null || room === null) {
    missingPhone(res)
    return
  }
  read.set(digits, room.messages.length)
  holdPhone(res, book.membersOf(digits))
  const view = {
    id: phoneId(digits),
    owner: book.ownerOf(digits),
    masked: maskedPhone(digits),
    channelName: account.channelName ?? shopName,
    number080: account.number080,
    isBlocked: relay.isBlocked(digits),
    now: clock.now(),
    messages: room.messages,
  }
  res.send(roomPage(view))
}

function missingPhone(res: Response): void {
  const link = { path: '/phones', label: '휴대폰 목록 보기' }
  res.status(404).send(missingPage('메시지를 받은 휴대폰이 아니에요', link))
}

function roomsLike({ relay, book }: PhonesParts, query: string): RoomSummary[] {
  const digits = query.replace(/\D/g, '')
  return relay
    .rooms()
    .filter(
      (room) =>
        query === '' ||
        book.nameOf(room.digits).includes(query) ||
        (digits !== '' && room.digits.includes(digits)),
    )
}

function rowOf({ book, read }: PhonesParts, room: RoomSummary): PhoneRow {
  return {
    id: phoneId(room.digits),
    name: book.nameOf(room.digits),
    masked: maskedPhone(room.digits),
    lastText: room.lastText,
    lastShownAt: room.lastShownAt,
    unread: Math.max(0, room.count - (read.get(room.digits) ?? 0)),
  }
}

function digitsOf(relay: PlayRelay, phone: string): string | null {
  if (/^0\d{8,10}$/.test(phone)) return phone
  return relay.rooms().find(({ digits }) => phoneId(digits) === phone)?.digits ?? null
}
