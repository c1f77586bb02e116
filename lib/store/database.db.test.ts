import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from './database'
import { type CutWay, cutWay } from './testing/cut'
import { type TestDatabase, testDatabase } from './testing/database'

let base: TestDatabase
let way: CutWay
let database: Database
beforeAll(async () => {
  base = await testDatabase()
  way = await cutWay(base.url)
  database = openDatabase({ url: way.url })
})
afterAll(async () => {
  await database.close()
  await way.close()
  await base.drop()
})

test('a connection that breaks while it is held, between two statements, fails the next statement and nothing else', async () => {
  for (const pool of [database.pool, database.writer]) {
    const client = await pool.connect()
    await client.query('BEGIN')
    // without a listener Node ends the process
    expect(client.listenerCount('error')).toBeGreaterThan(0)
    const broken = new Promise((resolve) => client.once('error', resolve))
    way.cut()
    await broken
    await expect(client.query('SELECT 1')).rejects.toThrow()
    client.release()
    await way.mend()
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  }
})
