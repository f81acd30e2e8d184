import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { loadEvents } from '../../sandbox/loader/load-events'
import { madeUpPhone } from '../../sandbox/loader/made-up'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baguni-loader-'))
})
afterAll(() => rm(folder, { recursive: true }))

const T0 = Date.parse('2017-11-25T10:00:00+09:00')
const options = { until: new Date('2017-12-01T00:00:00+09:00'), allConsent: false, mallId: 'loaded' }

async function write(name: string, lines: string[]): Promise<string> {
  const file = join(folder, name)
  const text = `${lines.join('\n')}\n`
  await writeFile(file, name.endsWith('.gz') ? gzipSync(text) : text)
  return file
}

const HEADER = 'ts,userId,itemId,type'
/** 120 shoppers who add at the same second. */
const crowd = Array.from({ length: 120 }, (_, user) => `${T0},${user},${user % 7},cart`)

describe('loadEvents', () => {
  it('gives equal shops for two loads, packed or not', async () => {
    const plain = await write('same.csv', [HEADER, ...crowd])
    const packed = await write('same.csv.gz', [HEADER, ...crowd])

    const first = await loadEvents(plain, options)
    const second = await loadEvents(plain, options)
    const third = await loadEvents(packed, options)

    expect(second).toEqual(first)
    expect(third).toEqual(first)
  })

  it('makes one order of what a shopper buys in one second, and keeps the cart rows', async () => {
    const file = await write('orders.csv', [
      HEADER,
      `${T0},1,5,cart`,
      `${T0 + 60_200},1,5,purchase`,
      `${T0 + 60_900},1,6,purchase`,
      `${T0 + 61_000},1,6,purchase`,
      `${T0 + 60_000},2,6,purchase`,
    ])

    const shop = await loadEvents(file, options)

    expect(shop.orderClearsCart).toBe(false)
    expect(shop.carts).toMatchObject([{ memberId: '1', productNo: 1, addedAtMs: T0 }])
    expect(shop.orders.map((order) => [order.memberId, order.orderedAtMs - T0, order.items.length])).toEqual([
      ['1', 60_000, 2],
      ['2', 60_000, 1],
      ['1', 61_000, 1],
    ])
  })

  it('leaves out what happens at or after until, and nobody changes by it', async () => {
    const file = await write('until.csv', [
      HEADER,
      `${T0},1,5,cart`,
      `${T0 + 1000},2,6,cart`,
      `${T0 + 1000},1,6,purchase`,
    ])

    const whole = await loadEvents(file, options)
    const part = await loadEvents(file, { ...options, until: new Date(T0 + 1000) })

    expect([part.members.length, part.carts.length, part.orders.length]).toEqual([1, 1, 0])
    expect(part.members[0]).toEqual({ ...whole.members[0], lastLoginAtMs: T0 })
    expect(whole.members).toHaveLength(2)
  })

  it('takes views as visits only, prices where the file has them, any order of rows and columns, large ids', async () => {
    const file = await write('mini.csv', [
      '\uFEFFtype,price,ts,itemId,userId',
      `view,,${T0 + 5000},9,1515915625591659523`,
      `purchase,11.13,${T0 + 4000},8,1515915625591659523`,
      '',
      `cart,19900,${T0},7,1515915625591659523`,
    ])

    const shop = await loadEvents(file, options)

    expect(shop.members).toMatchObject([{ id: '1515915625591659523', lastLoginAtMs: T0 + 5000 }])
    expect(shop.carts).toHaveLength(1)
    expect(shop.products.find((product) => product.no === 1)?.priceWon).toBe(19_900)
    expect(shop.orders[0]?.items).toEqual([{ productNo: 2, quantity: 1, priceWon: 11 }])
  })

  it('lets a few share a phone and some refuse, unless all consent', async () => {
    const file = await write('crowd.csv', [HEADER, ...crowd])

    const real = await loadEvents(file, options)
    const willing = await loadEvents(file, { ...options, allConsent: true })

    const phones = (shop: typeof real) => new Set(shop.members.map((member) => member.cellphone)).size
    const refusing = (shop: typeof real) => shop.members.filter((member) => member.sms === 'F').length
    expect([phones(real), phones(willing)]).toEqual([118, 120])
    expect(refusing(real)).toBeGreaterThan(2)
    expect(refusing(willing)).toBe(0)
    expect(real.members.every((member) => /^010-0\d{3}-\d{4}$/.test(member.cellphone))).toBe(true)
  })

  it('has everybody join before the first event, each at a second of their own', async () => {
    const shop = await loadEvents(await write('joined.csv', [HEADER, ...crowd]), options)

    const joined = shop.members.map((member) => member.createdAtMs)
    expect(Math.max(...joined)).toBeLessThan(T0)
    expect(new Set(joined).size).toBe(120)
  })

  it('gives each of many ranks a phone of its own', () => {
    const phones = new Set(Array.from({ length: 200_000 }, (_, rank) => madeUpPhone(rank)))

    expect(phones.size).toBe(200_000)
  })
})

describe('a malformed events file', () => {
  const row = `${T0},1,5,cart`
  it.each([
    ['has no header', [row], 'line 1: column ts is missing'],
    ['lacks a column', ['ts,userId,type', '1,1,cart'], 'line 1: column itemId is missing'],
    ['has a short row', [HEADER, row, `${T0},1,5`], 'line 3: must have 4 columns, has 3'],
    [
      'has a time that is none',
      [HEADER, row, '2017-11-25,1,5,cart'],
      'line 3: ts must be epoch milliseconds',
    ],
    ['has a negative time', [HEADER, '-5,1,5,cart'], 'line 2: ts must be epoch milliseconds'],
    ['has a bad user', [HEADER, `${T0},u1,5,cart`], 'line 2: userId must be a whole number'],
    ['has a bad item', [HEADER, `${T0},1,5.5,cart`], 'line 2: itemId must be a whole number'],
    ['has a bad type', [HEADER, row, '', `${T0},1,5,wish`], 'line 4: type must be cart, purchase or view'],
    ['has a bad price', [`${HEADER},price`, `${T0},1,5,cart,-3`], 'line 2: price must be a number'],
    ['has an open quote', [HEADER, row, `${T0},"1,5,cart`], 'cannot be read as CSV'],
  ])('that %s is refused by line and rule', async (name, lines, message) => {
    const file = await write(`${name.replaceAll(' ', '-')}.csv`, lines)

    await expect(loadEvents(file, options)).rejects.toMatchObject({
      name: 'EventsFileError',
      message: expect.stringContaining(message),
    })
  })

  it('that is missing or not packed as it says is refused by name', async () => {
    const unpacked = join(folder, 'false.csv.gz')
    await writeFile(unpacked, HEADER)

    const empty = join(folder, 'empty.csv')
    await writeFile(empty, '')

    await expect(loadEvents(empty, options)).rejects.toThrow(
      'line 1: the header ts,userId,itemId,type is missing',
    )
    await expect(loadEvents(join(folder, 'none.csv'), options)).rejects.toThrow(/none\.csv: cannot be read/)
    await expect(loadEvents(unpacked, options)).rejects.toThrow(/false\.csv\.gz: cannot be read/)
  })
})
