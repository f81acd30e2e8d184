import type { Response } from 'express'
import type {} from './express-types'

/** The places of the main navigation. */
export type NavKey = 'home' | 'campaigns' | 'reports' | 'people' | 'settings'

/** What every view is given besides its own view model. */
export interface PageLocals {
  /** The page's name in the browser tab. */
  title: string
  /** Which place of the navigation is current. */
  nav?: NavKey
  /** `bare` is a narrow card without navigation, for login and install. */
  layout?: 'page' | 'bare'
  /** Seconds until the page asks for itself again, for progress without script. */
  refreshSeconds?: number
  [name: string]: unknown
}

/** Renders `views/{view}.ejs` inside its layout and sends it; failures go to the error handler. */
export function page(res: Response, view: string, locals: PageLocals): void {
  const layout = locals.layout ?? 'page'
  const failed = (cause: Error) => res.req.next?.(cause)
  res.render(view, locals, (cause, body) => {
    if (cause) return failed(cause)
    res.render(`layouts/${layout}`, { ...locals, body }, (cause, html) => {
      if (cause) return failed(cause)
      res.type('html').send(html)
    })
  })
}
