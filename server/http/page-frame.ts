import type { Request, RequestHandler, Response } from 'express'
import { formatTimeOfDay, kstDay, kstMinuteOfDay } from '../core/seoul'
import type { Assets } from './assets'
import type { FormTokens } from './csrf'
import type {} from './express-types'
import { type Notice, takeNotices } from './notice'
import type { NavKey } from './page'
import type { Role } from './session-user'

/** One place of the main navigation. */
interface NavItem {
  key: NavKey
  label: string
  href: string
}

/** What layouts and partials find under `frame`. */
interface PageFrame {
  /** Address of a file under `public/` with its version. */
  asset(path: string): string
  /** The hidden token input of a form, as HTML: print it unescaped inside every `method="post"` form. */
  csrfField(): string
  /** Notices left by the last form; read once. */
  notices(): Notice[]
  nav: readonly NavItem[]
  shopName: string | null
  person: { name: string; role: string } | null
  /** Text of the sandbox clock, "11월 22일 10:00"; null outside the sandbox. */
  sandboxClock: string | null
}

/** Where the frame's facts come from. */
export interface FrameParts {
  assets: Assets
  tokens: FormTokens
  clock: { now(): Date }
  sandbox: boolean
  /** The name of a mall as its people know it. */
  shopName?: ((mallId: string) => Promise<string | null>) | undefined
}

const NAV: readonly (NavItem & { roles?: readonly Role[] })[] = [
  { key: 'home', label: '홈', href: '/' },
  { key: 'campaigns', label: '캠페인', href: '/campaigns' },
  { key: 'reports', label: '발송 리포트', href: '/reports' },
  { key: 'people', label: '고객 찾기', href: '/support' },
  { key: 'settings', label: '설정', href: '/settings' },
]

const ROLE_NAMES: Record<Role, string> = {
  owner: '대표',
  marketer: '마케터',
  support: '고객 상담',
  operator: '서비스 관리자',
}

/** Gives every view of this request its `frame`. */
export function createPageFrame(parts: FrameParts): RequestHandler {
  return async (req, res, next) => {
    const { user } = req
    const shopName = user?.mallId && parts.shopName ? await parts.shopName(user.mallId) : null
    setFrame(res, {
      ...bareFrame(parts),
      csrfField: () => parts.tokens.field(req, res),
      notices: () => takeNotices(req),
      nav: user ? NAV : [],
      shopName,
      person: user ? { name: user.name, role: ROLE_NAMES[user.role] } : null,
    })
    next()
  }
}

/** The frame of an answer that has no session: error pages of webhooks and links. */
export function ensureFrame(parts: FrameParts, _req: Request, res: Response): void {
  if (!res.locals['frame']) setFrame(res, bareFrame(parts))
}

function setFrame(res: Response, frame: PageFrame): void {
  res.locals['frame'] = frame
}

function bareFrame(parts: FrameParts): PageFrame {
  return {
    asset: parts.assets.href,
    csrfField: () => '',
    notices: () => [],
    nav: [],
    shopName: null,
    person: null,
    sandboxClock: parts.sandbox ? clockText(parts.clock.now()) : null,
  }
}

function clockText(now: Date): string {
  const [, month, day] = kstDay(now).split('-').map(Number)
  return `${month}월 ${day}일 ${formatTimeOfDay(kstMinuteOfDay(now))}`
}
