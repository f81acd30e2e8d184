import type { Clock } from '../core/clock'
import { UserError } from '../core/errors'
import { newId } from '../core/ids'
import type { FieldError } from '../http/form-errors'
import type { Role } from '../http/session-user'
import type { MallId } from '../malls/mall'
import { loginErrors, plainLoginId } from './login-rules'
import { hashPassword, isPassword } from './password'
import type { InvitedRole, User } from './user'
import type { UserStore } from './user-store'

/** A login id and a new password; `current` is asked for where there is a password already. */
export interface NewLogin {
  loginId: string
  password: string
  current?: string
}

/** Somebody whom the owner lets in. */
export interface NewPerson {
  name: string
  role: InvitedRole
  loginId: string
  password: string
}

/** The user, or what to mend in which field. */
export type AccountAnswer = { ok: true; user: User } | { ok: false; errors: FieldError[] }

/** The people who log in: made by install and launch, invited by an owner. */
export interface AccountsService {
  /** The owner who installed, made at the first call; calling it again gives the same person, who is an owner again. */
  ownerOf(mallId: MallId, adminId: string, name: string): Promise<User>
  /** The person whom the mall's admin sent here; a role never falls by a launch. */
  admitAdmin(mallId: MallId, admin: { adminId: string; name: string; role: Role }): Promise<User>
  find(mallId: MallId, userId: string): Promise<User | null>
  /** The people of a mall, oldest first. */
  people(mallId: MallId): Promise<User[]>
  /** Sets login id and password, which ends the person's other sessions; UserError 404 for nobody of this mall. */
  setPassword(mallId: MallId, userId: string, login: NewLogin): Promise<AccountAnswer>
  addPerson(mallId: MallId, person: NewPerson): Promise<AccountAnswer>
  /** Removes a person, who is out at their next click; UserError 404 for nobody of this mall, 409 for oneself. */
  removePerson(mallId: MallId, userId: string, by: string): Promise<void>
  /** The person with this login id and password, or null; both kinds of wrong take the same time. */
  byLogin(loginId: string, password: string): Promise<User | null>
}

const TAKEN: FieldError = {
  field: 'loginId',
  text: '이미 쓰고 있는 아이디예요. 다른 아이디를 입력해 주세요.',
}

/** The use cases of accounts on `users`; `clock` stamps who was made when. */
export function createAccountsService(parts: { users: UserStore; clock: Clock }): AccountsService {
  const { users, clock } = parts

  async function admitAdmin(
    mallId: MallId,
    admin: { adminId: string; name: string; role: Role },
  ): Promise<User> {
    const made = { ...newUser(clock.now()), ...admin, mallId }
    const user = await users.admit(made)
    if (user.name !== admin.name) await users.setName(mallId, user.id, admin.name)
    const role = admin.role === 'owner' ? 'owner' : user.role
    if (user.role !== role) await users.setRole(mallId, user.id, role)
    return { ...user, name: admin.name, role }
  }

  return {
    ownerOf: (mallId, adminId, name) => admitAdmin(mallId, { adminId, name, role: 'owner' }),
    admitAdmin,
    find: users.find,
    people: users.ofMall,
    async setPassword(mallId, userId, login) {
      const user = await users.find(mallId, userId)
      if (!user) throw unknownPerson()
      const errors = loginErrors(login)
      if (user.passwordHash && !(await isPassword(login.current ?? '', user.passwordHash)))
        errors.unshift({ field: 'current', text: '지금 비밀번호가 달라요.' })
      if (errors.length > 0) return { ok: false, errors }
      const passwordHash = await hashPassword(login.password)
      const changed = await users.setLogin(mallId, userId, {
        loginId: plainLoginId(login.loginId),
        passwordHash,
      })
      if (changed === 'taken') return { ok: false, errors: [TAKEN] }
      if (!changed) throw unknownPerson()
      return { ok: true, user: changed }
    },
    async addPerson(mallId, person) {
      const errors = loginErrors(person)
      if (errors.length > 0) return { ok: false, errors }
      const user: User = {
        ...newUser(clock.now()),
        mallId,
        name: person.name,
        role: person.role,
        loginId: plainLoginId(person.loginId),
        passwordHash: await hashPassword(person.password),
      }
      return (await users.insert(user)) ? { ok: true, user } : { ok: false, errors: [TAKEN] }
    },
    async removePerson(mallId, userId, by) {
      if (userId === by)
        throw new UserError(409, 'own-account', '자기 자신은 내보낼 수 없어요. 다른 대표에게 부탁해 주세요.')
      if (!(await users.remove(mallId, userId))) throw unknownPerson()
    },
    async byLogin(loginId, password) {
      const user = await users.byLoginId(plainLoginId(loginId))
      return (await isPassword(password, user?.passwordHash ?? null)) ? user : null
    },
  }
}

function newUser(now: Date) {
  return {
    id: newId(now),
    loginId: null,
    adminId: null,
    passwordHash: null,
    passwordVersion: 0,
    createdAt: now,
  }
}

function unknownPerson(): UserError {
  return new UserError(404, 'unknown-person', '찾는 사람이 없어요. 이미 내보냈을 수 있어요.')
}
