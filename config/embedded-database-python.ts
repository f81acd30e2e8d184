import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { identityOf } from './embedded-database-files'
import { findOnPath, runWatched, StepFailed } from './embedded-database-program'
import type { StepContext } from './embedded-database-step'

/** The pinned version of the PyPI package SecantusDB (GPL-2.0; it runs as a process of its own). */
export const SECANTUS_VERSION = '0.7.0b3'

// CPython 3.10 to 3.13 have wheels of this version (2026-11-22).
const PYTHONS = ['python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3']
// Asked for its real path too: a shim of a version manager may start a second process, which we could not stop.
const PROBE = "import sys; print('cp%d%d' % sys.version_info[:2], sys.executable)"
const TAGS = ['cp310', 'cp311', 'cp312', 'cp313']

interface Python {
  command: string
  tag: string
}

/** A Python and the folder with the server's package for it; installs the package when it is missing. */
export async function findPythonServer(context: StepContext): Promise<{ python: string; folder: string }> {
  const pythons = await findPythons(context)
  for (const { command, tag } of pythons) {
    const folder = folderFor(context.installDir, tag)
    if (existsSync(folder)) return { python: command, folder }
  }
  const reasons: string[] = []
  for (const python of pythons) {
    try {
      return { python: python.command, folder: await install(context, python) }
    } catch (cause) {
      if (!(cause instanceof StepFailed)) throw cause
      reasons.push(`${python.command}: ${cause.message}`)
    }
  }
  throw new StepFailed(reasons.join('; '))
}

async function findPythons(context: StepContext): Promise<Python[]> {
  const found: Python[] = []
  const reasons: string[] = []
  for (const name of PYTHONS) {
    const command = findOnPath(name, context.env)
    if (!command) continue
    try {
      const output = await runWatched({ command, args: ['-c', PROBE], env: context.env, stallMs: 10_000 })
      const [tag = '', executable = ''] = output.trim().split(/ (.*)/)
      if (!TAGS.includes(tag)) reasons.push(`${name} is not 3.10 to 3.13`)
      else if (!found.some((python) => python.tag === tag))
        found.push({ command: executable || command, tag })
    } catch (cause) {
      if (!(cause instanceof StepFailed)) throw cause
      reasons.push(`${name}: ${cause.message}`)
    }
  }
  if (found.length === 0) throw new StepFailed(reasons.join('; ') || 'no python3 on the PATH')
  return found
}

function folderFor(installDir: string, tag: string): string {
  // Its wheels are made for one Python: another Python gets a folder of its own.
  return join(installDir, `${SECANTUS_VERSION}-${tag}`)
}

async function install(context: StepContext, python: Python): Promise<string> {
  const { installDir, progress } = context
  const folder = folderFor(installDir, python.tag)
  mkdirSync(installDir, { recursive: true })
  clearAbandoned(installDir)
  const work = join(installDir, `.installing-${process.pid}-${python.tag}`)
  rmSync(work, { recursive: true, force: true })
  mkdirSync(join(work, 'tmp'), { recursive: true })
  progress(`database: installing SecantusDB ${SECANTUS_VERSION} with ${python.command}, once, about 120 MB`)
  try {
    await runWatched({
      command: python.command,
      args: [
        ...['-m', 'pip', 'install', '--target', join(work, 'package'), '--only-binary', ':all:'],
        ...['--no-input', '--disable-pip-version-check', '--progress-bar', 'off'],
        `SecantusDB==${SECANTUS_VERSION}`,
      ],
      env: { ...context.env, TMPDIR: join(work, 'tmp') },
      stallMs: context.limits.stallMs,
      watch: work,
      onProgress: (megabytes) => progress(`database: installing, ${megabytes} MB`),
    })
    moveInto(join(work, 'package'), folder)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  progress('database: installed')
  return folder
}

/** Two may install at once: the first to finish gives its folder the name, the other one uses that. */
function moveInto(made: string, folder: string): void {
  try {
    renameSync(made, folder)
  } catch (cause) {
    if (!existsSync(folder)) throw cause
  }
}

function clearAbandoned(installDir: string): void {
  for (const name of readdirSync(installDir)) {
    const pid = /^\.installing-(\d+)-/.exec(name)?.[1]
    if (pid && identityOf(Number(pid)) === null)
      rmSync(join(installDir, name), { recursive: true, force: true })
  }
}
