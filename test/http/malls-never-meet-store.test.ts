import { Schema } from 'mongoose'
import { type MallCollection, mallCollection } from '../../server/malls/mall-scope-store'
import { connectTestDatabase, type TestDatabase } from '../support/database'

interface Note {
  _id: string
  mallId: string
  text: string
}

type Call = (notes: MallCollection<Note>, mallId: string) => unknown

const schema = new Schema({ _id: String, mallId: String, text: String })
const mallNotes = (database: TestDatabase) =>
  mallCollection<Note>(database.connection, 'never-meet-notes', schema)

// A mall that is missing at run time, whatever the types say.
const NOBODY: string[] = ['', JSON.parse('null'), JSON.parse('{}').mallId, JSON.parse('{"$ne":""}')]
const ALL = { ids: ['a1', 'b1'], first: 'a0', last: 'b9' }
const SET = { $set: { text: 'changed' } }

/** Every call that a store can make, asked for everything it can get. */
const CALLS: Record<Exclude<keyof MallCollection<Note>, 'acrossMalls'>, Call> = {
  find: (notes, mallId) => notes.find(mallId).toArray(),
  findByIds: (notes, mallId) => notes.findByIds(mallId, ['a1', 'b1']),
  findByIdRange: (notes, mallId) => notes.findByIdRange(mallId, ALL, { projection: { text: 1 } }),
  findByKeys: (notes, mallId) => notes.findByKeys(mallId, '_id', ['a1', 'b1']),
  findOne: (notes, mallId) => notes.findOne(mallId, { _id: 'a1' }),
  insertMany: (notes, mallId) => notes.insertMany(mallId, [{ _id: 'new', mallId, text: '' }]),
  updateOne: (notes, mallId) => notes.updateOne(mallId, { _id: 'a1' }, SET),
  updateMany: (notes, mallId) => notes.updateMany(mallId, {}, SET),
  findOneAndUpdate: (notes, mallId) => notes.findOneAndUpdate(mallId, { _id: 'a1' }, SET),
  deleteMany: (notes, mallId) => notes.deleteMany(mallId, {}),
  bulkWrite: (notes, mallId) =>
    notes.bulkWrite(mallId, [
      { updateOne: { filter: { _id: 'a1' }, update: SET } },
      { deleteMany: { filter: { text: 'alice' } } },
    ]),
  aggregate: (notes, mallId) => notes.aggregate(mallId, [{ $match: { _id: 'a1' } }]),
}

/** The same, with the mall of another slipped into the query itself. */
const SLIPS: Record<string, (notes: MallCollection<Note>) => unknown> = {
  find: (notes) => notes.find('bora', { mallId: 'alice' }).toArray(),
  'find by any of': (notes) =>
    notes.find('bora', { $or: [{ mallId: 'alice' }, { text: 'alice' }] }).toArray(),
  updateMany: (notes) => notes.updateMany('bora', { mallId: 'alice' }, SET),
  deleteMany: (notes) => notes.deleteMany('bora', { mallId: 'alice', text: 'alice' }),
  aggregate: (notes) => notes.aggregate('bora', [{ $match: { mallId: 'alice' } }]),
}

describe('a collection of many malls', () => {
  let database: TestDatabase
  let notes: MallCollection<Note>

  beforeAll(async () => {
    database = await connectTestDatabase(() => undefined)
    notes = mallNotes(database)
    await database.connection.createCollection('never-meet-notes')
  })
  beforeEach(async () => {
    const all = notes.acrossMalls('the test begins anew')
    await all.deleteMany({})
    await all.insertMany([
      { _id: 'a1', mallId: 'alice', text: 'alice' },
      { _id: 'a2', mallId: 'alice', text: 'alice' },
      { _id: 'b1', mallId: 'bora', text: 'bora' },
    ])
  })
  afterAll(() => database.close())

  const all = () => notes.acrossMalls('the test looks').find({}).sort({ _id: 1 }).toArray()
  const ofAlice = async () => (await all()).filter(({ mallId }) => mallId === 'alice')
  const attempt = async (act: () => unknown) => act()

  it('has no call that this test leaves out', () => {
    expect(Object.keys(notes).sort()).toEqual([...Object.keys(CALLS), 'acrossMalls'].sort())
  })

  it.each(Object.entries(CALLS))('throws for %s without a mall, and changes nothing', async (_name, call) => {
    const before = await all()

    for (const nobody of NOBODY)
      await expect(attempt(() => call(notes, nobody))).rejects.toMatchObject({ code: 'query-without-mall' })

    expect(await all()).toEqual(before)
  })

  it.each(Object.entries(CALLS))(
    'with %s for another mall neither shows nor changes what is there',
    async (_name, call) => {
      const before = await ofAlice()

      const answer = await attempt(() => call(notes, 'carol'))

      expect(JSON.stringify(answer ?? null)).not.toContain('alice')
      expect(await ofAlice()).toEqual(before)
    },
  )

  it.each(Object.entries(SLIPS))(
    'keeps to the mall of the call when %s names another inside',
    async (_name, slip) => {
      const before = await ofAlice()

      const answer = await attempt(() => slip(notes))

      expect(JSON.stringify(answer)).not.toContain('alice')
      expect(await ofAlice()).toEqual(before)
    },
  )

  it('takes no document of another mall', async () => {
    const foreign = { _id: 'x', mallId: 'alice', text: '' }
    const before = await all()

    const insert = attempt(() => notes.insertMany('bora', [foreign]))
    const inserts = attempt(() => notes.bulkWrite('bora', [{ insertOne: { document: foreign } }]))

    await expect(insert).rejects.toMatchObject({ code: 'foreign-document' })
    await expect(inserts).rejects.toMatchObject({ code: 'foreign-document' })
    expect(await all()).toEqual(before)
  })

  it('gives a named mall its own', async () => {
    const found = await notes.find('alice').toArray()

    expect(found.map(({ _id }) => _id).sort()).toEqual(['a1', 'a2'])
  })
})
