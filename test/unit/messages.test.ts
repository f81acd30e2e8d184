import * as fc from 'fast-check'
import { compose, composeParts } from '../../server/messages/compose'
import { MessageTemplate } from '../../server/messages/message'
import { PARTICLES, type Particle, particleAfter } from '../../server/messages/particle'
import { SAMPLES } from '../../server/messages/sample-facts'
import { templateVariables } from '../../server/messages/template-text'

const template = (text: string): MessageTemplate => ({
  channel: 'brand-text',
  targeting: 'I',
  text,
  buttonName: '장바구니 보기',
  fallbacks: { name: '고객', product: '담아 두신 상품' },
})
const FACTS = { productName: '무쇠 주물 냄비 24cm', moreItems: 2, cartWon: 87_400 }
const textFor = (text: string, parts: { name?: string | null; facts?: Partial<typeof FACTS> } = {}) =>
  compose(template(text), {
    name: parts.name === undefined ? '김하은' : parts.name,
    facts: { ...FACTS, ...parts.facts },
    url: 'https://app.test/t/x',
  }).text
const problemsOf = (change: Partial<MessageTemplate>) => {
  const read = MessageTemplate.safeParse({ ...template('안녕하세요'), ...change })
  return read.success ? [] : read.error.issues.map(({ path, message }) => [path.join('.'), message])
}

describe('compose', () => {
  it('fills name, product with the number of others, and amount', () => {
    expect(textFor('{고객 이름}님, {상품명}\n{담은 금액}')).toBe(
      '김하은님, 무쇠 주물 냄비 24cm 외 2개\n87,400원',
    )
  })

  it('leaves out "외 0개"', () => {
    expect(textFor('{상품명}', { facts: { moreItems: 0 } })).toBe('무쇠 주물 냄비 24cm')
  })

  it('takes the fallbacks where name, product or amount are missing', () => {
    const missing = compose(template('{고객 이름}님 {상품명:이/가} {담은 금액}'), {
      ...SAMPLES.missing,
      url: '#',
    })

    expect(missing.text).toBe('고객님 담아 두신 상품이 장바구니에서 확인')
  })

  it('chooses the particle after what was filled in, "외 N개" included', () => {
    expect(textFor('{상품명:이/가}')).toBe('무쇠 주물 냄비 24cm 외 2개가')
    expect(textFor('{상품명:을/를}', { facts: { moreItems: 0, productName: '사과잼(병)' } })).toBe(
      '사과잼(병)을',
    )
    expect(textFor('{고객이름:은/는}', { name: '정솔' })).toBe('정솔은')
    expect(textFor('{담은 금액:으로/로}')).toBe('87,400원으로')
  })

  it('does not read variables inside values', () => {
    expect(textFor('{고객 이름}', { name: '{상품명}' })).toBe('{상품명}')
  })

  it('shows the product name alone as strong', () => {
    const parts = composeParts(template('{고객 이름}님, {상품명}'), { name: '김하은', facts: FACTS })

    expect(parts.filter((part) => part.strong).map(({ text }) => text)).toEqual(['무쇠 주물 냄비 24cm'])
  })

  it('shortens a long product name so that everything else stays', () => {
    const text = textFor(`{고객 이름}님 {상품명:이/가} ${'가'.repeat(1_200)} 끝`, {
      facts: { productName: '냄비'.repeat(100) },
    })

    expect(text.length).toBeLessThanOrEqual(1_300)
    expect(text.length).toBeGreaterThan(1_295)
    expect(text).toMatch(/^김하은님 (냄비)+냄?… 외 2개가 가+ 끝$/)
  })

  it('keeps the merchant’s words whole around names of any length', () => {
    const name = fc
      .record({ part: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), times: fc.nat(2_000) })
      .map(({ part, times }) => part.repeat(times))
    fc.assert(
      fc.property(name, name, (shopper, productName) => {
        const parts = composeParts(template('앞 {고객 이름}님, {상품명:이/가} 기다려요. 뒤'), {
          name: shopper,
          facts: { ...FACTS, productName },
        })

        const [before, first, between, product, ...rest] = parts.map(({ text }) => text)
        expect([before, between]).toEqual(['앞 ', '님, '])
        expect(first?.length).toBeLessThanOrEqual(40)
        expect(product?.length).toBeLessThanOrEqual(120)
        expect(`${first}${product}`).not.toMatch(/[\r\n]/)
        expect(rest.join('')).toMatch(/^( 외 2개)?[이가] 기다려요\. 뒤$/)
      }),
    )
  })

  it('never exceeds 1,300 units nor splits a character, whatever the words', () => {
    const words = fc.string({ unit: 'grapheme', maxLength: 700 }).map((word) => word.replace(/[{}]/g, ''))
    fc.assert(
      fc.property(words, words, words, words, (before, after, name, productName) => {
        const text = textFor(`${before}{고객 이름:은/는}{상품명:이/가}${after}{상품명}`, {
          name,
          facts: { productName },
        })
        expect(text.length).toBeLessThanOrEqual(1_300)
        expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text)
      }),
    )
  })
})

describe('particleAfter', () => {
  it.each<[string, Particle, string]>([
    ['냄비', '이/가', '가'],
    ['그릇', '이/가', '이'],
    ['수저 1kg', '을/를', '을'],
    ['냄비 24cm', '을/를', '를'],
    ['생수 500ml', '와/과', '와'],
    ['세트 3', '은/는', '은'],
    ['세트 2', '은/는', '는'],
    ['냄비 L', '이/가', '이'],
    ['연필', '으로/로', '로'],
    ['세트 7', '으로/로', '로'],
    ['접시(빨강)', '이/가', '이'],
  ])('reads %s with %s as %s', (word, pair, particle) => {
    expect(particleAfter(word, pair)).toBe(particle)
  })

  it('gives one of the two for any word', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...PARTICLES), (word, pair) => {
        expect(pair.split('/')).toContain(particleAfter(word, pair))
      }),
    )
  })
})

describe('a message template', () => {
  it('takes the three variables with and without particles', () => {
    const text = '{고객 이름}님 {상품명:이/가} {담은 금액}'

    expect(problemsOf({ text })).toEqual([])
    expect(templateVariables(`${text}{상품명}`)).toEqual(['고객 이름', '상품명', '담은 금액'])
  })

  it('keeps line breaks of the browser as one unit each', () => {
    expect(MessageTemplate.parse(template('하나\r\n둘')).text).toBe('하나\n둘')
  })

  it.each([
    ['{쿠폰}을 드려요', '{쿠폰} 변수는 없어요. {고객 이름}, {상품명}, {담은 금액}만 쓸 수 있어요.'],
    ['{상품명:쪽/에}', '{상품명:쪽/에}의 조사를 읽지 못했어요. 이/가, 을/를, 은/는, 으로/로처럼 써 주세요.'],
    ['{상품명 이 기다려요', '중괄호 { }의 짝이 맞지 않아요. 변수는 {상품명}처럼 써 주세요.'],
    ['(광고) 안내', '(광고) 표시는 카카오가 자동으로 붙여요. 본문에서 지워 주세요.'],
    ['[광 고] 안내', '(광고) 표시는 카카오가 자동으로 붙여요. 본문에서 지워 주세요.'],
    [`${'가\n'.repeat(100)}가`, '줄바꿈은 99번까지 쓸 수 있어요.'],
  ])('refuses %j with a sentence at its field', (text, sentence) => {
    expect(problemsOf({ text })).toEqual([['text', sentence]])
  })

  it('refuses a text over 1,300 units and a button with a variable', () => {
    expect(problemsOf({ text: '가'.repeat(1_300) })).toEqual([])
    expect(problemsOf({ text: '가'.repeat(1_301) })[0]?.[0]).toBe('text')
    expect(problemsOf({ buttonName: '{상품명} 보기' })).toEqual([
      ['buttonName', '버튼 이름에는 변수를 쓸 수 없어요.'],
    ])
  })
})
