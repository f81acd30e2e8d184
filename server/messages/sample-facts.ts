import type { MessageInput } from './compose'

/** Made-up shoppers for the preview of a message: an everyday one, the longest values, and missing ones. */
export const SAMPLES = {
  typical: {
    name: '김하은',
    facts: { productName: '무쇠 주물 냄비 24cm', moreItems: 2, cartWon: 87_400 },
  },
  longest: {
    name: '황보빛가람온누리',
    facts: {
      productName:
        '[오늘출발·무료배송] 대를 이어 쓰는 무쇠 주물 손잡이 양수 전골냄비 28cm 인덕션 겸용 (크림 아이보리, 유리 뚜껑과 실리콘 손잡이 포함)',
      moreItems: 27,
      cartWon: 12_345_600,
    },
  },
  missing: { name: null, facts: { productName: null, moreItems: 0, cartWon: 0 } },
} as const satisfies Record<string, Omit<MessageInput, 'url'>>
