import { randomBytes, randomUUID } from 'node:crypto'

const RANDOM_DIGITS = 12

/** A new id: 24 hex digits, the first 12 rising with `at`, so that index writes stay close together. */
export function newId(at: Date): string {
  // The last 12 digits of a version 4 UUID are random bits, which Node draws for many at once: asking the system for six bytes
  // takes ten times as long, a twentieth of a click (2026-11-29).
  return lowestId(at) + randomUUID().slice(-RANDOM_DIGITS)
}

/** What every id made at `at` or later is not below: ids of a span of time are a range. */
export function lowestId(at: Date): string {
  return at.getTime().toString(16).padStart(12, '0')
}

/** An unguessable URL-safe secret of `bytes` random bytes (default 24). */
export function newSecret(bytes = 24): string {
  return randomBytes(bytes).toString('base64url')
}

/** The id of the `index`-th send of a run (24 hex digits): 32 hex digits, which sort in plan order and name their run. */
export function sendIdOf(runId: string, index: number): string {
  return runId + index.toString(16).padStart(8, '0')
}

/** The place in its run that a send id names. */
export function sendIndexOf(sendId: string): number {
  return Number.parseInt(sendId.slice(24), 16)
}

/** The run that a send id names. */
export function runIdOf(sendId: string): string {
  return sendId.slice(0, 24)
}
