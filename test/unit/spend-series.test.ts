import fc from 'fast-check'
import { spendChart } from '../../server/reports/spend-chart'
import { gatherMoves, movesOf, spendersOf } from '../../server/reports/spend-moves'
import { MOST_POINTS, type SpendMove, spendSeries, thinSeries } from '../../server/reports/spend-series'
import { plannedBatch } from '../../server/sends/plan-writer'
import type { Batch } from '../../server/sends/send'
import type { SendSpend } from '../../server/sends/send-store'
import { at, runOf } from './spend-kit'

/** What may happen next in a run; numbers choose among what is possible. */
type Step = { do: 'hand-over' | 'end' | 'go-on' | 'take-back'; pick: number; size: number; passMs: number }

const FIRST = { worstWon: 50, priceWon: 25 }
const TEXT_WON = 45
const anyStep: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('hand-over', 'hand-over', 'end', 'end', 'end', 'go-on', 'take-back'),
  pick: fc.nat(1_000),
  size: fc.integer({ min: 1, max: 30 }),
  passMs: fc.integer({ min: 1, max: 2_500 }),
})

describe('spend of a run, second by second', () => {
  it('ends at what the ledger has, never passes the cap, and its highest is the peak where nothing was taken back', () => {
    fc.assert(
      fc.property(
        fc.array(anyStep, { maxLength: 120 }),
        fc.integer({ min: 50, max: 6_000 }),
        (steps, capWon) => {
          const ledger = playLedger(steps, capWon)

          const points = spendSeries(ledger.moves(), ledger.peakWon)

          const last = points.at(-1)
          expect([last?.reservedWon ?? 0, last?.chargedWon ?? 0]).toEqual([
            ledger.reservedWon,
            ledger.chargedWon,
          ])
          const highest = Math.max(0, ...points.map(({ highWon }) => highWon))
          expect(highest).toBeLessThanOrEqual(capWon)
          for (const { reservedWon, chargedWon, highWon } of points) {
            expect(reservedWon).toBeGreaterThanOrEqual(0)
            expect(reservedWon + chargedWon).toBeLessThanOrEqual(highWon)
          }
          if (!ledger.tookBack) expect(highest).toBe(ledger.peakWon)
        },
      ),
      { numRuns: 400 },
    )
  })

  it('has one point a second, in order, with the highest won within it', () => {
    const points = spendSeries(
      [
        { at: at('10:00:00.100'), reserveWon: 100, releaseWon: 0, chargeWon: 0 },
        { at: at('10:00:00.900'), reserveWon: 0, releaseWon: 100, chargeWon: 25 },
        { at: at('10:00:02.000'), reserveWon: 50, releaseWon: 0, chargeWon: 0 },
      ],
      100,
    )

    expect(points).toEqual([
      { at: at('10:00:00'), reservedWon: 0, chargedWon: 25, highWon: 100 },
      { at: at('10:00:02'), reservedWon: 50, chargedWon: 25, highWon: 75 },
    ])
  })

  it('stays within the peak of the ledger when two transactions are noted in the other order', () => {
    const moves: SpendMove[] = [
      { at: at('10:00:00'), reserveWon: 100, releaseWon: 0, chargeWon: 0 },
      { at: at('10:00:01'), reserveWon: 100, releaseWon: 0, chargeWon: 0 },
      { at: at('10:00:02'), reserveWon: 0, releaseWon: 100, chargeWon: 0 },
    ]

    const points = spendSeries(moves, 100)

    expect(points.map(({ highWon }) => highWon)).toEqual([100, 100, 100])
  })

  it('is thinned to 300 points with the first, the last and the highest kept', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { minLength: 1, maxLength: 2_000 }), (highs) => {
        const points = highs.map((highWon, i) => ({
          at: new Date(i * 1_000),
          reservedWon: 0,
          chargedWon: 0,
          highWon,
        }))

        const thin = thinSeries(points)

        expect(thin.length).toBeLessThanOrEqual(MOST_POINTS)
        expect(thin[0]).toBe(points[0])
        expect(thin.at(-1)).toBe(points.at(-1))
        expect(Math.max(...thin.map(({ highWon }) => highWon))).toBe(Math.max(...highs))
        expect(thin).toEqual([...thin].sort((a, b) => a.at.getTime() - b.at.getTime()))
      }),
    )
  })
})

describe('the chart of a run’s won', () => {
  const points = spendSeries(
    [
      { at: at('10:00:07'), reserveWon: 825, releaseWon: 0, chargeWon: 0 },
      { at: at('10:05:00'), reserveWon: 0, releaseWon: 825, chargeWon: 775 },
    ],
    825,
  )

  it('says the peak and the cap in words, and has each second in its table', () => {
    const chart = spendChart({ points, peakWon: 825, capWon: 30_000 })

    expect(chart?.note).toContain('825원')
    expect(chart?.note).toContain('한도 30,000원')
    expect(chart?.table.rows).toEqual([
      ['오전 10:00:07', '825원', '0원', '825원', '825원'],
      ['오전 10:05:00', '0원', '775원', '775원', '775원'],
    ])
    expect(chart?.svg).not.toContain('<style')
  })

  it('draws the cap as a line only where it does not press the curve flat', () => {
    const lines = (capWon: number) =>
      spendChart({ points, peakWon: 825, capWon })?.svg.match(/stroke-dasharray/g)

    expect(lines(1_000)).not.toBeNull()
    expect(lines(30_000)).toBeNull()
  })

  it('is not there before anything was handed over', () => {
    expect(spendChart({ points: [], peakWon: 0, capWon: null })).toBeNull()
  })
})

/** A ledger in memory that keeps the same books as the real one, and the rows that it would leave behind. */
function playLedger(steps: readonly Step[], capWon: number) {
  const batches: Batch[] = []
  const rows = new Map<string, SendSpend & { open: boolean; batch: number }>()
  const books = { reservedWon: 0, chargedWon: 0, peakWon: 0, tookBack: false }
  let ms = at('10:00:00').getTime()

  const open = (number: number) => [...rows.values()].filter((row) => row.open && row.batch === number)
  const reserve = (won: number) => {
    if (books.reservedWon + books.chargedWon + won > capWon) return false
    books.reservedWon += won
    books.peakWon = Math.max(books.peakWon, books.reservedWon + books.chargedWon)
    return true
  }
  const put = (batch: Batch, worstWon: number, priceWon: number, now: Date) => {
    const { sendIds } = batch
    batch.intent = { sendIds, priceWon, worstWon, reservedWon: 0, at: now, relayBatchId: 'G', account: 1 }
    batch.handedOverAt = now
    batch.state = 'accepted'
  }

  function handOver(size: number, now: Date) {
    const text = batches.find(({ step, intent }) => step === 2 && !intent)
    if (text) {
      const count = text.sendIds.length
      // A text is never dearer than what its first try kept for it.
      books.reservedWon += (TEXT_WON - (text.keptEachWon ?? 0)) * count
      return put(text, TEXT_WON, TEXT_WON, now)
    }
    if (!reserve(FIRST.worstWon * size)) return
    const number = batches.length + 1
    const ids = Array.from({ length: size }, (_, i) => `${number}-${i}`)
    const batch = plannedBatch(runOf(), number, ids, 1)
    put(batch, FIRST.worstWon, FIRST.priceWon, now)
    batches.push(batch)
    for (const id of ids)
      rows.set(id, { id, end: null, endedAt: null, chargedWon: 0, open: true, batch: number })
  }

  function end(batch: Batch, pick: number, now: Date) {
    const [send] = open(batch.number)
    if (!send) return
    const won = batch.intent ? batch.intent.worstWon : (batch.keptEachWon ?? 0)
    const chargedWon = batch.intent && pick % 3 > 0 ? batch.intent.priceWon : 0
    Object.assign(send, {
      end: chargedWon > 0 ? 'delivered' : 'failed',
      endedAt: now,
      chargedWon,
      open: false,
    })
    books.reservedWon -= won
    books.chargedWon += chargedWon
  }

  function goOn(batch: Batch, size: number, now: Date) {
    if (batch.step === 2 || !batch.intent) return
    const moving = open(batch.number).slice(0, size)
    if (moving.length === 0) return
    const number = batches.length + 1
    const ids = moving.map(({ id }) => id)
    batches.push({ ...plannedBatch(runOf(), number, ids, 1), step: 2, keptEachWon: TEXT_WON })
    for (const row of moving)
      Object.assign(row, { firstBatch: batch.number, firstFailedAt: now, batch: number })
    books.reservedWon -= (FIRST.worstWon - TEXT_WON) * ids.length
  }

  function takeBack(batch: Batch) {
    if (!batch.intent || open(batch.number).length !== batch.sendIds.length) return
    books.reservedWon -= (batch.intent.worstWon - (batch.keptEachWon ?? 0)) * batch.sendIds.length
    batch.intent = null
    batch.handedOverAt = null
    books.tookBack = true
    if (batch.step === 1) for (const row of open(batch.number)) row.open = false
  }

  for (const step of steps) {
    ms += step.passMs
    const now = new Date(ms)
    const batch = batches[step.pick % Math.max(1, batches.length)]
    if (step.do === 'hand-over') handOver(step.size, now)
    else if (batch && step.do === 'end') end(batch, step.size, now)
    else if (batch && step.do === 'go-on') goOn(batch, step.size, now)
    else if (batch) takeBack(batch)
  }
  return {
    ...books,
    moves() {
      const gathered = new Map<number, SpendMove>()
      for (const batch of batches) {
        const known = spendersOf([batch]).flatMap((id) => rows.get(id) ?? [])
        gatherMoves(gathered, movesOf([batch], new Map(known.map((row) => [row.id, row]))))
      }
      return [...gathered.values()]
    },
  }
}
