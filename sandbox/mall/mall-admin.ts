import { type Response, Router } from 'express'
import { html } from './html'
import { ownerLaunchUrl } from './launch'
import { mallPage } from './mall-page'
import type { Platform } from './platform'
import type { Shop } from './shop'

/** The mall's own admin, below `/{mall_id}/admin`: where the shop's owner opens or deletes the app. */
export function mallAdmin(platform: Platform): Router {
  const router = Router({ mergeParams: true })
  router.get('/', (req, res) => {
    const shop = platform.shops.get(String(Reflect.get(req.params, 'mallId')))
    if (shop === undefined) return notFound(res)
    res.send(adminPage(shop, platform.oauth.isInstalled(shop.fixture.mallId)))
  })
  router.get('/launch', (req, res) => {
    const shop = platform.shops.get(String(Reflect.get(req.params, 'mallId')))
    if (shop === undefined) return notFound(res)
    const { mallId, shopName } = shop.fixture
    res.redirect(302, ownerLaunchUrl(platform.options.app, mallId, shopName, platform.nowMs()))
  })
  router.post('/uninstall', (req, res) => {
    const shop = platform.shops.get(String(Reflect.get(req.params, 'mallId')))
    if (shop === undefined) return notFound(res)
    void platform.uninstall(shop.fixture.mallId)
    res.redirect(303, '.')
  })
  return router
}

function notFound(res: Response): void {
  res.status(404).send(mallPage('없는 쇼핑몰', '', html`<section><h1>쇼핑몰을 찾을 수 없어요</h1></section>`))
}

function adminPage(shop: Shop, installed: boolean): string {
  const { mallId, shopName, primaryDomain } = shop.fixture
  const remove = html`<form method="post" action="/${mallId}/admin/uninstall"><button class="plain">앱 삭제</button></form>`
  return mallPage(
    '내 앱',
    shopName,
    html`<section><h1>내 앱</h1>
<div class="row"><div><b>바구니 앱</b><br><span class="muted">${installed ? '사용 중이에요.' : '아직 설치하지 않았어요. 실행하면 설치를 시작해요.'}</span></div>
<a class="button" href="/${mallId}/admin/launch">실행</a></div></section>
<section><div class="row"><div><b>쇼핑몰</b><br><span class="muted">상품 ${shop.productList.length.toLocaleString('ko-KR')}개, 회원 ${shop.memberList.length.toLocaleString('ko-KR')}명</span></div>
${primaryDomain !== '' && html`<a class="button" href="http://${primaryDomain}/">쇼핑몰 보기</a>`}</div></section>
${installed && html`<section><div class="row"><span class="muted">앱을 삭제하면 발송이 모두 멈춰요.</span>${remove}</div></section>`}`,
  )
}
