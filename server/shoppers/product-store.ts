import type { Connection } from 'mongoose'
import { Schema } from 'mongoose'
import type { MallId } from '../malls/mall'
import type { ProductRow } from '../malls/mall-client'
import { mallCollection } from '../malls/mall-scope-store'
import type { ProductFact } from './facts-rules'

type ProductDoc = ProductRow & { _id: string; mallId: MallId; readAt: Date }

/** What malls sell, as far as carts name it. */
export interface ProductStore {
  put(mallId: MallId, rows: ProductRow[], at: Date): Promise<void>
  /** Which of these were not read at `since` or later; each once. */
  unreadSince(mallId: MallId, productNos: number[], since: Date): Promise<number[]>
  of(mallId: MallId, productNos: number[]): Promise<Map<number, ProductFact>>
}

const schema = new Schema({ _id: String, mallId: String }, { strict: false, versionKey: false })

/** The products in the collection `products`; `_id` is `{mallId}:{productNo}`. */
export function productStore(connection: Connection): ProductStore {
  const products = mallCollection<ProductDoc>(connection, 'products', schema)
  const idOf = (mallId: MallId, productNo: number) => `${mallId}:${productNo}`
  const read = async (mallId: MallId, productNos: number[]) => {
    const ids = [...new Set(productNos)].map((productNo) => idOf(mallId, productNo))
    return products.find(mallId, { _id: { $in: ids } }).toArray()
  }
  return {
    async put(mallId, rows, at) {
      const known = new Map(
        (
          await read(
            mallId,
            rows.map((row) => row.productNo),
          )
        ).map((doc) => [doc.productNo, doc]),
      )
      const fresh = rows.filter((row) => !known.has(row.productNo))
      const docs = fresh.map((row) => ({ _id: idOf(mallId, row.productNo), mallId, ...row, readAt: at }))
      if (docs.length > 0) await products.insertMany(mallId, docs, { ordered: false })
      const changed = rows.filter((row) => differs(known.get(row.productNo), row))
      for (const row of changed)
        await products.updateOne(mallId, { _id: idOf(mallId, row.productNo) }, { $set: row })
      const ids = [...known.keys()].map((productNo) => idOf(mallId, productNo))
      if (ids.length > 0) await products.updateMany(mallId, { _id: { $in: ids } }, { $set: { readAt: at } })
    },
    async unreadSince(mallId, productNos, since) {
      const unique = [...new Set(productNos)]
      const fresh = new Set(
        (await read(mallId, unique)).flatMap((doc) => (doc.readAt >= since ? [doc.productNo] : [])),
      )
      return unique.filter((productNo) => !fresh.has(productNo))
    },
    async of(mallId, productNos) {
      const docs = await read(mallId, productNos)
      return new Map(docs.map((doc) => [doc.productNo, { name: doc.name, sellable: doc.sellable }]))
    },
  }
}

function differs(before: ProductRow | undefined, row: ProductRow): boolean {
  return (
    before !== undefined &&
    (before.name !== row.name || before.priceWon !== row.priceWon || before.sellable !== row.sellable)
  )
}
