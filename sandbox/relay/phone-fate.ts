import type { RelayBehaviour, RelayMessageType } from './relay-types'

/** What becomes of any message to one phone; it is the same phone's fate every time. */
export type PhoneFate = 'rejected' | 'blocked' | 'not-friend' | 'unreachable' | 'uncertain' | 'reached'

/** How the receipts of one phone come. */
export type ReceiptManner = 'late' | 'repeated' | 'out-of-order' | 'prompt'

/** Share of phones in basis points (1/10,000) and the status code; what is left over is reached. Codes: messaging reference §2.8. */
export const PHONE_FATES = [
  { fate: 'rejected', basisPoints: 100, code: '1061', atIntake: true },
  { fate: 'blocked', basisPoints: 100, code: '1060', atIntake: true },
  { fate: 'not-friend', basisPoints: 400, code: '3102', atIntake: false },
  { fate: 'unreachable', basisPoints: 200, code: '3107', atIntake: false },
  { fate: 'uncertain', basisPoints: 50, code: '3040', atIntake: false },
] as const

/** Share of phones in basis points whose receipts come in another manner than promptly. */
export const RECEIPT_MANNERS = [
  { manner: 'late', basisPoints: 300 },
  { manner: 'repeated', basisPoints: 300 },
  { manner: 'out-of-order', basisPoints: 200 },
] as const

/** A stable number from 0 to 9,999 for `digits`; `salt` gives independent numbers. FNV-1a with a final mix. */
export function phoneShare(digits: string, salt: number): number {
  let hash = 0x811c9dc5 ^ salt
  for (let i = 0; i < digits.length; i++) hash = Math.imul(hash ^ digits.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % 10_000
}

/** The fate of a phone, from its digits alone. */
export function fateOfPhone(digits: string): PhoneFate {
  let left = phoneShare(digits, 1)
  for (const row of PHONE_FATES) {
    if (left < row.basisPoints) return row.fate
    left -= row.basisPoints
  }
  return 'reached'
}

/** How a phone's receipts come, from its digits alone and independent of its fate. */
export function mannerOfPhone(digits: string): ReceiptManner {
  let left = phoneShare(digits, 2)
  for (const row of RECEIPT_MANNERS) {
    if (left < row.basisPoints) return row.manner
    left -= row.basisPoints
  }
  return 'prompt'
}

// Of the phones that Kakao does not reach, this share has no line any more: a text fails there too.
const DEAD_BASIS_POINTS = 2_500
const DEAD = { code: '3010', atIntake: false }

/** The code with which this phone fails, at intake or later; null when it is reached. Texts know no friends and no blocks. */
export function failureOfPhone(
  digits: string,
  type: RelayMessageType,
  behaviour: RelayBehaviour,
): { code: string; atIntake: boolean } | null {
  if (behaviour.kind || !behaviour.fates) return null
  const fate = fateOfPhone(digits)
  const row = PHONE_FATES.find((candidate) => candidate.fate === fate)
  if (!row) return null
  if (type === 'BMS_FREE' || fate === 'rejected' || fate === 'uncertain') return row
  return fate === 'unreachable' && phoneShare(digits, 5) < DEAD_BASIS_POINTS ? DEAD : null
}

/** One thing that the relay will do about a message; `inSeconds` counts business seconds from acceptance. */
export type PlannedReceipt =
  | { kind: 'final'; inSeconds: number }
  | { kind: 'pending-report'; inSeconds: number }
  | { kind: 'repeat-report'; inSeconds: number }

/** When the final state of a message comes and which reports come beside it; equal for equal phones. */
export function planReceipts(digits: string, behaviour: RelayBehaviour): PlannedReceipt[] {
  if (behaviour.kind) return [{ kind: 'final', inSeconds: 0 }]
  const { from, to } = behaviour.receiptSeconds
  const spread = phoneShare(digits, 3)
  const prompt = from + (spread % (to - from + 1))
  const manner = mannerOfPhone(digits)
  if (manner === 'late' && behaviour.late) {
    // Hours, as carriers report (messaging reference §1.10): two to nine.
    return [
      { kind: 'pending-report', inSeconds: prompt },
      { kind: 'final', inSeconds: 7200 + spread * 2.52 },
    ]
  }
  const final: PlannedReceipt = { kind: 'final', inSeconds: prompt }
  if (manner === 'repeated' && behaviour.repeated)
    return [final, { kind: 'repeat-report', inSeconds: prompt + 30 + (spread % 270) }]
  if (manner === 'out-of-order' && behaviour.outOfOrder)
    return [final, { kind: 'pending-report', inSeconds: prompt + 10 + (spread % 50) }]
  return [final]
}
