import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { RequestHandler } from 'express'

/** Where pages of the play mall find their Korean font, on the API's port and on each storefront's. */
export const FONT_PATH = '/web/font/pretendard.woff2'

/** CSS that declares the font; many machines on which tests draw pages have no Korean font of their own. */
export const FONT_FACE = `@font-face{font-family:"Pretendard Variable";font-weight:45 920;font-display:swap;src:url("${FONT_PATH}") format("woff2")}`

const FILE = join(
  createRequire(__filename).resolve('pretendard/package.json'),
  '../dist/web/variable/woff2/PretendardVariable.woff2',
)

/** Answers with the font. */
export const sendFont: RequestHandler = (_req, res) => res.sendFile(FILE, { maxAge: '7d' })
