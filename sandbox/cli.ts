import { readCliOptions } from './cli-options'
import { startSandbox } from './main'

/** Starts the sandbox as a process of its own: options as JSON in the first argument or SANDBOX_OPTIONS, one JSON line when ready. */
async function run(): Promise<void> {
  const options = await readCliOptions(process.argv[2] ?? process.env['SANDBOX_OPTIONS'] ?? '')
  const sandbox = await startSandbox(options)
  const { controlUrl, mallApiUrl, relayUrl, storefrontUrls } = sandbox
  process.stdout.write(
    `${JSON.stringify({ ready: true, controlUrl, mallApiUrl, relayUrl, storefrontUrls })}\n`,
  )
  let ending = false
  const end = () => {
    if (ending) return
    ending = true
    void sandbox.stop().then(() => process.exit(0))
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end)
  // Only fires when started with an IPC channel: then a killed parent takes the sandbox with it.
  process.on('disconnect', end)
}

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
