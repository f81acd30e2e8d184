import { type Request, type Response, Router } from 'express'
import type { CartLine, Order } from '../mall/shop'
import { cartOf, isBuyable, removeFromCart } from '../mall/shop-actions'
import { type BasketLine, basketPage, orderFormPage, orderResultPage, ordersPage } from './basket-pages'
import { type Front, notFound } from './front'
import { messagePage } from './shop-page'
import { reportOrder } from './storefront-events'

/** The cart, the order and the member's orders. */
export function basketRoutes(front: Front): Router {
  const router = Router()
  router.get('/order/basket.html', (req, res) =>
    res.send(basketPage(front.visitor(req), basketLines(front, req))),
  )
  router.post('/exec/front/order/basket/', (req, res) => add(front, req, res))
  router.post('/exec/front/order/basket/remove/', (req, res) => {
    const memberId = front.cookies.session(req).memberId
    const no = Number(front.field(req, 'basket_product_no'))
    if (memberId !== null) removeFromCart(front.shop(), memberId, new Set([no]))
    res.redirect(302, '/order/basket.html')
  })
  router.get('/order/orderform.html', (req, res) => {
    if (needsLogin(front, req, res)) return
    const lines = basketLines(front, req)
    if (lines.some((line) => isBuyable(line.product))) res.send(orderFormPage(front.visitor(req), lines))
    else nothingToOrder(front, req, res)
  })
  router.post(['/order/orderform', '/order/orderform.html'], (req, res) => placeOrder(front, req, res))
  router.get('/order/order_result.html', (req, res) => {
    const order = ownOrder(front, req, String(req.query['order_id']))
    if (order === null) notFound(front, req, res)
    else res.send(orderResultPage(front.visitor(req), order))
  })
  router.get('/myshop/order/list.html', (req, res) => {
    if (needsLogin(front, req, res)) return
    const memberId = front.cookies.session(req).memberId ?? ''
    const orders = front.shop().ordersByMember.get(memberId) ?? []
    res.send(ordersPage(front.visitor(req), orders.toReversed()))
  })
  router.post('/exec/front/order/cancel/', (req, res) => {
    const order = ownOrder(front, req, front.field(req, 'order_id'))
    if (order === null) return notFound(front, req, res)
    front.platform.orderIsCanceled(front.shop(), order)
    res.redirect(302, '/myshop/order/list.html')
  })
  return router
}

function add(front: Front, req: Request, res: Response): void {
  const wanted = readWanted(front, req)
  if (wanted === null) {
    refuse(front, req, res, '담을 수 없는 상품이에요.')
    return
  }
  const session = front.cookies.openSession(req, res)
  if (session.memberId === null) front.platform.guestAdds(front.shop(), session, wanted)
  else front.platform.shopperAdds(front.shop(), session.memberId, wanted)
  res.redirect(302, '/order/basket.html')
}

function readWanted(front: Front, req: Request): { productNo: number; quantity: number } | null {
  const product = front.shop().products.get(Number(front.field(req, 'product_no')))
  const quantity = Number(front.field(req, 'quantity') || '1')
  const sane = Number.isInteger(quantity) && quantity >= 1 && quantity <= 99
  return product !== undefined && isBuyable(product) && sane ? { productNo: product.no, quantity } : null
}

function placeOrder(front: Front, req: Request, res: Response): void {
  if (needsLogin(front, req, res)) return
  const memberId = front.cookies.session(req).memberId ?? ''
  const order = front.platform.shopperOrders(front.shop(), memberId, memberLines(front, memberId))
  if (order === null) {
    nothingToOrder(front, req, res)
    return
  }
  reportOrder(front.platform, front.shop(), order, front.cookies.cid(req))
  res.redirect(302, `/order/order_result.html?order_id=${order.id}`)
}

function needsLogin(front: Front, req: Request, res: Response): boolean {
  if (front.cookies.session(req).memberId !== null) return false
  const back = req.method === 'GET' ? req.originalUrl : '/order/orderform.html'
  res.redirect(302, `/member/login.html?returnUrl=${encodeURIComponent(back)}`)
  return true
}

function nothingToOrder(front: Front, req: Request, res: Response): void {
  refuse(front, req, res, '장바구니에 주문할 수 있는 상품이 없어요.')
}

function refuse(front: Front, req: Request, res: Response, text: string): void {
  const link = { href: '/', label: '상품 보러 가기' }
  res.status(422).send(messagePage(front.visitor(req), '진행할 수 없어요', text, link))
}

function ownOrder(front: Front, req: Request, orderId: string): Order | null {
  const order = front.shop().orders.get(orderId)
  const memberId = front.cookies.session(req).memberId
  return order !== undefined && order.memberId === memberId ? order : null
}

function memberLines(front: Front, memberId: string): CartLine[] {
  return cartOf(front.shop(), memberId, front.platform.nowMs())
}

function basketLines(front: Front, req: Request): BasketLine[] {
  const { memberId, guestLines } = front.cookies.session(req)
  const rows: { no: number | null; productNo: number; quantity: number }[] =
    memberId === null ? guestLines.map((line) => ({ ...line, no: null })) : memberLines(front, memberId)
  return rows.flatMap(({ no, productNo, quantity }) => {
    const product = front.shop().products.get(productNo)
    return product === undefined ? [] : { no, product, quantity }
  })
}
