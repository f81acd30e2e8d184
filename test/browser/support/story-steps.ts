import type { Page } from 'playwright-core'
import type { Stack } from '../../../scripts/stack'
import type { Walk } from './walk'

/** Walks from the sandbox's first page to the order of a shopper who tapped the message; throws where a step fails. */
export async function tellStory(walk: Walk, stack: Stack): Promise<void> {
  await install(walk, stack)
  await connectSendingAccount(walk)
  await startCampaign(walk)
  await seeTheRunBegin(walk)
  await moveTheClock(walk, stack)
  await shopAsTheShopper(walk)
}

async function install({ page, look }: Walk, { sandbox, webUrl }: Stack): Promise<void> {
  await page.goto(sandbox.controlUrl)
  await look('start')
  await page.getByRole('link', { name: /설치하기/ }).click()
  await look('consent')
  await page.getByRole('button', { name: '동의하고 설치' }).click()
  await page.waitForURL(`${webUrl}/**`)
  await look('home-new')
}

async function connectSendingAccount({ page, look, reloadUntil }: Walk): Promise<void> {
  await page.getByRole('link', { name: '발송 계정 연결하기' }).click()
  await look('sending-account')
  await page.getByRole('button', { name: '연습용 계정 연결하기' }).click()
  await page.getByText('연습용 발송 계정을 연결했어요').waitFor()
  await look('home-connected')
  await reloadUntil(page.locator('li.is-done', { hasText: '첫 동기화' }))
  await look('home-synced')
}

/** The first useful campaign: three clicks from the checklist, the question before it leaves among them. */
async function startCampaign({ page, look }: Walk): Promise<void> {
  await page.getByRole('button', { name: '캠페인 만들기' }).click()
  await page.getByRole('heading', { name: /지금 보내면/ }).waitFor()
  await look('editor')
  const people = await page.locator('#preview .strong-figure').textContent()
  await page.locator('.funnel-row.is-leave a').first().click()
  await look('preview-reason')
  await page.goBack()

  await page.getByRole('button', { name: '오늘부터 시작' }).click()
  const question = page.locator('#confirm')
  await look('start-asks')
  expect(await question.textContent()).toContain(people)
  await question.getByRole('button', { name: '오늘부터 시작' }).click()
  await page.getByText('시작했어요').waitFor()
  await look('started')
}

async function seeTheRunBegin({ page, look, reloadUntil }: Walk): Promise<void> {
  await page.getByRole('link', { name: '발송 리포트' }).last().click()
  await reloadUntil(page.locator('tbody th a'))
  await look('campaign-report')
  await page.locator('tbody th a').first().click()
  await reloadUntil(page.locator('.chip', { hasText: /발송 중|발송 끝/ }))
  await look('run-begun')
}

async function moveTheClock({ page, look }: Walk, { sandbox }: Stack): Promise<void> {
  await page.goto(sandbox.controlUrl)
  await page.getByRole('link', { name: '시계 열기' }).click()
  await look('clock')
  await page.getByRole('button', { name: '60배' }).click()
  await page.getByText('60배 빠르게').waitFor()
  await page.getByRole('button', { name: '보통' }).click()
  await page.getByText('보통 빠르기').waitFor()
  await look('clock-moved')
}

async function shopAsTheShopper({ page, look, follow, reloadUntil }: Walk): Promise<void> {
  await page.getByRole('link', { name: '고객 휴대폰' }).click()
  await reloadUntil(page.locator('.phone-row'))
  await look('phones')
  await page.locator('.phone-row').first().click()
  await page.locator('.bubble-button').first().waitFor()
  await look('room')
  const message = (await page.locator('.bubble').first().textContent()) ?? ''
  const [shop] = await Promise.all([
    page.context().waitForEvent('page'),
    page.locator('.bubble-button').first().click(),
  ])
  await order(follow(shop), message, (step) => look(step, shop))
  await shop.close()
}

/** Two members may share a phone: whom the message greets is the one who logs in. */
async function order(shop: Page, message: string, look: (step: string) => Promise<void>): Promise<void> {
  const logins = shop.getByRole('button', { name: /님으로 로그인/ })
  await logins.first().waitFor()
  await look('shop-login')
  const names = (await logins.allInnerTexts()).map((label) => label.replace('님으로 로그인', '').trim())
  const greeted = names.findIndex((name) => message.includes(`${name}님`))
  await logins.nth(Math.max(greeted, 0)).click()
  await shop.getByRole('heading', { name: '장바구니' }).waitFor()
  await look('shop-cart')
  await shop.getByRole('link', { name: '주문하기' }).click()
  await look('shop-order')
  await shop.getByRole('button', { name: /결제하기/ }).click()
  await shop.locator('[data-order-id]').waitFor()
  await look('shop-ordered')
}
