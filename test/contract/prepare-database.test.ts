import { type Connection, Schema } from 'mongoose'
import { openDatabase, prepareDatabase } from '../../config/database'
import { connectTestDatabase, type TestDatabase } from '../support/database'

const basketSchema = new Schema(
  { mallId: { type: String, required: true }, memberId: String, at: Date },
  { collection: 'prepare_baskets' },
)
basketSchema.index({ mallId: 1, memberId: 1 }, { unique: true })
const basketStore = (connection: Connection) => connection.model('PrepareBasket', basketSchema)

function listener() {
  const warnings: object[] = []
  return { warnings, log: { info: () => undefined, warn: (fields: object) => warnings.push(fields) } }
}

describe('prepareDatabase', () => {
  let database: TestDatabase

  beforeAll(async () => {
    database = await connectTestDatabase(basketStore)
  })

  afterAll(() => database.close())

  it('makes the collections and indexes of every model before the first query', async () => {
    const names = (await database.connection.listCollections()).map(({ name }) => name)
    const indexes = await database.connection.collection('prepare_baskets').indexes()

    expect(names).toEqual(expect.arrayContaining(['prepare_baskets', 'sessions']))
    expect(indexes).toContainEqual(expect.objectContaining({ key: { mallId: 1, memberId: 1 }, unique: true }))
  })

  it('makes the TTL index of the session store', async () => {
    const indexes = await database.connection.collection('sessions').indexes()

    expect(indexes).toContainEqual(expect.objectContaining({ key: { expires: 1 }, expireAfterSeconds: 0 }))
  })

  it('changes nothing when it is repeated by two processes at once', async () => {
    const other = await openDatabase(database.uri)
    basketStore(other)
    const { log, warnings } = listener()
    const before = await database.connection.collection('prepare_baskets').indexes()

    await Promise.all([prepareDatabase(database.connection, log), prepareDatabase(other, log)])
    await other.close()

    expect(await database.connection.collection('prepare_baskets').indexes()).toEqual(before)
    expect(warnings).toEqual([])
  })

  it('leaves an index that no model declares in place and says so', async () => {
    await database.connection.collection('prepare_baskets').createIndex({ at: 1 }, { name: 'by_hand' })
    const { log, warnings } = listener()

    await prepareDatabase(database.connection, log)

    const names = (await database.connection.collection('prepare_baskets').indexes()).map(({ name }) => name)
    expect(names).toContain('by_hand')
    expect(warnings).toEqual([{ collection: 'prepare_baskets', indexes: ['by_hand'] }])
  })

  it('refuses an index that is there in another form', async () => {
    const other = await openDatabase(database.uri)
    const changed = new Schema({ mallId: String, memberId: String }, { collection: 'prepare_baskets' })
    changed.index({ mallId: 1, memberId: 1 }, { unique: false, expireAfterSeconds: 5 })
    other.model('PrepareBasketChanged', changed)

    await expect(prepareDatabase(other, listener().log)).rejects.toThrow()

    await other.close()
  })
})

describe('openDatabase', () => {
  it('refuses a query for a field that the schema does not have', async () => {
    const database = await connectTestDatabase(basketStore)
    const model = basketStore(database.connection)

    await expect(model.find({ mall: 'typo' }).lean()).rejects.toThrow(/strict/i)

    await database.close()
  })

  it('commits a transaction and undoes an aborted one', async () => {
    const database = await connectTestDatabase(basketStore)
    const model = basketStore(database.connection)

    await database.connection.transaction(async (session) => {
      await model.create([{ mallId: 'm1', memberId: 'kept' }], { session })
    })
    const aborted = database.connection.transaction(async (session) => {
      await model.create([{ mallId: 'm1', memberId: 'undone' }], { session })
      throw new Error('abort')
    })

    await expect(aborted).rejects.toThrow('abort')
    expect((await model.find({ mallId: 'm1' }).lean()).map(({ memberId }) => memberId)).toEqual(['kept'])
    await database.close()
  })
})
