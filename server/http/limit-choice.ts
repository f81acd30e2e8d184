import type { FieldView } from './page-parts'

/** The required choice between a limit, whose boxes stand below it, and none; its form posts `on` or `off`. */
export function limitChoice(name: string, label: string): FieldView {
  return {
    name,
    label,
    type: 'choice',
    required: true,
    options: [
      { value: 'on', label: '제한하기' },
      { value: 'off', label: '제한 없음' },
    ],
  }
}
