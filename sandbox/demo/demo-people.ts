import { madeUpPhone } from '../loader/made-up'
import { DAY_MS, wholeSecond } from '../mall/kst'
import type { MemberFixture } from '../mall/shop-fixture'
import type { Dice } from './dice'

type Syllable = [hangul: string, latin: string]

const SURNAMES: [string, ...string[]] = [
  '김',
  '김',
  '김',
  '이',
  '이',
  '박',
  '박',
  '최',
  '정',
  '강',
  '조',
  '윤',
  '장',
  '임',
  '한',
  '오',
  '서',
  '신',
  '권',
  '황',
  '안',
  '송',
  '류',
  '홍',
  '남궁',
]
const FIRST: [Syllable, ...Syllable[]] = [
  ['민', 'min'],
  ['서', 'seo'],
  ['지', 'ji'],
  ['하', 'ha'],
  ['예', 'ye'],
  ['수', 'su'],
  ['도', 'do'],
  ['윤', 'yun'],
  ['현', 'hyun'],
  ['은', 'eun'],
  ['채', 'chae'],
  ['유', 'yu'],
  ['주', 'ju'],
  ['시', 'si'],
  ['다', 'da'],
  ['건', 'gun'],
  ['소', 'so'],
  ['재', 'jae'],
]
const SECOND: [Syllable, ...Syllable[]] = [
  ['준', 'jun'],
  ['연', 'yeon'],
  ['우', 'woo'],
  ['은', 'eun'],
  ['진', 'jin'],
  ['아', 'ah'],
  ['호', 'ho'],
  ['빈', 'bin'],
  ['윤', 'yun'],
  ['희', 'hee'],
  ['영', 'young'],
  ['원', 'won'],
  ['경', 'kyung'],
  ['린', 'rin'],
  ['훈', 'hoon'],
  ['선', 'sun'],
  ['민', 'min'],
  ['현', 'hyun'],
]

/** A member with a phone of their own and consent; joined 40 to 900 days before `now`, at a second of their own. */
export function demoMember(rank: number, now: Date, dice: Dice): MemberFixture {
  const first = dice.pick(FIRST)
  let second = dice.pick(SECOND)
  while (second[0] === first[0]) second = dice.pick(SECOND)
  const id = `${first[1]}${second[1]}${String(1001 + rank).slice(-4)}`
  const joinedDaysAgo = dice.whole(40, 900)
  return {
    id,
    name: dice.pick(SURNAMES) + first[0] + second[0],
    cellphone: madeUpPhone(rank),
    email: `${id}@shopper.example`,
    sms: 'T',
    newsMail: 'T',
    authentication: 'T',
    blacklisted: false,
    gender: dice.chance(70) ? 'F' : 'M',
    createdAtMs: wholeSecond(now.getTime()) - joinedDaysAgo * DAY_MS - rank * 1000,
    lastLoginAtMs: null,
  }
}
