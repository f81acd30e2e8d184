import type { Request, Response } from 'express'
import { AppError } from '../core/errors'

/** The four states of the look; each has its own icon, colour and word. */
export type Tone = 'ok' | 'hold' | 'bad' | 'info'

/** One short Korean sentence that the next page shows once. */
export interface Notice {
  tone: Tone
  text: string
}

/** Keeps `notice` for the next page of this visitor. */
export function leaveNotice(req: Request, notice: Notice): void {
  req.session.notices = [...(req.session.notices ?? []), notice].slice(-5)
}

/** The notices left for this visitor, which are gone afterwards; empty where there is no session. */
export function takeNotices(req: Request): Notice[] {
  const notices = req.session?.notices ?? []
  if (notices.length > 0) delete req.session.notices
  return notices
}

/** Answers a form: 303 to `path` of this site, which shows `notice` once; throws AppError `foreign-redirect` for any other target. */
export function seeOther(req: Request, res: Response, path: string, notice?: Notice): void {
  if (!isOwnPath(path)) throw new AppError('foreign-redirect', 'A redirect after a form stays on this site')
  if (!notice) {
    res.redirect(303, path)
    return
  }
  leaveNotice(req, notice)
  // express-session sends the headers before its store has answered: a fast browser would ask for the next page first.
  req.session.save((cause?: unknown) => (cause ? req.next?.(cause) : res.redirect(303, path)))
}

/** True for an absolute path of this site, false for anything that a browser could read as another host. */
export function isOwnPath(path: string): boolean {
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(path) && !path.includes('\\')
}
