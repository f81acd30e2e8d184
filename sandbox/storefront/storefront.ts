import express, { type Request, type Response } from 'express'
import { FONT_PATH, sendFont } from '../mall/page-font'
import type { Platform } from '../mall/platform'
import { productNoOf } from '../mall/product-code'
import { basketRoutes } from './basket-routes'
import { createFront, type Front, notFound } from './front'
import { memberRoutes } from './member-routes'
import { homePage, productPage } from './product-pages'
import { productPicture } from './product-picture'

/** The web pages of one shop, for the root of a port of its own; until the shop is loaded every page is a 503. */
export function storefrontApp(platform: Platform, mallId: string): express.Express {
  const front = createFront(platform, mallId)
  const app = express()
  app.disable('x-powered-by')
  app.use((req, res, next) => {
    if (!platform.shops.has(mallId))
      return void res.status(503).type('text').send('쇼핑몰을 준비하고 있어요.')
    front.cookies.keepCid(req, res)
    next()
  })
  app.use(express.urlencoded({ extended: false }))
  app.get(['/', '/index.html'], (req, res) => {
    const page = Number(text(req, 'page'))
    const category = text(req, 'cate')
    res.send(
      homePage(front.visitor(req), category === '' ? null : category, page >= 1 ? Math.floor(page) : 1),
    )
  })
  app.get('/product/detail.html', (req, res) => {
    const product = front.shop().products.get(Number(text(req, 'product_no')))
    if (product === undefined || product.display === 'F') notFound(front, req, res)
    else res.send(productPage(front.visitor(req), product))
  })
  app.get(FONT_PATH, sendFont)
  app.get('/web/product/:size/:file', (req, res) => sendPicture(front, req, res))
  app.use(memberRoutes(front))
  app.use(basketRoutes(front))
  app.use((req, res) => notFound(front, req, res))
  return app
}

function sendPicture(front: Front, req: Request, res: Response): void {
  const code = String(req.params['file']).replace(/\.svg$/, '')
  const product = front.shop().products.get(productNoOf(code) ?? 0)
  if (product === undefined) {
    notFound(front, req, res)
    return
  }
  res.type('image/svg+xml').setHeader('cache-control', 'public, max-age=86400')
  res.send(productPicture(product))
}

function text(req: Request, name: string): string {
  const value = req.query[name]
  return typeof value === 'string' ? value : ''
}
