import { formatDay, formatInstant, kstDay } from '../core/seoul'
import type { Notice } from '../http/notice'
import type { ActionView, ChipView, ConfirmView, FieldView, ProgressView } from '../http/page-parts'
import type { Role, SessionUser } from '../http/session-user'
import type { Mall } from '../malls/mall'
import { type FrequencyView, frequencyView } from './frequency-form'
import { cartWarning, isConnected, mallTrouble } from './mall-view'
import { isSyncMoving, syncProgressView } from './sync-view'
import type { User } from './user'

/** The settings page, ready to print; it never reloads by itself, which would lose what somebody types. */
export interface SettingsView {
  shop: readonly { label: string; text: string }[]
  warning: Notice | null
  connection: {
    chip: ChipView
    /** What is wrong and how to mend it. */
    trouble: string | null
    reconsent: ActionView | null
    sync: string
    progress: ProgressView | null
    again: ActionView | null
  }
  frequency: FrequencyView & { canChange: boolean }
  people: readonly PersonView[]
  /** Asked before somebody is removed. */
  confirm: ConfirmView | null
  canInvite: boolean
  login: { lead: string; fields: readonly FieldView[]; button: string }
}

/** One line of the list of people. */
export interface PersonView {
  name: string
  role: string
  /** How the person comes in. */
  door: string
  removeHref: string | null
}

const ROLES: Record<Role, string> = {
  owner: '대표',
  marketer: '마케터',
  support: '고객 상담',
  operator: '서비스 관리자',
}

/** The settings of a shop as `viewer` sees them; `removing` is who is asked about, `reconsentHref` where consent begins. */
export function settingsView(facts: {
  mall: Mall
  people: readonly User[]
  viewer: SessionUser
  removing: User | null
  reconsentHref: string | null
  now: Date
}): SettingsView {
  const { mall, people, viewer, removing, now } = facts
  const own = people.find(({ id }) => id === viewer.userId)
  const isOwner = viewer.role === 'owner'
  return {
    shop: shopFacts(mall),
    warning: cartWarning(mall),
    connection: connectionOf(mall, facts.reconsentHref, viewer.role !== 'support', now),
    frequency: { ...frequencyView(mall), canChange: viewer.role === 'owner' || viewer.role === 'marketer' },
    people: people.map((person) => personOf(person, isOwner && person.id !== viewer.userId, own)),
    confirm: removing && confirmOf(removing),
    canInvite: isOwner,
    login: loginOf(own?.passwordHash !== undefined && own.passwordHash !== null),
  }
}

function shopFacts(mall: Mall): { label: string; text: string }[] {
  return [
    { label: '쇼핑몰 이름', text: mall.name },
    { label: '주소', text: mall.domain },
    { label: '장바구니 보관', text: mall.cartDays === null ? '비우지 않아요' : `${mall.cartDays}일` },
    { label: '설치한 날', text: dayWithYear(mall.installedAt) },
  ]
}

function dayWithYear(at: Date): string {
  const day = kstDay(at)
  return `${day.slice(0, 4)}년 ${formatDay(day)}`
}

const CHIPS: Record<Mall['state'], ChipView> = {
  pending: { tone: 'info', text: '동의 기다리는 중' },
  connected: { tone: 'ok', text: '연결됨' },
  'reauth-required': { tone: 'bad', text: '다시 동의 필요' },
  uninstalled: { tone: 'quiet', text: '앱 삭제됨' },
}

function connectionOf(
  mall: Mall,
  reconsentHref: string | null,
  canManage: boolean,
  now: Date,
): SettingsView['connection'] {
  const progress = syncProgressView(mall.sync, now)
  const canSync = canManage && isConnected(mall) && !isSyncMoving(mall)
  const canConsent = canManage && mall.state === 'reauth-required' && reconsentHref !== null
  return {
    chip: CHIPS[mall.state],
    trouble: mallTrouble(mall),
    reconsent: canConsent ? { label: '다시 동의하기', href: reconsentHref, kind: 'strong' } : null,
    sync: syncText(mall),
    progress,
    again: canSync ? { label: '다시 동기화', href: '/settings/sync', method: 'post' } : null,
  }
}

function syncText({ sync }: Mall): string {
  const last = sync.fullPullAt ? `${formatInstant(sync.fullPullAt)} 기준 정보를 쓰고 있어요.` : ''
  switch (sync.state) {
    case 'never':
      return '아직 쇼핑몰 정보를 읽지 않았어요.'
    case 'running':
      return last
    case 'done':
      return last
    case 'failed':
      return `동기화가 끝나지 못했어요. ${last}`.trim()
  }
}

function personOf(person: User, canRemove: boolean, own: User | undefined): PersonView {
  const doors = [
    person.adminId === null ? '' : '쇼핑몰 관리자',
    person.loginId === null ? '' : `아이디 ${person.loginId}`,
  ]
  return {
    name: person.id === own?.id ? `${person.name} (나)` : person.name,
    role: ROLES[person.role],
    door: doors.filter((door) => door !== '').join(' · '),
    removeHref: canRemove ? `/settings?remove=${person.id}#confirm` : null,
  }
}

function confirmOf(person: User): ConfirmView {
  const back =
    person.adminId === null
      ? '다시 들어오려면 새로 추가해야 해요.'
      : '쇼핑몰 관리자에서 바구니를 열면 다시 들어올 수 있으니, 쇼핑몰의 관리자 권한도 거둬 주세요.'
  return {
    title: `${person.name} 님을 내보낼까요?`,
    consequence: `지금 열어 둔 화면도 바로 닫혀요. ${back}`,
    action: `/settings/people/${person.id}/remove`,
    label: '내보내기',
    cancelHref: '/settings',
  }
}

function loginOf(hasPassword: boolean): SettingsView['login'] {
  const id: FieldView = {
    name: 'loginId',
    label: '아이디',
    autocomplete: 'username',
    required: true,
    maxlength: 60,
    hint: '영문 소문자와 숫자로 4자 이상. 이메일 주소도 돼요.',
  }
  const current: FieldView = {
    name: 'current',
    label: '지금 비밀번호',
    type: 'password',
    autocomplete: 'current-password',
    required: true,
  }
  const next: FieldView = {
    name: 'password',
    label: hasPassword ? '새 비밀번호' : '비밀번호',
    type: 'password',
    autocomplete: 'new-password',
    required: true,
    maxlength: 200,
    hint: '10자 이상이면 돼요.',
  }
  return hasPassword
    ? {
        lead: '바꾸면 다른 기기에서는 로그아웃돼요.',
        fields: [id, current, next],
        button: '비밀번호 바꾸기',
      }
    : {
        lead: '아이디와 비밀번호를 정하면 쇼핑몰 관리자를 거치지 않고도 로그인할 수 있어요.',
        fields: [id, next],
        button: '비밀번호 정하기',
      }
}
