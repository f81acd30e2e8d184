import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import express, { Router } from 'express'

const PUBLIC_DIR = path.resolve(__dirname, '../../public')
// The font's own style sheet names its 92 slices relative to itself, so its folder is served as it is.
const FONT_DIR = path.dirname(
  require.resolve('pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css'),
)

/** Styles, scripts, pictures and fonts under /assets. */
export interface Assets {
  router: Router
  /** The address of a file under `public/`, with the first digits of its content's hash. */
  href(file: string): string
}

/** Serves `public/` and the font; an address with a version is kept for a year, one without for an hour. */
export function createAssets(): Assets {
  const versions = new Map<string, string>()
  const router = Router()
  // The mall's storefront, another site, loads our script from here.
  router.use((_req, res, next) => {
    res.set('Cross-Origin-Resource-Policy', 'cross-origin')
    next()
  })
  const serve = (folder: string, age: string) =>
    express.static(folder, { maxAge: age, index: false, redirect: false })
  const [forever, shortly] = [serve(PUBLIC_DIR, '365d'), serve(PUBLIC_DIR, '1h')]
  router.use('/fonts', serve(FONT_DIR, '365d'))
  router.use((req, res, next) => (req.query['v'] ? forever : shortly)(req, res, next))
  return {
    router,
    href(file) {
      const version = versions.get(file) ?? versionOf(file)
      versions.set(file, version)
      return `/assets/${file}${version === '' ? '' : `?v=${version}`}`
    },
  }
}

function versionOf(file: string): string {
  const full = path.join(PUBLIC_DIR, file)
  if (!existsSync(full)) return ''
  return createHash('sha256').update(readFileSync(full)).digest('hex').slice(0, 10)
}
