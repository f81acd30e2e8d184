/**
 * Calls with one key that come while an earlier one is under way go together into the next, at most `most` of them; there is no
 * timer, so a call that comes alone goes at once. `work` answers each of its inputs in their order; what it throws, all of
 * them get.
 */
export function gather<I, O>(
  { keyOf, most }: { keyOf: (input: I) => string; most: number },
  work: (inputs: I[]) => Promise<O[]>,
): (input: I) => Promise<O> {
  const waiting = new Map<string, Waiting<I, O>[]>()

  async function serve(key: string, queue: Waiting<I, O>[]): Promise<void> {
    while (queue.length > 0) {
      const some = queue.splice(0, most)
      try {
        const outputs = await work(some.map(({ input }) => input))
        for (const [i, { done }] of some.entries()) done(outputs[i] as O)
      } catch (cause) {
        for (const { failed } of some) failed(cause)
      }
    }
    waiting.delete(key)
  }

  return (input) =>
    new Promise<O>((done, failed) => {
      const key = keyOf(input)
      const queue = waiting.get(key)
      if (queue) return void queue.push({ input, done, failed })
      const fresh = [{ input, done, failed }]
      waiting.set(key, fresh)
      void serve(key, fresh)
    })
}

interface Waiting<I, O> {
  input: I
  done: (output: O) => void
  failed: (cause: unknown) => void
}
