import type { Request, Response } from 'express'
import type { Platform } from '../mall/platform'
import type { Shop } from '../mall/shop'
import { cartOf } from '../mall/shop-actions'
import { messagePage, type Visitor } from './shop-page'
import { type ShopCookies, shopCookies } from './shop-session'

/** What the pages of one shop work with. */
export interface Front {
  platform: Platform
  cookies: ShopCookies
  shop(): Shop
  visitor(req: Request): Visitor
  /** One field of a posted form, '' when it is missing. */
  field(req: Request, name: string): string
}

/** The answer for a page that does not exist. */
export function notFound(front: Front, req: Request, res: Response): void {
  const page = messagePage(front.visitor(req), '페이지를 찾을 수 없어요', '주소를 다시 확인해 주세요.', {
    href: '/',
    label: '처음으로',
  })
  res.status(404).send(page)
}

/** Ties the pages of one shop to the play mall. */
export function createFront(platform: Platform, mallId: string): Front {
  const cookies = shopCookies(platform, mallId)
  const shop = () => {
    const found = platform.shops.get(mallId)
    if (found === undefined) throw new Error(`Play mall: shop ${mallId} is not loaded`)
    return found
  }
  return {
    platform,
    cookies,
    shop,
    visitor(req) {
      const { memberId, guestLines } = cookies.session(req)
      const member = shop().members.get(memberId ?? '') ?? null
      const cartCount =
        member === null ? guestLines.length : cartOf(shop(), member.id, platform.nowMs()).length
      return { shop: shop(), member, cartCount }
    },
    field(req, name) {
      const body: unknown = req.body
      const value = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
      return typeof value === 'string' ? value : ''
    },
  }
}
