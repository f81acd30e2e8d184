import { type RunningSandbox, startSandbox } from '../../sandbox/main'
import { brandText, phonesWith, request, signature } from './play-relay-kit'
import { sandboxOptions, shopWith } from './sandbox-kit'

const [hers = '', his = '', late = ''] = phonesWith('reached', 'prompt', 3)
const PEOPLE = [
  { id: 'w1', name: '김하늘', cellphone: hers },
  { id: 'w2', name: '이바다', cellphone: his },
  { id: 'w3', name: '박구름', cellphone: his },
]

describe('control pages of the sandbox', () => {
  let sandbox: RunningSandbox
  beforeEach(async () => {
    sandbox = await startSandbox(sandboxOptions({ shops: [shopWith(PEOPLE)] }))
  })
  afterEach(() => sandbox.stop())

  const page = async (path: string) => {
    const answer = await fetch(sandbox.controlUrl + path)
    return { status: answer.status, text: await answer.text() }
  }
  const submit = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(sandbox.controlUrl + path, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers,
      redirect: 'manual',
    })
  const shown = async () => (await page('/clock')).text.match(/datetime="([^"]+)"/)?.[1]

  async function send(messages: unknown[]): Promise<void> {
    const headers = () => ({ authorization: signature() })
    const { body } = await request(`${sandbox.relayUrl}/messages/v4/groups`, 'POST', {}, headers())
    const group = `${sandbox.relayUrl}/messages/v4/groups/${body.groupId}`
    await request(`${group}/messages`, 'PUT', { messages }, headers())
    await request(`${group}/send`, 'POST', undefined, headers())
    sandbox.clock.set({ now: new Date(sandbox.clock.now().getTime() + 60_000) })
    await sandbox.relay.settled()
  }

  describe('start page', () => {
    it('leads through five steps, the first of them a freshly signed launch', async () => {
      const { text } = await page('/')
      const launch = await fetch(`${sandbox.controlUrl}/launch/testshop`, { redirect: 'manual' })

      expect(text.match(/<li class="card step">/g)).toHaveLength(5)
      expect(text).toContain('href="/launch/testshop"')
      expect(launch.status).toBe(302)
      expect(launch.headers.get('location')).toMatch(
        /^http:\/\/127\.0\.0\.1:9\/launch\/cafe24\?.*mall_id=testshop.*hmac=/,
      )
    })

    it('answers 404 for a shop that is not there', async () => {
      expect((await page('/launch/nobody')).status).toBe(404)
    })
  })

  describe('clock', () => {
    it('shows Seoul time', async () => {
      const { text } = await page('/clock')

      expect(text).toContain('11월 23일(월)')
      expect(text).toContain('오전 10:00')
    })

    it.each([
      ['to the next 10:00', { move: 'next-10' }, '2026-11-24T01:00:00.000Z'],
      ['by an hour', { move: 'plus-hour' }, '2026-11-23T02:00:00.000Z'],
      ['to the next 09:00', { move: 'next-9' }, '2026-11-24T00:00:00.000Z'],
      ['to a given time', { move: 'at', at: '2026-12-01T07:30' }, '2026-11-30T22:30:00.000Z'],
    ])('is moved %s by the page’s form', async (_where, fields, now) => {
      const answer = await submit('/clock', fields)

      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/clock'])
      expect(await shown()).toBe(now)
    })

    it.each(['2026-02-30T10:00', '내일', ''])(
      'stays where it is for "%s", says so beside the field, and keeps what was typed',
      async (at) => {
        const answer = await submit('/clock', { move: 'at', at })

        expect(answer.status).toBe(400)
        expect(await answer.text()).toMatch(new RegExp(`value="${at}" aria-invalid`))
        expect(await shown()).toBe('2026-11-23T01:00:00.000Z')
      },
    )

    it('is sped up and frozen by the page’s form', async () => {
      await submit('/clock', { speed: '600' })
      const fast = sandbox.clock.state().speed
      await submit('/clock', { speed: '0' })

      expect([fast, sandbox.clock.state().speed]).toEqual([600, 0])
    })

    it('says at night that no advertisement leaves', async () => {
      await submit('/clock', { move: 'at', at: '2026-11-23T20:00' })

      expect((await page('/clock')).text).toContain('오전 8:00부터 나가요')
    })

    it('is read and set as JSON, and refuses what is no instant or speed', async () => {
      const before = await request(`${sandbox.controlUrl}/clock.json`, 'GET')
      const after = await request(`${sandbox.controlUrl}/clock.json`, 'PUT', {
        now: '2026-11-25T10:00:00+09:00',
        speed: 60,
      })
      const wrong = await Promise.all(
        [{ now: '내일' }, { speed: -1 }, {}].map((body) =>
          request(`${sandbox.controlUrl}/clock.json`, 'PUT', body),
        ),
      )

      expect(before.body).toEqual({ version: 1, now: '2026-11-23T01:00:00.000Z', speed: 0 })
      expect(after.body).toMatchObject({ version: 2, speed: 60 })
      expect(after.body.now.slice(0, 16)).toBe('2026-11-25T01:00')
      expect(wrong.map(({ status }) => status)).toEqual([400, 400, 400])
      expect(sandbox.clock.state().version).toBe(2)
    })

    it('streams its state at once and at each change', async () => {
      const answer = await fetch(`${sandbox.controlUrl}/clock/stream`)
      const reader = answer.body?.getReader()
      const next = async () => {
        const { value } = (await reader?.read()) ?? {}
        return JSON.parse(
          Buffer.from(value ?? [])
            .toString()
            .replace('data: ', ''),
        )
      }
      const first = await next()
      sandbox.clock.set({ now: new Date('2026-11-25T01:00:00Z') })
      const second = await next()
      await reader?.cancel()

      expect(first).toEqual({ version: 1, now: '2026-11-23T01:00:00.000Z', speed: 0 })
      expect(second).toEqual({ version: 2, now: '2026-11-25T01:00:00.000Z', speed: 0 })
    })

    it('is not moved by another site open in the same browser', async () => {
      const answer = await submit('/clock', { move: 'plus-hour' }, { origin: 'https://evil.example' })

      expect(answer.status).toBe(403)
      expect(sandbox.clock.state().version).toBe(1)
    })
  })

  describe('phones', () => {
    it('are empty at first and say what to do', async () => {
      expect((await page('/phones')).text).toContain('아직 메시지를 받은 휴대폰이 없어요')
    })

    it('list who got a message, the latest first, by name and masked number, and find by either', async () => {
      await send([brandText(hers)])
      await send([brandText(his)])
      const all = (await page('/phones')).text
      const byName = (await page(`/phones?q=${encodeURIComponent('하늘')}`)).text
      const byNumber = (await page(`/phones?q=${his.slice(-4)}`)).text

      expect(all.indexOf('이바다 외 1명')).toBeGreaterThan(0)
      expect(all.indexOf('이바다 외 1명')).toBeLessThan(all.indexOf('김하늘'))
      expect(all).not.toContain(hers)
      expect([byName.includes('김하늘'), byName.includes('이바다')]).toEqual([true, false])
      expect([byNumber.includes('김하늘'), byNumber.includes('이바다')]).toEqual([false, true])
    })

    it('show the message in a room: advertiser, text, time, opt-out, and the button with its link', async () => {
      await send([brandText(hers, { text: '첫 줄\n<둘째 줄>' })])
      const { text } = await page(`/phones/${hers}`)

      expect(text).toContain('김하늘님의 휴대폰')
      expect(text).toContain('(광고) 오늘의식탁')
      expect(text).toContain('첫 줄\n&#60;둘째 줄&#62;')
      expect(text).toContain(`<a class="bubble-button" href="https://shop.example/t/${hers.slice(-4)}"`)
      expect(text).toContain('수신거부: 채널 차단 또는 080-123-0000')
      expect(text).toMatch(/오전 10:01<\/time>/)
    })

    it('show what failed nowhere', async () => {
      await send(phonesWith('not-friend', 'prompt', 1).map((phone) => brandText(phone)))

      expect((await page('/phones')).text).toContain('아직 메시지를 받은 휴대폰이 없어요')
    })

    it('show texts as plain bubbles with an address to tap', async () => {
      await send([
        {
          to: hers,
          from: '0212340000',
          type: 'LMS',
          text: '(광고)시험\nhttp://shop.example/t/xyz\n무료거부 0801230000',
        },
      ])
      const { text } = await page(`/phones/${hers}`)

      expect(text).toContain('문자 메시지')
      expect(text).toContain('<a href="http://shop.example/t/xyz"')
      expect(text).not.toContain('bubble-button')
    })

    it('lose their unread mark once looked at, and get it back with the next message', async () => {
      const marks = async () => (await page('/phones')).text.match(/class="unread"/g)?.length ?? 0
      await send([brandText(hers)])
      const before = await marks()
      await page(`/phones/${hers}`)
      const seen = await marks()
      await send([brandText(hers)])

      expect([before, seen, await marks()]).toEqual([1, 0, 1])
    })

    it('block the channel by a button from then on, and free it again', async () => {
      await send([brandText(hers)])
      const blocked = await submit(`/phones/${hers}/block`, {})
      await send([brandText(hers)])
      const room = (await page(blocked.headers.get('location') ?? '')).text
      const afterBlock = sandbox.relay.journal().length
      await submit(`/phones/${hers}/unblock`, {})
      await send([brandText(hers)])

      expect(blocked.headers.get('location')).not.toContain(hers)
      expect(room).toContain('이 채널을 차단했어요')
      expect([afterBlock, sandbox.relay.journal().length]).toEqual([1, 2])
    })

    it('answer 404 for a phone that shows nothing', async () => {
      expect((await page(`/phones/${late}`)).status).toBe(404)
      expect((await page('/phones/0123456789abcdef')).status).toBe(404)
    })
  })
})
