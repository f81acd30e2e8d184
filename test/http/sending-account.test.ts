import supertest from 'supertest'
import { createSolapiRelay } from '../../server/adapters/relays/solapi/solapi-relay'
import { machineClock } from '../../server/core/clock'
import { createKeyring } from '../../server/core/crypto'
import { sendingAccountRoutes } from '../../server/messages/sending-account-routes'
import {
  createSendingAccountService,
  type SendingAccountService,
} from '../../server/messages/sending-account-service'
import { type SendingAccountStore, sendingAccountStore } from '../../server/messages/sending-account-store'
import { ACCOUNT, type RelayKit, request, startRelay } from '../contract/play-relay-kit'
import { connectTestDatabase, type TestDatabase } from '../support/database'
import { frameApp } from './frame-app'

const PATH = '/settings/sending-account'
const MALL = 'm1'
const FORM = {
  apiKey: ACCOUNT.apiKey,
  apiSecret: ACCOUNT.apiSecret,
  pfId: ACCOUNT.pfId,
  senderNumber: '02-1234-0000',
  number080: '080-123-0000',
}
const practice = { ...FORM, senderNumber: '0212340000', number080: '0801230000' }

describe('the sending account', () => {
  let database: TestDatabase
  let kit: RelayKit
  let store: SendingAccountStore
  let accounts: SendingAccountService

  beforeEach(async () => {
    database = await connectTestDatabase()
    kit = await startRelay()
    store = sendingAccountStore(database.connection)
    accounts = createSendingAccountService({
      accounts: store,
      relay: createSolapiRelay({ apiUrl: kit.url }, machineClock),
      keyring: createKeyring(Buffer.alloc(32, 7)),
      clock: kit.clock,
      baseUrl: 'http://127.0.0.1:3000',
    })
  })

  afterEach(async () => {
    await kit.close()
    await database.close()
  })

  async function loggedIn(as = 'owner', withPractice = true) {
    const router = sendingAccountRoutes({ accounts, practice: withPractice ? practice : null })
    const agent = supertest.agent(frameApp([{ path: PATH, router, kind: 'admin' }]))
    await agent.get(`/test-login?as=${as}`)
    const post = async (path: string, fields: Record<string, string> = {}) => {
      const shown = (await agent.get(PATH)).text
      const token = /name="_csrf" value="([^"]+)"/.exec(shown)?.[1] ?? ''
      return agent
        .post(PATH + path)
        .type('form')
        .send({ _csrf: token, ...fields })
    }
    return { agent, post }
  }

  it('is checked by real calls, stored sealed and shown masked; the secret is never shown', async () => {
    const { agent, post } = await loggedIn()

    const saved = await post('', FORM)
    const { text } = await agent.get(PATH)

    expect(saved.status).toBe(303)
    expect(text).toContain('연결됨')
    expect(text).toContain('25원')
    expect(text).not.toContain(ACCOUNT.apiSecret)
    expect(text).not.toContain(ACCOUNT.apiKey)
    const raw = await database.connection.collection('sending-accounts').findOne({ mallId: MALL })
    expect(JSON.stringify(raw)).not.toMatch(new RegExp(`${ACCOUNT.apiSecret}|${ACCOUNT.apiKey}`))
    expect(await accounts.current(MALL)).toMatchObject({ account: practice, prices: { brandTextWon: 25 } })
  })

  it('gets the relay to tell results at an unguessable address', async () => {
    const { post } = await loggedIn()

    await post('', FORM)

    const hooks = await kit.call('GET', '/webhook/v1/outgoing')
    const account = await store.newest(MALL)
    expect(hooks.body.webhookList[0].url).toBe(
      `http://127.0.0.1:3000/webhooks/solapi/${account?.webhook.path}`,
    )
    expect(account?.webhook).toMatchObject({ registered: true, path: expect.stringMatching(/^[\w-]{32}$/) })
    expect((await accounts.byWebhookPath(account?.webhook.path ?? ''))?.account.mallId).toBe(MALL)
    expect(await accounts.byWebhookPath('x'.repeat(32))).toBeNull()
  })

  it.each([
    ['a wrong secret', { apiSecret: 'wrong-secret-wrong' }, 'API Key와 Secret을 다시'],
    ['a foreign channel', { pfId: 'KA01PFNOBODY' }, '카카오톡 채널이 아니에요'],
    ['a number that is not registered', { senderNumber: '0299990000' }, '등록된 발신번호가 아니에요'],
    ['a number that is none', { senderNumber: 'hello' }, '발신번호를 숫자로'],
    ['an 080 number that is none', { number080: '0212345678' }, '080 수신거부 번호를'],
    ['no secret', { apiSecret: '' }, 'API Secret을 입력해'],
    ['no key', { apiKey: '' }, 'API Key를 입력해'],
  ])('with %s is refused beside the field, and nothing is stored', async (_name, change, words) => {
    const { post } = await loggedIn()

    const answer = await post('', { ...FORM, ...change })

    expect(answer.status).toBe(422)
    expect(answer.text).toContain(words)
    expect(answer.text).not.toContain(ACCOUNT.apiSecret)
    expect(await store.newest(MALL)).toBeNull()
  })

  it('is replaced by a new version; an empty secret keeps the old one, and the old version can still be asked', async () => {
    const { post } = await loggedIn()
    await post('', FORM)

    await post('', { ...FORM, apiSecret: '', number080: '0809990000' })

    expect(await accounts.current(MALL)).toMatchObject({
      version: 2,
      account: { apiSecret: ACCOUNT.apiSecret, number080: '0809990000' },
    })
    expect(await accounts.ofVersion(MALL, 1)).toMatchObject({ account: { number080: '0801230000' } })
  })

  it('keeps what works when a replacement is refused', async () => {
    const { post } = await loggedIn()
    await post('', FORM)

    await post('', { ...FORM, apiSecret: 'wrong-secret-wrong' })

    expect(await accounts.current(MALL)).toMatchObject({
      version: 1,
      account: { apiSecret: ACCOUNT.apiSecret },
    })
  })

  it('of the practice relay is filled in with one press, and only in the sandbox', async () => {
    const sandbox = await loggedIn()
    const live = await loggedIn('owner', false)

    const filled = await sandbox.post('/practice')

    expect(filled.status).toBe(303)
    expect(await accounts.current(MALL)).toMatchObject({ account: practice })
    expect((await live.agent.get(PATH)).text).not.toContain('연습용 계정')
    expect((await live.post('/practice')).status).toBe(404)
  })

  it('says that the balance is gone when it is looked at again', async () => {
    const { agent, post } = await loggedIn()
    await post('', FORM)
    await request(`${kit.url}/__fake/balance`, 'PUT', { balanceWon: 0 })

    await post('/check')

    expect((await agent.get(PATH)).text).toContain('잔액이 없어요')
  })

  it('is not changed by people who only look things up', async () => {
    const { post } = await loggedIn('support')

    const answer = await post('', FORM)

    expect(answer.status).toBe(403)
    expect(await store.newest(MALL)).toBeNull()
  })
})
