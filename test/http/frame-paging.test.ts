import express, { type Request } from 'express'
import request from 'supertest'
import { readCursor, toListPage } from '../../server/http/paging'

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g']

function find(req: Request) {
  const cursor = readCursor(req)
  const key = cursor.side === 'top' ? '' : String(cursor.key[0])
  const size = 3
  const found =
    cursor.side === 'before'
      ? NAMES.filter((name) => name < key).reverse()
      : NAMES.filter((name) => name > key)
  return toListPage(req, found.slice(0, size + 1), { size, cursor, keyOf: (name) => [name] })
}

function listApp() {
  const app = express()
  app.get('/list', (req, res) => {
    res.json(find(req))
  })
  return request(app)
}

describe('a paged list', () => {
  it('walks to its end and back, keeps its filters, and has no link past either end', async () => {
    const app = listApp()
    const rows: string[] = []
    const hrefs: string[] = []

    let href: string | null = '/list?state=ok'
    while (href) {
      hrefs.push(href)
      const { body } = await app.get(href)
      rows.push(...body.rows)
      href = body.nextHref
    }
    const last = await app.get(hrefs.at(-1) ?? '')
    const middle = await app.get(last.body.previousHref)
    const first = await app.get(middle.body.previousHref)

    expect(rows).toEqual(NAMES)
    expect(hrefs).toHaveLength(3)
    expect(hrefs.every((each) => each.includes('state=ok'))).toBe(true)
    expect(middle.body.rows).toEqual(['d', 'e', 'f'])
    expect(first.body.rows).toEqual(['a', 'b', 'c'])
    expect(first.body.previousHref).toBeNull()
  })

  it.each(['zzz', 'W10', '%7B%7D', 'eyJhIjoxfQ'])(
    'starts at the top for a cursor nobody minted: %s',
    async (cursor) => {
      const { body } = await listApp().get(`/list?after=${cursor}`)

      expect(body.rows).toEqual(['a', 'b', 'c'])
    },
  )
})
