import { formatTimeOfDay } from '../../server/core/seoul'
import { type Answer, type Door, openDoor } from '../door'
import type { Stack } from '../stack'
import { campaignMinute, type StoryOptions } from './options'

/** The shop owner in a browser: installs, connects the sending account, makes and starts the campaign. */
export interface Merchant {
  install(): Promise<void>
  connectSendingAccount(): Promise<void>
  startCampaign(options: StoryOptions): Promise<void>
  page(path: string): Promise<Answer>
}

const MALL = 'demoshop'

/** A merchant at the doors of one stack; each step throws when the page does not say that it worked. */
export function createMerchant(stack: Stack): Merchant {
  const door = openDoor()
  const page = (path: string) => door.get(`${stack.webUrl}${path}`)
  return {
    page,
    async install() {
      const consent = await door.get(`${stack.sandbox.controlUrl}/launch/${MALL}`)
      const home = consent.url.startsWith(stack.webUrl) ? consent : await door.submit(consent, 'authorize')
      expectPage(home, stack.webUrl)
    },
    async connectSendingAccount() {
      const account = await page('/settings/sending-account')
      const saved = await door.submit(account, '/settings/sending-account/practice')
      if (!saved.body.includes('연습용 발송 계정을 연결했어요'))
        throw new Error('The sending account was not taken')
    },
    startCampaign: (options) => startCampaign(door, page, options),
  }
}

async function startCampaign(door: Door, page: Merchant['page'], options: StoryOptions): Promise<void> {
  const recipe = await page('/campaigns/new?recipe=day-7')
  const editor = await door.submit(recipe, '/campaigns')
  const path = new URL(editor.url).pathname
  const minute = campaignMinute(options)
  const saved = await door.submit(editor, path, {
    next: 'save',
    mode: 'exactly',
    days: String(options.days),
    purchases: options.purchases === 'since' ? 'exclude' : 'ignore',
    scope: 'all-members',
    time: formatTimeOfDay(minute),
    weekdays: ['1', '2', '3', '4', '5', '6', '7'],
    fromDay: options.date,
    untilDay: options.date,
    cap: 'on',
    dailyCapWon: '100000000',
  })
  if (saved.status >= 400) throw new Error(`The campaign was refused: ${errorsOf(saved)}`)
  const asked = await page(`${path}?confirm=start`)
  const started = await door.submit(asked, `${path}/start`, { first: 'today' })
  if (started.status >= 400 || !started.body.includes('진행 중')) {
    throw new Error(`The campaign did not start: ${errorsOf(started)}`)
  }
}

function expectPage(answer: Answer, webUrl: string): void {
  if (answer.status !== 200 || !answer.url.startsWith(webUrl)) {
    throw new Error(`The installation ended on ${new URL(answer.url).pathname} (${answer.status})`)
  }
}

function errorsOf(answer: Answer): string {
  const texts = [...answer.body.matchAll(/<(?:li|p)[^>]*>([^<]{4,120})/g)].map(([, text = '']) => text.trim())
  return `${answer.status} ${texts.slice(0, 8).join(' / ')}`
}
