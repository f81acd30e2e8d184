import type { SandboxClock } from '../clock'

const SLICE = 2_000
const MAX_WAIT_MS = 60_000

/** Things to do at business instants, in order; one timer for all of them, set anew whenever the clock is moved. */
export interface DueQueue<T> {
  add(atMs: number, item: T): void
  /** How many wait, and how many of them are due by now. */
  size(): { waiting: number; due: number }
  snapshot(): [number, T[]][]
  restore(buckets: [number, T[]][]): void
  stop(): void
}

/** Calls `run` with what has come due, at most 2,000 items a turn of the event loop; instants are kept to the whole second. */
export function createDueQueue<T>(clock: SandboxClock, run: (items: T[]) => void): DueQueue<T> {
  const buckets = new Map<number, T[]>()
  const seconds = createMinHeap()
  let timer: NodeJS.Timeout | undefined
  let armedFor = Number.POSITIVE_INFINITY
  let stopped = false

  function add(atMs: number, item: T): void {
    // What is due already must not wait for the end of a second that a frozen clock never reaches.
    const second = atMs <= clock.now().getTime() ? Math.floor(atMs / 1000) : Math.ceil(atMs / 1000)
    const bucket = buckets.get(second)
    if (bucket) bucket.push(item)
    else {
      buckets.set(second, [item])
      seconds.push(second)
    }
    if (second < armedFor) arm()
  }

  function arm(): void {
    if (timer) clearTimeout(timer)
    timer = undefined
    armedFor = Number.POSITIVE_INFINITY
    const first = seconds.peek()
    if (stopped || first === undefined) return
    const waitMs = first * 1000 - clock.now().getTime()
    const { speed } = clock.state()
    if (waitMs > 0 && speed === 0) return
    armedFor = first
    timer = setTimeout(work, waitMs <= 0 ? 0 : Math.min(Math.ceil(waitMs / speed), MAX_WAIT_MS))
  }

  function work(): void {
    const nowSecond = Math.floor(clock.now().getTime() / 1000)
    const ready: T[] = []
    for (let first = seconds.peek(); first !== undefined && first <= nowSecond; first = seconds.peek()) {
      const bucket = buckets.get(first) ?? []
      ready.push(...bucket.splice(0, SLICE - ready.length))
      if (bucket.length > 0) break
      buckets.delete(first)
      seconds.pop()
      if (ready.length >= SLICE) break
    }
    if (ready.length > 0) run(ready)
    arm()
  }

  const forget = clock.onChange(arm)
  return {
    add,
    size: () => countItems(buckets, clock.now().getTime()),
    snapshot: () => [...buckets],
    restore(saved) {
      for (const [second, items] of saved) for (const item of items) add(second * 1000, item)
    },
    stop() {
      stopped = true
      forget()
      arm()
    },
  }
}

function countItems(buckets: Map<number, unknown[]>, nowMs: number): { waiting: number; due: number } {
  let waiting = 0
  let due = 0
  for (const [second, items] of buckets) {
    waiting += items.length
    if (second * 1000 <= nowMs) due += items.length
  }
  return { waiting, due }
}

function createMinHeap() {
  const heap: number[] = []
  const at = (i: number) => heap[i] ?? Number.POSITIVE_INFINITY
  const swap = (i: number, j: number) => {
    const kept = at(i)
    heap[i] = at(j)
    heap[j] = kept
  }
  return {
    peek: () => heap[0],
    push(value: number) {
      heap.push(value)
      for (let i = heap.length - 1; i > 0 && at(i) < at((i - 1) >> 1); i = (i - 1) >> 1) swap(i, (i - 1) >> 1)
    },
    pop() {
      const last = heap.pop()
      if (last === undefined || heap.length === 0) return
      heap[0] = last
      for (let i = 0; ; ) {
        const child = at(2 * i + 2) < at(2 * i + 1) ? 2 * i + 2 : 2 * i + 1
        if (at(child) >= at(i)) return
        swap(i, child)
        i = child
      }
    },
  }
}
