import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { Done, Hand } from './cap-hand'

interface Told {
  ready?: boolean
  id?: number
  done?: Done
  failed?: string
}

/** Hands in a process of their own. */
export interface FarHand {
  hand: Hand
  stop(): Promise<void>
}

/** Starts a second process on the database at `uri` and gives its hands. */
export async function startFarHand(uri: string): Promise<FarHand> {
  const child = fork(join(__dirname, 'cap-child.ts'), [uri], { execArgv: ['--import', 'tsx'] })
  const waiting = new Map<number, { done: (done: Done) => void; failed: (cause: Error) => void }>()
  let last = 0
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error('the second process ended')))
    child.on('message', (told: Told) => {
      if (told.ready) return resolve()
      const asked = waiting.get(told.id ?? 0)
      waiting.delete(told.id ?? 0)
      if (told.done) asked?.done(told.done)
      else asked?.failed(new Error(told.failed))
    })
  })
  return {
    hand: (step) =>
      new Promise<Done>((done, failed) => {
        last += 1
        waiting.set(last, { done, failed })
        child.send({ id: last, step })
      }),
    stop: () => ended(child),
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.disconnect()
  await gone
}
