import fc from 'fast-check'
import { createKeyring, sameSecret } from '../../server/core/crypto'
import { newId, runIdOf, sendIdOf } from '../../server/core/ids'
import { maskName, maskPhone, nationalDigits, parseMobile } from '../../server/core/phone'

const keyring = createKeyring(Buffer.alloc(32, 7))
const mall = keyring.forMall('cafe24-one')

describe('sealed text', () => {
  it('opens for its own mall only, and not after one changed character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const sealed = mall.seal(text)

        expect(mall.open(sealed)).toBe(text)
        expect(() => keyring.forMall('cafe24-two').open(sealed)).toThrow('cannot be opened')
      }),
      { numRuns: 30 },
    )
    const sealed = mall.seal('김하은')
    const last = sealed.at(-2) === 'A' ? 'B' : 'A'
    expect(() => mall.open(sealed.slice(0, -2) + last + sealed.slice(-1))).toThrow('cannot be opened')
  })

  it('never looks the same twice, while a phone key always does within one mall and never across malls', () => {
    expect(mall.seal('x')).not.toBe(mall.seal('x'))
    expect(mall.phoneKey('+821001234567')).toBe(mall.phoneKey('+821001234567'))
    expect(mall.phoneKey('+821001234567')).not.toBe(keyring.forMall('cafe24-two').phoneKey('+821001234567'))
  })

  it('refuses a master key of another length', () => {
    expect(() => createKeyring(Buffer.alloc(31))).toThrow('32 bytes')
  })
})

describe('link signatures and static secrets', () => {
  it('hold for their own payload only', () => {
    const signature = keyring.sign(Buffer.from('a'))

    expect(keyring.verify(Buffer.from('a'), signature)).toBe(true)
    expect(keyring.verify(Buffer.from('b'), signature)).toBe(false)
    expect(keyring.verify(Buffer.from('a'), Buffer.alloc(0))).toBe(false)
    expect(sameSecret('key', 'key')).toBe(true)
    expect(sameSecret('key', 'kez')).toBe(false)
    expect(sameSecret('', 'key')).toBe(false)
  })
})

describe('phones', () => {
  it.each([
    ['010-0123-4567', '+821001234567'],
    ['01001234567', '+821001234567'],
    ['+82 10-0123-4567', '+821001234567'],
    ['+821001234567', '+821001234567'],
    ['02-123-4567', null],
    ['010-12', null],
    ['', null],
    ['number', null],
    ['010-0123-45678', null],
  ])('read %s as %s', (text, e164) => {
    expect(parseMobile(text)).toBe(e164)
  })

  it('are shown masked and handed to relays in national form', () => {
    expect(maskPhone('+821001234567')).toBe('010-****-4567')
    expect(nationalDigits('+821001234567')).toBe('01001234567')
    expect([maskName('김하은'), maskName('이진'), maskName('남궁하은'), maskName('')]).toEqual([
      '김*은',
      '이*',
      '남**은',
      '*',
    ])
  })
})

describe('ids', () => {
  it('rise with time, and a send names its run', () => {
    const early = newId(new Date(1_000))
    const late = newId(new Date(2_000_000_000_000))

    expect(early < late).toBe(true)
    expect(late).toMatch(/^[0-9a-f]{24}$/)
    expect(runIdOf(sendIdOf(late, 255))).toBe(late)
    expect(sendIdOf(late, 255) > sendIdOf(late, 16)).toBe(true)
  })
})
