// Orchestrators kill ten to thirty seconds after SIGTERM; what is cut off here is found again by its lease.
const END_PATIENCE_MS = 10_000

/**
 * Runs a process: `start` resolves when it works and gives what ends it. SIGTERM, SIGINT and the end of the process that
 * began us (IPC channel) end it once, with exit code 0, or 1 after ten seconds; a start that fails says so and exits with 1.
 */
export function runProcess(start: () => Promise<() => Promise<void>>): void {
  start().then(endWhenAsked, (cause: unknown) => fail(cause))
}

function endWhenAsked(end: () => Promise<void>): void {
  let ending = false
  const stop = () => {
    if (ending) return
    ending = true
    setTimeout(() => fail('The process did not end within ten seconds'), END_PATIENCE_MS).unref()
    end().then(() => process.exit(0), fail)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.once('disconnect', stop)
}

function fail(cause: unknown): void {
  process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`)
  process.exit(1)
}
