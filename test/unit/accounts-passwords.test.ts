import { loginErrors } from '../../server/accounts/login-rules'
import { hashPassword, isPassword } from '../../server/accounts/password'

describe('a stored password', () => {
  it('names its parameters, has a salt of its own and never holds the password', async () => {
    const [first, second] = await Promise.all([hashPassword('basket-2026!'), hashPassword('basket-2026!')])

    expect(first).toMatch(/^scrypt\$15\$8\$3\$[\w-]{22}\$[\w-]{43}$/)
    expect(first).not.toBe(second)
    expect(first).not.toContain('basket')
  })

  it('is met by the same letters alone, however the keyboard composed them', async () => {
    const stored = await hashPassword('바구니가좋아요정말로')

    expect(await isPassword('바구니가좋아요정말로'.normalize('NFD'), stored)).toBe(true)
    expect(await isPassword('바구니가좋아요정말', stored)).toBe(false)
  })

  it('is met by its own parameters, after the cost has been raised', async () => {
    const older = 'scrypt$14$8$1$AAAAAAAAAAAAAAAAAAAAAA$'

    expect(await isPassword('', `${older}${'A'.repeat(43)}`)).toBe(false)
    expect(await isPassword('basket-2026!', await cheaperHash('basket-2026!'))).toBe(true)
  })

  it.each([
    ['nobody', null],
    ['an empty hash', 'scrypt$15$8$3$AAAAAAAAAAAAAAAAAAAAAA$'],
  ])('of %s is met by nothing', async (_whose, stored) => {
    expect(await isPassword('', stored)).toBe(false)
  })
})

describe('loginErrors', () => {
  it.each([
    ['a good pair', 'Owner@Shop.kr', 'basket-2026!', []],
    ['9 characters', 'owner', 'abcdefghi', ['password']],
    ['10 characters', 'owner', 'abcdefghij', []],
    ['one letter ten times', 'owner', 'aaaaaaaaaa', ['password']],
    ['the id as password', 'owner.shop', 'Owner.Shop', ['password']],
    ['a short id', 'abc', 'basket-2026!', ['loginId']],
    ['Korean in the id', '대표님아이디', 'basket-2026!', ['loginId']],
    ['nothing right', '', '', ['loginId', 'password']],
  ])('for %s', (_case, loginId, password, fields) => {
    expect(loginErrors({ loginId, password }).map(({ field }) => field)).toEqual(fields)
  })
})

async function cheaperHash(password: string): Promise<string> {
  const { scryptSync } = await import('node:crypto')
  const salt = Buffer.alloc(16, 1)
  const hash = scryptSync(password, salt, 32, { N: 2 ** 14, r: 8, p: 1 })
  return `scrypt$14$8$1$${salt.toString('base64url')}$${hash.toString('base64url')}`
}
