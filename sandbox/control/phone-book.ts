import { createHash } from 'node:crypto'
import type { ShopFixture } from '../mall/shop-fixture'
import { nationalDigits } from '../relay/intake-rules'

/** Whose phone is whose, so that the phones have names. */
export interface PhoneBook {
  /** "김하늘", "김하늘 외 1명" for a shared phone, "이름 없는 고객" for a stranger's. */
  nameOf(digits: string): string
  /** The name as it stands before "의 휴대폰": "김하늘님", "김하늘 외 1명", "이름 없는 고객". */
  ownerOf(digits: string): string
  /** Ids of the members who gave this number, of all shops. */
  membersOf(digits: string): string[]
}

/** Reads the members of all shops. */
export function createPhoneBook(shops: readonly ShopFixture[]): PhoneBook {
  const owners = new Map<string, { id: string; name: string }[]>()
  for (const { members } of shops) {
    for (const { cellphone, id, name } of members) {
      const digits = nationalDigits(cellphone)
      if (digits === '') continue
      const known = owners.get(digits)
      if (known) known.push({ id, name })
      else owners.set(digits, [{ id, name }])
    }
  }
  const nameOf = (digits: string) => {
    const [first, ...others] = owners.get(digits) ?? []
    if (!first) return '이름 없는 고객'
    return others.length === 0 ? first.name : `${first.name} 외 ${others.length}명`
  }
  return {
    nameOf,
    ownerOf: (digits) => (owners.get(digits)?.length === 1 ? `${nameOf(digits)}님` : nameOf(digits)),
    membersOf: (digits) => (owners.get(digits) ?? []).map(({ id }) => id),
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
