import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { freePort, NODE_FLAGS } from '../scripts/child'
import { wait } from '../scripts/story/sandbox-control'
import type { BenchDatabase } from './database'
import { benchEnvironment } from './scene'

const START_MS = 30_000

/** The product's own web process and its address on loopback. */
export interface WebProcess {
  url: string
  process: ChildProcess
}

/** Starts the web process as the Procfile does, on the bench's database; resolves when it answers. */
export async function startWeb(database: BenchDatabase): Promise<WebProcess> {
  const port = await freePort(0)
  const url = `http://127.0.0.1:${port}`
  // A session's cookie travels only where its pages say they live.
  const own = { ...benchEnvironment({ uri: database.uri('main'), port }), BASE_URL: url }
  const env = { ...process.env, ...own }
  const main = join(__dirname, '..', 'server', 'main.ts')
  const child = spawn(process.execPath, [...NODE_FLAGS, main], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const until = performance.now() + START_MS
  while (performance.now() < until) {
    const live = await fetch(`${url}/healthz`).catch(() => null)
    if (live?.ok) return { url, process: child }
    await wait(50)
  }
  child.kill('SIGKILL')
  throw new Error('The web process did not start')
}
