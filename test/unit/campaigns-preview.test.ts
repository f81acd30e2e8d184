import { createPreviewService } from '../../server/campaigns/preview-service'
import { previewView } from '../../server/campaigns/preview-view'
import { findRecipe } from '../../server/campaigns/recipes'
import { createKeyring } from '../../server/core/crypto'
import { addDays } from '../../server/core/seoul'
import { DEFAULT_FREQUENCY } from '../../server/malls/frequency-cap'
import type { Shopper } from '../../server/shoppers/shopper'
import { CONTEXT, MALL, NOW, shopperOf } from './segments-support'

const keys = createKeyring(Buffer.alloc(32, 1))
const sealed = (memberId: string, facts: Partial<Shopper> = {}) =>
  shopperOf(memberId, {
    nameSealed: keys.forMall(MALL).seal('김하은'),
    phoneSealed: keys.forMall(MALL).seal('+821001234567'),
    ...facts,
  })

function previewOf(
  chunks: Shopper[][],
  options: {
    recent?: [key: string, day: string, campaignId?: string][]
    priceWon?: number | null
    capWon?: number | null
    repeatDays?: number
  } = {},
) {
  const recipe = findRecipe('day-7')?.specFrom(CONTEXT.day)
  if (!recipe) throw new Error('The recipe is gone')
  const { priceWon = 25, capWon = null, repeatDays = 7 } = options
  const service = createPreviewService({
    shoppers: {
      async *population() {
        yield* chunks
      },
    },
    recentSends: async (_mall, fromDay) =>
      new Map(
        (options.recent ?? [])
          .filter(([, day]) => day >= fromDay)
          .map(([key, runDay, campaignId = 'c1']) => [key, [{ campaignId, runDay }]]),
      ),
    contact: async () => ({ frequency: DEFAULT_FREQUENCY, campaignNames: new Map([['c2', '주말 할인']]) }),
    price: async () => (priceWon === null ? null : { brandTextWon: priceWon, smsWon: 0, lmsWon: 0 }),
    keys,
    clock: { now: () => NOW },
  })
  const subject = { mallId: MALL, campaignId: 'c1', spec: { ...recipe, dailyCapWon: capWon, repeatDays } }
  return { preview: () => service.preview(subject), people: service.people.bind(null, subject) }
}

describe('the preview', () => {
  it('counts people with one phone once, also when they come in different chunks', async () => {
    const same = { phoneKey: 'one' }
    const { preview } = previewOf([[sealed('a', same), sealed('b')], [sealed('c', same)]])

    expect(await preview()).toMatchObject({ population: 3, send: 2, counts: { send: 2, 'same-phone': 1 } })
  })

  it('blocks a phone on the last day of its repeat window, and lets it pass on the next', async () => {
    const at = (daysAgo: number) =>
      previewOf([[sealed('a')]], { recent: [['key-a', addDays(CONTEXT.day, -daysAgo)]] }).preview()

    expect((await at(6)).counts).toEqual({ repeat: 1 })
    expect((await at(7)).counts).toEqual({ send: 1 })
  })

  it('leaves out who gets another campaign today, and names it', async () => {
    const recent: [string, string, string][] = [['key-a', CONTEXT.day, 'c2']]
    const { preview, people } = previewOf([[sealed('a'), sealed('b')]], { recent })

    const shown = await people('frequency')

    expect((await preview()).counts).toEqual({ send: 1, frequency: 1 })
    expect(shown.people[0]?.detail).toBe('11월 22일(일) ‘주말 할인’ 캠페인에서 보냄')
  })

  it('tells the cost, and how many the daily cap lets through', async () => {
    const chunk = [sealed('a'), sealed('b'), sealed('c')]

    const capped = await previewOf([chunk], { capWon: 60 }).preview()
    const free = await previewOf([chunk]).preview()
    const unknown = await previewOf([chunk], { priceWon: null }).preview()

    expect([capped.expectedWon, capped.sendable]).toEqual([75, 2])
    expect([free.expectedWon, free.sendable]).toEqual([75, 3])
    expect([unknown.expectedWon, unknown.sendable]).toEqual([null, null])
    expect(previewView(capped, 60, null).capNotice?.text).toContain('2명까지 보낼 수 있어요')
    expect(previewView(unknown, 60, null).cost.text).toContain('발송 계정을 연결하면')
  })

  it('shows 50 masked people at most behind a figure', async () => {
    const chunk = Array.from({ length: 60 }, (_, i) => sealed(String(i)))

    const { total, people } = await previewOf([chunk]).people('send')

    expect([total, people.length]).toEqual([60, 50])
    expect(people[0]).toMatchObject({ maskedName: '김*은', maskedPhone: '010-****-4567', reason: 'send' })
    expect(JSON.stringify(people)).not.toContain('김하은')
  })

  it('shows nothing of an empty population but the figures', async () => {
    const preview = await previewOf([]).preview()

    const view = previewView(preview, 30_000, () => '/p')

    expect(view.funnel.rows.map(({ label, figure, share }) => [label, figure, share])).toEqual([
      ['모수', '0명', 0],
      ['보낼 고객', '0명', 0],
    ])
  })
})
