import { type Connection, Schema } from 'mongoose'
import type { MallId } from '../malls/mall'
import { fromStored, mallCollection, type Stored, toStored } from '../malls/mall-scope-store'
import type { AccountProblem, SendingAccount } from './sending-account'

/** The sending accounts of all malls, every version. */
export interface SendingAccountStore {
  newest(mallId: MallId): Promise<SendingAccount | null>
  byVersion(mallId: MallId, version: number): Promise<SendingAccount | null>
  /** Throws when this version is already there: two people saved at once. */
  insert(account: SendingAccount): Promise<void>
  setProblems(mallId: MallId, version: number, problems: AccountProblem[]): Promise<void>
  setChecked(
    mallId: MallId,
    version: number,
    checked: Pick<SendingAccount, 'balanceWon' | 'prices' | 'problems' | 'checkedAt'>,
  ): Promise<void>
  setRegistered(mallId: MallId, version: number, registered: boolean): Promise<void>
  /** The account whose webhook has this unguessable path, of any mall. */
  byWebhookPath(path: string): Promise<SendingAccount | null>
  /** The newest account of every mall. */
  all(): Promise<SendingAccount[]>
}

type AccountDoc = Stored<SendingAccount>

const schema = new Schema({ _id: String, mallId: String }, { strict: false, versionKey: false })
schema.index({ mallId: 1, version: -1 })
schema.index({ 'webhook.path': 1 })

/** Sending accounts in the collection `sending-accounts`; `_id` is `{mallId}:{version}`. */
export function sendingAccountStore(connection: Connection): SendingAccountStore {
  const accounts = mallCollection<AccountDoc>(connection, 'sending-accounts', schema)
  const set = async (mallId: MallId, version: number, fields: object) => {
    await accounts.updateOne(mallId, { version }, { $set: fields })
  }
  const read = (doc: AccountDoc | null) => (doc ? fromStored<SendingAccount>(doc) : null)
  return {
    async newest(mallId) {
      const [doc] = await accounts.find(mallId, {}).sort({ version: -1 }).limit(1).toArray()
      return read(doc ?? null)
    },
    byVersion: async (mallId, version) => read(await accounts.findOne(mallId, { version })),
    async insert(account) {
      await accounts.insertMany(account.mallId, [toStored(account)])
    },
    setProblems: (mallId, version, problems) => set(mallId, version, { problems }),
    setChecked: (mallId, version, checked) => set(mallId, version, checked),
    setRegistered: (mallId, version, registered) =>
      set(mallId, version, { 'webhook.registered': registered }),
    async byWebhookPath(path) {
      const all = accounts.acrossMalls('a webhook names its account by an unguessable path only')
      return read((await all.findOne({ 'webhook.path': path })) as AccountDoc | null)
    },
    async all() {
      const docs = await accounts.acrossMalls('results are asked for of every account').find({}).toArray()
      const newest = new Map<MallId, SendingAccount>()
      for (const doc of docs) {
        const account = fromStored<SendingAccount>(doc as AccountDoc)
        if (account.version > (newest.get(account.mallId)?.version ?? 0)) newest.set(account.mallId, account)
      }
      return [...newest.values()]
    },
  }
}
