import type { Request, Response } from 'express'
import type { Platform, Session } from '../mall/platform'

const CID = /^[A-Za-z0-9_.-]{1,200}$/

/** Cookies of one shop; the mall's id is in their names, since shops on one machine differ by port only. */
export interface ShopCookies {
  /** The visitor's session; a passer-by gets one that is not kept. */
  session(req: Request): Session
  /** The visitor's session, kept from now on. */
  openSession(req: Request, res: Response): Session
  endSession(req: Request, res: Response): void
  /** Keeps the tracked link's token of a landing page for 30 days. */
  keepCid(req: Request, res: Response): void
  cid(req: Request): string | null
}

/** Session and tracked-link cookies of one shop. */
export function shopCookies(platform: Platform, mallId: string): ShopCookies {
  const sessionName = `ECSESSID_${mallId}`
  const cidName = `cid_${mallId}`
  const options = { httpOnly: true, sameSite: 'lax', path: '/' } as const
  const kept = (req: Request) => platform.sessions.get(cookie(req, sessionName) ?? '')
  return {
    session: (req) => kept(req) ?? { memberId: null, guestLines: [] },
    openSession(req, res) {
      const known = kept(req)
      if (known !== undefined) return known
      const id = platform.newId()
      const session: Session = { memberId: null, guestLines: [] }
      platform.sessions.set(id, session)
      res.cookie(sessionName, id, options)
      return session
    },
    endSession(req, res) {
      platform.sessions.delete(cookie(req, sessionName) ?? '')
      res.clearCookie(sessionName, options)
    },
    keepCid(req, res) {
      const cid = req.query['cid']
      if (typeof cid === 'string' && CID.test(cid))
        res.cookie(cidName, cid, { ...options, maxAge: 30 * 86_400_000 })
    },
    cid: (req) => cookie(req, cidName),
  }
}

/** The value of one cookie as it was sent, or null. */
export function cookie(req: Request, name: string): string | null {
  const pairs = (req.get('cookie') ?? '').split(';').map((pair) => pair.trim())
  const pair = pairs.find((one) => one.startsWith(`${name}=`))
  return pair === undefined ? null : pair.slice(name.length + 1)
}
