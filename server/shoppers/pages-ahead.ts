import type { Page } from '../malls/mall-client'

/** The same pages, with the next one already being fetched while the last is worked on. */
export async function* pagesAhead<T>(pages: AsyncIterable<T>): AsyncIterable<T> {
  const source = pages[Symbol.asyncIterator]()
  let next = source.next()
  try {
    for (;;) {
      const { value, done } = await next
      if (done) return
      next = source.next()
      // Its failure is met when the page is wanted, not as an unhandled rejection in between.
      next.catch(() => undefined)
      yield value
    }
  } finally {
    await source.return?.()
  }
}

/** Pages put together or cut into groups of `size` rows; what was malformed stays counted. */
export async function* inGroups<T>(pages: AsyncIterable<Page<T>>, size: number): AsyncIterable<Page<T>> {
  let rows: T[] = []
  let malformed = 0
  for await (const page of pagesAhead(pages)) {
    rows.push(...page.rows)
    malformed += page.malformed
    while (rows.length >= size) {
      yield { rows: rows.slice(0, size), malformed }
      rows = rows.slice(size)
      malformed = 0
    }
  }
  if (rows.length > 0 || malformed > 0) yield { rows, malformed }
}
