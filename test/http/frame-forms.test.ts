import path from 'node:path'
import { Router } from 'express'
import request from 'supertest'
import { z } from 'zod'
import { newForm } from '../../server/http/form-errors'
import {
  optionalWholeField,
  textField,
  tickField,
  ticksField,
  timeField,
  wholeField,
} from '../../server/http/form-fields'
import { seeOther } from '../../server/http/notice'
import { page } from '../../server/http/page'
import type { FieldView } from '../../server/http/page-parts'
import { parseForm } from '../../server/http/parse-form'
import { frameApp } from './frame-app'

const Plan = z.object({
  name: textField(20),
  time: timeField(),
  days: wholeField({ min: 1, max: 60 }),
  capWon: optionalWholeField({ min: 1, max: 1_000_000 }),
  weekdays: ticksField(['mon', 'tue']),
  noCap: tickField(),
})
const fields: FieldView[] = [
  { name: 'name', label: '이름' },
  { name: 'time', label: '발송 시각' },
  { name: 'days', label: '며칠' },
  { name: 'capWon', label: '비용' },
  { name: 'password', label: '비밀번호', type: 'password' },
  {
    name: 'weekdays',
    label: '요일',
    type: 'ticks',
    options: [
      { value: 'mon', label: '월' },
      { value: 'tue', label: '화' },
    ],
  },
]
const VIEW = path.join(__dirname, 'frame-form.ejs')

function planApp() {
  const saved: unknown[] = []
  const router = Router()
  router.get('/', (_req, res) => page(res, VIEW, { title: '계획', fields, form: newForm() }))
  router.post('/', (req, res) => {
    const read = parseForm(req, Plan)
    if (!read.ok) return page(res.status(422), VIEW, { title: '계획', fields, form: read.form })
    saved.push(read.value)
    seeOther(req, res, '/plan', { tone: 'ok', text: '저장했어요.' })
  })
  return { agent: request.agent(frameApp([{ path: '/plan', router, kind: 'public' }])), saved }
}

async function tokenOf(agent: ReturnType<typeof request.agent>): Promise<string> {
  const shown = await agent.get('/plan').accept('html')
  return /name="_csrf" value="([^"]+)"/.exec(shown.text)?.[1] ?? ''
}

const good = {
  name: '다시 알리기',
  time: '10:00',
  days: '7일',
  capWon: '30,000원',
  weekdays: 'mon',
  noCap: 'on',
}

describe('a form', () => {
  it('is refused with 403 and a way on when its token is missing', async () => {
    const { agent, saved } = planApp()
    await agent.get('/plan')

    const answer = await agent.post('/plan').type('form').accept('html').send(good)

    expect(answer.status).toBe(403)
    expect(answer.text).toContain('이전 화면을 새로 고친 뒤 다시 보내 주세요')
    expect(saved).toEqual([])
  })

  it("is refused with another visitor's token", async () => {
    const { agent, saved } = planApp()
    const strange = await tokenOf(planApp().agent)
    await agent.get('/plan')

    const answer = await agent
      .post('/plan')
      .type('form')
      .send({ ...good, _csrf: strange })

    expect(answer.status).toBe(403)
    expect(saved).toEqual([])
  })

  it('is accepted again after the login has begun a new session', async () => {
    const { agent } = planApp()
    const before = await tokenOf(agent)
    await agent.get('/test-login?as=owner')

    const stale = await agent
      .post('/plan')
      .type('form')
      .send({ ...good, _csrf: before })
    const _csrf = await tokenOf(agent)
    const fresh = await agent
      .post('/plan')
      .type('form')
      .send({ ...good, _csrf })

    expect([stale.status, fresh.status]).toEqual([403, 303])
  })

  it('is read as people type, answered with 303 and one notice, shown once', async () => {
    const { agent, saved } = planApp()
    const _csrf = await tokenOf(agent)

    const answer = await agent
      .post('/plan')
      .type('form')
      .send({ ...good, _csrf })
    const next = await agent.get('/plan').accept('html')
    const later = await agent.get('/plan').accept('html')

    expect([answer.status, answer.headers['location']]).toEqual([303, '/plan'])
    expect(saved).toEqual([
      { name: '다시 알리기', time: '10:00', days: 7, capWon: 30_000, weekdays: ['mon'], noCap: true },
    ])
    expect(next.text).toContain('저장했어요.')
    expect(later.text).not.toContain('저장했어요.')
  })

  it('comes back with every error as a link to its field and all that was typed, escaped', async () => {
    const { agent } = planApp()
    const _csrf = await tokenOf(agent)
    const typed = {
      name: '<b>"이름',
      time: '25:00',
      days: '0',
      capWon: 'abc',
      password: 'secret-1',
      weekdays: ['tue'],
    }

    const answer = await agent
      .post('/plan')
      .type('form')
      .accept('html')
      .send({ ...typed, _csrf })

    expect(answer.status).toBe(422)
    expect(answer.text).toContain('고칠 곳이 3개 있어요')
    for (const field of ['time', 'days', 'capWon']) {
      expect(answer.text).toContain(`<a href="#f-${field}">`)
      expect(answer.text).toContain(`id="f-${field}-error"`)
    }
    expect(answer.text).toContain('시각을 10:00처럼 입력해 주세요.')
    expect(answer.text).toContain('1 이상으로 입력해 주세요.')
    expect(answer.text).toContain('숫자로 입력해 주세요.')
    expect(answer.text).toContain('value="&lt;b&gt;&#34;이름"')
    expect(answer.text).toMatch(/value="tue" checked/)
    expect(answer.text).not.toMatch(/value="mon" checked/)
    expect(answer.text).not.toContain('secret-1')
  })

  it('takes an empty box for no cap, and refuses an empty required one', async () => {
    const { agent, saved } = planApp()
    const _csrf = await tokenOf(agent)

    const noCap = await agent
      .post('/plan')
      .type('form')
      .send({ ...good, capWon: ' ', _csrf })
    const noName = await agent
      .post('/plan')
      .type('form')
      .accept('html')
      .send({ ...good, name: ' ', _csrf })

    expect(noCap.status).toBe(303)
    expect(saved).toMatchObject([{ capWon: null }])
    expect(noName.status).toBe(422)
    expect(noName.text).toContain('입력해 주세요.')
  })
})
