import type { Page } from 'playwright-core'
import type { Stack } from '../../../scripts/stack'
import type { Walk } from './walk'

/** Reads the report of the day's run after one shopper clicked and ordered: every figure opens its people, a person one story. */
export async function readReport({ page, look, reloadUntil }: Walk, { sandbox }: Stack): Promise<void> {
  await page.goto(sandbox.controlUrl)
  await page.getByRole('link', { name: '리포트 보기' }).click()
  await look('runs')
  await page.locator('tbody th a').first().click()
  await reloadUntil(page.locator('.tile', { hasText: '주문' }).filter({ hasText: '1건' }))
  await page.locator('.tile', { hasText: '클릭' }).filter({ hasText: '1명' }).waitFor()
  await look('run')

  const run = page.url()
  await everyReasonIsADoor(page, run)
  await look('run-reason')
  await page.goto(run)
  const sent = page.locator('.funnel-line', { hasText: '보냄' })
  const figure = await sent.locator('.funnel-figure').textContent()
  await sent.click()
  expect(String(await page.locator('tbody tr').count())).toBe(figure)
  await look('run-sent')
  await page.goto(run)
  await page.locator('.tile a', { hasText: '주문' }).click()
  expect(await page.locator('tbody tr').count()).toBe(1)
  await look('run-ordered')
  await page.locator('tbody th a').click()
  await page.getByRole('heading', { name: '왜 받았나요, 왜 못 받았나요' }).waitFor()
  const orders = page.locator('section', { has: page.getByRole('heading', { name: '주문', exact: true }) })
  expect(await orders.locator('tbody tr').count()).toBe(1)
  await look('person')
}

/** Opens the people behind each reason; as many as its figure says must be there. */
async function everyReasonIsADoor(page: Page, run: string): Promise<void> {
  const reasons = page.locator('.reasons tbody tr')
  const count = await reasons.count()
  expect(count).toBeGreaterThan(3)
  for (let i = 0; i < count; i += 1) {
    if (i > 0) await page.goto(run)
    const door = reasons.nth(i).locator('td.num a')
    const figure = await door.textContent()
    await door.click()
    await page.waitForURL(/people\?/)
    expect(`${await page.locator('tbody tr').count()}명`).toBe(figure)
  }
}

/** Pause and stop ask back, each with its consequence; what was asked is then seen. */
export async function haltCampaign({ page, look }: Walk): Promise<void> {
  await page.getByRole('navigation', { name: '주요 화면' }).getByRole('link', { name: '캠페인' }).click()
  await look('campaigns')
  await page.locator('.campaign-link').first().click()
  await page.getByRole('link', { name: '일시 정지' }).click()
  await page.getByText('캠페인을 일시 정지할까요?').waitFor()
  await look('pause-asks')
  await page.locator('#confirm').getByRole('button', { name: '일시 정지' }).click()
  await page.locator('.page-head .chip', { hasText: '일시 정지' }).waitFor()
  await look('paused')
  await page.getByRole('link', { name: '캠페인 종료' }).click()
  expect(await page.locator('#confirm').textContent()).toMatch(/이미 나간 \d+건은 되돌릴 수 없습니다/)
  await look('stop-asks')
  await page.locator('#confirm').getByRole('button', { name: '캠페인 종료' }).click()
  await page.locator('.page-head .chip', { hasText: '종료' }).waitFor()
  await page
    .getByRole('navigation', { name: '주요 화면' })
    .getByRole('link', { name: '홈', exact: true })
    .click()
  await look('home-after')
}
