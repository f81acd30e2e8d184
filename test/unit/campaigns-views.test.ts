import type { CampaignSpec } from '../../server/campaigns/campaign'
import { campaignForm, formOf } from '../../server/campaigns/campaign-form'
import { haltView, startView } from '../../server/campaigns/confirm-view'
import { daysView } from '../../server/campaigns/days-view'
import { weekdaysText } from '../../server/campaigns/editor-view'
import { lookChoices, phoneView, readLook } from '../../server/campaigns/phone-view'
import type { Preview } from '../../server/campaigns/preview-service'
import { REASON_TEXTS } from '../../server/campaigns/reason-texts'
import { findRecipe } from '../../server/campaigns/recipes'
import { DECISION_REASONS } from '../../server/campaigns/run'

const TODAY = '2026-11-22'
const recipe = (): CampaignSpec => {
  const spec = findRecipe('day-7')?.specFrom(TODAY)
  if (!spec) throw new Error('The recipe is gone')
  return spec
}
const seoul = (text: string) => new Date(`${text}+09:00`)

describe('the strip of days', () => {
  it('goes from the day of the add to today', () => {
    const strip = daysView('exactly', 7, TODAY)

    expect(strip.map(({ number }) => number)).toEqual(['15', '16', '17', '18', '19', '20', '21', '22'])
    expect([strip[0], strip[7]]).toEqual([
      { number: '15', label: '일 · 담음', kind: 'start' },
      { number: '22', label: '오늘', kind: 'today' },
    ])
  })

  it('marks every day of "within", and leaves a gap in a long one', () => {
    expect(daysView('within', 2, TODAY).every(({ kind }) => kind === 'start')).toBe(true)
    expect(daysView('exactly', 0, TODAY)).toEqual([{ number: '22', label: '오늘 · 담음', kind: 'start' }])
    expect(daysView('exactly', 30, TODAY).map(({ number }) => number)).toEqual([
      '23',
      '24',
      '25',
      '26',
      '⋯',
      '20',
      '21',
      '22',
    ])
  })
})

describe('the form of a set-up', () => {
  it('gives back exactly the set-up that it was filled with', () => {
    const spec = recipe()

    const { typed } = formOf(spec, { today: TODAY, draft: true })
    const posted = Object.fromEntries(Object.entries(typed).filter(([name]) => !name.includes('[')))

    expect(campaignForm(spec).parse(posted)).toEqual(spec)
  })

  it('shows today in place of the past first day of a draft, and keeps that of a running campaign', () => {
    const first = (draft: boolean) => formOf(recipe(), { today: '2026-11-24', draft }).typed['fromDay']

    expect([first(true), first(false)]).toEqual(['2026-11-24', '2026-11-22'])
  })
})

describe('the phone', () => {
  const see = (
    look: Parameters<typeof phoneView>[1]['look'],
    change: Partial<CampaignSpec['message']> = {},
  ) =>
    phoneView(
      { ...recipe(), message: { ...recipe().message, ...change } },
      { look, samples: [], shop: { name: '오늘의식탁', number080: '080-000-0000' }, day: TODAY },
    )
  const text = (view: ReturnType<typeof see>) => view.parts.map((part) => part.text).join('')

  it('shows the message of the look: label, room, bold product, opt-out', () => {
    const view = see('typical')

    expect(view).toMatchObject({
      clock: '10:00',
      dateText: '2026년 11월 22일 일요일',
      sender: '(광고) 오늘의식탁',
      buttons: [{ label: '장바구니 보기' }],
      optOut: '수신거부: 채널 차단 또는 080-000-0000',
      sentAt: '오전 10:00',
    })
    expect(text(view)).toBe(
      '김하은님, 담아 두신 무쇠 주물 냄비 24cm 외 2개가 장바구니에서 기다리고 있어요.\n\n담은 금액 87,400원',
    )
    expect(view.parts.filter(({ strong }) => strong).map((part) => part.text)).toEqual([
      '무쇠 주물 냄비 24cm',
    ])
  })

  it('reads naturally where values are missing', () => {
    expect(text(see('missing'))).toBe(
      '고객님, 담아 두신 상품이 장바구니에서 기다리고 있어요.\n\n담은 금액 장바구니에서 확인',
    )
  })

  it('goes round the people who would get it, and offers none where there are none', () => {
    expect([readLook('1', 3), readLook('3', 3), readLook('x', 3), readLook('longest', 0)]).toEqual([
      1,
      'typical',
      'typical',
      'longest',
    ])
    expect(lookChoices(2, 3).at(-1)).toMatchObject({ value: '0', label: '다른 고객으로 보기', current: true })
    expect(lookChoices('typical', 0).map(({ value }) => value)).toEqual(['typical', 'longest', 'missing'])
  })
})

describe('the question before a start', () => {
  const ask = (now: Date, change: Partial<CampaignSpec['schedule']> = {}) => {
    const spec = { ...recipe(), schedule: { ...recipe().schedule, ...change } }
    const current = {
      campaign: {
        id: 'c1',
        mallId: 'm1',
        name: spec.name,
        state: 'draft' as const,
        revision: 1,
        createdAt: now,
        startedAt: null,
        endedAt: null,
      },
      revision: { campaignId: 'c1', mallId: 'm1', number: 1, spec, createdAt: now, createdBy: 'u1' },
      nextAt: null,
      todaysRun: null,
    }
    const preview: Preview = {
      ctx: { day: TODAY, now, campaignId: 'c1' },
      population: 112,
      counts: { send: 33 },
      send: 33,
      priceWon: 25,
      expectedWon: 825,
      prices: { brandTextWon: 25, smsWon: 18, lmsWon: 45 },
      worstEachWon: 25,
      worstWon: 825,
      sendable: 33,
      samples: [],
    }
    return startView(current, { preview, readiness: { ready: true }, now, base: '/campaigns/c1' })
  }

  it('names the first sending when today still lies ahead', () => {
    const view = ask(seoul('2026-11-22T09:00:00'))

    expect(view.consequence).toBe(
      '11월 22일(일) 오전 10:00에 처음 보내요. 지금 기준 33명, 예상 비용 825원이에요.',
    )
    expect(view.choices.map(({ first }) => first)).toEqual(['today'])
  })

  it('says at night that nothing leaves before the morning', () => {
    const view = ask(seoul('2026-11-22T22:00:00'))

    expect(view.consequence).toContain('에티켓 모드가 끝나는 11월 23일(월) 오전 8:00부터 보내요.')
    expect(view.choices.map(({ label }) => label)).toEqual(['오늘부터 시작', '11월 23일(월)부터 시작'])
  })

  it('offers nothing when no day is left', () => {
    const view = ask(seoul('2026-11-22T12:00:00'), { untilDay: '2026-11-21' })

    expect(view.choices).toEqual([])
    expect(view.consequence).toContain('남은 발송일이 없어요.')
  })
})

describe('words', () => {
  it('asks back before a stop with both numbers, and with none where nothing is under way', () => {
    expect(haltView('stop', { waiting: 21, left: 12 }, '/c').consequence).toBe(
      '아직 나가지 않은 21건을 취소합니다. 이미 나간 12건은 되돌릴 수 없습니다.',
    )
    expect(haltView('stop', { waiting: 0, left: 0 }, '/c').consequence).toBe(
      '앞으로 이 캠페인은 보내지 않습니다. 다시 시작할 수 없습니다.',
    )
  })

  it.each([
    [[1, 2, 3, 4, 5, 6, 7], '매일'],
    [[5, 1, 2, 4, 3], '평일'],
    [[6, 7], '주말'],
    [[3, 1], '월·수요일'],
  ])('calls the weekdays %j "%s"', (weekdays, words) => {
    expect(weekdaysText(weekdays)).toBe(words)
  })

  it('has a label, a sentence and a remedy for every reason', () => {
    for (const reason of DECISION_REASONS) {
      const { label, sentence, remedy } = REASON_TEXTS[reason]
      expect([label, sentence, remedy].every((text) => text.length > 1)).toBe(true)
    }
  })
})
