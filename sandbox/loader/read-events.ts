import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse'

/** One event of a file, on whole seconds; `priceWon` is null where the file has no price. */
export interface ShopEvent {
  atMs: number
  userId: string
  itemId: string
  type: EventType
  priceWon: number | null
}

type EventType = 'cart' | 'purchase' | 'view'

/** An events file that cannot be taken as it is; the message names line and rule, never a value. */
class EventsFileError extends Error {
  constructor(file: string, line: number | null, rule: string, cause?: unknown) {
    super(`Events file ${file}${line === null ? '' : `, line ${line}`}: ${rule}`, { cause })
    this.name = 'EventsFileError'
  }
}

const NEEDED = ['ts', 'userId', 'itemId', 'type'] as const
const ID = /^\d{1,20}$/
const TS = /^\d{1,15}$/
const PRICE = /^\d{1,9}(\.\d+)?$/
// The last millisecond that a date can hold.
const MAX_TS = 8_640_000_000_000_000

interface Columns {
  ts: number
  userId: number
  itemId: number
  type: number
  price: number | null
  count: number
}

/** Reads every event of a .csv or .csv.gz file, in the order of the file; throws EventsFileError at the first bad line. */
export async function readEvents(file: string): Promise<ShopEvent[]> {
  const events: ShopEvent[] = []
  let columns: Columns | null = null
  let line = 0
  const parser = parse({ bom: true, relax_column_count: true, skip_empty_lines: false })
  const source = createReadStream(file)
  const unpacked = file.endsWith('.gz') ? source.pipe(createGunzip()) : source
  source.on('error', (error: Error) => parser.destroy(error))
  unpacked.on('error', (error: Error) => parser.destroy(error))
  unpacked.pipe(parser)
  try {
    for await (const record of parser) {
      line += 1
      if (!isTextRow(record)) throw new EventsFileError(file, line, 'is not a row of text')
      if (columns === null) columns = readHeader(file, record)
      else if (record.length > 1 || record[0] !== '') events.push(readRow(file, line, columns, record))
    }
  } catch (cause) {
    if (cause instanceof EventsFileError) throw cause
    if (isMissing(cause)) throw new EventsFileError(file, null, 'there is no such file', cause)
    throw new EventsFileError(file, line === 0 ? null : line + 1, 'cannot be read as CSV', cause)
  } finally {
    source.destroy()
  }
  if (columns === null) throw new EventsFileError(file, 1, 'the header ts,userId,itemId,type is missing')
  return events
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
}

function isTextRow(record: unknown): record is string[] {
  return Array.isArray(record) && record.every((cell) => typeof cell === 'string')
}

function readHeader(file: string, header: string[]): Columns {
  const names = header.map((name) => name.trim())
  for (const name of NEEDED) {
    if (!names.includes(name)) throw new EventsFileError(file, 1, `column ${name} is missing`)
  }
  const price = names.indexOf('price')
  return {
    ts: names.indexOf('ts'),
    userId: names.indexOf('userId'),
    itemId: names.indexOf('itemId'),
    type: names.indexOf('type'),
    price: price === -1 ? null : price,
    count: names.length,
  }
}

function readRow(file: string, line: number, columns: Columns, cells: string[]): ShopEvent {
  const fail = (rule: string) => new EventsFileError(file, line, rule)
  if (cells.length !== columns.count) throw fail(`must have ${columns.count} columns, has ${cells.length}`)
  const ts = cells[columns.ts] ?? ''
  if (!TS.test(ts) || Number(ts) > MAX_TS) throw fail('ts must be epoch milliseconds, a whole number')
  const userId = cells[columns.userId] ?? ''
  if (!ID.test(userId)) throw fail('userId must be a whole number of at most 20 digits')
  const itemId = cells[columns.itemId] ?? ''
  if (!ID.test(itemId)) throw fail('itemId must be a whole number of at most 20 digits')
  const type = cells[columns.type]
  if (type !== 'cart' && type !== 'purchase' && type !== 'view')
    throw fail('type must be cart, purchase or view')
  const price = columns.price === null ? '' : (cells[columns.price] ?? '')
  if (price !== '' && !PRICE.test(price)) throw fail('price must be a number of at least 0')
  return { atMs: Math.floor(Number(ts) / 1000) * 1000, userId, itemId, type, priceWon: wholeWon(price) }
}

/** Whole won, at least 1, as no mall sells for nothing; null for an empty cell. */
function wholeWon(price: string): number | null {
  return price === '' ? null : Math.max(1, Math.round(Number(price)))
}
