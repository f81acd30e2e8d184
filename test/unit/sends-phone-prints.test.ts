import * as fc from 'fast-check'
import { createKeyring } from '../../server/core/crypto'
import { createPhonePrints } from '../../server/sends/phone-prints'

const keys = createKeyring(Buffer.alloc(32, 3)).forMall('cafe24-testshop')
const keyOf = (rank: number) => keys.phoneKey(`+82100${String(rank).padStart(7, '0')}`)

describe('prints of phones', () => {
  it('know every phone that was added, whatever the order and however often', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50_000), { maxLength: 6_000 }), (ranks) => {
        const prints = createPhonePrints()
        for (const rank of ranks) prints.add(keyOf(rank))

        expect(ranks.every((rank) => prints.mayHave(keyOf(rank)))).toBe(true)
      }),
      { numRuns: 10 },
    )
  })

  it('hold nobody else of twenty thousand for one of them', () => {
    const prints = createPhonePrints()
    for (let rank = 0; rank < 20_000; rank += 1) prints.add(keyOf(rank))

    const wrong = Array.from({ length: 20_000 }, (_, i) => keyOf(20_000 + i)).filter(prints.mayHave)

    expect(wrong).toEqual([])
  })

  it('take a key of another shape for itself', () => {
    const prints = createPhonePrints()
    prints.add('')

    expect([prints.mayHave(''), prints.mayHave('key-a')]).toEqual([true, false])
  })
})
