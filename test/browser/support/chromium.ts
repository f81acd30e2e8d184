import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

/** A Chromium that runs on a machine without any package of its own: where it is and what it must be started with. */
export interface UnpackedChromium {
  executablePath: string
  env: Record<string, string>
}

const CACHE_DIR = path.resolve(__dirname, '../../../node_modules/.cache')
// The folder carries the version of package.json, so that another one is unpacked anew.
const PACKAGE_FILE = require.resolve('@sparticuz/chromium')
const VERSION = 'chromium-147.0.0'
// The package unpacks its libraries (NSS, expat) only where it believes to be on Lambda, and always into the temporary folder.
const UNPACK = 'require(process.argv[1]).executablePath()'

/** Unpacks Chromium once into node_modules/.cache (about 3 s, 230 MB); several test processes may ask at the same time. */
export async function unpackChromium(): Promise<UnpackedChromium> {
  const home = path.join(CACHE_DIR, VERSION)
  if (!existsSync(home)) await unpackInto(home)
  return {
    executablePath: path.join(home, 'chromium'),
    env: {
      LD_LIBRARY_PATH: path.join(home, 'al2023/lib'),
      FONTCONFIG_PATH: path.join(home, 'fonts'),
      HOME: home,
    },
  }
}

async function unpackInto(home: string): Promise<void> {
  await mkdir(CACHE_DIR, { recursive: true })
  const partial = await mkdtemp(`${home}-`)
  await promisify(execFile)(process.execPath, ['-e', UNPACK, PACKAGE_FILE], {
    env: { ...process.env, TMPDIR: partial, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
    timeout: 120_000,
  })
  await writeFile(path.join(partial, 'fonts/fonts.conf'), fontsConf(path.join(home, 'fonts')))
  try {
    await rename(partial, home)
  } catch (cause) {
    await rm(partial, { recursive: true, force: true })
    if (!existsSync(home)) throw cause
  }
}

/** The package's own file looks for the fonts where Lambda keeps them. */
function fontsConf(folder: string): string {
  return `<?xml version="1.0"?><fontconfig><dir>${folder}</dir><cachedir>${folder}/cache</cachedir></fontconfig>\n`
}
