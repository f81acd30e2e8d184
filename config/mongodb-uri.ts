import { mongo } from 'mongoose'
import { AppError } from '../server/core/errors'

const URI = /^(mongodb(?:\+srv)?:\/\/)([^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/

/** The database that a MongoDB address names, or null. */
export function databaseOf(uri: string): string | null {
  return URI.exec(uri)?.[3] || null
}

/** Says whether a text has the shape of a MongoDB address. */
export function isMongodbUri(text: string): boolean {
  return URI.test(text)
}

/** The same address for the database `dbName`; whom it logs in as, and where, stays the same. */
export function withDatabase(uri: string, dbName: string): string {
  const [, scheme, hosts = '', database, query] = URI.exec(uri) ?? []
  if (!scheme) throw new AppError('bad-mongodb-uri', 'MONGODB_URI is no MongoDB address')
  const params = query ? query.split('&') : []
  // A login without authSource is looked up in the database of the address, which we change here.
  if (hosts.includes('@') && !params.some((param) => param.startsWith('authSource='))) {
    params.push(`authSource=${database || 'admin'}`)
  }
  return `${scheme}${hosts}/${dbName}${params.length > 0 ? `?${params.join('&')}` : ''}`
}

/** Version of the server at a given address; throws AppError `database-unreachable`, without the address, when none answers. */
export async function checkMongodbUri(uri: string, limitMs: number): Promise<string> {
  try {
    const client = new mongo.MongoClient(uri, { serverSelectionTimeoutMS: limitMs })
    try {
      await client.db('admin').command({ ping: 1 })
      return String((await client.db('admin').command({ buildInfo: 1 }))['version'])
    } finally {
      await client.close(true)
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.name : 'unknown'
    throw new AppError(
      'database-unreachable',
      `MONGODB_URI is set, but no database answers there within ${limitMs / 1000} s (${reason}). ` +
        'Check its host, port and login, or leave it out to let Baguni start a database of its own.',
    )
  }
}
