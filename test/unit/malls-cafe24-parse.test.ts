import {
  mallTime,
  parseCartLines,
  parseMembers,
  parseOrders,
  parseProducts,
  parseTokens,
} from '../../server/adapters/malls/cafe24/parse'

const MEMBER = {
  member_id: 'a',
  name: '김하나',
  cellphone: '010-0000-0001',
  sms: 'T',
  created_date: '2026-11-15T10:49:11+09:00',
}
const ORDER = {
  order_id: '20261120-0000013',
  member_id: 'a',
  order_date: '2026-11-20T11:21:35+09:00',
  paid: 'T',
  canceled: 'F',
}

describe('instants of the mall', () => {
  it.each([
    ['2026-11-22T14:00:00.000', '2026-11-22T05:00:00.000Z'],
    ['2026-11-15 10:20:30', '2026-11-15T01:20:30.000Z'],
    ['2026-11-15T10:49:11+09:00', '2026-11-15T01:49:11.000Z'],
    ['2026-11-15T01:49:11Z', '2026-11-15T01:49:11.000Z'],
    ['2026-11-15', '2026-11-14T15:00:00.000Z'],
  ])('reads %s as Seoul time where it names no zone', (text, instant) => {
    expect(new Date(mallTime(text)).toISOString()).toBe(instant)
  })

  it('takes a token for alive until its Seoul expiry and no nine hours longer', () => {
    const tokens = parseTokens({
      access_token: 'x',
      expires_at: '2026-11-22T14:00:00.000',
      refresh_token: 'y',
      mall_id: 'shop',
      scopes: [],
      issued_at: '2026-11-22T12:00:00.000',
    })

    expect(tokens?.accessExpiresAt.toISOString()).toBe('2026-11-22T05:00:00.000Z')
    expect(tokens?.refreshExpiresAt.toISOString()).toBe('2026-12-06T03:00:00.000Z')
  })
})

describe('rows of the mall', () => {
  it('sets malformed rows aside and keeps the others', () => {
    const page = parseMembers([MEMBER, { ...MEMBER, created_date: 'yesterday' }, null, { member_id: '' }])

    expect([page.rows.length, page.malformed]).toEqual([1, 3])
  })

  it('reads keys with a trailing blank', () => {
    const { sms, ...rest } = MEMBER

    expect(parseMembers([{ ...rest, 'sms ': sms }]).rows[0]?.adConsent).toBe(true)
  })

  it.each([
    [{ member_authentication: 'J' }, true],
    [{ member_authentication: 'B' }, true],
    [{ use_blacklist: 'T' }, true],
    [{ member_authentication: 'T', use_blacklist: 'F' }, false],
  ])('calls a member with %j restricted: %s', (fields, restricted) => {
    expect(parseMembers([{ ...MEMBER, ...fields }]).rows[0]?.restricted).toBe(restricted)
  })

  it('adds the option price to the price of a cart line', () => {
    const line = {
      basket_product_no: 5012,
      member_id: 'a',
      created_date: '2026-11-15T10:49:11+09:00',
      product_no: 128,
      variant_code: 'P00000AB000A',
      quantity: 2,
      product_price: '19900.00',
      option_price: '1000.00',
    }

    expect(parseCartLines([line]).rows[0]).toMatchObject({ lineKey: '5012', priceWon: 20_900, quantity: 2 })
  })

  it.each([
    [
      'an unpaid order',
      { paid: 'F', payment_amount: '0.00', initial_order_amount: { payment_amount: '39800.00' } },
      39_800,
      39_800,
    ],
    ['a cancelled order', { canceled: 'T', initial_order_amount: { payment_amount: '100.00' } }, 100, 0],
    [
      'a part that was cancelled',
      { canceled: 'M', payment_amount: '300.00', actual_order_amount: { payment_amount: '200.00' } },
      300,
      200,
    ],
  ])('reads the won of %s', (_what, fields, amountWon, netWon) => {
    expect(parseOrders([{ ...ORDER, ...fields }]).rows[0]).toMatchObject({ amountWon, netWon })
  })

  it.each([[''], [null], [undefined]])('takes an order of member %j for a guest order', (member_id) => {
    expect(parseOrders([{ ...ORDER, member_id, cancel_date: 'null' }]).rows[0]).toMatchObject({
      memberId: null,
      cancelledAt: null,
    })
  })

  it('shows a product name without its HTML', () => {
    const row = {
      product_no: 1,
      product_name: '<b>무쇠</b> 냄비 &amp; 뚜껑',
      price: '87400.00',
      display: 'T',
      selling: 'T',
      sold_out: 'F',
    }

    expect(parseProducts([row]).rows[0]).toEqual({
      productNo: 1,
      name: '무쇠 냄비 & 뚜껑',
      priceWon: 87_400,
      sellable: true,
    })
  })
})
