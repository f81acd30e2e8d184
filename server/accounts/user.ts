import type { Role, SessionUser } from '../http/session-user'
import type { MallId } from '../malls/mall'

/** A person who logs in for one mall: through the mall's admin (`adminId`), with an id of our own (`loginId`), or both. */
export interface User {
  id: string
  mallId: MallId
  /** Lower case, unique among all malls; null until the person sets a password. */
  loginId: string | null
  /** The id at the mall's admin; null for invited people. */
  adminId: string | null
  /** As shown on screens; never logged. */
  name: string
  role: Role
  passwordHash: string | null
  /** Rises with each new password: a session that carries an older one is over. */
  passwordVersion: number
  createdAt: Date
}

/** Roles that an owner can hand out. */
export const INVITED_ROLES = ['marketer', 'support'] as const

/** A role that an owner can hand out. */
export type InvitedRole = (typeof INVITED_ROLES)[number]

/** The user as the session carries them. */
export function sessionUserOf(user: User): SessionUser {
  return { userId: user.id, mallId: user.mallId, role: user.role, name: user.name }
}
