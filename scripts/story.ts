import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { isQuiet, nextAllowedInstant, QUIET_HOURS } from '../server/core/quiet-hours'
import { addDays, formatInstant, kstDay, kstInstant, startOfKstDay } from '../server/core/seoul'
import { type Stack, startStack } from './stack'
import { compare } from './story/compare'
import { type LedgerView, openLedgerView, until } from './story/ledger-view'
import { createMerchant } from './story/merchant'
import { plannedAt, readStoryOptions, type StoryOptions, untilOf } from './story/options'
import { type SandboxControl, sandboxControl } from './story/sandbox-control'
import { walkShoppers } from './story/shoppers'

const say = (line: string) => void process.stderr.write(`${line}\n`)

// The mall's limit is two calls a second: at this speed a first pull of 30,000 members is bound by the machine, not by
// the limit, and still ends well before the planning instant.
const SYNC_SPEED = 20
const HEAD_START_MS = 3 * 3_600_000
const PATIENCE_MS = 280_000
const PROMPT_MS = 10 * 60_000

/** Tells one story from an empty database to the compared ledger; the last line of stdout is its JSON. */
async function main(): Promise<void> {
  const options = readStoryOptions(process.argv.slice(2))
  const dataDir = mkdtempSync(join(tmpdir(), 'baguni-story-'))
  try {
    const result = await tell(options, dataDir)
    process.stdout.write(`${JSON.stringify(result, null, options.json ? 0 : 2)}\n`)
    if (!result.reconciled) process.exitCode = 1
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function tell(options: StoryOptions, dataDir: string) {
  const watch = stopwatch()
  const stack = await startStack({
    dataDir,
    durable: false,
    sandbox: {
      events: {
        file: resolve(options.file),
        until: untilOf(options).toISOString(),
        allConsent: options.allConsent,
      },
      start: new Date(headStart(options)).toISOString(),
      speed: SYNC_SPEED,
    },
    env: { LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'warn' },
    say,
  })
  const stop = () => void stack.stop().then(() => process.exit(130))
  process.once('SIGINT', stop)
  const ledger = await openLedgerView(stack.databaseUri)
  try {
    return await act(options, { stack, ledger, watch })
  } finally {
    await ledger.close()
    await stack.stop()
  }
}

async function act(
  options: StoryOptions,
  { stack, ledger, watch }: { stack: Stack; ledger: LedgerView; watch: Stopwatch },
) {
  const sandbox = sandboxControl(stack.sandbox, stack.webUrl)
  const merchant = createMerchant(stack)
  watch.lap('start')
  await merchant.install()
  await merchant.connectSendingAccount()
  watch.lap('install')
  await until('the first sync', PATIENCE_MS, () => synced(ledger))
  watch.lap('sync')

  await sandbox.setClock({ now: plannedAt(options), speed: 0 })
  say(`planning at ${formatInstant(plannedAt(options))}`)
  await merchant.startCampaign(options)
  const run = await until('the run to be planned', PATIENCE_MS, async () => {
    const found = await ledger.run()
    return found && found.state !== 'planning' ? found : null
  })
  watch.lap('plan')

  await sandbox.setClock({ now: sendingInstant(plannedAt(options)), speed: 1 })
  await until('every message to be handed over', PATIENCE_MS, async () => {
    const tally = await ledger.tally(run.id)
    return tally === null || tally.waiting === 0
  })
  watch.lap('send')

  // Some minutes later what arrives promptly is on the phones.
  await sandbox.setClock({ now: new Date((await sandbox.now()).getTime() + PROMPT_MS), speed: SYNC_SPEED })
  const accepted = await sandbox.journal('accepted')
  const deeds = await walkShoppers(accepted)
  say(`${deeds.clicks} clicks, ${deeds.orders} orders`)
  await until('the orders to be learned', 60_000, async () => {
    const { orders } = await ledger.attributedOrders(run.id)
    return orders >= deeds.orders
  })
  watch.lap('shoppers')

  await settle(run.id, sandbox, ledger)
  watch.lap('receipts')
  return summary(run.id, { sandbox, ledger, seconds: watch.seconds(), clicks: deeds.clicks })
}

/** To the next morning, where late receipts have come; a receipt may still be on its way when the clock gets there. */
async function settle(runId: string, sandbox: SandboxControl, ledger: LedgerView): Promise<void> {
  const tomorrow = addDays(kstDay(await sandbox.now()), 1)
  await sandbox.setClock({ now: kstInstant(tomorrow, 9 * 60), speed: 1 })
  await until('the late receipts', PATIENCE_MS, async () => {
    const tally = await ledger.tally(runId)
    return tally === null || (tally.out === 0 && tally.waiting === 0)
  })
}

async function summary(
  runId: string,
  {
    sandbox,
    ledger,
    seconds,
    clicks,
  }: { sandbox: SandboxControl; ledger: LedgerView; seconds: Record<string, number>; clicks: number },
) {
  const run = await ledger.run()
  if (!run) throw new Error('The run is gone')
  const [tally, budget, sends, attributed, accepted, refused, answered429] = await Promise.all([
    ledger.tally(runId),
    ledger.budget(run),
    ledger.sends(runId),
    ledger.attributedOrders(runId),
    sandbox.journal('accepted'),
    sandbox.journal('refused'),
    sandbox.answered429(),
  ])
  const comparison = compare(sends, accepted, refused)
  say(`compared with the relay's journal: ${JSON.stringify(comparison)}; answers of 429: ${answered429}`)
  const { decisions, population } = run
  return {
    audience: population - (decisions.excluded ?? 0) - (decisions['bought-since'] ?? 0),
    population,
    decisions,
    sent: accepted.length,
    delivered: tally?.ended.delivered ?? 0,
    failed: tally?.ended.failed ?? 0,
    expired: tally?.ended.expired ?? 0,
    won: {
      cap: budget?.capWon ?? null,
      reserved: budget?.reservedWon ?? 0,
      charged: budget?.chargedWon ?? 0,
      peak: budget?.peakWon ?? 0,
    },
    clicks,
    orders: attributed.orders,
    revenueWon: attributed.revenueWon,
    reconciled: comparison.reconciled && answered429 === 0,
    seconds,
  }
}

async function synced(ledger: LedgerView): Promise<boolean> {
  const mall = await ledger.mall()
  if (mall?.sync.state === 'failed') throw new Error(`The first sync failed: ${mall.sync.problem}`)
  return mall?.sync.state === 'done'
}

/** The day's own beginning when there is time enough before the planning instant, else the evening before. */
function headStart(options: StoryOptions): number {
  const planned = plannedAt(options).getTime()
  const midnight = startOfKstDay(options.date).getTime()
  const early = planned - HEAD_START_MS
  return early >= midnight || planned - midnight < HEAD_START_MS / 2 ? early : midnight
}

function sendingInstant(planned: Date): Date {
  return isQuiet(planned, QUIET_HOURS) ? nextAllowedInstant(planned, QUIET_HOURS) : planned
}

interface Stopwatch {
  lap(stage: string): void
  seconds(): Record<string, number>
}

function stopwatch(): Stopwatch {
  const laps: Record<string, number> = {}
  let began = performance.now()
  return {
    lap(stage) {
      const now = performance.now()
      laps[stage] = Math.round((now - began) / 100) / 10
      began = now
      say(`${stage}: ${laps[stage]} s`)
    },
    seconds: () => laps,
  }
}

main()
  .then(() => process.exit())
  .catch((cause: unknown) => {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`)
    process.exit(1)
  })
