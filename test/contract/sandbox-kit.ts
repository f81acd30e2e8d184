import type { SandboxOptions } from '../../sandbox/main'
import type { ShopFixture } from '../../sandbox/mall/shop-fixture'
import { ACCOUNT, MORNING } from './play-relay-kit'

export function shopWith(members: { id: string; name: string; cellphone: string }[]): ShopFixture {
  return {
    mallId: 'testshop',
    shopName: '시험상점',
    primaryDomain: '',
    cartPeriodDays: null,
    orderClearsCart: true,
    members: members.map((member) => ({
      ...member,
      email: `${member.id}@shop.example`,
      sms: 'T',
      newsMail: 'T',
      authentication: 'T',
      blacklisted: false,
      gender: 'F',
      createdAtMs: MORNING.getTime() - 86_400_000,
      lastLoginAtMs: null,
    })),
    products: [],
    carts: [],
    orders: [],
  }
}

export function sandboxOptions(over: Partial<SandboxOptions> = {}): SandboxOptions {
  return {
    start: MORNING,
    speed: 0,
    app: {
      clientId: 'client',
      clientSecret: 'client-secret',
      baguniUrl: 'http://127.0.0.1:9',
      webhookKey: 'hook-key',
      scopes: ['mall.read_customer'],
    },
    relayAccount: ACCOUNT,
    shops: [shopWith([])],
    ...over,
  }
}
