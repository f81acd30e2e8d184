import { createHash } from 'node:crypto'
import type { ShopFixture } from '../mall/shop-fixture'
import { nationalDigits } from '../relay/intake-rules'

/** Whose phone is whose, so that the phones have names. */
export interface PhoneBook {
  /** "김하늘", "김하늘 외 1명" for a shared phone, "이름 없는 고객" for a stranger's. */
  nameOf(digits: string): string
  /** The name as it stands before "의 휴대폰": "김하늘님", "김하늘 외 1명", "이름 없는 고객". */
  ownerOf(digits: string): string
}

/** Reads the members of all shops. */
export function createPhoneBook(shops: readonly ShopFixture[]): PhoneBook {
  const names = new Map<string, string[]>()
  for (const { members } of shops) {
    for (const { cellphone, name } of members) {
      const digits = nationalDigits(cellphone)
      if (digits === '') continue
      const known = names.get(digits)
      if (known) known.push(name)
      else names.set(digits, [name])
    }
  }
  const nameOf = (digits: string) => {
    const [first, ...others] = names.get(digits) ?? []
    if (!first) return '이름 없는 고객'
    return others.length === 0 ? first : `${first} 외 ${others.length}명`
  }
  return {
    nameOf,
    ownerOf: (digits) => (names.get(digits)?.length === 1 ? `${nameOf(digits)}님` : nameOf(digits)),
  }
}

/** "010-0•••-1234": enough to tell phones apart. */
export function maskedPhone(digits: string): string {
  return `${digits.slice(0, 3)}-${digits.slice(3, 4)}•••-${digits.slice(-4)}`
}

/** The phone's name in addresses, which carry no numbers. */
export function phoneId(digits: string): string {
  return createHash('sha256').update(`phone ${digits}`).digest('hex').slice(0, 16)
}
