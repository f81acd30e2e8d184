import { SolapiMessageService } from 'solapi'
import { ACCOUNT, phonesWith, type RelayKit, startRelay } from './play-relay-kit'

// The official client has no setting for its address, so the calls it makes to it are led to the play relay.
function leadTo(url: string): () => void {
  const real = globalThis.fetch
  globalThis.fetch = (input, init) => real(String(input).replace('https://api.solapi.com', url), init)
  return () => {
    globalThis.fetch = real
  }
}

describe('official solapi client against the play relay', () => {
  let kit: RelayKit
  let back: () => void
  const client = new SolapiMessageService(ACCOUNT.apiKey, ACCOUNT.apiSecret)
  const [first = '', second = '', third = ''] = phonesWith('reached', 'prompt', 3)

  beforeEach(async () => {
    kit = await startRelay()
    back = leadTo(kit.url)
  })
  afterEach(async () => {
    back()
    await kit.close()
  })

  const brand = (to: string) => ({
    to,
    type: 'BMS_FREE' as const,
    text: '담아 두신 상품이 있어요.',
    customFields: { k: `send-${to}` },
    kakaoOptions: {
      pfId: ACCOUNT.pfId,
      bms: {
        targeting: 'I' as const,
        chatBubbleType: 'TEXT' as const,
        buttons: [{ name: '보러 가기', linkType: 'WL' as const, linkMobile: 'https://shop.example/t/abc' }],
      },
    },
  })

  it('sends at once and lists what it sent, with custom fields and the final status', async () => {
    const sent = await client.send([brand(first), brand(second)], { showMessageList: true })
    await kit.passSeconds(60)

    const listed = await client.getMessages({ groupId: sent.groupInfo.groupId })

    expect(sent.failedMessageList).toEqual([])
    expect(sent.messageList?.map(({ statusCode }) => statusCode)).toEqual(['2000', '2000'])
    const messages = Object.values(listed.messageList)
    expect(messages.map(({ to, statusCode, customFields }) => ({ to, statusCode, customFields }))).toEqual([
      { to: first, statusCode: '4000', customFields: { k: `send-${first}` } },
      { to: second, statusCode: '4000', customFields: { k: `send-${second}` } },
    ])
  })

  it('sends by a group in two phases and reads the group back', async () => {
    const groupId = await client.createGroup(false, undefined, { k: 'batch-7' })
    await client.addMessagesToGroup(groupId, [brand(first), brand(second), brand(third)])
    const before = await client.getGroup(groupId)
    await client.sendGroup(groupId)
    await kit.passSeconds(60)

    const after = await client.getGroup(groupId)
    const messages = await client.getGroupMessages(groupId)
    const groups = await client.getGroups({ groupId })

    expect([before.status, after.status]).toEqual(['PENDING', 'COMPLETE'])
    expect(after.count).toMatchObject({ total: 3, sentTotal: 3, sentSuccess: 3, sentFailed: 0 })
    expect(Object.keys(messages.messageList)).toHaveLength(3)
    expect(Object.keys(groups.groupList)).toEqual([groupId])
  })

  it('reads balance and channels', async () => {
    const balance = await client.getBalance()
    const channels = await client.getKakaoChannels()

    expect(balance.balance).toBe(10_000_000)
    expect(channels.channelList.map(({ channelId }) => channelId)).toEqual([ACCOUNT.pfId])
  })

  it('sends a text to the same phone four times when every answer is lost, which is why Baguni has its own client', async () => {
    kit.relay.setBehaviour({ kind: true })
    await kit.call('PUT', '/__fake/faults', { kind: 'accepted-then-503', times: null })

    await expect(client.send(brand(first))).rejects.toThrow()

    expect(kit.relay.journal().map(({ to }) => to)).toEqual([first, first, first, first])
  })

  it('is refused with the relay’s own code when its secret is wrong', async () => {
    const stranger = new SolapiMessageService(ACCOUNT.apiKey, 'another-secret')

    await expect(stranger.getBalance()).rejects.toMatchObject({ errorCode: 'SignatureDoesNotMatch' })
  })
})
