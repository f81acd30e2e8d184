import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { waitFor } from './embedded-database-process'
import { findOnPath, StepFailed } from './embedded-database-program'
import { findPythonServer, SECANTUS_VERSION } from './embedded-database-python'
import { type DatabaseStep, type StepContext, startStep } from './embedded-database-step'

/** `secantusd-rs` on the PATH. */
export const rustStep: DatabaseStep = {
  kind: 'secantusd-rs',
  title: 'secantusd-rs',
  async start(context) {
    const command = findOnPath('secantusd-rs', context.env)
    if (!command) throw new StepFailed('not on the PATH')
    return startSecantus(context, {
      kind: 'secantusd-rs',
      command,
      args: ['--log-file-max', '64MB', '--cache-size', '1G'],
      env: context.env,
      why: `secantusd-rs found on the PATH (${command})`,
    })
  },
}

/** `secantusd-py`, installed once into the install folder. */
export const pythonStep: DatabaseStep = {
  kind: 'secantusd-py',
  title: `secantusd-py ${SECANTUS_VERSION}`,
  async start(context) {
    const { python, folder } = await findPythonServer(context)
    return startSecantus(context, {
      kind: 'secantusd-py',
      command: python,
      args: [join(folder, 'bin', 'secantusd-py')],
      env: { ...context.env, PYTHONPATH: folder, PYTHONNOUSERSITE: '1' },
      why: `secantusd-py ${SECANTUS_VERSION} from ${folder}`,
      version: SECANTUS_VERSION,
    })
  },
}

async function startSecantus(
  context: StepContext,
  options: {
    kind: 'secantusd-rs' | 'secantusd-py'
    command: string
    args: string[]
    env: NodeJS.ProcessEnv
    why: string
    version?: string
  },
) {
  // An empty file of our own: otherwise a secantusd.toml of this machine's user could switch on --auth or move the store.
  const config = join(context.dataDir, 'secantusd.toml')
  writeFileSync(config, '')
  return startStep(context, {
    ...options,
    args: (storePath) => [
      ...options.args,
      ...['--config', config, '--host', '127.0.0.1', '--port', '0', '--storage-path', storePath],
      // Without it a kill -9 loses acknowledged writes, with j: true too.
      ...(context.durable ? ['--sync-on-commit'] : []),
    ],
    findPort: (server) => waitFor(server, context.limits.startMs, () => printedPort(server.log)),
  })
}

function printedPort(log: string): number | null {
  const found = /listening on 127\.0\.0\.1:(\d+)/.exec(readFileSync(log, 'utf8'))
  return found ? Number(found[1]) : null
}
