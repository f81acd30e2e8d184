import type { MemberFixture } from '../mall/shop-fixture'
import { addLines, buy, instantOn } from './demo-acts'
import type { Draft } from './draft'

const DAY = 7
const SENT_TO = 30

/** One way to be on day 7: how many people, and what makes them special beside their newest add on that day. */
interface Part {
  people: number
  /** The cart holds only goods that cannot be bought. */
  onlyGone?: boolean
  play(draft: Draft, member: MemberFixture, index: number): void
}

/** Fills the Seoul day seven days back: nobody else's newest add falls on it, and each part has exactly one reason. */
export function playDaySeven(draft: Draft): void {
  const sentTo = cast(draft, { people: SENT_TO, play: playSentTo })
  const phoneOf = (index: number) => sentTo[index]?.cellphone ?? ''
  const parts: Part[] = [
    { people: 6, play: (_, member) => buy(draft, member, instantOn(draft, draft.dice.whole(1, 6))) },
    { people: 5, play: (_, member) => void Object.assign(member, { sms: 'F', newsMail: 'F' }) },
    { people: 3, play: (_, member) => void Object.assign(member, { cellphone: '' }) },
    // A landline gets no message.
    {
      people: 2,
      play: (_, member, index) => void Object.assign(member, { cellphone: `02-000-000${index}` }),
    },
    { people: 3, play: (_, member, index) => void Object.assign(member, { cellphone: phoneOf(index) }) },
    { people: 2, play: (_, member) => void Object.assign(member, { authentication: 'B' }) },
    { people: 2, play: (_, member) => void Object.assign(member, { authentication: 'J' }) },
    { people: 2, play: (_, member) => void Object.assign(member, { blacklisted: true }) },
    { people: 4, onlyGone: true, play: () => undefined },
  ]
  for (const part of parts) cast(draft, part)
  playNeighbours(draft, sentTo)
}

/** Those who get the message: two at the day's very borders, a few who had added something before. */
function playSentTo(draft: Draft, member: MemberFixture, index: number): void {
  if (index < 2) {
    const border = index === 0 ? 0 : 86_399
    for (const line of draft.carts) {
      if (line.memberId === member.id) line.addedAtMs = instantOn(draft, DAY, border)
    }
  } else if (index < 6) addLines(draft, member, lines(draft, member), () => instantOn(draft, DAY + 5))
}

/** People close to day 7 who are not on it: some came back later; some have a phone that gets its message today. */
function playNeighbours(draft: Draft, sentTo: MemberFixture[]): void {
  for (let count = 0; count < 4; count += 1) {
    const member = draft.nextMember()
    if (member === null) return
    addLines(draft, member, lines(draft, member), () => instantOn(draft, DAY))
    addLines(draft, member, lines(draft, member), () => instantOn(draft, 3))
  }
  for (const twin of sentTo.slice(10, 13)) {
    const member = draft.nextMember()
    if (member === null) return
    member.cellphone = twin.cellphone
    addLines(draft, member, lines(draft, member), () => instantOn(draft, DAY - 1))
  }
}

function cast(draft: Draft, part: Part): MemberFixture[] {
  const members: MemberFixture[] = []
  for (let index = 0; index < part.people; index += 1) {
    const member = draft.nextMember()
    if (member === null) break
    addLines(draft, member, lines(draft, member, part.onlyGone), () => instantOn(draft, DAY))
    part.play(draft, member, index)
    members.push(member)
  }
  return members
}

/** One to four goods that are not yet in the member's cart. */
function lines(draft: Draft, member: MemberFixture, onlyGone = false) {
  const had = new Set(draft.carts.filter((line) => line.memberId === member.id).map((line) => line.productNo))
  const goods = (onlyGone ? draft.goneGoods : draft.goods).filter((product) => !had.has(product.no))
  return draft.dice.sample(goods, onlyGone ? draft.dice.whole(1, 2) : draft.dice.whole(1, 4))
}
