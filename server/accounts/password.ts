import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

// OWASP's password storage cheat sheet (2026): scrypt with N = 2^15, r = 8, p = 3, about 32 MB and a fifth of a second.
const COST = { logN: 15, r: 8, p: 3 }
const SALT_BYTES = 16
const HASH_BYTES = 32
const MAX_MEMORY_BYTES = 128 * 1024 * 1024

/** A password as stored: `scrypt$logN$r$p$salt$hash`, salt and hash in base64url. */
export type PasswordHash = string

/** Hashes a password with a salt of its own; takes about a fifth of a second, off the main thread. */
export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(SALT_BYTES)
  const hash = await derive(password, salt, COST)
  const { logN, r, p } = COST
  return ['scrypt', logN, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$')
}

/** True when `password` is the one of `stored`; the same time goes by for null, so that nobody learns who has a password. */
export async function isPassword(password: string, stored: PasswordHash | null): Promise<boolean> {
  const [scheme, logN, r, p, salt, hash] = (stored ?? NOBODY).split('$')
  const wanted = Buffer.from(hash ?? '', 'base64url')
  const given = await derive(password, Buffer.from(salt ?? '', 'base64url'), {
    logN: Number(logN),
    r: Number(r),
    p: Number(p),
  })
  const same = wanted.length === given.length && timingSafeEqual(wanted, given)
  return same && stored !== null && scheme === 'scrypt'
}

const NOBODY = ['scrypt', COST.logN, COST.r, COST.p, Buffer.alloc(SALT_BYTES).toString('base64url'), ''].join(
  '$',
)

function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** cost.logN, r: cost.r, p: cost.p, maxmem: MAX_MEMORY_BYTES }
  return new Promise((resolve, reject) => {
    // Keyboards compose the same Korean letters differently.
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}
