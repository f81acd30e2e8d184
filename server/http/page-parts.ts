import type { Tone } from './notice'

/** A state in one word, with the icon and colour of its tone. */
export interface ChipView {
  tone: Tone | 'quiet'
  text: string
}

/** A button: a link, or a form of one button when `method` is `post`. */
export interface ActionView {
  label: string
  href: string
  /** `strong` once a page at most. */
  kind?: 'strong' | 'plain' | 'danger' | 'quiet'
  method?: 'get' | 'post'
  /** Hidden fields of a post. */
  fields?: Readonly<Record<string, string>>
}

/** The head of a page: where it stands, its name, its state, what can be done. */
export interface HeadView {
  crumbs?: readonly { label: string; href?: string }[]
  title: string
  chip?: ChipView
  lead?: string
  actions?: readonly ActionView[]
}

/** A big figure with what it means; `href` opens the people behind it. */
export interface TileView {
  label: string
  figure: string
  note?: string
  href?: string
}

/** One line of a funnel; `share` is the bar's part of the widest, 0 to 1. */
export interface FunnelRowView {
  label: string
  figure: string
  share: number
  kind: 'stay' | 'leave' | 'result'
  href?: string
}

/** A funnel with a sentence under it. */
export interface FunnelView {
  rows: readonly FunnelRowView[]
  note?: string
}

/** Why people got nothing, and what can be done: a remedy with `href` is a link. */
export interface ReasonView {
  label: string
  detail?: string
  figure: string
  href?: string
  remedy: { text: string; href?: string }
}

/** One day of the strip under a condition. */
export interface DayView {
  number: string
  label: string
  kind: 'start' | 'today' | 'plain'
}

/** One field of a form; what was typed and its error come from the `form` beside it. */
export interface FieldView {
  name: string
  label: string
  type?:
    | 'text'
    | 'password'
    | 'email'
    | 'tel'
    | 'number'
    | 'time'
    | 'date'
    | 'search'
    | 'textarea'
    | 'select'
    | 'tick'
    | 'choice'
    | 'ticks'
  hint?: string
  /** Stands at the end of the box: "원". */
  unit?: string
  /** Of select, choice (one of) and ticks (several of). */
  options?: readonly { value: string; label: string; hint?: string }[]
  required?: boolean
  placeholder?: string
  autocomplete?: string
  inputmode?: 'numeric' | 'tel' | 'email' | 'text'
  rows?: number
  maxlength?: number
}

/** The question before a dangerous act, with the consequence in numbers. */
export interface ConfirmView {
  title: string
  consequence: string
  action: string
  label: string
  fields?: Readonly<Record<string, string>>
  cancelHref: string
}

/** A message as the shopper sees it in a KakaoTalk room. */
export interface PhoneView {
  /** Of the status bar, "10:00". */
  clock: string
  room: string
  dateText: string
  sender: string
  /** The text in pieces; `strong` ones came from variables. */
  parts: readonly { text: string; strong?: boolean }[]
  buttons: readonly { label: string; href?: string }[]
  optOut?: string
  sentAt: string
  caption?: string
  captionLink?: { label: string; href: string }
}

/** A chart drawn on the server (trusted SVG) with its table. */
export interface ChartView {
  title: string
  /** One sentence under the title. */
  note?: string
  svg: string
  legend: readonly { label: string; kind: 'brand' | 'ink' | 'quiet' }[]
  table: { head: readonly string[]; rows: readonly (readonly string[])[] }
}

/** Work under way: `share` 0 to 1, `finish` says when it will be done. */
export interface ProgressView {
  label: string
  share: number
  figure: string
  finish?: string
}

/** One line of a checklist; what is still missing has a first step. */
export interface CheckView {
  done: boolean
  label: string
  note?: string
  action?: ActionView
}

/** What will be here, and the first step. */
export interface EmptyView {
  title: string
  text: string
  action?: ActionView
}
