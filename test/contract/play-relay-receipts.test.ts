import { fateOfPhone, mannerOfPhone, PHONE_FATES, RECEIPT_MANNERS } from '../../sandbox/relay/phone-fate'
import { phoneNo, phonesWith, type RelayKit, sha1, startReceiver, startRelay } from './play-relay-kit'

const HOUR = 3600

describe('fates of phones at the play relay', () => {
  const shares = (nameOf: (phone: string) => string) => {
    const counts = new Map<string, number>()
    for (let i = 0; i < 100_000; i++) {
      const name = nameOf(phoneNo(i * 97))
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    return counts
  }
  const fates = shares(fateOfPhone)
  const manners = shares(mannerOfPhone)

  it.each([
    ...PHONE_FATES.map(({ fate, basisPoints }) => [fate, basisPoints, fates] as const),
    ...RECEIPT_MANNERS.map(({ manner, basisPoints }) => [manner, basisPoints, manners] as const),
  ])('%s has its share of %i in 10,000 over 100,000 numbers', (name, basisPoints, counts) => {
    expect((counts.get(name) ?? 0) / (basisPoints * 10)).toBeGreaterThan(0.85)
    expect((counts.get(name) ?? 0) / (basisPoints * 10)).toBeLessThan(1.15)
  })

  it('show in what becomes of real messages, and are the same the next day', async () => {
    const kit = await startRelay()
    const phones = PHONE_FATES.flatMap(({ fate }) => phonesWith(fate, 'prompt', 1))

    const monday = await kit.sendTo(phones)
    await kit.passSeconds(24 * HOUR)
    const tuesday = await kit.sendTo(phones)
    await kit.passSeconds(HOUR)

    expect(Object.values(monday.codes)).toEqual(['1061', '1060', '2000', '2000', '2000'])
    expect(tuesday.codes).toEqual(monday.codes)
    expect(kit.relay.journal().map(({ statusCode }) => statusCode)).toEqual([
      '3102',
      '3107',
      '3040',
      '3102',
      '3107',
      '3040',
    ])
    await kit.close()
  })

  it('are all good when the relay is told to be kind, and at once', async () => {
    const kit = await startRelay()
    await kit.call('PUT', '/__fake/behaviour', { kind: true })
    await kit.sendTo(PHONE_FATES.flatMap(({ fate }) => phonesWith(fate, 'late', 1)))
    await kit.relay.settled()

    expect(kit.relay.journal().map(({ statusCode }) => statusCode)).toEqual(Array(5).fill('4000'))
    await kit.close()
  })
})

describe('receipts of the play relay', () => {
  let kit: RelayKit
  let receiver: Awaited<ReturnType<typeof startReceiver>>
  let answer = 200
  const secret = 'hook-secret'

  beforeEach(async () => {
    answer = 200
    kit = await startRelay()
    receiver = await startReceiver(() => answer)
    await kit.call('POST', '/webhook/v1/outgoing', { eventId: 'SINGLE-REPORT', url: receiver.url, secret })
  })
  afterEach(async () => {
    await kit.close()
    await receiver.close()
  })

  const codes = () => receiver.reports().map(({ statusCode }) => statusCode)

  it('come as an array with the event name and the hashed secret, and echo the custom fields', async () => {
    const [phone = ''] = phonesWith('reached', 'prompt', 1)
    await kit.sendTo([phone])
    expect(receiver.calls).toEqual([])

    await kit.passSeconds(60)

    expect(receiver.calls).toHaveLength(1)
    expect(receiver.calls[0]?.headers).toMatchObject({
      'x-solapi-event-name': 'SINGLE-REPORT',
      'x-solapi-secret': sha1(secret),
    })
    expect(receiver.reports()).toMatchObject([
      { to: phone, statusCode: '4000', customFields: { k: `send-${phone}` } },
    ])
  })

  it('come hours later from a late phone, after word that it is pending', async () => {
    await kit.sendTo(phonesWith('reached', 'late', 1))
    await kit.passSeconds(HOUR)
    const afterAnHour = codes()
    await kit.passSeconds(9 * HOUR)

    expect(afterAnHour).toEqual(['3000'])
    expect(codes()).toEqual(['3000', '4000'])
  })

  it('come twice from a phone that repeats', async () => {
    await kit.sendTo(phonesWith('reached', 'repeated', 1))
    await kit.passSeconds(HOUR)

    expect(codes()).toEqual(['4000', '4000'])
  })

  it('come out of order from some: word that it is pending after the end', async () => {
    await kit.sendTo(phonesWith('reached', 'out-of-order', 1))
    await kit.passSeconds(30)
    await kit.passSeconds(HOUR)

    expect(codes()).toEqual(['4000', '3000'])
    expect(kit.relay.journal()[0]?.statusCode).toBe('4000')
  })

  it('wait for the clock: frozen nothing comes, sped up they come by themselves', async () => {
    await kit.sendTo(phonesWith('reached', 'prompt', 3))
    await kit.relay.settled()
    const frozen = codes()
    kit.clock.set({ speed: 600 })
    while (codes().length < 3) await new Promise((resolve) => setTimeout(resolve, 5))

    expect(frozen).toEqual([])
    expect(codes()).toEqual(['4000', '4000', '4000'])
  })

  it('are told again when not answered with 200, five times in all', async () => {
    answer = 500
    await kit.sendTo(phonesWith('reached', 'prompt', 1))
    for (let i = 0; i < 8; i++) await kit.passSeconds(HOUR)

    expect(codes()).toEqual(Array(5).fill('4000'))
  })

  it('stop coming when the webhook is taken away, and the list still tells them', async () => {
    const { body } = await kit.call('GET', '/webhook/v1/outgoing')
    await kit.call('DELETE', `/webhook/v1/outgoing/${body.webhookList[0].webhookId}`)
    const { groupId } = await kit.sendTo(phonesWith('reached', 'prompt', 1))
    await kit.passSeconds(60)
    const list = await kit.call('GET', `/messages/v4/groups/${groupId}/messages`)

    expect(codes()).toEqual([])
    expect(Object.values(list.body.messageList)).toMatchObject([{ statusCode: '4000', status: 'COMPLETE' }])
  })

  it('tell a whole group once every message of it has ended', async () => {
    const groups = await startReceiver()
    await kit.call('POST', '/webhook/v1/outgoing', { eventId: 'GROUP-REPORT', url: groups.url })
    const { groupId } = await kit.sendTo([
      ...phonesWith('reached', 'prompt', 2),
      ...phonesWith('not-friend', 'prompt', 1),
    ])
    await kit.passSeconds(60)

    expect(groups.reports()).toMatchObject([
      { groupId, status: 'COMPLETE', count: { sentSuccess: 2, sentFailed: 1 } },
    ])
    await groups.close()
  })
})

describe('journal of the play relay', () => {
  it('equals what was sent, message by message, page by page', async () => {
    const kit = await startRelay()
    const phones = Array.from({ length: 250 }, (_, i) => phoneNo(i * 31))
    const { groupId, codes } = await kit.sendTo(phones)
    await kit.passSeconds(12 * HOUR)
    const entries: {
      to: string
      groupId: string
      links: string[]
      customFields: { k: string }
      history: { code: string }[]
    }[] = []
    for (let since = 0, more = true; more; ) {
      const page = await kit.call('GET', `/__fake/journal?since=${since}&limit=100`)
      entries.push(...page.body.entries)
      since = page.body.next
      more = page.body.more
    }
    const count = (await kit.call('GET', '/__fake/journal/count')).body
    const refused = (await kit.call('GET', '/__fake/journal?outcome=refused')).body.entries

    const left = phones.filter((phone) => codes[phone] === '2000')
    expect(entries.map(({ to }) => to)).toEqual(left)
    expect(
      entries.every((entry) => entry.groupId === groupId && entry.customFields.k === `send-${entry.to}`),
    ).toBe(true)
    expect(entries[0]?.links).toEqual([`https://shop.example/t/${left[0]?.slice(-4)}`])
    expect(entries.every(({ history }) => history.length === 3)).toBe(true)
    expect(refused.map(({ to }: { to: string }) => to)).toEqual(
      phones.filter((phone) => codes[phone] !== '2000'),
    )
    expect(count.accepted + count.refused).toBe(250)
    expect(count.delivered + count.failed + count.uncertain).toBe(count.accepted)
    expect(count.pending).toBe(0)
    await kit.close()
  })

  it('lives on in another relay that takes up the snapshot, with what was still due', async () => {
    const kit = await startRelay()
    await kit.sendTo(phonesWith('reached', 'prompt', 2))
    const saved = JSON.parse(JSON.stringify(kit.relay.snapshot()))
    const heir = await startRelay()
    heir.relay.restore(saved)
    const { groupId } = kit.relay.journal()[0] ?? { groupId: '' }
    await heir.passSeconds(60)

    expect(heir.relay.journal().map(({ statusCode }) => statusCode)).toEqual(['4000', '4000'])
    expect(await heir.call('POST', `/messages/v4/groups/${groupId}/send`)).toMatchObject({ status: 409 })
    await kit.close()
    await heir.close()
  })
})
