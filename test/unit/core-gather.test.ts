import { gather } from '../../server/core/gather'

describe('gathered calls', () => {
  const gated = () => {
    const seen: string[][] = []
    const open: (() => void)[] = []
    const call = gather({ keyOf: (text: string) => text.slice(0, 1), most: 3 }, async (texts) => {
      seen.push(texts)
      await new Promise<void>((resolve) => open.push(resolve))
      if (texts.includes('a-broken')) throw new Error('broken')
      return texts.map((text) => `${text}!`)
    })
    const next = async () => {
      open.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
    return { seen, call, next }
  }

  it('go at once when they come alone, and together while another is under way', async () => {
    const { seen, call, next } = gated()

    const answers = Promise.all(['a1', 'a2', 'a3', 'a4', 'a5'].map(call))
    await next()
    await next()
    await next()

    expect(seen).toEqual([['a1'], ['a2', 'a3', 'a4'], ['a5']])
    expect(await answers).toEqual(['a1!', 'a2!', 'a3!', 'a4!', 'a5!'])
  })

  it('of different keys do not wait for each other', async () => {
    const { seen, call, next } = gated()

    const answers = Promise.all(['a1', 'b1'].map(call))
    await next()
    await next()

    expect(seen).toEqual([['a1'], ['b1']])
    expect(await answers).toEqual(['a1!', 'b1!'])
  })

  it('fail together, and those after them are served', async () => {
    const { call, next } = gated()

    const answers = Promise.allSettled(['a1', 'a2', 'a-broken'].map(call))
    await next()
    const after = call('a3')
    await next()
    await next()

    expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(await after).toBe('a3!')
  })
})
