/**
 * The same items in the same order; while its reader works on one, the next is on its way. At most one is fetched in vain, and
 * an error comes where its item would have come.
 */
export async function* readAhead<T>(source: AsyncIterable<T>): AsyncIterable<T> {
  const items = source[Symbol.asyncIterator]()
  const fetch = () => {
    const item = items.next()
    // Told when it is its turn; until then nobody listens.
    item.catch(() => undefined)
    return item
  }
  try {
    let next = fetch()
    for (;;) {
      const item = await next
      if (item.done) return
      next = fetch()
      yield item.value
    }
  } finally {
    await items.return?.()
  }
}
