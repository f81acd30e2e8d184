import { type Connection, Schema } from 'mongoose'
import { AppError } from '../core/errors'
import type { MallId } from '../malls/mall'
import { mallCollection } from '../malls/mall-scope-store'
import type { User } from './user'

const DUPLICATE_KEY = 11_000
const MOST_PEOPLE = 200

/** A user as stored: the keys stand in for ids that may be missing, so that plain unique indexes hold everywhere. */
type StoredUser = Omit<User, 'id'> & { _id: string; adminKey: string; loginKey: string }

const schema = new Schema({ _id: String, mallId: String, adminKey: String, loginKey: String })
  .index({ mallId: 1, adminKey: 1 }, { unique: true })
  .index({ loginKey: 1 }, { unique: true })

/** The people who log in, of every mall. */
export interface UserStore {
  find(mallId: MallId, id: string): Promise<User | null>
  /** The person of a login id, whatever their mall. */
  byLoginId(loginId: string): Promise<User | null>
  /** The people of a mall, oldest first, at most 200. */
  ofMall(mallId: MallId): Promise<User[]>
  /** The user of a mall's admin, made from `user` when there is none; repeating it gives the same one. */
  admit(user: User & { adminId: string }): Promise<User>
  /** False when the login id is taken. */
  insert(user: User): Promise<boolean>
  /** The changed user; null when nobody has this id, `taken` when somebody else has the login id. */
  setLogin(
    mallId: MallId,
    id: string,
    login: { loginId: string; passwordHash: string },
  ): Promise<User | null | 'taken'>
  setRole(mallId: MallId, id: string, role: User['role']): Promise<void>
  setName(mallId: MallId, id: string, name: string): Promise<void>
  /** False when the mall has nobody with this id. */
  remove(mallId: MallId, id: string): Promise<boolean>
}

/** Users in the collection `users`. */
export function userStore(connection: Connection): UserStore {
  const users = mallCollection<StoredUser>(connection, 'users', schema)
  const byAdmin = (mallId: MallId, adminId: string) =>
    users.findOne(mallId, { adminKey: adminKeyOf(adminId) }).then(userOf)

  return {
    find: async (mallId, id) => userOf(await users.findOne(mallId, { _id: id })),
    async byLoginId(loginId) {
      const everywhere = users.acrossMalls('a login id tells the mall')
      return userOf(await everywhere.findOne({ loginKey: loginKeyOf(loginId) }))
    },
    async ofMall(mallId) {
      const found = await users.find(mallId, {}, { sort: { _id: 1 }, limit: MOST_PEOPLE }).toArray()
      return found.map(fromStored)
    },
    async admit(user) {
      const known = await byAdmin(user.mallId, user.adminId)
      if (known) return known
      // Two launches at once both find nobody: the unique key lets one insert through, and both read that one.
      if (await insertUnlessKnown(user)) return user
      const first = await byAdmin(user.mallId, user.adminId)
      if (!first) throw new AppError('user-vanished', 'A user exists and cannot be read', { userId: user.id })
      return first
    },
    insert: insertUnlessKnown,
    async setLogin(mallId, id, { loginId, passwordHash }) {
      const set = { loginId, loginKey: loginKeyOf(loginId), passwordHash }
      try {
        const changed = await users.findOneAndUpdate(
          mallId,
          { _id: id },
          { $set: set, $inc: { passwordVersion: 1 } },
          { returnDocument: 'after' },
        )
        return userOf(changed)
      } catch (cause) {
        if (isDuplicate(cause)) return 'taken'
        throw cause
      }
    },
    async setRole(mallId, id, role) {
      await users.updateOne(mallId, { _id: id }, { $set: { role } })
    },
    async setName(mallId, id, name) {
      await users.updateOne(mallId, { _id: id }, { $set: { name } })
    },
    remove: async (mallId, id) => (await users.deleteMany(mallId, { _id: id })) === 1,
  }

  async function insertUnlessKnown(user: User): Promise<boolean> {
    try {
      await users.insertMany(user.mallId, [toStored(user)])
      return true
    } catch (cause) {
      if (isDuplicate(cause)) return false
      throw cause
    }
  }
}

const adminKeyOf = (adminId: string) => `admin:${adminId}`
const loginKeyOf = (loginId: string) => `login:${loginId}`

function toStored({ id, ...rest }: User): StoredUser {
  return {
    _id: id,
    ...rest,
    adminKey: rest.adminId === null ? `none:${id}` : adminKeyOf(rest.adminId),
    loginKey: rest.loginId === null ? `none:${id}` : loginKeyOf(rest.loginId),
  }
}

function fromStored({ _id, adminKey: _admin, loginKey: _login, ...rest }: StoredUser): User {
  return { id: _id, ...rest }
}

function userOf(found: StoredUser | null): User | null {
  return found && fromStored(found)
}

function isDuplicate(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === DUPLICATE_KEY
}
