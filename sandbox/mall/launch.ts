import { createHmac } from 'node:crypto'

/** Who opens the app, as the mall's admin tells it in the App URL. */
export interface Launcher {
  mallId: string
  userId: string
  userName: string
  userType: 'P' | 'A'
  shopNo: string
  timestampSeconds: number
}

/** The query of the App URL: alphabetical, each value percent-encoded, signed as it stands, `hmac` last (cafe24.md §1.2). */
export function launchQuery(who: Launcher, clientSecret: string): string {
  const message = [
    ['is_multi_shop', 'F'],
    ['lang', 'ko_KR'],
    ['mall_id', who.mallId],
    ['nation', 'KR'],
    ['shop_no', who.shopNo],
    ['timestamp', String(who.timestampSeconds)],
    ['user_id', who.userId],
    ['user_name', who.userName],
    ['user_type', who.userType],
  ]
    .map(([key, value]) => `${key}=${encodeURIComponent(value ?? '')}`)
    .join('&')
  const hmac = createHmac('sha256', clientSecret).update(message, 'utf8').digest('base64')
  return `${message}&hmac=${encodeURIComponent(hmac)}`
}

/** The App URL as the shop's owner opens it at `nowMs`. */
export function ownerLaunchUrl(
  app: { launchUrl: string; clientSecret: string },
  mallId: string,
  shopName: string,
  nowMs: number,
): string {
  const who: Launcher = {
    mallId,
    userId: mallId,
    userName: shopName,
    userType: 'P',
    shopNo: '1',
    timestampSeconds: Math.floor(nowMs / 1000),
  }
  return `${app.launchUrl}?${launchQuery(who, app.clientSecret)}`
}
