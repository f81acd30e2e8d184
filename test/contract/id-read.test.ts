import { readByIds } from '../../server/malls/id-read-store'
import { connectTestDatabase, type TestDatabase } from '../support/database'

interface Doc {
  _id: string
  text: string
  at: Date
}

const NAME = 'id-read'
const AT = new Date('2026-03-02T01:00:00.000Z')
const MEGABYTE = 1_000_000

/** Reading by ids asks the server in the driver's plainest way; this is what it must be able to count on. */
describe('documents by their ids', () => {
  let database: TestDatabase
  const collection = () => database.connection.collection<Doc>(NAME)
  const read = (ids: object, options = {}) => readByIds<Doc>(database.connection, NAME, ids, options)

  beforeAll(async () => {
    database = await connectTestDatabase(() => undefined)
    await database.connection.createCollection(NAME)
  })
  beforeEach(async () => {
    await collection().deleteMany({})
    await collection().insertMany(['a', 'b', 'c'].map((_id) => ({ _id, text: `글 ${_id} 🧺`, at: AT })))
  })
  afterEach(() => jest.restoreAllMocks())
  afterAll(() => database.close())

  it('are found by a list and by a range, as they were written', async () => {
    const written = (_id: string) => ({ _id, text: `글 ${_id} 🧺`, at: AT })
    expect(await read({ $in: ['c', 'a', 'nobody'] })).toEqual(
      expect.arrayContaining([written('a'), written('c')]),
    )
    expect(await read({ $in: ['c', 'a', 'nobody'] })).toHaveLength(2)
    expect(await read({ $gte: 'b', $lte: 'c' })).toEqual([written('b'), written('c')])
    expect(await read({ $in: [] })).toEqual([])
  })

  it('come with the fields that are asked for and no other', async () => {
    expect(await read({ $in: ['a'] }, { projection: { at: 1 } })).toEqual([{ _id: 'a', at: AT }])
    expect(await read({ $in: ['a'] }, { projection: { _id: 0, at: 1 } })).toEqual([{ at: AT }])
  })

  it('come whole when one answer cannot hold them', async () => {
    const text = 'x'.repeat(MEGABYTE)
    const ids = Array.from({ length: 40 }, (_, i) => `large-${i}`)
    for (const _id of ids) await collection().insertOne({ _id, text, at: AT })
    const found = await read({ $in: ids })
    expect(found.map(({ _id }) => _id).sort()).toEqual([...ids].sort())
    expect(found.every((doc) => doc.text.length === MEGABYTE)).toBe(true)
  })

  it('are those of the transaction that asks', async () => {
    await database.connection.transaction(async (session) => {
      await collection().updateOne({ _id: 'a' }, { $set: { text: 'ours' } }, { session })
      expect(await read({ $in: ['a'] }, { session })).toEqual([{ _id: 'a', text: 'ours', at: AT }])
    })
  })

  it('are asked for again after an answer that did not come, but not within a transaction', async () => {
    const lost = () =>
      jest.spyOn(database.connection.db as never, 'command').mockRejectedValueOnce(new Error('lost') as never)
    lost()
    expect(await read({ $in: ['a', 'b'] })).toHaveLength(2)
    const session = await database.connection.startSession()
    lost()
    await expect(read({ $in: ['a'] }, { session })).rejects.toThrow('lost')
    await session.endSession()
  })
})
