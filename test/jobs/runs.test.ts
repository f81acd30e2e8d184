import { CAMPAIGN, DAY, MALL, type SendsKit, seoul, startSendsKit } from './sends-kit'

describe('a run from plan to receipts', () => {
  let kit: SendsKit

  beforeEach(async () => {
    kit = await startSendsKit({ behaviour: { kind: true } })
  })

  afterEach(() => kit.close())

  it('reaches everybody of its plan once, in batches of at most 100, and charges what was delivered', async () => {
    await kit.members(230)
    await kit.campaign()
    const one = kit.worker('one')

    expect(await one.startDueRuns()).toBe(1)
    await one.dispatchDue()
    await kit.moveTo(seoul(DAY, 10, 5))
    await one.pollReceipts()

    const run = await kit.run()
    expect(run).toMatchObject({ state: 'finished', population: 230, decisions: { send: 230 }, batches: 3 })
    expect(kit.accepted().size).toBe(230)
    expect([...kit.accepted().values()].every((times) => times === 1)).toBe(true)
    const progress = await one.runProgress(MALL, run.id)
    expect(progress?.tally).toMatchObject({ waiting: 0, out: 0, unsettled: 0, ended: { delivered: 230 } })
    expect(await kit.dayBudget()).toMatchObject({ reservedWon: 0, chargedWon: 230 * 25, peakWon: 230 * 25 })
    const received = await kit.stores.shoppers.byMemberIds(MALL, ['member-00000'])
    expect(received[0]?.receivedCampaigns).toEqual([CAMPAIGN])
  })
})
