import type { Request } from 'express'
import { z } from 'zod'

/** A place in a sorted list: the sort key of the row beside it. */
export type SortKey = readonly (string | number)[]

/** Where a page of a list begins: at the top, or beside a row. */
export type Cursor = { side: 'top' } | { side: 'after' | 'before'; key: SortKey }

/** One page of a list with its links; a link is null at the end of the list. */
export interface ListPage<Row> {
  rows: Row[]
  nextHref: string | null
  previousHref: string | null
}

const Key = z
  .array(z.union([z.string().max(200), z.number()]))
  .min(1)
  .max(4)

/** The cursor in `?after=` or `?before=`; one that nobody minted counts as the top. */
export function readCursor(req: Request): Cursor {
  for (const side of ['after', 'before'] as const) {
    const key = decodeKey(req.query[side])
    if (key) return { side, key }
  }
  return { side: 'top' }
}

/**
 * Cuts what a store found into a page of `size` rows.
 * The store reads `size + 1` rows away from the cursor: in list order for `top` and `after`, in reverse for `before`.
 */
export function toListPage<Row>(
  req: Request,
  found: readonly Row[],
  options: { size: number; cursor: Cursor; keyOf: (row: Row) => SortKey },
): ListPage<Row> {
  const { size, cursor, keyOf } = options
  const hasMore = found.length > size
  const rows = found.slice(0, size)
  if (cursor.side === 'before') rows.reverse()
  const [first, last] = [rows[0], rows.at(-1)]
  const hasNext = cursor.side === 'before' ? true : hasMore
  const hasPrevious = cursor.side === 'before' ? hasMore : cursor.side === 'after'
  return {
    rows,
    nextHref: hasNext && last ? hrefTo(req, 'after', keyOf(last)) : null,
    previousHref: hasPrevious && first ? hrefTo(req, 'before', keyOf(first)) : null,
  }
}

function hrefTo(req: Request, side: 'after' | 'before', key: SortKey): string {
  const url = new URL(req.originalUrl, 'http://page.invalid')
  url.searchParams.delete('after')
  url.searchParams.delete('before')
  url.searchParams.set(side, Buffer.from(JSON.stringify(key)).toString('base64url'))
  return `${url.pathname}${url.search}`
}

function decodeKey(text: unknown): SortKey | null {
  if (typeof text !== 'string' || text.length > 1_000) return null
  try {
    return Key.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))).data ?? null
  } catch {
    return null
  }
}
