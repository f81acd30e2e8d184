import { createAccountsService } from '../../server/accounts/accounts-service'
import { userStore } from '../../server/accounts/user-store'
import { UserError } from '../../server/core/errors'
import { connectTestDatabase, type TestDatabase } from '../support/database'

const NOW = new Date('2026-11-22T01:00:00Z')
const PASSWORD = 'basket-2026!'
const person = { name: '박지우', role: 'support' as const, loginId: 'jiwoo', password: PASSWORD }

let database: TestDatabase
beforeEach(async () => {
  database = await connectTestDatabase()
})
afterEach(() => database.close())

function service() {
  return createAccountsService({ users: userStore(database.connection), clock: { now: () => NOW } })
}

describe('an owner by install', () => {
  it('is one person, however often and however many at once', async () => {
    const accounts = service()

    const all = await Promise.all(
      Array.from({ length: 8 }, () => accounts.ownerOf('cafe24-a', 'shopa', '김하은')),
    )
    const again = await accounts.ownerOf('cafe24-a', 'shopa', '김하은')

    expect(new Set([...all, again].map(({ id }) => id)).size).toBe(1)
    expect(await accounts.people('cafe24-a')).toEqual([
      expect.objectContaining({ adminId: 'shopa', role: 'owner', loginId: null, passwordHash: null }),
    ])
  })

  it('is another person in another mall with the same admin id', async () => {
    const accounts = service()

    const [a, b] = [
      await accounts.ownerOf('cafe24-a', 'same', '가'),
      await accounts.ownerOf('cafe24-b', 'same', '나'),
    ]

    expect(a.id).not.toBe(b.id)
    expect(await accounts.find('cafe24-b', a.id)).toBeNull()
  })
})

describe('a launch', () => {
  it('makes a new admin with the role of the mall, and follows a new name', async () => {
    const accounts = service()

    await accounts.admitAdmin('cafe24-a', { adminId: 'staff', name: '이서준', role: 'marketer' })
    await accounts.admitAdmin('cafe24-a', { adminId: 'staff', name: '이서윤', role: 'marketer' })

    expect(await accounts.people('cafe24-a')).toEqual([
      expect.objectContaining({ name: '이서윤', role: 'marketer' }),
    ])
  })

  it('raises a role to owner and never lowers one', async () => {
    const accounts = service()
    await accounts.admitAdmin('cafe24-a', { adminId: 'staff', name: '이서준', role: 'marketer' })

    await accounts.admitAdmin('cafe24-a', { adminId: 'staff', name: '이서준', role: 'owner' })
    const after = await accounts.admitAdmin('cafe24-a', { adminId: 'staff', name: '이서준', role: 'support' })

    expect(after.role).toBe('owner')
    expect((await accounts.people('cafe24-a')).map(({ role }) => role)).toEqual(['owner'])
  })
})

describe('a login', () => {
  it('finds the person by id in any case, and nobody by a wrong password or an unknown id', async () => {
    const accounts = service()
    await accounts.addPerson('cafe24-a', person)

    expect(await accounts.byLogin(' JiWoo ', PASSWORD)).toMatchObject({ mallId: 'cafe24-a', role: 'support' })
    expect(await accounts.byLogin('jiwoo', `${PASSWORD}.`)).toBeNull()
    expect(await accounts.byLogin('nobody', PASSWORD)).toBeNull()
  })

  it('is never found for a person without a password, by their internal key either', async () => {
    const accounts = service()
    const owner = await accounts.ownerOf('cafe24-a', 'shopa', '김하은')

    expect(await accounts.byLogin(`none:${owner.id}`, '')).toBeNull()
    expect(await accounts.byLogin(owner.id, '')).toBeNull()
  })

  it('id is unique among all malls, for a new person and for a new password', async () => {
    const accounts = service()
    await accounts.addPerson('cafe24-a', person)
    const other = await accounts.ownerOf('cafe24-b', 'shopb', '최민')

    const added = await accounts.addPerson('cafe24-b', person)
    const set = await accounts.setPassword('cafe24-b', other.id, { loginId: 'JIWOO', password: PASSWORD })

    const taken = {
      ok: false,
      errors: [{ field: 'loginId', text: expect.stringContaining('이미 쓰고 있는') }],
    }
    expect([added, set]).toEqual([taken, taken])
  })
})

describe('setting a password', () => {
  it('asks for the current one when there is one, and counts up', async () => {
    const accounts = service()
    const owner = await accounts.ownerOf('cafe24-a', 'shopa', '김하은')
    const login = { loginId: 'haeun', password: PASSWORD }

    const first = await accounts.setPassword('cafe24-a', owner.id, login)
    const without = await accounts.setPassword('cafe24-a', owner.id, { ...login, password: 'another-one-1' })
    const second = await accounts.setPassword('cafe24-a', owner.id, {
      ...login,
      password: 'another-one-1',
      current: PASSWORD,
    })

    expect([first, second]).toMatchObject([
      { ok: true, user: { passwordVersion: 1 } },
      { ok: true, user: { passwordVersion: 2 } },
    ])
    expect(without).toEqual({ ok: false, errors: [{ field: 'current', text: '지금 비밀번호가 달라요.' }] })
    expect(await accounts.byLogin('haeun', PASSWORD)).toBeNull()
    expect(await accounts.byLogin('haeun', 'another-one-1')).not.toBeNull()
  })

  it('of a person of another mall is 404 and changes nothing', async () => {
    const accounts = service()
    const owner = await accounts.ownerOf('cafe24-a', 'shopa', '김하은')

    const foreign = accounts.setPassword('cafe24-b', owner.id, { loginId: 'thief', password: PASSWORD })

    await expect(foreign).rejects.toMatchObject({ status: 404 })
    expect(await accounts.find('cafe24-a', owner.id)).toEqual(owner)
  })
})

describe('removing a person', () => {
  it('is for people of the own mall, and never for oneself', async () => {
    const accounts = service()
    const owner = await accounts.ownerOf('cafe24-a', 'shopa', '김하은')
    const stranger = await accounts.ownerOf('cafe24-b', 'shopb', '최민')
    await accounts.addPerson('cafe24-a', person)
    const jiwoo = await accounts.byLogin('jiwoo', PASSWORD)

    await accounts.removePerson('cafe24-a', String(jiwoo?.id), owner.id)
    const refusals = await Promise.all(
      [owner.id, stranger.id, String(jiwoo?.id)].map((id) =>
        accounts.removePerson('cafe24-a', id, owner.id).catch((cause: unknown) => cause),
      ),
    )

    expect(refusals.map((each) => each instanceof UserError && each.status)).toEqual([409, 404, 404])
    expect((await accounts.people('cafe24-a')).map(({ id }) => id)).toEqual([owner.id])
    expect((await accounts.people('cafe24-b')).map(({ id }) => id)).toEqual([stranger.id])
    expect(await accounts.byLogin('jiwoo', PASSWORD)).toBeNull()
  })
})
