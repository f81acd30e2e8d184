import type { SendsParts } from '../../server/sends/create-sends'
import type { Session } from '../../server/spend/transaction-store'

/** `before` and `after` a call, or `committed`: the transaction in which it was made is stored. */
export type Phase = 'before' | 'after' | 'committed'

/** A named place in the work of a process: `runs.insert`, `batches.move:unknown>accepted`, `sends.end:capped` … */
export interface Moment {
  label: string
  phase: Phase
}

export type OnMoment = (moment: Moment) => Promise<void> | void

const WATCHED = [
  'batches',
  'decisions',
  'lanes',
  'leases',
  'optOuts',
  'relay',
  'runs',
  'sends',
  'shoppers',
  'spend',
  'tallies',
] as const

/** The same parts, telling `on` of every call of stores and relay; the call waits for what `on` gives. */
export function watchParts(parts: SendsParts, on: OnMoment): SendsParts {
  const made = new WeakMap<object, string[]>()
  const watched = { ...parts }
  for (const name of WATCHED) Object.assign(watched, { [name]: watchStore(name, parts[name], { made, on }) })
  watched.transactions = {
    async run(key, work) {
      let labels: string[] = []
      const result = await parts.transactions.run(key, (session) => {
        labels = []
        made.set(session, labels)
        return work(session)
      })
      for (const label of labels) await on({ label, phase: 'committed' })
      return result
    },
  }
  return watched
}

interface Watch {
  made: WeakMap<object, string[]>
  on: OnMoment
}

function watchStore<T extends object>(name: string, store: T, { made, on }: Watch): T {
  return new Proxy(store, {
    get(target, key) {
      const method: unknown = Reflect.get(target, key)
      if (typeof method !== 'function') return method
      return (...args: unknown[]) => {
        const label = labelOf(name, String(key), args)
        const call = () => {
          const session = args.find((arg): arg is Session => isObject(arg) && made.has(arg))
          if (session) made.get(session)?.push(label)
          return Reflect.apply(method, target, args)
        }
        if (STREAMS.has(`${name}.${String(key)}`)) return call()
        return (async () => {
          await on({ label, phase: 'before' })
          const result: unknown = await call()
          if (result !== null && result !== false) await on({ label, phase: 'after' })
          return result
        })()
      }
    },
  })
}

// What is read page by page is not a call with an end.
const STREAMS = new Set(['relay.receipts', 'relay.parseWebhook', 'shoppers.population', 'sends.stream'])

function labelOf(store: string, method: string, args: readonly unknown[]): string {
  const plain = `${store}.${method}`
  const field = (index: number, name: string) => {
    const arg = args[index]
    return isObject(arg) ? String(Reflect.get(arg, name) ?? '') : ''
  }
  switch (plain) {
    case 'batches.move':
      return `${plain}:${field(1, 'from')}>${field(1, 'event')}`
    case 'batches.handOver':
      return isTextIntent(args[2]) ? `${plain}:text` : plain
    case 'batches.insert':
      return args[2] ? `${plain}:rest` : plain
    case 'runs.move':
      return `${plain}:${field(3, 'state')}`
    case 'sends.end':
      return `${plain}:${field(3, 'end')}`
    default:
      return plain
  }
}

/** The intent of a second try is a moment of its own. */
function isTextIntent(all: unknown): boolean {
  const [first]: unknown[] = Array.isArray(all) ? all : []
  const held: unknown = isObject(first) ? Reflect.get(first, 'held') : null
  return isObject(held) && Reflect.get(held, 'step') === 2
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
