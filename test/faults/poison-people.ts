import { parseCartLines, parseMembers, parseProducts } from '../../server/adapters/malls/cafe24/parse'
import { createKeyring } from '../../server/core/crypto'
import { toStored } from '../../server/malls/mall-scope-store'
import { createLearnService } from '../../server/shoppers/learn-service'
import { MALL, member, phoneOf, type SendsKit } from '../jobs/sends-kit'
import type { Rolls } from './rolls'

const FOREIGN = createKeyring(Buffer.alloc(32, 9)).forMall(MALL)
const OURS = createKeyring(Buffer.alloc(32, 7)).forMall(MALL)
const LONG = '가'.repeat(10_000)
const CART_DAY = '2026-11-16'

/** One way in which a stored member may be broken; `facts` replaces what stands in the row, undefined takes it away. */
export const BROKEN_ROWS: readonly { name: string; facts: Record<string, unknown> }[] = [
  { name: 'phone sealed with another key', facts: { phoneSealed: FOREIGN.seal('+821000000001') } },
  { name: 'phone that is no ciphertext', facts: { phoneSealed: 'v1.AAAA' } },
  { name: 'phone that is no text', facts: { phoneSealed: 42 } },
  { name: 'phone that is no number', facts: { phoneSealed: OURS.seal('없음\u0000') } },
  { name: 'name sealed with another key', facts: { nameSealed: FOREIGN.seal('김하은') } },
  { name: 'name that is no text', facts: { nameSealed: null } },
  { name: 'name of 10,000 letters', facts: { nameSealed: OURS.seal(LONG) } },
  {
    name: 'name with null bytes, emoji and marks',
    facts: { nameSealed: OURS.seal('\u0000👩‍👩‍👧\u202e거꾸로\ud800') },
  },
  { name: 'name of 200 lines', facts: { nameSealed: OURS.seal(`가${'\n나'.repeat(200)}`) } },
  { name: 'no cart', facts: { cart: undefined } },
  { name: 'a cart that is no list', facts: { cart: 'x' } },
  { name: 'a cart with holes', facts: { cart: [null, lineOf({ name: '컵' })] } },
  { name: 'a line without a name', facts: { cart: [lineOf({ name: undefined })] } },
  { name: 'a line whose name is a number', facts: { cart: [lineOf({ name: 7 })] } },
  { name: 'a product of 10,000 letters', facts: { cart: [lineOf({ name: LONG })] } },
  { name: 'a product of emoji and marks', facts: { cart: [lineOf({ name: '\u202e🍲\u0000\ud83c' })] } },
  { name: 'a negative price', facts: { cart: [lineOf({ priceWon: -500 })] } },
  { name: 'a price beyond all numbers', facts: { cart: [lineOf({ priceWon: 1e300, quantity: 1e300 })] } },
  { name: 'a price that is no number', facts: { cart: [lineOf({ priceWon: Number.NaN })] } },
  { name: 'dates that are texts', facts: { latestOrderAt: 'yesterday', latestAddAt: 'once' } },
  { name: 'consent that is a text', facts: { adConsent: 'maybe' } },
  { name: 'a key that is no text', facts: { phoneKey: 12 } },
]

function lineOf(change: Record<string, unknown>): Record<string, unknown> {
  const addedAt = new Date(`${CART_DAY}T06:00:00Z`)
  return {
    lineKey: 'l1',
    productNo: 1,
    name: '컵',
    quantity: 1,
    priceWon: 900,
    addedAt,
    sellable: true,
    ...change,
  }
}

/** Who is there: everybody healthy must be reached. */
export interface PoisonPeople {
  healthy: Set<string>
  broken: Map<string, string>
}

const HEALTHY = 180

/** People of whom a few are broken in the rows that we keep, and a few came broken from the mall, twice. */
export async function plantPoisonPeople(kit: SendsKit, rolls: Rolls): Promise<PoisonPeople> {
  const healthy = await kit.members(HEALTHY)
  const broken = new Map<string, string>()
  const docs = Array.from({ length: 6 }, (_, i) => {
    const kind = rolls.one(BROKEN_ROWS)
    // As the store itself would write it, but for what is broken: the last look must not stop it for another reason.
    const row: Record<string, unknown> = {
      ...toStored(member(HEALTHY + i)),
      hasSellable: true,
      ...kind.facts,
    }
    broken.set(String(row['memberId']), kind.name)
    return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined))
  })
  await kit.database.connection.collection('shoppers').insertMany(docs as never)
  for (const row of await learnHostileRows(kit, rolls)) broken.set(row, 'came broken from the mall')
  return { healthy: new Set(healthy.map(({ memberId }) => memberId)), broken }
}

/** After the plan more rows break: of members, and of sends that wait. Tells whose. */
export async function breakAfterPlan(kit: SendsKit, rolls: Rolls): Promise<Map<string, string>> {
  const broken = new Map<string, string>()
  const { connection } = kit.database
  for (const sealed of [FOREIGN.seal('x'), 'v1.', OURS.seal('no number')]) {
    const memberId = `member-${String(rolls.between(0, 89)).padStart(5, '0')}`
    await connection.collection('sends').updateOne({ memberId }, { $set: { toSealed: sealed } })
    broken.set(memberId, 'a send whose phone broke')
  }
  const memberId = `member-${String(rolls.between(90, HEALTHY - 1)).padStart(5, '0')}`
  await connection.collection('shoppers').updateOne({ memberId }, { $unset: { cart: 1, hasSellable: 1 } })
  broken.set(memberId, 'a cart that went after the plan')
  return broken
}

/** Rows as a mall might send them, through the adapter's parser and the learn service, and the same again. */
async function learnHostileRows(kit: SendsKit, rolls: Rolls): Promise<string[]> {
  const { stores } = kit
  const learn = createLearnService({
    ...stores,
    keyring: kit.parts.keyring,
    clock: kit.relay.clock,
    onOrders: async () => undefined,
  })
  const mall = await stores.malls.find(MALL)
  if (!mall) throw new Error('no mall')
  const members = Array.from({ length: 8 }, (_, i) => hostileMember(`hostile-${i}`, i, rolls))
  const lines = Array.from({ length: 12 }, (_, i) => hostileLine(`hostile-${i % 8}`, i, rolls))
  const products = [
    {
      product_no: 31,
      product_name: `<b>${LONG}</b>`,
      price: '100',
      display: 'T',
      selling: 'T',
      sold_out: 'F',
    },
    { product_no: 32, product_name: 7, price: {}, display: null },
    null,
  ]
  const read = {
    rows: parseMembers([...members, null, [], 'x', {}]).rows,
    carts: parseCartLines([...lines, null, 5, {}]).rows,
    products: await learn.products(mall, parseProducts(products).rows),
    orders: null,
    source: 'pull' as const,
  }
  await learn.members(mall, read)
  // The key of one of them is lost, and the mall tells the same again.
  await kit.database.connection
    .collection('shoppers')
    .updateOne({ memberId: 'hostile-0' }, { $set: { nameSealed: FOREIGN.seal('x') } })
  await learn.members(mall, read)
  return read.rows.map(({ memberId }) => memberId)
}

function hostileMember(memberId: string, i: number, rolls: Rolls): Record<string, unknown> {
  const name = rolls.one<unknown>(['', LONG, '\u0000', '🍲', '\u202eאב', 7, null])
  const cellphone = rolls.one<unknown>([
    phoneOf(500 + i).digits,
    '02-123',
    'abc',
    '010',
    '\u0000',
    '+1 555 0100',
    '٠١٠',
  ])
  return {
    ...{ member_id: memberId, name: i === 0 ? '이름' : name, cellphone, sms: 'T' },
    created_date: rolls.one<unknown>([
      '2026-01-01T00:00:00+09:00',
      '+275760-09-13T00:00:00Z',
      '0000-00-00',
      5,
    ]),
    ...(i === 0 ? { created_date: '2026-01-01T00:00:00+09:00' } : {}),
    last_login_date: rolls.one<unknown>(['null', '', '2026-11-20 10:00:00', '+275760-09-13T00:00:00Z']),
  }
}

function hostileLine(memberId: string, i: number, rolls: Rolls): Record<string, unknown> {
  return {
    basket_product_no: rolls.one<unknown>([100 + i, `${100 + i}`, -1, 1.5, 1e300]),
    member_id: memberId,
    created_date: rolls.one<unknown>([
      `${CART_DAY}T10:00:00+09:00`,
      `${CART_DAY} 10:00`,
      '+275760-09-13T00:00:00Z',
      'x',
    ]),
    product_no: rolls.one<unknown>([31, 32, 99, -4]),
    quantity: rolls.one<unknown>([1, -3, '2', 1e300, 0]),
    product_price: rolls.one<unknown>(['12000.00', '-50', 1e300, '9'.repeat(400), null]),
  }
}
