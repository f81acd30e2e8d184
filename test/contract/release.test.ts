import { spawn } from 'node:child_process'
import { join } from 'node:path'
import mongoose from 'mongoose'
import { withDatabase } from '../../config/mongodb-uri'

const KEYS = { MASTER_KEY: Buffer.alloc(32, 7).toString('base64'), SESSION_SECRET: 's'.repeat(40) }

describe('the release command', () => {
  it('makes collections and indexes in the database of MONGODB_URI, and ends', async () => {
    const uri = withDatabase(String(process.env['TEST_DATABASE_URI']), `baguni_test_release_${process.pid}`)

    const { code, output } = await release({ MONGODB_URI: uri, ...KEYS })

    const connection = await mongoose.createConnection(uri).asPromise()
    const names = (await connection.listCollections()).map(({ name }) => name)
    await connection.dropDatabase()
    await connection.close()
    expect({ code, names }).toMatchObject({ code: 0, names: expect.arrayContaining(['sessions']) })
    expect(output).toContain('database prepared')
  })

  it('ends with one message for every bad variable', async () => {
    const { code, output } = await release({ PORT: 'hush', MONGODB_URI: 'mongodb://127.0.0.1:1' })

    expect(code).toBe(1)
    expect(output).toMatch(/3 environment variables[\s\S]*PORT:[\s\S]*MASTER_KEY:[\s\S]*SESSION_SECRET:/)
    expect(output).not.toContain('hush')
  })
})

async function release(env: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string }> {
  const command = join(__dirname, '..', '..', 'config', 'release.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', command], {
    env: { PATH: process.env['PATH'], ...env },
  })
  let output = ''
  const collect = (chunk: Buffer) => {
    output += chunk.toString()
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output }
}
