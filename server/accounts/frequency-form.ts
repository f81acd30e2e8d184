import { z } from 'zod'
import { newForm } from '../http/form-errors'
import { wholeField } from '../http/form-fields'
import { limitChoice } from '../http/limit-choice'
import type { FieldView } from '../http/page-parts'
import { DEFAULT_FREQUENCY, FrequencyCap, frequencyOf } from '../malls/frequency-cap'
import type { Mall } from '../malls/mall'

/** How often one customer is written to, on the settings page. */
export interface FrequencyView {
  /** What holds now, in one sentence. */
  now: string
  fields: readonly FieldView[]
}

const MOST = { messages: 20, days: 30 } as const

/** The form: null when the cap is switched off, whatever stands in its boxes. */
export const FrequencyForm = z
  .preprocess(
    withoutIdleBoxes,
    z.object({
      frequency: z.enum(['on', 'off'], { error: '횟수를 제한할지 골라 주세요.' }),
      messages: wholeField({ min: 1, max: MOST.messages }),
      days: wholeField({ min: 1, max: MOST.days }),
    }),
  )
  .transform(({ frequency, messages, days }): FrequencyCap | null =>
    frequency === 'off' ? null : FrequencyCap.parse({ messages, days }),
  )

/** The form's boxes as they stand for a mall. */
export function frequencyTyped(mall: Mall): ReturnType<typeof newForm>['typed'] {
  const cap = frequencyOf(mall)
  return newForm({ frequency: cap === null ? 'off' : 'on', ...(cap ?? DEFAULT_FREQUENCY) }).typed
}

/** The card of the settings page. */
export function frequencyView(mall: Mall): FrequencyView {
  const cap = frequencyOf(mall)
  return {
    now:
      cap === null
        ? '지금은 제한하지 않아요. 여러 캠페인의 메시지가 한 고객에게 같은 날 갈 수 있어요.'
        : `지금은 한 번호에 ${cap.days === 1 ? '하루' : `${cap.days}일 동안`} ${cap.messages}건까지 보내요.`,
    fields: FREQUENCY_FIELDS,
  }
}

const FREQUENCY_FIELDS: readonly FieldView[] = [
  limitChoice('frequency', '모든 캠페인을 합친 횟수'),
  {
    name: 'days',
    label: '며칠 동안',
    unit: '일',
    inputmode: 'numeric',
    hint: '보낸 날도 하루로 세요. 1일이면 그날 하루예요.',
  },
  { name: 'messages', label: '몇 건까지', unit: '건', inputmode: 'numeric' },
]

/** Field name → label, for the list of errors at the top. */
export const FREQUENCY_LABELS = Object.fromEntries(FREQUENCY_FIELDS.map(({ name, label }) => [name, label]))

function withoutIdleBoxes(posted: unknown): unknown {
  if (typeof posted !== 'object' || posted === null || !('frequency' in posted)) return posted
  return posted.frequency === 'off' ? { ...posted, ...DEFAULT_FREQUENCY } : posted
}
