import { createHash } from 'node:crypto'
import { openDoor } from '../door'
import type { JournalEntry } from './sandbox-control'

/** What the shoppers of one story did. */
export interface Deeds {
  clicks: number
  orders: number
}

const CLICK_SHARE = 30
const BUY_SHARE = 40
const ORDER_FORM = '/order/orderform.html'
const AT_ONCE = 4
const PHONE =
  'Mozilla/5.0 (Linux; Android 15; SM-S931N) AppleWebKit/537.36 Mobile Safari/537.36 KAKAOTALK/26.9.0'

/** Of those who see the message a fixed share, by phone, taps the button, logs in, and of these a fixed share buys. */
export async function walkShoppers(entries: JournalEntry[]): Promise<Deeds> {
  const deeds: Deeds = { clicks: 0, orders: 0 }
  const waiting = entries.filter((entry) => entry.shown && percent(entry.to, 'click') < CLICK_SHARE)
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let entry = waiting.pop(); entry; entry = waiting.pop()) await walk(entry, deeds)
    }),
  )
  return deeds
}

async function walk({ to, links }: JournalEntry, deeds: Deeds): Promise<void> {
  const door = openDoor(PHONE)
  const login = await door.get(links[0] ?? '')
  if (login.status !== 200) throw new Error(`A tracked link ended with ${login.status}`)
  deeds.clicks += 1
  const cart = await door.submit(login, '/exec/front/Member/login/', { member_id: to })
  if (percent(to, 'buy') >= BUY_SHARE || !cart.body.includes(ORDER_FORM)) return
  const form = await door.get(new URL(ORDER_FORM, cart.url).href)
  const ordered = await door.submit(form, '/order/orderform')
  if (!ordered.url.includes('order_result'))
    throw new Error(`An order ended on ${new URL(ordered.url).pathname}`)
  deeds.orders += 1
}

/** A stable number from 0 to 99. */
function percent(phone: string, salt: string): number {
  return createHash('sha256').update(`${salt}:${phone}`).digest().readUInt32BE(0) % 100
}
