import fc from 'fast-check'
import iconv from 'iconv-lite'
import { composeText, subjectOf } from '../../server/messages/compose-text'
import { cutToBytes, eucKrBytes, toEucKr } from '../../server/messages/euc-kr'
import { FALLBACK_BYTES, fallbackProblems } from '../../server/messages/fallback-problems'
import type { TextFallback } from '../../server/messages/message'

const template = { fallbacks: { name: '고객', product: '상품', amount: '장바구니에서 확인' } }
const fallback: TextFallback = {
  title: '담아 두신 상품이 있어요',
  text: '{고객 이름}님, {상품명:이/가} 장바구니에서 기다려요.',
}
const input = {
  name: '김하은',
  facts: { productName: '무쇠 냄비', moreItems: 2, cartWon: 87_400 },
  url: 'https://baguni.example/t/abcDEF123',
  mallName: '오늘의식탁',
  number080: '080-123-0000',
}
const shown = (text: string) => iconv.decode(iconv.encode(text, 'euc-kr'), 'euc-kr')
/** Every pair of bytes in KS X 1001: what CP949 added has a byte below 0xA1. */
const isStrict = (text: string) => {
  const bytes = iconv.encode(text, 'euc-kr')
  for (let i = 0; i < bytes.length; i += 1) {
    if ((bytes[i] ?? 0) < 0x80) continue
    if ((bytes[i] ?? 0) < 0xa1 || (bytes[i + 1] ?? 0) < 0xa1) return false
    i += 1
  }
  return true
}

describe('toEucKr', () => {
  it.each([
    [
      'keeps Hangul, ASCII and the signs of KS X 1001',
      '담은 금액 12,000원 “특가” ①·㎏…',
      '담은 금액 12,000원 “특가” ①·㎏…',
    ],
    ['leaves emoji out with their space', '장바구니 🛒 보기 👩‍👩‍👧 끝', '장바구니 보기 끝'],
    ['leaves an emoji at the start of a line out', '첫 줄\n🎁 선물', '첫 줄\n선물'],
    ['leaves a flag, a keycap and a lone surrogate out', '가🇰🇷나\ud83d다', '가나다'],
    ['writes a dash, a dot and blanks as what is there', '가—나 • 다\u00a0라\t마', '가-나 · 다 라 마'],
    ['takes accents off', 'Café Ünïque', 'Cafe Unique'],
    ['spells a syllable out that only CP949 has', '똠양꿍 뷁', 'ㄸㅗㅁ양꿍 ㅂㅞㄺ'],
    ['joins letters that came apart', '가방'.normalize('NFD'), '가방'],
    ['takes no character of private use', '가\ue000나', '가나'],
    ['leaves control characters and marks of direction out', '가\u0007나\u202e다\u200b라', '가나다라'],
  ])('%s', (_name, text, wanted) => {
    expect(toEucKr(text)).toBe(wanted)
  })

  it('gives of any text only what a handset shows, never a question mark of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const sent = toEucKr(text)
        expect(shown(sent)).toBe(sent)
        expect(isStrict(sent)).toBe(true)
        expect(sent.split('?').length).toBeLessThanOrEqual(text.normalize('NFKC').split('?').length)
        expect(toEucKr(sent)).toBe(sent)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('cutToBytes', () => {
  it.each([
    ['fits', '무쇠 냄비', 9, '무쇠 냄비'],
    ['gives way a letter at a time', '무쇠 냄비', 8, '무쇠…'],
    ['keeps no half letter', '가나다', 5, '가…'],
    ['is empty when not even the dots fit', '가나다', 1, ''],
  ])('%s', (_name, text, bytes, wanted) => {
    expect(cutToBytes(text, bytes)).toBe(wanted)
  })
})

describe('a fallback text', () => {
  it('is label, name, words, link and opt-out, in this order', () => {
    expect(composeText(fallback, template, input)).toEqual({
      kind: 'lms',
      subject: '(광고)담아 두신 상품이 있어요',
      text: [
        '(광고)오늘의식탁',
        '김하은님, 무쇠 냄비 외 2개가 장바구니에서 기다려요.',
        'https://baguni.example/t/abcDEF123',
        '무료거부 0801230000',
      ].join('\n'),
      bytes: 123,
    })
  })

  it.each([
    ['is an SMS at 90 bytes', 90, 'sms'],
    ['is an LMS at 91', 91, 'lms'],
  ])('%s', (_name, bytes, kind) => {
    const short = { ...input, url: 'https://b.kr/t/abc' }
    const empty = composeText({ ...fallback, text: 'a' }, template, short).bytes - 1

    const composed = composeText({ ...fallback, text: 'a'.repeat(bytes - empty) }, template, short)

    expect(composed).toMatchObject({ kind, bytes })
  })

  it('shortens the name of the product and nothing else', () => {
    const text = `{상품명:이/가} 기다려요.${'가'.repeat(840)}`
    const facts = { ...input.facts, productName: '긴이름'.repeat(200) }

    const composed = composeText({ ...fallback, text }, template, { ...input, facts })

    expect(composed.bytes).toBeLessThanOrEqual(2_000)
    expect(composed.bytes).toBeGreaterThan(1_990)
    expect(composed.text).toContain('… 외 2개가 기다려요.')
    expect(composed.text).toContain('가'.repeat(840))
    expect(composed.text.endsWith(`\n${input.url}\n무료거부 0801230000`)).toBe(true)
  })

  it('picks the particle after what is left of a name', () => {
    const facts = { productName: '머그컵🍵', moreItems: 0, cartWon: 0 }

    expect(composeText(fallback, template, { ...input, facts }).text).toContain('머그컵이 장바구니')
  })

  it('keeps the merchant’s words whole around names of 10,000 letters', () => {
    const Name = fc
      .constantFrom('가', '똠', 'a', '김 ', '🛒가')
      .map((part) => part.repeat(10_000 / part.length))
    fc.assert(
      fc.property(Name, Name, Name, (name, productName, mallName) => {
        const facts = { ...input.facts, productName }

        const { text, bytes } = composeText(fallback, template, { ...input, name, facts, mallName })

        expect(text).toMatch(/^\(광고\).{1,100}\n.{1,40}님, .{1,240} 외 2개가 장바구니에서 기다려요\.\n/)
        expect(text.endsWith(`\n${input.url}\n무료거부 0801230000`)).toBe(true)
        expect(bytes).toBeLessThanOrEqual(2_000)
      }),
    )
  })

  it('keeps its frame and its limits whatever people are called and put into their carts', () => {
    const Text = fc.record({
      title: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
      text: fc
        .array(
          fc.oneof(
            fc.string({ unit: 'grapheme', maxLength: 200 }),
            fc.constantFrom(
              '{고객 이름}',
              '{상품명:을/를}',
              '{상품명}',
              '{담은 금액}',
              '가'.repeat(300),
              '\n',
            ),
          ),
          { minLength: 1, maxLength: 12 },
        )
        .map((parts) => parts.join('').slice(0, 1_000)),
    })
    const Person = fc.record({
      name: fc.option(fc.string({ unit: 'grapheme', maxLength: 60 })),
      mallName: fc.string({ unit: 'grapheme', maxLength: 120 }),
      productName: fc.option(fc.string({ unit: 'grapheme', maxLength: 400 })),
      moreItems: fc.nat(5_000),
      cartWon: fc.nat(99_999_999),
    })
    fc.assert(
      fc.property(Text, Person, (words, { name, mallName, ...facts }) => {
        const composed = composeText(words, template, { ...input, name, mallName, facts })
        const lines = composed.text.split('\n')
        expect(composed.bytes).toBe(eucKrBytes(composed.text))
        expect(composed.bytes).toBeLessThanOrEqual(composed.kind === 'sms' ? 90 : 2_000)
        expect(composed.text.startsWith('(광고)')).toBe(true)
        expect(lines.at(-2)).toBe(input.url)
        expect(lines.at(-1)).toBe('무료거부 0801230000')
        expect(shown(composed.text)).toBe(composed.text)
        if (composed.kind === 'lms') expect(eucKrBytes(composed.subject)).toBeLessThanOrEqual(40)
        // What the form lets through is sent whole: only names give way.
        const isRight = fallbackProblems(words).length === 0
        if (isRight && !/[}…]$/.test(toEucKr(words.text).trim())) expect(lines.at(-3)).not.toMatch(/…$/)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the title of a text', () => {
  it('carries the label and stays within 40 bytes', () => {
    expect(subjectOf('장바구니 🛒 소식')).toBe('(광고)장바구니 소식')
    expect(eucKrBytes(subjectOf('가'.repeat(40)))).toBeLessThanOrEqual(40)
  })
})

describe('fallbackProblems', () => {
  it.each<[string, Partial<TextFallback>, string[]]>([
    ['nothing wrong with an ordinary text', {}, []],
    ['a title of 34 bytes is right', { title: '가'.repeat(17) }, []],
    ['a title of 35 bytes', { title: `${'가'.repeat(17)}a` }, ['title: 34바이트(한글 17자)']],
    ['a title of emoji', { title: '🛒🛒' }, ['title: 입력해 주세요']],
    ['a variable in the title', { title: '{상품명}' }, ['title: 변수와 줄바꿈']],
    ['a label of its own', { title: '(광고) 소식', text: '(광 고) 안녕' }, ['title: (광고)', 'text: (광고)']],
    ['an opt-out line of its own', { text: '안녕하세요\n무료 수신거부 0801112222' }, ['text: 무료거부']],
    ['an unknown variable', { text: '{이름}님' }, ['text: {이름} 변수는 없어요']],
    ['a text of emoji', { text: '🎁' }, ['text: 입력해 주세요']],
    ['a text that fills an LMS', { text: '가'.repeat(851) }, ['text: 1,700바이트']],
  ])('%s', (_name, change, wanted) => {
    const found = fallbackProblems({ ...fallback, ...change })

    expect(found).toHaveLength(wanted.length)
    wanted.forEach((each, i) => {
      const [field, part] = each.split(': ')
      expect(found[i]).toMatchObject({ field, message: expect.stringContaining(part ?? '') })
    })
  })

  it('leaves room for label, name, link and opt-out line', () => {
    const long = { ...input, mallName: '가'.repeat(80), url: `https://baguni.example/${'t'.repeat(120)}` }
    const words = { ...fallback, text: '가'.repeat(FALLBACK_BYTES.text / 2) }

    expect(fallbackProblems(words)).toEqual([])
    expect(composeText(words, template, long).text).toContain(words.text)
  })
})
