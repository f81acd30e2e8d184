import { Writable } from 'node:stream'
import { pino } from 'pino'
import { createSmtpMail } from '../../server/adapters/mail/smtp'
import { createKeyring } from '../../server/core/crypto'
import { createMetrics } from '../../server/core/metrics'
import { addDays } from '../../server/core/seoul'
import { createAlertFacts } from '../../server/reports/alert-facts'
import { createAlertService, MAIL_WAITS_MS } from '../../server/reports/alert-service'
import type { Mail, MailPort } from '../../server/reports/mail-port'
import { type MailServer, startMailServer } from '../support/mail-server'
import { DAY, installMall, MALL, pulledAt, type SendsKit, seoul, startSendsKit } from './sends-kit'

const OWNER = 'owner@shop.example'
const OTHER = 'cafe24-other'
const MINUTE_MS = 60_000

describe('the watch over what stands still', () => {
  let kit: SendsKit
  let mails: MailServer
  let lines: string[]
  const keyring = createKeyring(Buffer.alloc(32, 7))

  beforeEach(async () => {
    kit = await startSendsKit()
    mails = await startMailServer()
    lines = []
  })
  afterEach(async () => {
    await mails.close()
    await kit.close()
  })

  function service(over: { mail?: MailPort | null; isAlone?: boolean } = {}) {
    const { stores, relay, machine } = kit
    const stream = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk))
        done()
      },
    })
    return createAlertService({
      facts: createAlertFacts({ ...stores, accounts: stores.sendingAccounts }),
      alerts: stores.alerts,
      addresses: stores.alertAddresses,
      campaigns: stores.campaigns,
      leases: over.isAlone === false ? { hold: (_name, _ms, work) => work(1) } : stores.leases,
      keyring,
      mail:
        over.mail === undefined
          ? createSmtpMail({ smtpUrl: mails.url, from: 'no-reply@baguni.example' })
          : over.mail,
      metrics: createMetrics({ readGauges: async () => [], withProcess: false }),
      baseUrl: 'https://baguni.example',
      clock: relay.clock,
      machine,
      logger: pino({ level: 'debug' }, stream),
    })
  }
  const disconnect = () =>
    kit.stores.malls.setState(MALL, ['connected'], 'reauth-required', kit.relay.clock.now())
  const connect = () =>
    kit.stores.malls.setState(MALL, ['reauth-required'], 'connected', kit.relay.clock.now())

  it('mails the owner once, however often it looks', async () => {
    const alerts = service()
    await alerts.setAddress(MALL, OWNER)
    await disconnect()

    for (let i = 0; i < 3; i += 1) await alerts.watch()

    expect(mails.received).toHaveLength(1)
    const [mail] = mails.received
    expect(mail?.to).toEqual([OWNER])
    const subject = /^Subject: (.*(?:\r\n .*)*)/m.exec(mail?.raw ?? '')?.[1] ?? ''
    expect(subject).toMatch(/^=\?UTF-8\?/)
    expect(mail?.raw).toMatch(/^Message-ID: <[0-9a-f]{32}@baguni\.example>/m)
    const body = Buffer.from((mail?.raw ?? '').split('\r\n\r\n').slice(1).join(''), 'base64').toString()
    expect(body).toContain('다시 동의해 주세요.')
    expect(body).toContain('https://baguni.example/settings#connection')
    expect(lines.join('')).not.toContain(OWNER)
  })

  it('mails again only after it was over and came back, and not for a flicker', async () => {
    const alerts = service()
    await alerts.setAddress(MALL, OWNER)
    const goesAndComes = async (minutes: number) => {
      await connect()
      await alerts.watch()
      await kit.moveTo(new Date(kit.relay.clock.now().getTime() + minutes * MINUTE_MS))
      await disconnect()
      await alerts.watch()
    }
    await disconnect()
    await alerts.watch()

    await goesAndComes(9)
    expect(mails.received).toHaveLength(1)

    await goesAndComes(11)
    expect(mails.received).toHaveLength(2)
    const ids = mails.received.map(({ raw }) => /^Message-ID: (.*)$/m.exec(raw)?.[1])
    expect(new Set(ids).size).toBe(2)
  })

  it('tries a refused mail a few times, waits in between, and then says that nobody was told', async () => {
    const alerts = service()
    await alerts.setAddress(MALL, OWNER)
    await disconnect()
    mails.refuse(true)

    await alerts.watch()
    await alerts.watch()
    expect(lines.filter((line) => line.includes('did not leave'))).toHaveLength(1)
    for (const waitMs of MAIL_WAITS_MS) {
      kit.machine.pass(waitMs / 1000 + 1)
      await alerts.watch()
    }

    expect(lines.filter((line) => line.includes('did not leave'))).toHaveLength(MAIL_WAITS_MS.length - 1)
    expect(lines.filter((line) => line.includes('could not be told'))).toHaveLength(1)
    expect(lines.join('')).not.toContain(OWNER)
    mails.refuse(false)
    kit.machine.pass(86_400)
    await alerts.watch()
    expect(mails.received).toEqual([])
  })

  it('sends a mail that was refused once when the server takes it again', async () => {
    const alerts = service()
    await alerts.setAddress(MALL, OWNER)
    await disconnect()
    mails.refuse(true)
    await alerts.watch()
    mails.refuse(false)

    kit.machine.pass((MAIL_WAITS_MS[0] ?? 0) / 1000 + 1)
    await alerts.watch()
    kit.machine.pass(86_400)
    await alerts.watch()

    expect(mails.received).toHaveLength(1)
  })

  it('mails once when two watchers that both believe to be alone look at the same time', async () => {
    const sent: Mail[] = []
    const slow: MailPort = {
      async send(mail) {
        sent.push(mail)
        await new Promise((resolve) => setTimeout(resolve, 50))
      },
    }
    const watchers = [1, 2, 3].map(() => service({ mail: slow, isAlone: false }))
    await watchers[0]?.setAddress(MALL, OWNER)
    await disconnect()

    await Promise.all(watchers.map((each) => each.watch()))

    expect(sent).toHaveLength(1)
  })

  it('tells nobody without an address or without a mail server, and tells later when both are there', async () => {
    await disconnect()
    await service({ mail: null }).watch()
    await service().watch()
    expect(mails.received).toEqual([])
    expect(await service().ofMall(MALL)).toMatchObject([{ kind: 'reconsent' }])

    await service().setAddress(MALL, OWNER)
    await service().watch()

    expect(mails.received).toHaveLength(1)
  })

  it('keeps the address sealed, and forgets it', async () => {
    await service().setAddress(MALL, OWNER)

    expect(await service().address(MALL)).toBe(OWNER)
    const stored = await kit.database.connection.collection('alert-addresses').find({}).toArray()
    expect(JSON.stringify(stored)).not.toContain('shop.example')
    await service().setAddress(MALL, null)
    expect(await service().address(MALL)).toBeNull()
  })

  it('tells a mall nothing of another', async () => {
    await installMall(kit.stores, OTHER, kit.relay.clock.now())
    const alerts = service()
    await alerts.setAddress(OTHER, 'other@shop.example')
    await disconnect()

    await alerts.watch()

    expect(mails.received).toEqual([])
    expect(await alerts.ofMall(OTHER)).toEqual([])
  })

  it('is not stopped by a mall whose address cannot be opened', async () => {
    await installMall(kit.stores, OTHER, kit.relay.clock.now())
    for (const mallId of [MALL, OTHER])
      await kit.stores.malls.setState(mallId, ['connected'], 'reauth-required', kit.relay.clock.now())
    const alerts = service()
    await kit.stores.alertAddresses.put(OTHER, 'v1.rubbish')
    await alerts.setAddress(MALL, OWNER)

    await alerts.watch()

    expect(mails.received).toHaveLength(1)
    expect(lines.filter((line) => line.includes('did not leave'))).toHaveLength(1)
  })

  it('says that stale facts hold a run, and the day after that nothing was sent', async () => {
    const alerts = service()
    await alerts.setAddress(MALL, OWNER)
    await kit.members(3)
    await kit.campaign({ dailyCapWon: null })
    const worker = kit.worker('one')
    await worker.startDueRuns()
    await pulledAt(kit.stores, MALL, seoul(addDays(DAY, -3), 3))
    await worker.dispatchDue()

    expect(await alerts.ofMall(MALL)).toMatchObject([{ kind: 'stale-facts', href: '/settings#connection' }])
    await alerts.watch()
    await kit.moveTo(seoul(addDays(DAY, 1), 12, 1))
    await worker.dispatchDue()

    const { id } = await kit.run()
    expect(await alerts.ofMall(MALL)).toMatchObject([{ kind: 'nothing-sent', href: `/reports/runs/${id}` }])
    await alerts.watch()
    await alerts.watch()
    expect(mails.received).toHaveLength(2)
    const records = await kit.database.connection.collection('alerts').find({}).toArray()
    expect(records.map(({ kind, overAt }) => [kind, overAt !== null])).toEqual(
      expect.arrayContaining([
        ['stale-facts', true],
        ['nothing-sent', false],
      ]),
    )
  })
})
