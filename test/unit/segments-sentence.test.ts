import type { Segment } from '../../server/segments/segment'
import { conditionSentence, segmentSentence } from '../../server/segments/segment-sentence'
import { CONTEXT } from './segments-support'

const DAY_7: Segment = {
  scope: 'all-members',
  include: { all: [{ kind: 'latest-add', mode: 'exactly', days: 7 }] },
  exclude: null,
  purchases: 'exclude',
}
const say = (parts: Partial<Segment>) =>
  segmentSentence({ ...DAY_7, ...parts }, CONTEXT)
    .map(({ text }) => text)
    .join('')

describe('a segment as a sentence', () => {
  it('names the exact Seoul date of the day-7 recipe', () => {
    expect(say({})).toBe(
      '마지막으로 장바구니에 담은 날이 정확히 7일 전(11월 15일 일요일)이고, 그 뒤로 구매하지 않은 고객',
    )
  })

  it('marks what the merchant chose', () => {
    const strong = segmentSentence(DAY_7, CONTEXT).filter((part) => part.strong)

    expect(strong.map(({ text }) => text)).toEqual([
      '정확히 7일 전(11월 15일 일요일)',
      '그 뒤로 구매하지 않은',
    ])
  })

  it('reads well with purchases ignored, more conditions and people taken out', () => {
    expect(
      say({
        scope: 'consented',
        purchases: 'ignore',
        include: {
          all: [
            { kind: 'latest-add', mode: 'within', days: 3 },
            { kind: 'cart-total', atLeastWon: 30_000, atMostWon: null },
          ],
        },
        exclude: { any: [{ kind: 'hours-since-add', atLeast: 0, atMost: 2 }] },
      }),
    ).toBe(
      '광고 수신에 동의한 회원 가운데 마지막으로 장바구니에 담은 날이 최근 3일 안(11월 19일 목요일부터 오늘까지)이고, 담은 금액이 30,000원 이상인 고객, 단 담은 뒤 지난 시간이 0~2시간인 고객은 제외',
    )
  })

  it('puts groups inside groups in brackets', () => {
    expect(
      say({
        purchases: 'only',
        include: {
          all: [
            { kind: 'never-received' },
            {
              any: [
                { kind: 'ad-consent', is: true },
                { kind: 'latest-add', mode: 'exactly', days: 0 },
              ],
            },
          ],
        },
      }),
    ).toBe(
      '이 캠페인을 받은 적 없는 상태이고, (광고 수신에 동의한 상태이거나, 마지막으로 장바구니에 담은 날이 오늘(11월 22일 일요일))이고, 그 뒤로 구매한 고객',
    )
  })

  it('says a single condition for the page of one person', () => {
    expect(conditionSentence({ kind: 'cart-total', atLeastWon: 10_000, atMostWon: 50_000 }, CONTEXT)).toBe(
      '담은 금액이 10,000원~50,000원',
    )
  })
})
