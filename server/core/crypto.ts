import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { AppError } from './errors'

/** Ciphertext as stored: `v1.` + base64url of nonce (12 bytes), tag (16 bytes) and text. */
export type Sealed = string

/** Keys of one mall: sealing personal data, and turning a phone into the key that names its person. */
export interface MallKeys {
  seal(text: string): Sealed
  /** Throws AppError `unsealable` when the text was not sealed for this mall or was changed. */
  open(sealed: Sealed): string
  /** The same for rows of many people, of whom one may be broken: null in place of an error. */
  openOrNull(sealed: Sealed): string | null
  /** HMAC-SHA-256 of an E.164 number, 43 base64url characters: the person in every key and search. */
  phoneKey(e164: string): string
}

/** All keys, derived from one master key by HKDF-SHA-256. */
export interface Keyring {
  forMall(mallId: string): MallKeys
  /** First 8 bytes of an HMAC over `payload`, for tracked links. */
  sign(payload: Buffer): Buffer
  /** True when `signature` is ours for `payload`; compares in constant time. */
  verify(payload: Buffer, signature: Buffer): boolean
}

const NONCE_BYTES = 12
const TAG_BYTES = 16
const LINK_SIGNATURE_BYTES = 8

/** Builds the keyring from a 32-byte master key; mall keys are made once and kept. */
export function createKeyring(masterKey: Buffer): Keyring {
  if (masterKey.length !== 32) throw new AppError('bad-master-key', 'The master key has 32 bytes')
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', masterKey, 'baguni', purpose, 32))
  const linkKey = derive('link')
  const malls = new Map<string, MallKeys>()
  const sign = (payload: Buffer) =>
    createHmac('sha256', linkKey).update(payload).digest().subarray(0, LINK_SIGNATURE_BYTES)
  return {
    forMall(mallId) {
      const known = malls.get(mallId)
      if (known) return known
      const keys = new OwnKeys(derive(`seal:${mallId}`), derive(`phone:${mallId}`))
      malls.set(mallId, keys)
      return keys
    },
    sign,
    verify: (payload, signature) =>
      signature.length === LINK_SIGNATURE_BYTES && timingSafeEqual(sign(payload), signature),
  }
}

/** Compares two strings in constant time for equal lengths; used for static secrets such as webhook keys. */
export function sameSecret(given: string, wanted: string): boolean {
  const a = createHmac('sha256', 'compare').update(given).digest()
  const b = createHmac('sha256', 'compare').update(wanted).digest()
  return timingSafeEqual(a, b)
}

/** True when the header `Authorization` is `Bearer {token}`; compares in constant time. */
export function isBearer(header: string | undefined, token: string): boolean {
  return sameSecret(header ?? '', `Bearer ${token}`)
}

// A class, so that every mall runs the same functions: with closures of its own for each mall, code that was compiled for one
// mall is thrown away at the next one's first batch.
class OwnKeys implements MallKeys {
  constructor(
    private readonly sealKey: Buffer,
    private readonly phoneSecret: Buffer,
  ) {}

  seal(text: string): Sealed {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.sealKey, nonce)
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`
  }

  open(sealed: Sealed): string {
    try {
      const raw = Buffer.from(sealed.slice(3), 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', this.sealKey, raw.subarray(0, NONCE_BYTES))
      decipher.setAuthTag(raw.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      const text = decipher.update(raw.subarray(NONCE_BYTES + TAG_BYTES))
      // Checks the tag; GCM has no rest to give.
      decipher.final()
      return text.toString('utf8')
    } catch (cause) {
      throw new AppError('unsealable', 'Sealed text cannot be opened with this key', {}, { cause })
    }
  }

  openOrNull(sealed: Sealed): string | null {
    try {
      return this.open(sealed)
    } catch {
      return null
    }
  }

  phoneKey(e164: string): string {
    return createHmac('sha256', this.phoneSecret).update(e164).digest('base64url')
  }
}
