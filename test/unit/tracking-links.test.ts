import fc from 'fast-check'
import { createKeyring } from '../../server/core/crypto'
import { sendIdOf } from '../../server/core/ids'
import { linkToken, readToken } from '../../server/tracking/link-token'
import {
  createReturnUrl,
  isLinkDomain,
  type LinkMall,
  type LinkParams,
} from '../../server/tracking/return-url'
import { deviceOf, isShopper } from '../../server/tracking/visitor-rules'

const keyring = createKeyring(Buffer.alloc(32, 7))
const sendId = sendIdOf('0199aa00bb11cc22dd33ee44', 12)
const mall: LinkMall = { platform: 'cafe24', storefront: 'https://{domain}', domain: 'shop.example.com' }
const params = { utm_source: 'kakao', utm_medium: 'brandmessage', utm_campaign: 'c1' }
const returnUrl = (to: LinkMall, device: 'pc' | 'mobile', token: string, trail: LinkParams) =>
  createReturnUrl(to, 'cart', trail)(device, token)
const hex32 = fc.stringMatching(/^[0-9a-f]{32}$/)

describe('link token', () => {
  it('names its send again, for every send id', () => {
    fc.assert(fc.property(hex32, (id) => readToken(keyring, linkToken(keyring, id)) === id))
  })

  it('is 32 characters that every URL carries as they are', () => {
    expect(linkToken(keyring, sendId)).toMatch(/^[A-Za-z0-9_-]{32}$/)
  })

  it('is nothing when any single character was changed', () => {
    const token = linkToken(keyring, sendId)
    for (let i = 0; i < token.length; i += 1) {
      const other = token[i] === 'A' ? 'B' : 'A'
      expect(readToken(keyring, token.slice(0, i) + other + token.slice(i + 1))).toBeNull()
    }
  })

  it('is nothing when it was minted with another key', () => {
    expect(readToken(keyring, linkToken(createKeyring(Buffer.alloc(32, 8)), sendId))).toBeNull()
  })

  it('is nothing for any hostile text, and nothing is thrown', () => {
    const hostile = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.anything())
    fc.assert(fc.property(hostile, (text) => readToken(keyring, text) === null))
  })
})

describe('return URL', () => {
  it('leads on Cafe24 to the login page with cart and trail inside returnUrl, and cid outside too', () => {
    const url = returnUrl(mall, 'pc', 'tok-1_x', { ...params, utm_campaign: 'cart_d7' })

    expect(url).toBe(
      'https://shop.example.com/member/login.html?returnUrl=%2Forder%2Fbasket.html%3Futm_source%3Dkakao' +
        '%26utm_medium%3Dbrandmessage%26utm_campaign%3Dcart_d7%26cid%3Dtok-1_x&cid=tok-1_x',
    )
    expect(returnUrl(mall, 'mobile', 'tok-1_x', { ...params, utm_campaign: 'cart_d7' })).toBe(url)
  })

  it('reads the same for a mall that decodes once and for one that decodes twice', () => {
    const inner = new URL(returnUrl(mall, 'pc', 'tok', params)).searchParams.get('returnUrl') ?? ''

    expect(decodeURIComponent(inner)).toBe(inner)
    expect(inner).toMatch(/^\/order\/basket\.html\?/)
  })

  it('leads to a play mall on its own port', () => {
    const play = { ...mall, storefront: 'http://{domain}', domain: '127.0.0.1:4101' }

    expect(new URL(returnUrl(play, 'pc', 'tok', params)).origin).toBe('http://127.0.0.1:4101')
  })

  it('can only lead to its own mall, whatever domain, campaign or token it is given', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '//evil.example',
        'evil.example/',
        'a@evil.example',
        'a\\@b',
        'a#b',
        'a?b',
        'login',
        '..',
        '%2f',
      ),
    )
    const domain = fc.oneof(text, fc.domain())
    fc.assert(
      fc.property(
        domain,
        fc.oneof(text, fc.constant('c1')),
        fc.oneof(text, fc.constant('tok')),
        (host, campaign, token) => {
          let url: URL
          try {
            url = new URL(
              returnUrl({ ...mall, domain: host }, 'pc', token, {
                ...params,
                utm_campaign: campaign,
              }),
            )
          } catch (error) {
            return error instanceof Error && 'code' in error && error.code === 'bad-link-value'
          }
          const inner = url.searchParams.get('returnUrl') ?? ''
          return (
            url.host === host.toLowerCase() &&
            url.pathname === '/member/login.html' &&
            new URL(inner, url).host === url.host &&
            inner.startsWith('/order/basket.html?')
          )
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it.each(['한글', 'a b', 'a+b', 'a&b', 'a%20', 'autologin_d7', 'LOGOUT', ''])(
    'refuses the value %p',
    (value) => {
      expect(() => returnUrl(mall, 'pc', 'tok', { ...params, utm_campaign: value })).toThrow(
        expect.objectContaining({ code: 'bad-link-value' }),
      )
    },
  )

  it.each([
    ['shop.example.com', true],
    ['127.0.0.1:4101', true],
    ['shop.example.com/', false],
    ['user@shop.example.com', false],
    ['-shop', false],
    ['a..b', false],
    ['0', false],
    ['', false],
  ])('takes the domain %p as a link host: %p', (domain, is) => {
    expect(isLinkDomain(domain)).toBe(is)
  })
})

describe('visitor', () => {
  const phone =
    'Mozilla/5.0 (Linux; Android 15; CUBOT X90) AppleWebKit/537.36 Mobile Safari/537.36 KAKAOTALK/11.2'

  it.each([
    ['kakaotalk-scrap/1.0; +https://devtalk.kakao.com/', false],
    ['facebookexternalhit/1.1; kakaotalk-scrap/1.0', false],
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', false],
    ['Mozilla/5.0 (compatible; Yeti/1.1; +https://naver.me/spd)', false],
    ['Slackbot-LinkExpanding 1.0', false],
    ['TelegramBot (like TwitterBot)', false],
    [phone, true],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0', true],
    ['', true],
  ])('with User-Agent %p counts: %p', (userAgent, counts) => {
    expect(isShopper({ method: 'GET', userAgent, purpose: '' })).toBe(counts)
  })

  it('does not count when it only asks for the head, or fetches ahead', () => {
    expect(isShopper({ method: 'HEAD', userAgent: phone, purpose: '' })).toBe(false)
    expect(isShopper({ method: 'GET', userAgent: phone, purpose: 'prefetch;prerender' })).toBe(false)
  })

  it('is mobile by its User-Agent, else a PC', () => {
    expect(deviceOf(phone)).toBe('mobile')
    expect(deviceOf('Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X)')).toBe('mobile')
    expect(deviceOf('Mozilla/5.0 (Windows NT 10.0; Win64; x64)')).toBe('pc')
    expect(deviceOf('')).toBe('pc')
  })
})
