import { pick, type RelayStore } from './relay-store'
import type { RelayButton, RelayMessageType } from './relay-types'

/** One message as a phone shows it. */
export interface RoomMessage {
  messageId: string
  type: RelayMessageType
  from: string
  text: string
  subject: string | null
  buttons: RelayButton[]
  shownAt: Date
}

/** One phone with all it shows, oldest first. */
export interface Room {
  digits: string
  messages: RoomMessage[]
}

/** One phone in the list of phones. */
export interface RoomSummary {
  digits: string
  count: number
  lastShownAt: Date
  lastText: string
}

/** What a phone shows; null when it shows nothing. */
export function roomOf(store: RelayStore, digits: string): Room | null {
  const messages = pick(store.state.messages, store.toPhone(digits))
    .flatMap((message) =>
      message.shownMs === null ? [] : [{ ...message, shownAt: new Date(message.shownMs) }],
    )
    .sort((a, b) => a.shownAt.getTime() - b.shownAt.getTime())
    .map(({ messageId, type, from, text, subject, buttons, shownAt }) => ({
      messageId,
      type,
      from,
      text,
      subject,
      buttons,
      shownAt,
    }))
  return messages.length === 0 ? null : { digits, messages }
}

/** Every phone that shows something, the latest first. */
export function roomsOf({ state }: RelayStore): RoomSummary[] {
  const rooms = new Map<string, RoomSummary>()
  for (const message of pick(state.messages, [...state.shown].reverse())) {
    const known = rooms.get(message.to)
    if (known) known.count += 1
    else
      rooms.set(message.to, {
        digits: message.to,
        count: 1,
        lastShownAt: new Date(message.shownMs ?? message.updatedMs),
        lastText: message.text,
      })
  }
  return [...rooms.values()]
}
