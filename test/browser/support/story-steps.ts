import type { Locator, Page } from 'playwright-core'
import type { Stack } from '../../../scripts/stack'
import type { Walk } from './walk'

/** Walks from the sandbox's first page to the report of a campaign that brought an order; throws where a step fails. */
export async function tellStory(walk: Walk, stack: Stack): Promise<void> {
  await install(walk, stack)
  await connectSendingAccount(walk, stack)
  await startCampaign(walk, stack)
  await seeTheRun(walk, stack)
  await moveTheClock(walk, stack)
  await shopAsTheShopper(walk, stack)
  await readTheReport(walk, stack)
  await haltTheCampaign(walk, stack)
}

async function install(walk: Walk, { sandbox, webUrl }: Stack): Promise<void> {
  const { page, look } = walk
  await page.goto(sandbox.controlUrl)
  await look('start')
  await page.getByRole('link', { name: /설치하기/ }).click()
  await look('consent')
  await page.getByRole('button', { name: '동의하고 설치' }).click()
  await page.waitForURL(`${webUrl}/**`)
  await look('home-new')
}

async function connectSendingAccount({ page, look }: Walk, { webUrl }: Stack): Promise<void> {
  await page.getByRole('link', { name: '발송 계정 연결하기' }).click()
  await look('sending-account')
  await page.getByRole('button', { name: '연습용 계정 연결하기' }).click()
  await page.getByText('연습용 발송 계정을 연결했어요').waitFor()
  await look('sending-account-done')
  await page.goto(`${webUrl}/`)
}

async function startCampaign(walk: Walk, { webUrl }: Stack): Promise<void> {
  const { page, look, reloadUntil } = walk
  await page.goto(webUrl)
  await reloadUntil(page.locator('li.is-done', { hasText: '첫 동기화' }))
  await look('home-synced')
  await page.getByRole('link', { name: '캠페인 만들기' }).click()
  await look('recipe')
  await page.getByRole('button', { name: '이 레시피로 시작' }).click()
  await look('editor')
}

async function seeTheRun(_walk: Walk, _stack: Stack): Promise<void> {}
async function moveTheClock(_walk: Walk, _stack: Stack): Promise<void> {}
async function shopAsTheShopper(_walk: Walk, _stack: Stack): Promise<void> {}
async function readTheReport(_walk: Walk, _stack: Stack): Promise<void> {}
async function haltTheCampaign(_walk: Walk, _stack: Stack): Promise<void> {}
