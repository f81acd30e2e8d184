import { Router } from 'express'
import { wholeSecond } from '../mall/kst'
import type { Session } from '../mall/platform'
import type { MemberFixture } from '../mall/shop-fixture'
import type { Front } from './front'
import { loginPage, safeReturnUrl } from './login-page'
import { phoneOwners } from './phone-owner'

/** Login and logout; a visitor who is logged in already goes straight to the return address [guess: cafe24.md §10, 8]. */
export function memberRoutes(front: Front): Router {
  const router = Router()
  router.get('/member/login.html', (req, res) => {
    // The query parser ends a value at the first raw `&`, as the real page does.
    const wanted = req.query['returnUrl']
    const returnUrl = typeof wanted === 'string' ? wanted : '/index.html'
    const owners = phoneOwners(req, front.shop())
    const visitor = front.visitor(req)
    const { member } = visitor
    if (member !== null && (owners.length === 0 || owners.includes(member))) {
      res.redirect(302, safeReturnUrl(returnUrl))
      return
    }
    // Somebody else's phone is another browser: what is logged in here belongs to the phone before.
    if (member !== null) front.cookies.endSession(req, res)
    const guest = member === null ? visitor : { ...visitor, member: null, cartCount: 0 }
    res.send(loginPage(guest, { returnUrl, owners, failedId: null }))
  })
  router.post('/exec/front/Member/login/', (req, res) => {
    const typed = front.field(req, 'member_id').trim()
    const returnUrl = front.field(req, 'returnUrl')
    const member = findMember(front, typed)
    if (member === null) {
      res.status(422).send(loginPage(front.visitor(req), { returnUrl, owners: [], failedId: typed }))
      return
    }
    logIn(front, member, front.cookies.openSession(req, res))
    res.redirect(302, safeReturnUrl(returnUrl))
  })
  router.post('/exec/front/Member/logout/', (req, res) => {
    front.cookies.endSession(req, res)
    res.redirect(302, '/')
  })
  return router
}

/** Opens the member's session and moves what lay in the guest cart to the member's. */
function logIn(front: Front, member: MemberFixture, session: Session): void {
  member.lastLoginAtMs = wholeSecond(front.platform.nowMs())
  session.memberId = member.id
  for (const wanted of session.guestLines.splice(0))
    front.platform.shopperAdds(front.shop(), member.id, wanted)
}

function findMember(front: Front, typed: string): MemberFixture | null {
  const { members, memberList } = front.shop()
  const digits = typed.replaceAll(/\D/g, '')
  const byPhone = () =>
    digits.length < 10
      ? undefined
      : memberList.find((member) => member.cellphone.replaceAll('-', '') === digits)
  return members.get(typed) ?? byPhone() ?? null
}
