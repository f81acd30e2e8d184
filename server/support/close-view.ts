import { formatDay, formatInstant } from '../core/seoul'
import { formatWon } from '../core/won'
import type { PersonStory } from './story'

/** The question before an unknown batch is closed, with its consequence in numbers. */
export interface CloseView {
  batch: string
  /** Whose messages are closed together. */
  consequence: string
}

/** The question about the batch `asked`; null when none of this person's messages is unknown in it. */
export function closeView(story: PersonStory, asked: unknown): CloseView | null {
  const message = story.messages.find(
    ({ send, batch }) => send.end === null && batch?.state === 'unknown' && batch.id === asked,
  )
  const batch = message?.batch
  if (!batch) return null
  const { open, intent, handedOverAt, asked: times, runDay } = batch
  const since = handedOverAt ? `${formatInstant(handedOverAt)}에 넘긴 뒤 ` : ''
  const won = intent ? ` 잡아 둔 ${formatWon(intent.reservedWon)} 가운데 보낸 만큼이 비용으로 확정돼요.` : ''
  return {
    batch: batch.id,
    consequence:
      `${formatDay(runDay)} 회차에서 ${since}대행사가 답하지 않은 ${open.toLocaleString('ko-KR')}건을 함께 닫아요(지금까지 ${times}번 물어봤어요).` +
      ` 도착했는지 알 수 없는 것으로 끝나고, 보낸 것으로 세며, 다시 보내지 않아요.${won} 되돌릴 수 없어요.`,
  }
}
