import type { Connection } from 'mongoose'
import { Schema } from 'mongoose'
import { ignoringDuplicates } from '../malls/duplicate-rules'
import type { MallId } from '../malls/mall'
import type { ProductRow } from '../malls/mall-client'
import { mallCollection } from '../malls/mall-scope-store'
import type { ProductFact } from './facts-rules'

type ProductDoc = ProductRow & { _id: string; mallId: MallId }

/** What malls sell, as far as carts name it. */
export interface ProductStore {
  /** Stores what is new or differs. */
  put(mallId: MallId, rows: readonly ProductRow[]): Promise<void>
  of(mallId: MallId, productNos: readonly number[]): Promise<Map<number, ProductFact>>
}

const schema = new Schema({ _id: String, mallId: String }, { strict: false, versionKey: false })

/** The products in the collection `products`; `_id` is `{mallId}:{productNo}`. */
export function productStore(connection: Connection): ProductStore {
  const products = mallCollection<ProductDoc>(connection, 'products', schema)
  const idOf = (mallId: MallId, productNo: number) => `${mallId}:${productNo}`
  const read = async (mallId: MallId, productNos: readonly number[]) => {
    const ids = [...new Set(productNos)].map((productNo) => idOf(mallId, productNo))
    const found = await products.findByIds(mallId, ids)
    return new Map(found.map((doc) => [doc.productNo, doc]))
  }
  return {
    async put(mallId, rows) {
      const known = await read(
        mallId,
        rows.map((row) => row.productNo),
      )
      const fresh = rows.filter((row) => !known.has(row.productNo))
      const docs = fresh.map((row) => ({ _id: idOf(mallId, row.productNo), mallId, ...row }))
      if (docs.length > 0) await ignoringDuplicates(products.insertMany(mallId, docs, { ordered: false }))
      for (const row of rows.filter((each) => differs(known.get(each.productNo), each)))
        await products.updateOne(mallId, { _id: idOf(mallId, row.productNo) }, { $set: row })
    },
    async of(mallId, productNos) {
      const found = await read(mallId, productNos)
      return new Map([...found].map(([productNo, { name, sellable }]) => [productNo, { name, sellable }]))
    },
  }
}

function differs(before: ProductRow | undefined, row: ProductRow): boolean {
  return (
    before !== undefined &&
    (before.name !== row.name || before.priceWon !== row.priceWon || before.sellable !== row.sellable)
  )
}
