import type {
  AnyBulkWriteOperation,
  BulkWriteOptions,
  BulkWriteResult,
  ClientSession,
  Collection,
  Document,
  Filter,
  FindCursor,
  FindOneAndUpdateOptions,
  FindOptions,
  InsertManyResult,
  UpdateFilter,
  UpdateOptions,
  UpdateResult,
} from 'mongodb'
import type { Connection, Schema } from 'mongoose'
import { AppError } from '../core/errors'
import { type ReadOptions, readByIds } from './id-read-store'
import type { MallId } from './mall'
import { readWays } from './read-ways-store'

/** A stored document: the domain's `id` is `_id`, and it has its mall. */
export type Stored<T extends { id: string }> = Omit<T, 'id'> & { _id: string }

// Of a list nearly everything comes with the first answer: by itself a server gives 101 and waits to be asked for more.
const AT_ONCE = 1_000

type Options = { session?: ClientSession }

/** `ids` and the range that holds them. */
export interface IdRange {
  ids: readonly string[]
  first: string
  last: string
}

/**
 * One collection behind its mall: every call names the mall and sees nothing else; a call without one throws (law 9).
 * Documents are plain, `_id` is the domain id.
 */
export interface MallCollection<D extends Document> {
  find(mallId: MallId, filter?: Filter<D>, options?: FindOptions): FindCursor<D>
  findOne(mallId: MallId, filter: Filter<D>, options?: FindOptions): Promise<D | null>
  /**
   * Those of `ids` that are this mall's, in no order and in lists as long as the server likes them. The database is asked for ids
   * alone and the mall is looked at here: with both in one filter secantusd-rs reads the mall's whole index (30 ms for 100
   * of 20,000 rows, 2026-11-28).
   */
  findByIds(mallId: MallId, ids: readonly string[], options?: ReadOptions): Promise<D[]>
  /** The same for ids that stand in a row from `first` to `last`, read as a range where that is faster; others of the range may come too. */
  findByIdRange(mallId: MallId, range: IdRange, options?: ReadOptions): Promise<D[]>
  /** Those whose indexed `field` is one of `keys`, asked for like ids. */
  findByKeys(
    mallId: MallId,
    field: keyof D & string,
    keys: readonly string[],
    options?: ReadOptions,
  ): Promise<D[]>
  insertMany(mallId: MallId, docs: D[], options?: BulkWriteOptions): Promise<InsertManyResult<D>>
  updateOne(
    mallId: MallId,
    filter: Filter<D>,
    update: UpdateFilter<D> | Document[],
    options?: UpdateOptions,
  ): Promise<UpdateResult>
  updateMany(
    mallId: MallId,
    filter: Filter<D>,
    update: UpdateFilter<D> | Document[],
    options?: UpdateOptions,
  ): Promise<UpdateResult>
  findOneAndUpdate(
    mallId: MallId,
    filter: Filter<D>,
    update: UpdateFilter<D> | Document[],
    options?: FindOneAndUpdateOptions,
  ): Promise<D | null>
  deleteMany(mallId: MallId, filter: Filter<D>, options?: Options): Promise<number>
  bulkWrite(
    mallId: MallId,
    operations: AnyBulkWriteOperation<D>[],
    options?: BulkWriteOptions,
  ): Promise<BulkWriteResult>
  aggregate<R extends Document>(mallId: MallId, pipeline: Document[], options?: Options): Promise<R[]>
  /** The one door past the mall, for sweepers that look for what is due anywhere; `why` is for the reader. */
  acrossMalls(why: string): Collection<D>
}

/**
 * Registers a model whose collection is `name` and gives its mall-scoped plain-driver calls. Indexes are declared on
 * `schema` and made by `prepareDatabase`, never by the way.
 */
export function mallCollection<D extends Document & { _id: string; mallId: MallId }>(
  connection: Connection,
  name: string,
  schema: Schema,
): MallCollection<D> {
  const model = connection.models[name] ?? connection.model(name, schema, name)
  const raw = model.collection as unknown as Collection<D>
  const scope = (mallId: MallId, filter: Filter<D> = {}): Filter<D> => {
    assertMall(mallId)
    return { ...filter, mallId } as Filter<D>
  }
  const readOwn = async (mallId: MallId, ids: object, options: ReadOptions = {}) => {
    const { projection } = options
    const shown = projection ? { ...options, projection: { ...projection, mallId: 1 } } : options
    const docs = await readByIds<D>(connection, name, ids, shown)
    return docs.filter((doc) => doc.mallId === mallId)
  }
  const inLists = async (
    keys: readonly string[],
    options: ReadOptions,
    read: (list: readonly string[]) => Promise<D[]>,
  ) => {
    if (keys.length === 0) return []
    const { keysAtOnce } = await readWays(connection)
    const lists = Array.from({ length: Math.ceil(keys.length / keysAtOnce) }, (_, list) =>
      keys.slice(list * keysAtOnce, (list + 1) * keysAtOnce),
    )
    if (!options.session) return (await Promise.all(lists.map(read))).flat()
    // One session does one thing at a time.
    const found: D[] = []
    for (const list of lists) found.push(...(await read(list)))
    return found
  }
  const findByIds = async (mallId: MallId, ids: readonly string[], options: ReadOptions = {}) => {
    assertMall(mallId)
    return inLists(ids, options, (list) => readOwn(mallId, { $in: list }, options))
  }
  return {
    find: (mallId, filter, options) => raw.find<D>(scope(mallId, filter), options),
    findOne: (mallId, filter, options) => raw.findOne(scope(mallId, filter), options) as Promise<D | null>,
    findByIds,
    async findByIdRange(mallId, { ids, first, last }, options) {
      assertMall(mallId)
      if (!(await readWays(connection)).ranges) return findByIds(mallId, ids, options)
      return readOwn(mallId, { $gte: first, $lte: last }, options)
    },
    async findByKeys(mallId, field, keys, options = {}) {
      assertMall(mallId)
      return inLists(keys, options, (list) =>
        raw
          .find<D>(scope(mallId, { [field]: { $in: list } } as Filter<D>), { batchSize: AT_ONCE, ...options })
          .toArray(),
      )
    },
    async insertMany(mallId, docs, options) {
      assertMall(mallId)
      assertSameMall(mallId, docs)
      return raw.insertMany(docs as never, options)
    },
    updateOne: (mallId, filter, update, options) => raw.updateOne(scope(mallId, filter), update, options),
    updateMany: (mallId, filter, update, options) => raw.updateMany(scope(mallId, filter), update, options),
    findOneAndUpdate: (mallId, filter, update, options) =>
      raw.findOneAndUpdate(scope(mallId, filter), update, options ?? {}) as Promise<D | null>,
    deleteMany: async (mallId, filter, options) =>
      (await raw.deleteMany(scope(mallId, filter), options)).deletedCount,
    async bulkWrite(mallId, operations, options) {
      return raw.bulkWrite(
        operations.map((operation) => scopedOperation(mallId, operation, scope)),
        options,
      )
    },
    async aggregate<R extends Document>(mallId: MallId, pipeline: Document[], options?: Options) {
      // One stage: a database that does not join two would read the whole mall for the first.
      const [first, ...rest] = pipeline
      const joined = first && '$match' in first
      const stages = joined
        ? [{ $match: scope(mallId, first['$match']) }, ...rest]
        : [{ $match: scope(mallId) }, ...pipeline]
      return raw.aggregate<R>(stages, options).toArray()
    },
    acrossMalls: () => raw,
  }
}

/** Domain object → stored document. */
export function toStored<T extends { id: string }>(value: T): Stored<T> {
  const { id, ...rest } = value
  return { _id: id, ...rest }
}

/** Stored document → domain object. */
export function fromStored<T extends { id: string }>(doc: Stored<T>): T {
  const { _id, ...rest } = doc
  return { id: _id, ...rest } as unknown as T
}

function assertMall(mallId: MallId): void {
  if (typeof mallId !== 'string' || mallId === '')
    throw new AppError('query-without-mall', 'Every query names its mall')
}

function assertSameMall(mallId: MallId, docs: { mallId: MallId }[]): void {
  if (docs.some((doc) => doc.mallId !== mallId))
    throw new AppError('foreign-document', 'A document of another mall')
}

function scopedOperation<D extends Document & { mallId: MallId }>(
  mallId: MallId,
  operation: AnyBulkWriteOperation<D>,
  scope: (mallId: MallId, filter?: Filter<D>) => Filter<D>,
): AnyBulkWriteOperation<D> {
  if ('insertOne' in operation) {
    assertMall(mallId)
    assertSameMall(mallId, [operation.insertOne.document as unknown as D])
    return operation
  }
  const [kind, body] = Object.entries(operation)[0] as [string, { filter: Filter<D> }]
  return { [kind]: { ...body, filter: scope(mallId, body.filter) } } as unknown as AnyBulkWriteOperation<D>
}
