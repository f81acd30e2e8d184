import { readFileSync } from 'node:fs'
import path from 'node:path'
import { render, renderFile } from 'ejs'
import type { Express } from 'express'

const VIEWS_DIR = path.resolve(__dirname, '../../views')

/** Lets `app` render `views/*.ejs`, where `include('/partials/…')` starts at `views/`; compiled views stay until the next start. */
export function useViews(app: Express): void {
  app.engine('ejs', (file, data, done) => renderFile(file, data, { root: VIEWS_DIR, cache: true }, done))
  app.set('views', VIEWS_DIR)
  app.set('view engine', 'ejs')
  app.enable('view cache')
}

/** The HTML of a view that asks nothing of its request. */
export function renderView(view: string): string {
  return render(readFileSync(path.join(VIEWS_DIR, `${view}.ejs`), 'utf8'), {}, { root: VIEWS_DIR })
}
