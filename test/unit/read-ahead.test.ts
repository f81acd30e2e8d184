import * as fc from 'fast-check'
import { readAhead } from '../../server/core/read-ahead'

async function* counting(upTo: number, log: string[], failsAt = Number.POSITIVE_INFINITY) {
  try {
    for (let i = 0; i < upTo; i += 1) {
      if (i === failsAt) throw new Error(`no ${i}`)
      log.push(`made ${i}`)
      yield i
    }
  } finally {
    log.push('closed')
  }
}

describe('reading ahead', () => {
  it('gives the same items, and makes each while the one before is worked on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(6), async (upTo) => {
        const log: string[] = []
        for await (const item of readAhead(counting(upTo, log))) {
          await new Promise(setImmediate)
          log.push(`used ${item}`)
        }

        const pairs = Array.from({ length: upTo }, (_, i) => [
          ...(i + 1 < upTo ? [`made ${i + 1}`] : ['closed']),
          `used ${i}`,
        ])
        expect(log).toEqual(upTo === 0 ? ['closed'] : ['made 0', ...pairs.flat()])
      }),
    )
  })

  it('throws where the item would have come, after all before it', async () => {
    const seen: number[] = []
    const reading = async () => {
      for await (const item of readAhead(counting(5, [], 2))) seen.push(item)
    }

    await expect(reading()).rejects.toThrow('no 2')
    expect(seen).toEqual([0, 1])
  })

  it('closes its source when the reader stops early', async () => {
    const log: string[] = []
    for await (const item of readAhead(counting(5, log))) if (item === 1) break

    expect(log).toEqual(['made 0', 'made 1', 'made 2', 'closed'])
  })
})
