import { readLedgerGauges } from '../../server/reports/ledger-gauges'
import { DAY, type SendsKit, seoul, startSendsKit } from './sends-kit'

describe('the gauges of the ledger', () => {
  let kit: SendsKit
  beforeEach(async () => {
    kit = await startSendsKit()
  })
  afterEach(() => kit.close())

  /** `name{labels}` → value, without zeros. */
  async function gauges(): Promise<Record<string, number>> {
    const readings = await readLedgerGauges({ ...kit.stores, clock: kit.relay.clock })
    return Object.fromEntries(
      readings.flatMap(({ name, rows }) =>
        rows
          .filter(({ value }) => value !== 0)
          .map(({ labels, value }) => [`${name}:${Object.values(labels).filter(Boolean).join(':')}`, value]),
      ),
    )
  }

  it('follow a run from its plan over its hand-over to its results, and forget it at midnight', async () => {
    await kit.members(3)
    await kit.campaign({ dailyCapWon: null })
    const worker = kit.worker('one')
    await worker.startDueRuns()
    await kit.moveTo(seoul(DAY, 10, 5))

    expect(await gauges()).toEqual({
      'baguni_runs_today:published': 1,
      'baguni_sends_today:waiting': 3,
      'baguni_lanes_open:none': 1,
      'baguni_batches:planned': 1,
      'baguni_oldest_due_seconds:': 300,
      'baguni_malls:connected': 1,
      'baguni_oldest_sync_seconds:': 300,
    })

    await worker.dispatchDue()
    expect(await gauges()).toMatchObject({
      'baguni_sends_today:out': 3,
      'baguni_batches:accepted': 1,
    })

    await kit.moveTo(seoul(DAY, 11))
    await worker.pollReceipts()
    await worker.askLateResults()
    expect(await gauges()).toMatchObject({
      'baguni_runs_today:finished': 1,
      'baguni_sends_today:delivered': 3,
    })

    await kit.moveTo(seoul('2026-11-24', 0))
    expect(Object.keys(await gauges())).toEqual(['baguni_malls:connected', 'baguni_oldest_sync_seconds:'])
  })
})
