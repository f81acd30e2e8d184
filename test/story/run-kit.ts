import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Connection, openDatabase } from '../../config/database'
import { type Stack, startStack } from '../../scripts/stack'
import { type LedgerView, openLedgerView, until } from '../../scripts/story/ledger-view'
import { createMerchant } from '../../scripts/story/merchant'
import { plannedAt, type StoryOptions } from '../../scripts/story/options'
import { type SandboxControl, sandboxControl } from '../../scripts/story/sandbox-control'
import type { Run } from '../../server/campaigns/run'
import { addDays, kstInstant } from '../../server/core/seoul'
import { openStores, registerModels, type Stores } from '../../server/models'

/** The Seoul day of the run; everybody's latest add is seven days before. */
const DAY = '2024-03-08'
const TEN = 10 * 60
const SYNC_SPEED = 20
const PATIENCE_MS = 60_000

/** A shop that is installed and synced, with the real processes around it, at 10:00 of the day of its run. */
export interface RunKit {
  stack: Stack
  sandbox: SandboxControl
  ledger: LedgerView
  stores: Stores
  /** What web, worker and sandbox printed. */
  said: string[]
  /** Makes the day-7 campaign and starts it: the worker plans and sends at once. */
  startCampaign(): Promise<void>
  run(): Promise<Run>
  /** Sets what goes wrong at the play relay; an empty list takes everything away. */
  faults(faults: object[]): Promise<void>
  /** How many messages the relay has let out. */
  accepted(): Promise<number>
  /** Moves the clock on by so many minutes. */
  pass(minutes: number): Promise<void>
  close(): Promise<void>
}

/** Starts a durable stack in a throw-away folder, with `people` shoppers to remind. */
export async function startRunKit(people: number, env: Record<string, string>): Promise<RunKit> {
  const dataDir = mkdtempSync(join(tmpdir(), 'baguni-run-'))
  const said: string[] = []
  const options = storyOptions(dataDir, people)
  const stack = await startStack({
    dataDir,
    durable: true,
    sandbox: {
      events: { file: options.file, until: plannedAt(options).toISOString(), allConsent: true },
      start: kstInstant(DAY, 6 * 60).toISOString(),
      speed: SYNC_SPEED,
    },
    env: { LOG_LEVEL: 'warn', ...env },
    say: (line) => said.push(line),
  })
  const ledger = await openLedgerView(stack.databaseUri)
  const connection = await openDatabase(stack.databaseUri)
  const close = async () => {
    await Promise.all([ledger.close(), connection.close()])
    await stack.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    return await installed({ stack, ledger, connection, options, said, close })
  } catch (cause) {
    await close()
    throw cause
  }
}

async function installed(parts: {
  stack: Stack
  ledger: LedgerView
  connection: Connection
  options: StoryOptions
  said: string[]
  close: () => Promise<void>
}): Promise<RunKit> {
  const { stack, ledger, connection, options, said, close } = parts
  registerModels(connection)
  const sandbox = sandboxControl(stack.sandbox, stack.webUrl)
  const merchant = createMerchant(stack)
  await merchant.install()
  await merchant.connectSendingAccount()
  await until('the first sync', PATIENCE_MS, async () => (await ledger.mall())?.sync.state === 'done')
  await sandbox.setClock({ now: plannedAt(options), speed: 0 })
  const relay = (path: string, init?: RequestInit) => fetch(`${stack.sandbox.relayUrl}/__fake${path}`, init)
  return {
    stack,
    sandbox,
    ledger,
    stores: openStores(connection),
    said,
    startCampaign: () => merchant.startCampaign(options),
    run: () => until('the run', PATIENCE_MS, () => ledger.run()),
    async faults(faults) {
      const answer = await relay('/faults', {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(faults),
      })
      if (!answer.ok) throw new Error(`The relay took no faults: ${answer.status}`)
    },
    async accepted() {
      const count: unknown = await (await relay('/journal/count')).json()
      const accepted = typeof count === 'object' && count && 'accepted' in count ? count.accepted : null
      if (typeof accepted !== 'number') throw new Error('The relay does not count')
      return accepted
    },
    async pass(minutes) {
      const now = await sandbox.now()
      await sandbox.setClock({ now: new Date(now.getTime() + minutes * 60_000) })
    },
    close,
  }
}

function storyOptions(dataDir: string, people: number): StoryOptions {
  const file = join(dataDir, 'events.csv')
  writeFileSync(file, eventsOf(people))
  return { file, days: 7, date: DAY, atMinute: TEN, purchases: 'since', allConsent: true, json: true }
}

/** One add each on one Seoul day, one after another. */
function eventsOf(people: number): string {
  const from = kstInstant(addDays(DAY, -7), TEN).getTime()
  const rows = Array.from(
    { length: people },
    (_, i) => `${from + i * 1_000},${1_000 + i},${1 + (i % 40)},cart`,
  )
  return `ts,userId,itemId,type\n${rows.join('\n')}\n`
}
