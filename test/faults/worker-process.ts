import { loadConfig } from '../../config/config'
import { type Connection, openDatabase } from '../../config/database'
import { type RunningWorker, runWorker } from '../../jobs/worker'
import { listenOnLoopback } from '../../sandbox/listen'
import { machineClock } from '../../server/core/clock'
import type { SendsParts } from '../../server/sends/create-sends'
import { breakParts } from './broken'
import { type Moment, watchParts } from './moments'
import type { FromWorker, ToWorker, Trap, WorkerOrder } from './worker-order'

/**
 * The product's own worker as a process that the harness can begin, strike and use again: it does nothing before its
 * order comes, and waits for the next one when it was asked to end.
 */
function main(): void {
  let running: { worker: RunningWorker; connection: Connection } | null = null
  let trap: Trap | null = null
  const tell = (word: FromWorker) => process.send?.(word)
  const act = async (word: ToWorker) => {
    if (word.kind === 'disarm') {
      trap = null
    } else if (word.kind === 'end') {
      await running?.worker.end()
      await running?.connection.close()
      running = null
      tell({ kind: 'ended' })
    } else {
      trap = word.trap
      running = await start(word, () => trap)
      tell({ kind: 'started', webPort: word.web ? await serve(running.worker) : null })
    }
  }
  process.on('message', (word: ToWorker) => {
    act(word).catch((cause: unknown) =>
      tell({ kind: 'failed', what: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) }),
    )
  })
  process.once('disconnect', () => process.exit(0))
  tell({ kind: 'loaded' })
}

async function start(order: WorkerOrder, trap: () => Trap | null) {
  const config = loadConfig(order.env)
  const connection = await openDatabase(config.mongodbUri ?? '')
  const counts = new Map<Trap, number>()
  const onMoment = async (moment: Moment) => {
    const set = trap()
    if (!set || set.label !== moment.label || set.phase !== moment.phase) return
    counts.set(set, (counts.get(set) ?? 0) + 1)
    if (counts.get(set) !== set.occurrence) return
    if (set.afterMs > 0) setTimeout(() => strike(set), set.afterMs)
    else await strike(set)
  }
  const wrap = (given: SendsParts) => watchParts(prepared(given, order), onMoment)
  return { worker: await runWorker({ config, connection, wrap }), connection }
}

/** Name, width and clock of the order; a protection taken out; people who refuse between plan and hand-over. */
function prepared(given: SendsParts, { name, parallel, skewMs, broken, refusing }: WorkerOrder): SendsParts {
  const machine = { now: () => new Date(machineClock.now().getTime() + skewMs) }
  const parts: SendsParts = { ...given, worker: name, parallel, machine }
  if (refusing.length > 0)
    parts.runs = {
      ...given.runs,
      async publish(mallId, ...rest) {
        for (const phoneKey of refusing)
          await given.optOuts.put({ mallId, phoneKey, at: given.clock.now(), source: 'relay' })
        return given.runs.publish(mallId, ...rest)
      },
    }
  return broken ? breakParts(parts, broken) : parts
}

/** kill -9 or SIGSTOP, by its own hand so that it comes at this very place. */
async function strike({ deed }: Trap): Promise<void> {
  process.kill(process.pid, deed === 'kill' ? 'SIGKILL' : 'SIGSTOP')
  if (deed === 'kill') await new Promise(() => undefined)
}

async function serve({ container }: RunningWorker): Promise<number> {
  const { url } = await listenOnLoopback(await container.webApp(), 0)
  return Number(new URL(url).port)
}

main()
