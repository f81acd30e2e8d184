import { type ChildProcess, fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { NODE_FLAGS } from '../scripts/child'

/** A process of the bench that does what it is asked, one thing at a time. */
export interface Child {
  /** What `task` came to, as the child told it; rejects when the child fails or ends. */
  ask<T>(task: string, shape: z.ZodType<T>, input?: unknown): Promise<T>
  process: ChildProcess
  stop(): Promise<void>
}

const Reply = z.object({ id: z.number(), value: z.unknown().optional(), error: z.string().optional() })
const Question = z.object({ id: z.number(), task: z.string(), input: z.unknown().optional() })

/** Starts `bench/parts/{part}.ts` as a process of its own, called `name`. */
export function startChild(part: string, env: NodeJS.ProcessEnv = {}, name = part): Child {
  const child = fork(join(__dirname, 'parts', `${part}.ts`), [], {
    execArgv: NODE_FLAGS,
    env: { ...process.env, ...env, BENCH_PART: name },
  })
  const waiting = new Map<number, { answer: (value: unknown) => void; fail: (cause: Error) => void }>()
  child.on('message', (raw) => {
    const { id, value, error } = Reply.parse(raw)
    const asked = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) asked?.answer(value)
    else asked?.fail(new Error(`${name}: ${error}`))
  })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code) => {
      for (const { fail } of waiting.values()) fail(new Error(`${name} ended (${code})`))
      resolve()
    })
  })
  let last = 0
  return {
    process: child,
    async ask(task, shape, input) {
      last += 1
      const id = last
      const value = await new Promise((answer, fail) => {
        waiting.set(id, { answer, fail })
        child.send({ id, task, input })
      })
      return shape.parse(value)
    },
    async stop() {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}

/** Answers the bench from within a child; the process ends when the bench lets go of it. */
export function serveBench(tasks: Record<string, (input: unknown) => Promise<unknown> | unknown>): void {
  process.on('message', async (raw) => {
    const { id, task, input } = Question.parse(raw)
    try {
      const value = await profiled(task, async () => tasks[task]?.(input))
      process.send?.({ id, value: value ?? null })
    } catch (cause) {
      process.send?.({ id, error: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) })
    }
  })
  process.once('disconnect', () => process.exit(0))
}

/** With `BENCH_PROFILE=worker,relay` these parts write a CPU profile of each task into the working directory. */
async function profiled<T>(task: string, work: () => Promise<T>): Promise<T> {
  const { BENCH_PROFILE = '', BENCH_PART = '' } = process.env
  if (!BENCH_PROFILE.split(',').includes(BENCH_PART)) return work()
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
  const value = await work()
  const { profile } = await session.post('Profiler.stop')
  writeFileSync(`${BENCH_PART}-${task}.cpuprofile`, JSON.stringify(profile))
  return value
}
