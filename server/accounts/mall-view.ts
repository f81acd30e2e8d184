import type { Notice } from '../http/notice'
import type { Mall } from '../malls/mall'

/** The first recipe reminds on day 7: a mall that empties carts by then leads its shoppers to nothing. */
const RECIPE_DAYS = 7

/** True when the mall lets us read and its messages may leave. */
export function isConnected(mall: Mall): boolean {
  return mall.state === 'connected'
}

/** What keeps the app from the mall and what to do, in Korean; null when all is well. */
export function mallTrouble({ state }: Mall): string | null {
  switch (state) {
    case 'connected':
      return null
    case 'pending':
      return '아직 권한에 동의하지 않았어요. 쇼핑몰 관리자의 내 앱에서 바구니를 열어 동의해 주세요.'
    case 'reauth-required':
      return '쇼핑몰 권한이 끝나서 동기화와 발송이 멈췄어요. 쇼핑몰 관리자의 내 앱에서 바구니를 열어 다시 동의해 주세요.'
    case 'uninstalled':
      return '쇼핑몰에서 앱이 삭제되어 모두 멈췄어요. 앱을 다시 설치하면 이어서 쓸 수 있어요.'
  }
}

/** The warning for a mall that empties carts before or on day 7. */
export function cartWarning({ cartDays }: Mall): Notice | null {
  if (cartDays === null || cartDays > RECIPE_DAYS) return null
  return {
    tone: 'hold',
    text: `쇼핑몰이 담은 지 ${cartDays}일이 지난 장바구니를 비워요. 담은 지 7일 된 고객이 빈 장바구니를 볼 수 있으니, 쇼핑몰 관리자의 장바구니 설정에서 보관 기간을 8일 이상으로 늘려 주세요.`,
  }
}
