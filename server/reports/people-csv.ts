import { type Stringifier, stringify } from 'csv-stringify'
import { instantText } from './figure-texts'
import type { RunPerson } from './people'
import { personLine } from './people-view'

const COLUMNS = [
  '회원 ID',
  '이름',
  '연락처',
  '상태',
  '내용',
  '할 일',
  '보낸 방법',
  '보낸 때',
  '결과 때',
  '비용(원)',
  '첫 클릭',
  '주문',
] as const
const BY = { message: '브랜드 메시지', text: '문자' } as const
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
  const told = [memberId, name, phone, state, detail, remedy.text]
  return [...told, ...wayCells(person.way), clickedAt, order].map(harmless)
}

/** How it was sent, when it left, when its result came, what it cost: empty for who got nothing. */
function wayCells(way: RunPerson['way']): string[] {
  if (!way) return ['', '', '', '']
  const { by, leftAt, endedAt, chargedWon } = way
  return [
    leftAt ? BY[by] : '',
    leftAt ? instantText(leftAt) : '',
    endedAt ? instantText(endedAt) : '',
    String(chargedWon),
  ]
}

/** A text that no spreadsheet takes for a formula. */
export function harmless(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}
