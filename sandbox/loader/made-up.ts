import type { MemberFixture, ProductFixture } from '../mall/shop-fixture'
import { pickBy, stableHash } from './stable-hash'

/** Everything that an events file does not tell about people and goods; made up from their ids alone. */

const SURNAMES: [string, ...string[]] = [
  '김',
  '이',
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
]
const GIVEN_FIRST: [string, ...string[]] = [
  '민',
  '서',
  '지',
  '하',
  '예',
  '수',
  '도',
  '윤',
  '현',
  '은',
  '채',
  '유',
  '주',
  '시',
  '다',
  '건',
]
const GIVEN_SECOND: [string, ...string[]] = [
  '준',
  '연',
  '우',
  '은',
  '진',
  '아',
  '호',
  '빈',
  '윤',
  '희',
  '영',
  '원',
  '경',
  '린',
  '훈',
  '선',
]
const KINDS: [string, ...string[]] = [
  '머그컵',
  '담요',
  '노트',
  '텀블러',
  '양말',
  '에코백',
  '쿠션',
  '수건',
  '파우치',
  '앞치마',
  '슬리퍼',
  '캔들',
  '액자',
  '우산',
  '보온병',
]
const MANNERS: [string, ...string[]] = [
  '포근한',
  '단정한',
  '가벼운',
  '도톰한',
  '산뜻한',
  '잔잔한',
  '튼튼한',
  '부드러운',
  '소박한',
  '담백한',
]

const CONSENT_PERCENT = 85
// Each fiftieth shopper by rank has the phone of the one before: the same person with two accounts.
const SHARED_EVERY = 50
const PHONE_NUMBERS = 10_000_000
// Shares no factor with the count of numbers, so that different ranks never meet.
const PHONE_STEP = 6_180_339

/** A Korean name that depends on the text alone. */
function madeUpName(id: string): string {
  const hash = stableHash(`name ${id}`)
  return pickBy(SURNAMES, hash) + pickBy(GIVEN_FIRST, hash >>> 8) + pickBy(GIVEN_SECOND, hash >>> 16)
}

/** The phone of a rank, `010-0ddd-dddd`: the range that is given to nobody; different for ranks below ten million. */
export function madeUpPhone(rank: number): string {
  const digits = String((rank * PHONE_STEP + 1234) % PHONE_NUMBERS).padStart(7, '0')
  return `010-0${digits.slice(0, 3)}-${digits.slice(3)}`
}

/** A member of an events file; `rank` is the place of the id among all ids. */
export function madeUpMember(
  id: string,
  rank: number,
  allConsent: boolean,
  times: { createdAtMs: number; lastLoginAtMs: number },
): MemberFixture {
  const shares = !allConsent && rank % SHARED_EVERY === SHARED_EVERY - 1
  const consents = allConsent || stableHash(`consent ${id}`) % 100 < CONSENT_PERCENT
  return {
    id,
    name: madeUpName(id),
    cellphone: madeUpPhone(shares ? rank - 1 : rank),
    email: `${id}@shopper.example`,
    sms: consents ? 'T' : 'F',
    newsMail: consents ? 'T' : 'F',
    authentication: 'T',
    blacklisted: false,
    gender: stableHash(`gender ${id}`) % 2 === 0 ? 'F' : 'M',
    ...times,
  }
}

/** A product of an events file; without a price of its own it gets one from 3,000 to 99,900 won. */
export function madeUpProduct(
  id: string,
  no: number,
  priceWon: number | null,
  createdAtMs: number,
): ProductFixture {
  const hash = stableHash(`product ${id}`)
  return {
    no,
    name: `${pickBy(MANNERS, hash)} ${pickBy(KINDS, hash >>> 8)} ${id}호`,
    priceWon: priceWon ?? 3000 + (stableHash(`price ${id}`) % 970) * 100,
    category: '기타',
    summary: '연습용 데이터로 만든 상품이에요.',
    display: 'T',
    selling: 'T',
    soldOut: 'F',
    createdAtMs,
  }
}
