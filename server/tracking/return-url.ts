import { AppError } from '../core/errors'
import type { Platform } from '../malls/mall'
import type { Click } from './tracking'

/** How one platform is entered so that the query survives its login redirect; each value is a path of the mall itself. */
export interface ReturnTemplate {
  login: Record<Click['device'], string>
  parameter: string
  landing: Record<Landing, Record<Click['device'], string>>
}

export type Landing = 'cart'

/** The shop that a link leads to: `storefront` is a base such as `https://{domain}`, `domain` host with an optional port. */
export interface LinkMall {
  platform: Platform
  storefront: string
  domain: string
}

/** What analytics reads; values of `[A-Za-z0-9_.~-]` that never say login or logout. */
export interface LinkParams {
  utm_source: string
  utm_medium: string
  utm_campaign: string
}

// Cafe24 themes are responsive on one host and send phones on by themselves (reference/cafe24.md §4), so both devices agree.
const TEMPLATES: Record<Platform, ReturnTemplate> = {
  cafe24: {
    login: { pc: '/member/login.html', mobile: '/member/login.html' },
    parameter: 'returnUrl',
    landing: { cart: { pc: '/order/basket.html', mobile: '/order/basket.html' } },
  },
}

// Unreserved characters only: a mall that decodes once and one that decodes twice both read the same.
const PLAIN = /^[A-Za-z0-9_.~-]+$/
const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i

/** The address that the click on `token` leads to; throws AppError `bad-link-value` for a token that no link may hold. */
export type ReturnUrl = (device: Click['device'], token: string) => string

/**
 * Where the clicks of one run lead: the mall's login page with the landing page and the trail inside its return parameter,
 * `cid` outside too. It can only lead to `mall`. Made once, asked for each click. Throws AppError `bad-link-value` for a
 * domain or value that could not be trusted.
 */
export function createReturnUrl(mall: LinkMall, landing: Landing, params: LinkParams): ReturnUrl {
  const template = TEMPLATES[mall.platform]
  const base = baseOf(mall)
  const trail = Object.entries(params).map(([key, value]) => `${key}=${plainValue(key, value)}&`)
  const upToToken = (device: Click['device']) => {
    const inner = `${template.landing[landing][device]}?${trail.join('')}cid=`
    return `${base}${template.login[device]}?${template.parameter}=${encodeURIComponent(inner)}`
  }
  const heads = { pc: upToToken('pc'), mobile: upToToken('mobile') }
  return (device, token) => `${heads[device]}${plainToken(token)}&cid=${token}`
}

/** True when `domain` can stand as the host of a link: a host name with an optional port and nothing else. */
export function isLinkDomain(domain: string): boolean {
  if (!HOST.test(domain) || domain.includes('..')) return false
  // "0" and "1.2" are hosts too, but browsers read them as 0.0.0.0 and 1.0.0.2.
  return URL.canParse(`http://${domain}`) && new URL(`http://${domain}`).host === domain.toLowerCase()
}

function baseOf(mall: LinkMall): string {
  if (!isLinkDomain(mall.domain)) throw badValue('domain')
  const base = mall.storefront.replace('{domain}', mall.domain)
  if (!/^https?:\/\/[^/?#@\\]+$/.test(base)) throw badValue('storefront')
  return base
}

function plainValue(key: string, value: string): string {
  if (!PLAIN.test(value) || /log(?:in|out)/i.test(value)) throw badValue(key)
  return value
}

function plainToken(token: string): string {
  if (!PLAIN.test(token)) throw badValue('cid')
  return token
}

function badValue(part: string): AppError {
  return new AppError('bad-link-value', 'A part of a link holds what no link may hold', { part })
}
