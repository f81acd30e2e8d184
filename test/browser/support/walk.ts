import type { Locator, Page } from 'playwright-core'
import { screenshot, sidewaysPx } from './browser'

const PATIENCE_MS = 40_000
const PAUSE_MS = 250

/** One person walking through pages: what is complained about on the way is kept. */
export interface Walk {
  page: Page
  /** Takes the picture of a step; throws when the page is wider than its window or its console complained. */
  look(step: string, page?: Page): Promise<void>
  /** Loads the page again until `seen` is there, as a waiting person does. */
  reloadUntil(seen: Locator): Promise<void>
  /** Pages opened by the way (a tapped link) are listened to as well. */
  follow(page: Page): Page
}

/** Begins a walk; `name` stands before the step in the names of the pictures. */
export function beginWalk(first: Page, name: string): Walk {
  const complaints: string[] = []
  let number = 0
  const follow = (page: Page) => {
    page.setDefaultTimeout(PATIENCE_MS)
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`)
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    return page
  }
  const page = follow(first)
  return {
    page,
    follow,
    async look(step, seen = page) {
      number += 1
      await screenshot(seen, `story-${name}-${String(number).padStart(2, '0')}-${step}`)
      expect({ step, sidewaysPx: await sidewaysPx(seen), complaints }).toEqual({
        step,
        sidewaysPx: 0,
        complaints: [],
      })
    },
    async reloadUntil(seen) {
      const until = performance.now() + PATIENCE_MS
      while ((await seen.count()) === 0) {
        if (performance.now() > until) {
          await screenshot(page, `story-${name}-stuck`)
          throw new Error(`${page.url()} did not come to show ${seen}`)
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
        await page.reload()
      }
    },
  }
}
