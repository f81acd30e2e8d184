import type { MessageRelay, OutgoingMessage, RelayAccount } from '../../server/messages/message-relay'

/** One message as a relay took it up, from the relay's own books. */
export interface Taken {
  to: string
  /** What the relay was given to echo. */
  echo: string
  kind: 'brand-text' | 'sms' | 'lms'
  subject: string | null
  text: string
  /** The link of its button, or in its text. */
  url: string
  from: string
}

/** What a relay's test file brings, so that every adapter passes the same suite. */
export interface RelayBench {
  relay: MessageRelay
  account: RelayAccount
  /** Messages that really left, by the relay's own journal. */
  taken(): Promise<Taken[]>
  /** What the next release meets: its answer is lost although it was obeyed, or it never arrives. */
  strike(fault: 'obeyed-but-lost' | 'never-arrives' | 'too-many'): Promise<void>
  /** Lets the relay finish; the phones of `phones` have arrived or failed then. */
  pass(): Promise<void>
  /** `unreachable` by Kakao, though a text reaches it; `refused` for any message. */
  phones: { reached: string; unreachable: string; refused: string }
  close(): Promise<void>
}

const sendId = (n: number) => `${'0'.repeat(24)}${n.toString(16).padStart(8, '0')}`
const message = (n: number, to: string) => ({
  sendId: sendId(n),
  to,
  kind: 'brand-text' as const,
  text: `담아 두신 상품 ${n}개가 기다려요.`,
  button: { name: '장바구니 보기', url: `https://shop.example/t/token${n}` },
})
const link = 'https://shop.example/t/token'
const short = '(광고)식탁\n담으셨어요\nhttps://s.example/t/a\n무료거부 0801230000'
const long = `(광고)오늘의식탁\n담아 두신 무쇠 냄비가 장바구니에서 기다리고 있어요.\n${link}\n무료거부 0801230000`
/** The second try of the same send, as a text. */
const sms = (n: number, to: string): OutgoingMessage => ({
  ...{ sendId: sendId(n), step: 2, to },
  kind: 'sms',
  text: short,
})
const lms = (n: number, to: string): OutgoingMessage => ({
  ...{ sendId: sendId(n), step: 2, to },
  kind: 'lms',
  subject: '(광고)담아 두신 상품',
  text: long,
})

/** What DESIGN asks of every relay, whatever it speaks. */
export function describeMessageRelay(name: string, start: () => Promise<RelayBench>): void {
  describe(`the relay ${name}`, () => {
    let bench: RelayBench

    beforeEach(async () => {
      bench = await start()
    })

    afterEach(() => bench.close())

    async function prepared(...messages: OutgoingMessage[]) {
      const outcome = await bench.relay.prepare(bench.account, 'batch:1', messages)
      if (outcome.state !== 'prepared') throw new Error(`not prepared: ${outcome.state}`)
      return outcome
    }

    it('lets nothing leave when a batch is only prepared', async () => {
      await prepared(message(1, bench.phones.reached))

      await bench.pass()

      expect(await bench.taken()).toEqual([])
    })

    it('lets a batch leave once when it is released, with text, link and our id', async () => {
      const { relayBatchId } = await prepared(message(1, bench.phones.reached))

      const outcome = await bench.relay.release(bench.account, relayBatchId)

      expect(outcome).toEqual({ state: 'accepted' })
      const { to, text, button } = message(1, bench.phones.reached)
      expect(await bench.taken()).toMatchObject([
        { to, kind: 'brand-text', echo: expect.stringContaining(sendId(1)), text, url: button.url },
      ])
    })

    it('lets an SMS and an LMS leave whole, from the registered number, as they are', async () => {
      const { relayBatchId, rejected } = await prepared(
        sms(1, bench.phones.reached),
        lms(2, bench.phones.unreachable),
      )

      await bench.relay.release(bench.account, relayBatchId)

      const from = bench.account.senderNumber
      expect(rejected).toEqual([])
      expect(await bench.taken()).toMatchObject([
        { to: bench.phones.reached, kind: 'sms', subject: null, text: short, from },
        {
          to: bench.phones.unreachable,
          kind: 'lms',
          subject: '(광고)담아 두신 상품',
          text: long,
          url: link,
          from,
        },
      ])
    })

    it('tells the tries of one send apart in every receipt', async () => {
      const first = await prepared(message(1, bench.phones.unreachable))
      await bench.relay.release(bench.account, first.relayBatchId)
      await bench.pass()
      const second = await prepared(lms(1, bench.phones.unreachable))
      await bench.relay.release(bench.account, second.relayBatchId)
      await bench.pass()

      const results = []
      for (const { relayBatchId } of [first, second])
        results.push((await bench.relay.receiptsOf(bench.account, relayBatchId)).receipts)

      expect(results).toMatchObject([
        [{ sendId: sendId(1), step: 1, state: 'failed' }],
        [{ sendId: sendId(1), step: 2, state: 'delivered' }],
      ])
    })

    it('names the second try that it refuses at intake by its send', async () => {
      const { rejected } = await prepared(sms(1, bench.phones.refused), sms(2, bench.phones.reached))

      expect(rejected).toMatchObject([{ sendId: sendId(1), failure: { definite: true } }])
    })

    it('says that the sender number is wrong when every text is refused for it', async () => {
      const account = { ...bench.account, senderNumber: '0299990000' }

      const outcome = await bench.relay.prepare(account, 'batch:1', [lms(1, bench.phones.reached)])

      expect(outcome).toMatchObject({
        state: 'rejected',
        failure: { reason: 'sender-number', scope: 'account', definite: true },
      })
    })

    it('sends nothing twice when a batch is released again', async () => {
      const { relayBatchId } = await prepared(message(1, bench.phones.reached))
      await bench.relay.release(bench.account, relayBatchId)

      const again = await bench.relay.release(bench.account, relayBatchId)

      expect(again).toEqual({ state: 'accepted' })
      expect(await bench.taken()).toHaveLength(1)
    })

    it('tells at intake whom it refuses, and lets the others leave', async () => {
      const { relayBatchId, rejected } = await prepared(
        message(1, bench.phones.reached),
        message(2, bench.phones.refused),
      )

      await bench.relay.release(bench.account, relayBatchId)

      expect(rejected).toEqual([
        { sendId: sendId(2), failure: expect.objectContaining({ definite: true, scope: 'recipient' }) },
      ])
      expect((await bench.taken()).map(({ to }) => to)).toEqual([bench.phones.reached])
    })

    it('never lets a discarded batch leave', async () => {
      const { relayBatchId } = await prepared(message(1, bench.phones.reached))

      await bench.relay.discard(bench.account, relayBatchId)
      const late = await bench.relay.release(bench.account, relayBatchId)

      expect(late.state).not.toBe('accepted')
      expect(await bench.taken()).toEqual([])
    })

    it('calls a release unknown when it was obeyed and the answer lost, and tells later that it left', async () => {
      const { relayBatchId } = await prepared(message(1, bench.phones.reached))
      await bench.strike('obeyed-but-lost')

      const outcome = await bench.relay.release(bench.account, relayBatchId)
      const fate = await bench.relay.fateOf(bench.account, 'batch:1', relayBatchId)

      expect(outcome.state).toBe('unknown')
      expect(fate.fate).toBe('accepted')
      expect(await bench.taken()).toHaveLength(1)
    })

    it('says never-sent of a release that did not arrive, and keeps that word when the release comes late', async () => {
      const { relayBatchId } = await prepared(message(1, bench.phones.reached))
      await bench.strike('never-arrives')

      const outcome = await bench.relay.release(bench.account, relayBatchId)
      const fate = await bench.relay.fateOf(bench.account, 'batch:1', relayBatchId)
      const late = await bench.relay.release(bench.account, relayBatchId)

      expect(outcome.state).toBe('unknown')
      expect(fate).toEqual({ fate: 'never-sent' })
      expect(late.state).not.toBe('accepted')
      expect(await bench.taken()).toEqual([])
    })

    it('calls "too many requests" not sent', async () => {
      const { relayBatchId } = await prepared(message(1, bench.phones.reached))
      await bench.strike('too-many')

      const outcome = await bench.relay.release(bench.account, relayBatchId)

      expect(outcome).toMatchObject({ state: 'not-sent' })
      expect(await bench.taken()).toEqual([])
    })

    it('leaves the fate of a batch that it does not know untold', async () => {
      expect(await bench.relay.fateOf(bench.account, 'batch:9', 'G4VNOBODYKNOWS')).toMatchObject({
        fate: 'untold',
      })
    })

    it('gives receipts by our id, by window and by batch', async () => {
      const from = new Date('2026-11-22T00:00:00Z')
      const { relayBatchId } = await prepared(
        message(1, bench.phones.reached),
        message(2, bench.phones.unreachable),
      )
      await bench.relay.release(bench.account, relayBatchId)
      await bench.pass()

      const byBatch = await bench.relay.receiptsOf(bench.account, relayBatchId)
      const byWindow = []
      for await (const page of bench.relay.receipts(bench.account, from, new Date('2026-12-22T00:00:00Z')))
        byWindow.push(...page.receipts)

      const wanted = [
        expect.objectContaining({ sendId: sendId(1), state: 'delivered' }),
        expect.objectContaining({
          sendId: sendId(2),
          state: 'failed',
          failure: expect.objectContaining({ reason: 'unreachable', definite: true }),
        }),
      ]
      expect(byBatch.receipts).toEqual(expect.arrayContaining(wanted))
      expect(byWindow).toEqual(expect.arrayContaining(wanted))
    })

    it('finds a right account right, with balance and prices', async () => {
      const check = await bench.relay.check(bench.account)

      expect(check).toMatchObject({ ok: true, problems: [] })
      expect(check.balanceWon).toBeGreaterThan(0)
      expect(check.prices?.brandTextWon).toBeGreaterThan(0)
    })

    it.each([
      ['a wrong secret', { apiSecret: 'wrong-secret-wrong-secret' }, 'auth'],
      ['a foreign channel', { pfId: 'KA01PFNOBODY' }, 'channel'],
      ['a number that is not registered', { senderNumber: '0299990000' }, 'sender-number'],
    ] as const)('names %s', async (_name, change, problem) => {
      const check = await bench.relay.check({ ...bench.account, ...change })

      expect(check).toMatchObject({ ok: false, problems: [problem] })
    })

    it('refuses a hand-over with a wrong key without sending', async () => {
      const outcome = await bench.relay.prepare(
        { ...bench.account, apiSecret: 'wrong-secret-wrong-secret' },
        'batch:1',
        [message(1, bench.phones.reached)],
      )

      expect(outcome).toMatchObject({ state: 'rejected', failure: { reason: 'auth', scope: 'account' } })
    })
  })
}
