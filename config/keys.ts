import { randomBytes } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { AppError } from '../server/core/errors'
import { codeOf } from './error-code'

const Keys = z.object({
  MASTER_KEY: z.string().regex(/^[A-Za-z0-9+/]{43}=$/),
  SESSION_SECRET: z.string().min(32),
})

/** The two secrets that every other key comes from. */
export interface LocalKeys {
  /** 32 bytes */
  masterKey: Buffer
  sessionSecret: string
}

/**
 * Reads the keys of this machine, made at random at the first call (mode 600). Throws AppError `bad-keys-file` when the
 * file is there but unreadable: new keys would make the data unreadable, so it is never written over.
 */
export function loadOrMakeKeys(file: string): LocalKeys {
  const text = readIfThere(file) ?? make(file)
  const parsed = Keys.safeParse(
    Object.fromEntries(text.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2))),
  )
  if (!parsed.success) {
    throw new AppError(
      'bad-keys-file',
      `The keys in ${file} are damaged. Put back a copy, or delete it together with the data folder beside it.`,
    )
  }
  return {
    masterKey: Buffer.from(parsed.data.MASTER_KEY, 'base64'),
    sessionSecret: parsed.data.SESSION_SECRET,
  }
}

function readIfThere(file: string): string | null {
  try {
    const text = readFileSync(file, 'utf8')
    chmodSync(file, 0o600)
    return text
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return null
    throw cause
  }
}

function make(file: string): string {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  const lines = [
    `MASTER_KEY=${randomBytes(32).toString('base64')}`,
    `SESSION_SECRET=${randomBytes(32).toString('hex')}`,
  ]
  writeFileSync(draft, `${lines.join('\n')}\n`, { mode: 0o600 })
  try {
    // link() fails where another process was first: then both use that one's keys.
    linkSync(draft, file)
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw cause
  } finally {
    rmSync(draft, { force: true })
  }
  return readFileSync(file, 'utf8')
}
