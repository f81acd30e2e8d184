/** What a page answered after its redirects. */
export interface Answer {
  status: number
  url: string
  body: string
  headers: Headers
}

/** A person at the door: a browser without JavaScript, with cookies per host, that follows redirects and fills in forms. */
export interface Door {
  get(url: string, headers?: Record<string, string>): Promise<Answer>
  /** Posts fields as a form would. */
  post(url: string, fields: Fields, headers?: Record<string, string>): Promise<Answer>
  /** Opens the form of `page` whose address ends in `action`, changes `fields`, and sends it with everything else as it stands. */
  submit(page: Answer, action: string, fields?: Fields): Promise<Answer>
}

type Fields = Record<string, string | string[]>

const MAX_REDIRECTS = 10

/** Opens a new, empty cookie jar. */
export function openDoor(userAgent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)'): Door {
  const jar = new Map<string, Map<string, string>>()

  async function send(url: string, init: RequestInit, hops = 0): Promise<Answer> {
    const host = new URL(url).host
    const headers = new Headers(init.headers)
    headers.set('user-agent', userAgent)
    const cookies = [...(jar.get(host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
    if (cookies) headers.set('cookie', cookies)
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    keepCookies(jar, host, response.headers)
    const location = response.headers.get('location')
    if (response.status >= 300 && response.status < 400 && location && hops < MAX_REDIRECTS) {
      await response.arrayBuffer()
      return send(new URL(location, url).href, { headers: { accept: 'text/html' } }, hops + 1)
    }
    return { status: response.status, url, body: await response.text(), headers: response.headers }
  }

  const door: Door = {
    get: (url, headers = {}) => send(url, { headers: { accept: 'text/html', ...headers } }),
    post: (url, fields, headers = {}) =>
      send(url, { method: 'POST', body: formBody(fields), headers: { accept: 'text/html', ...headers } }),
    submit(page, action, fields = {}) {
      const form = formsOf(page.body).find((each) => new URL(each.action, page.url).pathname.endsWith(action))
      if (!form) throw new Error(`No form for ${action} on ${new URL(page.url).pathname} (${page.status})`)
      return door.post(new URL(form.action, page.url).href, { ...form.fields, ...fields })
    },
  }
  return door
}

function keepCookies(jar: Map<string, Map<string, string>>, host: string, headers: Headers): void {
  const cookies = jar.get(host) ?? new Map<string, string>()
  for (const line of headers.getSetCookie()) {
    const [pair = ''] = line.split(';')
    const at = pair.indexOf('=')
    if (at > 0) cookies.set(pair.slice(0, at), pair.slice(at + 1))
  }
  jar.set(host, cookies)
}

function formBody(fields: Fields): URLSearchParams {
  const body = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) {
    for (const each of [value].flat()) body.append(name, each)
  }
  return body
}

interface Form {
  action: string
  fields: Record<string, string[]>
}

/** The forms of a server-rendered page with the values a browser would send; enough of HTML for our own and the play mall's pages. */
function formsOf(html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head = '', inner = '']) => {
    const fields: Record<string, string[]> = {}
    const add = (name: string | null, value: string) => {
      if (name) fields[name] = [...(fields[name] ?? []), value]
    }
    for (const [tag] of inner.matchAll(/<input\b[^>]*>/g)) {
      const type = attribute(tag, 'type') ?? 'text'
      if (/^(submit|button|file|image)$/.test(type) || /\sdisabled\b/.test(tag)) continue
      if (/^(checkbox|radio)$/.test(type) && !/\schecked\b/.test(tag)) continue
      add(attribute(tag, 'name'), attribute(tag, 'value') ?? (type === 'checkbox' ? 'on' : ''))
    }
    for (const [, tag = '', text = ''] of inner.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/g)) {
      add(attribute(tag, 'name'), decode(text.replace(/^\r?\n/, '')))
    }
    for (const [, tag = '', options = ''] of inner.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/g)) {
      const all = [...options.matchAll(/<option\b[^>]*>/g)].map(([option]) => option)
      const chosen = all.find((option) => /\sselected\b/.test(option)) ?? all[0]
      if (chosen) add(attribute(tag, 'name'), attribute(chosen, 'value') ?? '')
    }
    return { action: attribute(head, 'action') ?? '', fields }
  })
}

function attribute(tag: string, name: string): string | null {
  const match = new RegExp(`\\s${name}="([^"]*)"`).exec(` ${tag}`)
  return match ? decode(match[1] ?? '') : null
}

function decode(text: string): string {
  const names: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#34': '"', '#39': "'" }
  return text.replace(/&(amp|lt|gt|quot|#34|#39);/g, (_, name: string) => names[name] ?? '')
}
