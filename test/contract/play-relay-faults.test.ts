import {
  type Answer,
  brandText,
  phonesWith,
  type RelayKit,
  signature,
  startReceiver,
  startRelay,
} from './play-relay-kit'

const phones = phonesWith('reached', 'prompt', 3)

describe('faults of the play relay', () => {
  let kit: RelayKit
  let groupId = ''
  beforeEach(async () => {
    kit = await startRelay()
    groupId = (await kit.call('POST', '/messages/v4/groups', {})).body.groupId
    await kit.call('PUT', `/messages/v4/groups/${groupId}/messages`, {
      messages: phones.map((to) => brandText(to)),
    })
  })
  afterEach(() => kit.close())

  const setFault = (fault: unknown) => kit.call('PUT', '/__fake/faults', fault)
  const statusOfGroup = async () => (await kit.call('GET', `/messages/v4/groups/${groupId}`)).body.status

  /** The answer to the send call, or 'lost' when none came within 300 ms. */
  async function send(): Promise<Answer | 'lost'> {
    try {
      const answer = await fetch(`${kit.url}/messages/v4/groups/${groupId}/send`, {
        method: 'POST',
        headers: { authorization: signature() },
        signal: AbortSignal.timeout(300),
      })
      return { status: answer.status, body: await answer.text() }
    } catch {
      return 'lost'
    }
  }

  it.each(['accepted-then-reset', 'accepted-then-stall'])(
    '%s: the messages leave and no answer comes',
    async (kind) => {
      await setFault({ kind })

      expect(await send()).toBe('lost')
      expect(await statusOfGroup()).toBe('SENDING')
      expect(kit.relay.journal()).toHaveLength(3)
    },
  )

  it.each(['reset', 'stall'])('%s: nothing leaves and no answer comes', async (kind) => {
    await setFault({ kind })

    expect(await send()).toBe('lost')
    expect(await statusOfGroup()).toBe('PENDING')
    expect(kit.relay.journal()).toEqual([])
  })

  it('stall-then-accept: the messages leave after the caller has gone', async () => {
    await setFault({ kind: 'stall-then-accept', delayMs: 400 })

    expect(await send()).toBe('lost')
    expect(kit.relay.journal()).toEqual([])
    while (kit.relay.journal().length < 3) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(await statusOfGroup()).toBe('SENDING')
  })

  it.each([
    ['accepted-then-500', 500, /InternalError/, 'SENDING'],
    ['accepted-then-503', 503, /InternalError/, 'SENDING'],
    ['rubbish', 200, /%%=~/, 'SENDING'],
    ['html', 200, /<!doctype html>/, 'SENDING'],
    ['half-json', 200, /^\{"groupId"/, 'SENDING'],
    ['other-tenant', 200, /G4VFOREIGN/, 'SENDING'],
    ['500', 500, /InternalError/, 'PENDING'],
    ['429', 429, /TooManyRequests/, 'PENDING'],
  ])('%s: answers %i', async (kind, status, body, groupStatus) => {
    await setFault({ kind })
    const answer = await send()

    expect(answer).toMatchObject({ status, body: expect.stringMatching(body) })
    expect(await statusOfGroup()).toBe(groupStatus)
  })

  it('half-json cannot be parsed, and other-tenant names nothing of ours', async () => {
    await setFault([{ kind: 'half-json', path: 'GET /cash/v1/balance' }, { kind: 'other-tenant' }])
    const half = await kit.call('GET', '/cash/v1/balance')
    const other = await send()

    expect(typeof half.body).toBe('string')
    expect(JSON.stringify(other)).not.toContain(groupId)
  })

  it('strike as often as told, after as many calls as told, and only the calls named', async () => {
    await setFault({ kind: '429', path: '/cash/v1/balance', times: 2, skip: 1 })
    const statuses: number[] = []
    for (let i = 0; i < 4; i++) statuses.push((await kit.call('GET', '/cash/v1/balance')).status)

    expect(statuses).toEqual([200, 429, 429, 200])
    expect(await send()).toMatchObject({ status: 200 })
    expect((await kit.call('GET', '/__fake/faults')).body).toMatchObject([{ kind: '429', hits: 2, times: 0 }])
  })

  it('are refused when unknown, and change nothing', async () => {
    expect(await setFault({ kind: 'tired' })).toMatchObject({ status: 400 })
    expect(await send()).toMatchObject({ status: 200 })
  })

  describe('in receipts', () => {
    let receiver: Awaited<ReturnType<typeof startReceiver>>
    beforeEach(async () => {
      receiver = await startReceiver()
      await kit.call('POST', '/webhook/v1/outgoing', { url: receiver.url })
    })
    afterEach(() => receiver.close())

    async function reportsWith(kind: string) {
      await setFault({ kind, times: null })
      await send()
      await kit.passSeconds(60)
      const soon = receiver.reports()
      await kit.passSeconds(60)
      return { soon, all: receiver.reports() }
    }

    it('duplicate-receipts: each is told twice', async () => {
      const { all } = await reportsWith('duplicate-receipts')

      expect(all.map(({ to }) => to).sort()).toEqual([...phones, ...phones].sort())
    })

    it('reordered-receipts: they come later and from the last to the first', async () => {
      const plain = await orderWithoutFault()
      const { soon, all } = await reportsWith('reordered-receipts')

      expect(soon).toEqual([])
      expect(all.map(({ to }) => to)).toEqual(plain.reverse())
    })

    it('foreign-receipts: one of another account is among them', async () => {
      const { all } = await reportsWith('foreign-receipts')

      const isForeign = ({ accountId }: { accountId: string }) => accountId === '99999999999999'
      expect(all.filter(isForeign)).not.toEqual([])
      expect(
        all
          .filter((report) => !isForeign(report))
          .map(({ to }) => to)
          .sort(),
      ).toEqual(phones)
    })

    it('webhook-off: none comes, and the journal still ends', async () => {
      const { all } = await reportsWith('webhook-off')

      expect(all).toEqual([])
      expect(kit.relay.journal().map(({ statusCode }) => statusCode)).toEqual(['4000', '4000', '4000'])
    })

    async function orderWithoutFault(): Promise<string[]> {
      const plain = await startRelay()
      const other = await startReceiver()
      await plain.call('POST', '/webhook/v1/outgoing', { url: other.url })
      await plain.sendTo(phones)
      await plain.passSeconds(60)
      await plain.close()
      await other.close()
      return other.reports().map(({ to }) => to)
    }
  })
})
