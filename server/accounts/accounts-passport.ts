import type { Request } from 'express'
import { Passport } from 'passport'
import { Strategy as CustomStrategy } from 'passport-custom'
import { Strategy as LocalStrategy } from 'passport-local'
import { z } from 'zod'
import type { Role, SessionUser } from '../http/session-user'
import type { MallId } from '../malls/mall'
import type { AccountsService } from './accounts-service'
import { sessionUserOf, type User } from './user'

/** A person as the mall's signed launch names them. */
export interface LaunchedAdmin {
  mallId: MallId
  adminId: string
  name: string
  role: Role
}

/** Checks the raw query string of a launch (without "?"): who opens the app, or why not. */
export type VerifyLaunch = (rawQuery: string) => Promise<LaunchedAdmin | { refusal: string }>

/** A passport that knows the strategies `launch` and `local`. */
export type Authentication = InstanceType<typeof Passport>

/** What a session keeps of its person. */
const SessionKey = z.object({ userId: z.string(), mallId: z.string(), passwordVersion: z.number() })

const Refusal = z.object({ message: z.string() })

/**
 * A passport with the strategies `launch` (the mall's signed link; a refusal is the `message` of its info) and `local`
 * (fields `loginId`, `password`). Each request of a session costs one read by key; a removed person is out at once.
 */
export function createPassport(parts: {
  accounts: AccountsService
  verifyLaunch: VerifyLaunch
}): Authentication {
  const { accounts, verifyLaunch } = parts
  const passport = new Passport()
  passport.use('launch', launchStrategy(accounts, verifyLaunch))
  passport.use('local', localStrategy(accounts))
  passport.serializeUser((user, done) => {
    sessionKeyOf(accounts, user).then((key) => done(null, key), done)
  })
  passport.deserializeUser((key: unknown, done: (error: unknown, user?: SessionUser | false) => void) => {
    userOfKey(accounts, key).then((user) => done(null, user ? sessionUserOf(user) : false), done)
  })
  return passport
}

/** Begins a new session for `user`; what the old one kept is forgotten. */
export function signIn(req: Request, user: SessionUser): Promise<void> {
  return new Promise((resolve, reject) => {
    req.logIn(user, (cause: unknown) => (cause ? reject(cause) : resolve()))
  })
}

/** Runs the strategy `launch` on a request: the person, or why not. */
export function createLaunchTry(passport: Authentication) {
  return (req: Request): Promise<{ user: SessionUser } | { refusal: string }> =>
    new Promise((resolve, reject) => {
      const done = (cause: unknown, user?: SessionUser | false, info?: unknown) => {
        if (cause) return reject(cause)
        resolve(user ? { user } : { refusal: Refusal.parse(info).message })
      }
      passport.authenticate('launch', done)(req, req.res, reject)
    })
}

function launchStrategy(accounts: AccountsService, verifyLaunch: VerifyLaunch) {
  return new CustomStrategy((req, done) => {
    const admit = async () => {
      const launched = await verifyLaunch(rawQueryOf(req))
      if ('refusal' in launched) return done(null, false, { message: launched.refusal })
      done(null, sessionUserOf(await accounts.admitAdmin(launched.mallId, launched)))
    }
    admit().catch(done)
  })
}

function localStrategy(accounts: AccountsService) {
  return new LocalStrategy({ usernameField: 'loginId' }, (loginId, password, done) => {
    accounts.byLogin(loginId, password).then((user) => done(null, user ? sessionUserOf(user) : false), done)
  })
}

async function sessionKeyOf(
  accounts: AccountsService,
  user: SessionUser,
): Promise<z.infer<typeof SessionKey> | null> {
  const stored = user.mallId === null ? null : await accounts.find(user.mallId, user.userId)
  return stored && { userId: stored.id, mallId: stored.mallId, passwordVersion: stored.passwordVersion }
}

async function userOfKey(accounts: AccountsService, key: unknown): Promise<User | null> {
  const read = SessionKey.safeParse(key)
  if (!read.success) return null
  const user = await accounts.find(read.data.mallId, read.data.userId)
  return user?.passwordVersion === read.data.passwordVersion ? user : null
}

function rawQueryOf(req: Request): string {
  const at = req.originalUrl.indexOf('?')
  return at === -1 ? '' : req.originalUrl.slice(at + 1)
}
