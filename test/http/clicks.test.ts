import request from 'supertest'
import { withLinks } from '../../server/app'
import { createKeyring } from '../../server/core/crypto'
import { sendIdOf } from '../../server/core/ids'
import { createClickRecorder } from '../../server/tracking/click-recorder'
import { clickStore } from '../../server/tracking/click-store'
import { createLinkListener, type LinkParts } from '../../server/tracking/link-listener'
import { createLinkLookup, type LinkTarget } from '../../server/tracking/link-lookup'
import { linkToken } from '../../server/tracking/link-token'
import { createReturnUrl } from '../../server/tracking/return-url'
import { connectTestDatabase, type TestDatabase } from '../support/database'
import { frameApp, keepingLogger } from './frame-app'

const keyring = createKeyring(Buffer.alloc(32, 7))
const RUN = '0199aa00bb11cc22dd33ee44'
const TEST_RUN = '0199aa00bb11cc22dd33ee45'
const GONE_RUN = '0199aa00bb11cc22dd33ee46'
const BROKEN_RUN = '0199aa00bb11cc22dd33ee47'
const HOMELESS_RUN = '0199aa00bb11cc22dd33ee48'
const NOW = new Date('2026-11-22T01:10:00Z')
const targetAt = (domain: string): LinkTarget => ({
  mallId: 'cafe24-a',
  urlOf: createReturnUrl({ platform: 'cafe24', storefront: 'https://{domain}', domain }, 'cart', {
    utm_source: 'kakao',
    utm_medium: 'brandmessage',
    utm_campaign: 'c1',
  }),
  test: false,
})
const target = targetAt('shop.example.com')
const tokenOf = (runId: string, index = 0) => linkToken(keyring, sendIdOf(runId, index))

const escaped = (text: string) => text.replace(/./g, (c) => `%${c.charCodeAt(0).toString(16)}`)

describe('tracked link', () => {
  let database: TestDatabase
  let lookups: string[]
  let machineMs: number
  const { logger, lines } = keepingLogger()

  beforeEach(async () => {
    database = await connectTestDatabase(clickStore)
    lookups = []
    machineMs = 0
  })
  afterEach(() => database.close())

  function app(watch?: LinkParts['watch']) {
    const clicks = clickStore(database.connection)
    const lookup = createLinkLookup({
      find: async (runId) => {
        lookups.push(runId)
        if (runId === BROKEN_RUN) throw new Error('down')
        if (runId === RUN) return target
        if (runId === HOMELESS_RUN) return targetAt('evil.example/x')
        return runId === TEST_RUN ? { ...target, test: true } : null
      },
      machine: { now: () => new Date(machineMs) },
    })
    const recorder = createClickRecorder({ insert: clicks.insert, logger })
    const links = createLinkListener({
      keyring,
      lookup,
      recorder,
      clock: { now: () => NOW },
      logger,
      ...(watch ? { watch } : {}),
    })
    return withLinks(links, frameApp())
  }
  const stored = () => clickStore(database.connection).ofRun('cafe24-a', RUN)

  it('stores the click before it leads to the login page of the mall', async () => {
    const token = tokenOf(RUN)

    const response = await request(app()).get(`/t/${token}`).set('User-Agent', 'Mozilla/5.0 (iPhone) Mobile')

    expect(response.status).toBe(302)
    expect(response.headers['location']).toBe(
      'https://shop.example.com/member/login.html?returnUrl=%2Forder%2Fbasket.html%3Futm_source%3Dkakao' +
        `%26utm_medium%3Dbrandmessage%26utm_campaign%3Dc1%26cid%3D${token}&cid=${token}`,
    )
    expect(response.headers['cache-control']).toBe('no-store')
    expect(response.headers['set-cookie']).toBeUndefined()
    const [click] = await clickStore(database.connection).ofSends('cafe24-a', [sendIdOf(RUN, 0)])
    expect(click).toMatchObject({ runId: RUN, at: NOW, device: 'mobile' })
  })

  it.each([
    ['a slash behind it', (token: string) => `/t/${token}/`],
    ['a query', (token: string) => `/t/${token}?utm_source=x`],
    ['the path in capitals', (token: string) => `/T/${token}`],
    ['each character escaped', (token: string) => `/t/${escaped(token)}`],
  ])('leads on with %s, to the same place', async (_name, pathOf) => {
    const token = tokenOf(RUN, 3)

    const plain = await request(app()).get(`/t/${token}`)
    const { status, headers } = await request(app()).get(pathOf(token))

    expect([status, headers['location']]).toEqual([302, plain.headers['location']])
    expect(await stored()).toMatchObject({ clicks: 2, people: 1 })
  })

  it('leaves everything that is not below /t to the app', async () => {
    const watched: (string | undefined)[] = []
    const web = app((req) => watched.push(req.url))

    for (const path of ['/tt', '/tea/cup', '/healthz', '/x/t/y', '//t/x', '/t%2fx', '/?a=/t/x'])
      await request(web).get(path)
    const unwatched = [...watched]
    for (const path of ['/t', '/t?x', '/t/x', '/t/x/y']) await request(web).get(path)

    expect(unwatched).toEqual([])
    expect(watched).toEqual(['/t', '/t?x', '/t/x', '/t/x/y'])
  })

  it('counts each of many clicks at once', async () => {
    const web = app()

    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => request(web).get(`/t/${tokenOf(RUN, i)}`)),
    )

    expect(answers.every(({ status }) => status === 302)).toBe(true)
    expect(await stored()).toMatchObject({ clicks: 60, people: 60 })
    expect(lookups).toEqual([RUN])
  })

  it('leads previews and HEAD on without counting them', async () => {
    const web = app()

    const head = await request(web).head(`/t/${tokenOf(RUN)}`)
    const bot = await request(web)
      .get(`/t/${tokenOf(RUN)}`)
      .set('User-Agent', 'facebookexternalhit/1.1')

    expect([head.status, bot.status]).toEqual([302, 302])
    expect(await stored()).toMatchObject({ clicks: 0 })
  })

  it('of a test send leads on and is never counted', async () => {
    expect((await request(app()).get(`/t/${tokenOf(TEST_RUN)}`)).status).toBe(302)
    expect(await clickStore(database.connection).hasAny('cafe24-a')).toBe(false)
  })

  it.each([
    ['a changed token', `/t/${tokenOf(RUN).slice(0, -1)}${tokenOf(RUN).endsWith('A') ? 'B' : 'A'}`],
    ['no token', '/t/'],
    ['another path', `/t/${tokenOf(RUN)}/x`],
    ['a broken escape', '/t/%E0%A4%A'],
    ['an address', '/t/https:%2F%2Fevil.example'],
    ['a null byte', '/t/%00'],
    ['a very long text', `/t/${'A'.repeat(5_000)}`],
    ['an array', '/t/x?token[]=1&token=2'],
    ['a run that there is not', `/t/${tokenOf(GONE_RUN)}`],
  ])('answers %s with a small Korean page and leads nowhere', async (_name, path) => {
    const response = await request(app()).get(path)

    expect([400, 404]).toContain(response.status)
    expect(response.headers['location']).toBeUndefined()
    expect(response.text).toContain('lang="ko"')
    expect(response.headers['set-cookie']).toBeUndefined()
    expect(await clickStore(database.connection).hasAny('cafe24-a')).toBe(false)
  })

  it('takes no other method', async () => {
    expect((await request(app()).post(`/t/${tokenOf(RUN)}`)).status).toBe(404)
  })

  it('asks the shopper to try again when its target cannot be read, and asks anew next time', async () => {
    const web = app()

    const response = await request(web).get(`/t/${tokenOf(BROKEN_RUN)}`)
    await request(web).get(`/t/${tokenOf(BROKEN_RUN)}`)

    expect(response.status).toBe(503)
    expect(response.text).toContain('다시 눌러 주세요')
    expect(lookups).toEqual([BROKEN_RUN, BROKEN_RUN])
    expect(lines()).not.toContain(tokenOf(BROKEN_RUN))
  })

  it('leads nowhere when the domain of the mall is none', async () => {
    const response = await request(app()).get(`/t/${tokenOf(HOMELESS_RUN)}`)

    expect(response.status).toBe(503)
    expect(response.headers['location']).toBeUndefined()
  })

  it('remembers a run for a minute and an unknown one for ten seconds', async () => {
    const web = app()
    const ask = async (runId: string, ms: number) => {
      machineMs = ms
      await request(web).head(`/t/${tokenOf(runId)}`)
    }

    for (const ms of [0, 59_999, 60_000]) await ask(RUN, ms)
    for (const ms of [0, 9_999, 10_000]) await ask(GONE_RUN, ms)

    expect(lookups).toEqual([RUN, RUN, GONE_RUN, GONE_RUN])
  })
})
