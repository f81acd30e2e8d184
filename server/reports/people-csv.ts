import { type Stringifier, stringify } from 'csv-stringify'
import type { RunPerson } from './people'
import { personLine } from './people-view'

const COLUMNS = ['회원 ID', '이름', '연락처', '상태', '내용', '할 일', '첫 클릭', '주문'] as const
// A cell that begins so is a formula to a spreadsheet, wherever it came from.
const FORMULA = /^[\s]*[=+\-@\t\r|%]/

/** A UTF-8 CSV (with byte order mark, for Excel) of people, masked like on the page; give it rows with `csvRow`. */
export function peopleCsv(): Stringifier {
  return stringify({ header: true, columns: [...COLUMNS], bom: true, record_delimiter: 'windows' })
}

/** One line of the file. */
export function csvRow(person: RunPerson): string[] {
  const line = personLine(person)
  const { memberId, name, phone, state, detail, remedy, clickedAt, order } = line
  return [memberId, name, phone, state, detail, remedy.text, clickedAt, order].map(harmless)
}

/** A text that no spreadsheet takes for a formula. */
export function harmless(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}
