import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { identityOf } from '../../config/embedded-database-files'
import { findPythonServer } from '../../config/embedded-database-python'
import type { StepContext } from '../../config/embedded-database-step'
import { createMachine, type Machine } from '../support/stand-ins'

/** A python3 whose pip makes the folder that it is asked for. */
const pythonOf = (bin: string, name: string, tag: string, pip: string) => `
if [ "$1" = "-c" ]; then echo "${tag} ${bin}/${name}"; exit 0; fi
${pip}`
const WORKING_PIP = 'sleep 0.3; mkdir -p "$5/bin"; echo server > "$5/bin/secantusd-py"'

let machine: Machine
let context: StepContext
let bin: string

beforeEach(() => {
  machine = createMachine()
  bin = String(machine.env['PATH'])
  mkdirSync(machine.dataDir)
  context = {
    ...machine.options,
    installDir: join(machine.dataDir, 'install'),
    limits: { lookupMs: 1_000, stallMs: 10_000, startMs: 1_000, answerMs: 1_000 },
  }
})

afterEach(() => machine.remove())

describe('findPythonServer', () => {
  it('installs the pinned package once with pip', async () => {
    machine.putProgram('python3', pythonOf(bin, 'python3', 'cp311', WORKING_PIP))

    const first = await findPythonServer(context)
    const second = await findPythonServer(context)

    expect(second).toEqual(first)
    expect(readFileSync(join(first.folder, 'bin', 'secantusd-py'), 'utf8')).toBe('server\n')
    const installs = machine.callsOf('python3').filter((call) => call.startsWith('-m pip install'))
    expect(installs).toEqual([expect.stringMatching(/--target \S+ .*SecantusDB==0\.7\.0b3$/)])
    expect(machine.told).toContainEqual(
      expect.stringMatching(/installing SecantusDB 0\.7\.0b3 .* about 120 MB/),
    )
  })

  it('lets two processes install at once and leaves one whole folder', async () => {
    machine.putProgram('python3', pythonOf(bin, 'python3', 'cp311', WORKING_PIP))
    const other = createMachine()

    const [first, second] = await Promise.all([findPythonServer(context), findInOtherProcess(context)])
    other.remove()

    expect(second).toBe(first.folder)
    expect(readdirSync(context.installDir)).toEqual(['0.7.0b3-cp311'])
    expect(existsSync(join(first.folder, 'bin', 'secantusd-py'))).toBe(true)
  })

  it('takes the newest Python that has wheels', async () => {
    machine.putProgram('python3.13', pythonOf(bin, 'python3.13', 'cp313', WORKING_PIP))
    machine.putProgram('python3', pythonOf(bin, 'python3', 'cp311', WORKING_PIP))

    const { python, folder } = await findPythonServer(context)

    expect(python).toBe(join(bin, 'python3.13'))
    expect(folder).toMatch(/0\.7\.0b3-cp313$/)
  })

  it('tries the next Python when pip is missing in one', async () => {
    const noPip = 'echo "$0: No module named pip" >&2; exit 1'
    machine.putProgram('python3.12', pythonOf(bin, 'python3.12', 'cp312', noPip))
    machine.putProgram('python3', pythonOf(bin, 'python3', 'cp310', WORKING_PIP))

    const { folder } = await findPythonServer(context)

    expect(folder).toMatch(/cp310$/)
    expect(readdirSync(context.installDir)).toEqual(['0.7.0b3-cp310'])
  })

  it('gives the reason of pip when no Python can install', async () => {
    machine.putProgram(
      'python3',
      pythonOf(bin, 'python3', 'cp311', 'echo "ERROR: no space left" >&2; exit 1'),
    )

    await expect(findPythonServer(context)).rejects.toThrow(/python3: ERROR: no space left/)

    expect(readdirSync(context.installDir)).toEqual([])
  })

  it('ends an installation that stands still', async () => {
    const pidFile = join(machine.dataDir, 'pip.pid')
    machine.putProgram('python3', pythonOf(bin, 'python3', 'cp311', `echo $$ > ${pidFile}; exec sleep 300`))

    const found = findPythonServer({ ...context, limits: { ...context.limits, stallMs: 500 } })

    await expect(found).rejects.toThrow(/no progress for 0\.5 s/)
    expect(identityOf(Number(readFileSync(pidFile, 'utf8')))).toBeNull()
    expect(readdirSync(context.installDir)).toEqual([])
  })

  it('clears what a killed installation left', async () => {
    machine.putProgram('python3', pythonOf(bin, 'python3', 'cp311', WORKING_PIP))
    mkdirSync(join(context.installDir, '.installing-999999999-cp311'), { recursive: true })
    writeFileSync(join(context.installDir, '.installing-999999999-cp311', 'part'), 'half')

    await findPythonServer(context)

    expect(readdirSync(context.installDir)).toEqual(['0.7.0b3-cp311'])
  })

  it.each([
    ['is not there', null, 'no python3 on the PATH'],
    ['is too old', 'echo "cp39 /usr/bin/python3"', 'python3 is not 3.10 to 3.13'],
    ['does not run', 'echo "command not found" >&2; exit 127', 'python3: command not found'],
  ])('says so when Python %s', async (_what, script, reason) => {
    if (script) machine.putProgram('python3', script)

    await expect(findPythonServer(context)).rejects.toThrow(reason)
  })
})

async function findInOtherProcess({ progress: _, ...context }: StepContext): Promise<string> {
  const { spawn } = await import('node:child_process')
  const module = join(__dirname, '..', '..', 'config', 'embedded-database-python.ts')
  const script = `require(${JSON.stringify(module)})
    .findPythonServer({ ...${JSON.stringify(context)}, progress: () => undefined })
    .then(({ folder }) => process.stdout.write(folder))`
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  await new Promise((resolve) => child.once('close', resolve))
  return output
}
