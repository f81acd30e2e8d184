import { createClickRecorder } from '../../server/tracking/click-recorder'
import type { Click } from '../../server/tracking/tracking'

const click = (id: string): Click => ({
  id,
  mallId: 'cafe24-a',
  runId: 'r',
  sendId: 's',
  at: new Date('2026-11-22T01:00:00Z'),
  device: 'pc',
})

/** A database whose writes end when the test says so. */
function heldDatabase() {
  const writes: { ids: string[]; end: (error?: Error) => void }[] = []
  const waiters: (() => void)[] = []
  return {
    writes,
    insert: (clicks: readonly Click[]) =>
      new Promise<void>((resolve, reject) => {
        const end = (error?: Error) => (error ? reject(error) : resolve())
        writes.push({ ids: clicks.map(({ id }) => id), end })
        for (const go of waiters.splice(0)) go()
      }),
    async write(n: number) {
      while (writes.length <= n) await new Promise<void>((resolve) => waiters.push(resolve))
      const found = writes[n]
      if (!found) throw new Error('no such write')
      return found
    },
  }
}

function keptLog() {
  const lines: { level: string; clicks: unknown }[] = []
  const at = (level: string) => (fields: { clicks?: number }) => {
    lines.push({ level, clicks: fields.clicks })
  }
  return { lines, logger: { warn: at('warn'), error: at('error') } as never }
}

describe('click recorder', () => {
  it('puts clicks that come while two writes are under way together into the next one', async () => {
    const database = heldDatabase()
    const recorder = createClickRecorder({ insert: database.insert, logger: keptLog().logger })

    const answers = [recorder.record(click('1'))]
    const first = await database.write(0)
    answers.push(recorder.record(click('2')))
    const second = await database.write(1)
    answers.push(recorder.record(click('3')), recorder.record(click('4')))
    first.end()
    ;(await database.write(2)).end()
    second.end()
    await Promise.all(answers)

    expect(database.writes.map(({ ids }) => ids)).toEqual([['1'], ['2'], ['3', '4']])
    expect(recorder.waiting()).toBe(0)
  })

  it('answers a click only when its own write is acknowledged', async () => {
    const database = heldDatabase()
    const recorder = createClickRecorder({ insert: database.insert, logger: keptLog().logger })
    const answered: string[] = []

    const first = recorder.record(click('1')).then(() => answered.push('1'))
    const write = await database.write(0)
    const second = recorder.record(click('2')).then(() => answered.push('2'))
    ;(await database.write(1)).end()
    await second

    expect(answered).toEqual(['2'])
    expect(recorder.waiting()).toBe(1)
    write.end()
    await first
    expect(answered).toEqual(['2', '1'])
  })

  it('stores what a refused write held and what came meanwhile, each once', async () => {
    const database = heldDatabase()
    const { logger } = keptLog()
    const recorder = createClickRecorder({ insert: database.insert, logger, retryMs: 1 })

    const answers = [recorder.record(click('1'))]
    const first = await database.write(0)
    answers.push(recorder.record(click('2')))
    const second = await database.write(1)
    answers.push(recorder.record(click('3')))
    first.end(new Error('down'))
    ;(await database.write(2)).end()
    second.end()
    await Promise.all(answers)

    expect(database.writes.map(({ ids }) => ids)).toEqual([['1'], ['2'], ['1', '3']])
  })

  it('tries again when the database refuses, and stores each click once', async () => {
    const database = heldDatabase()
    const { logger, lines } = keptLog()
    const recorder = createClickRecorder({ insert: database.insert, logger, retryMs: 1 })

    const answer = recorder.record(click('1'))
    ;(await database.write(0)).end(new Error('down'))
    ;(await database.write(1)).end()
    await answer

    expect(database.writes.map(({ ids }) => ids)).toEqual([['1'], ['1']])
    expect(lines).toEqual([{ level: 'warn', clicks: 1 }])
  })

  it('lets the shopper go on when the database is silent, keeps the click and says so', async () => {
    const database = heldDatabase()
    const { logger, lines } = keptLog()
    const recorder = createClickRecorder({ insert: database.insert, logger, patienceMs: 5 })

    await recorder.record(click('1'))

    expect(recorder.waiting()).toBe(1)
    expect(lines).toContainEqual({ level: 'warn', clicks: 1 })
    const closing = recorder.close()
    ;(await database.write(0)).end()
    await closing
    expect(recorder.waiting()).toBe(0)
  })

  it('stores what waits before it closes', async () => {
    const database = heldDatabase()
    const recorder = createClickRecorder({ insert: database.insert, logger: keptLog().logger })
    const first = recorder.record(click('1'))
    await database.write(0)
    const answers = [first, recorder.record(click('2'))]

    const closing = recorder.close()
    ;(await database.write(0)).end()
    ;(await database.write(1)).end()
    await closing
    await Promise.all(answers)

    expect(database.writes.flatMap(({ ids }) => ids)).toEqual(['1', '2'])
  })

  it('gives up at shut-down after its time and says how many clicks were lost', async () => {
    const database = heldDatabase()
    const { logger, lines } = keptLog()
    const recorder = createClickRecorder({ insert: database.insert, logger })
    const answer = recorder.record(click('1'))

    await recorder.close(5)
    await answer

    expect(lines).toContainEqual({ level: 'error', clicks: 1 })
  })
})
