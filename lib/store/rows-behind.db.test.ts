import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from './database'
import { writeRowsBehind } from './rows-behind'
import { type TestDatabase, testDatabase } from './testing/database'

let base: TestDatabase
let database: Database
beforeAll(async () => {
  base = await testDatabase()
  database = openDatabase({ url: base.url })
  await database.pool.query("INSERT INTO session (pk, id, head) VALUES (1, 'one', 5), (2, 'two', 5), (3, 'three', 6)")
})
afterAll(async () => {
  await database.close()
  await base.drop()
})

const row = (pk: number, detected: number) => ({ pk, head: 5, detected, strip: undefined })
const stored = async () => (await database.pool.query<{ pk: number; detected: number }>('SELECT pk, detected FROM session ORDER BY pk')).rows

test('a row that somebody holds is not waited for, and one that has moved on is left', async () => {
  const holder = await database.pool.connect()
  await holder.query('BEGIN')
  await holder.query('UPDATE session SET received_at = 1 WHERE pk = 2')
  expect(await writeRowsBehind(database.pool, [row(1, 4), row(2, 4), row(3, 4)])).toEqual(new Set([1]))
  await holder.query('COMMIT')
  holder.release()
  expect(await stored()).toEqual([
    { pk: 1, detected: 4 },
    { pk: 2, detected: 0 },
    { pk: 3, detected: 0 },
  ])
  expect(await writeRowsBehind(database.pool, [row(2, 3), row(1, 2)])).toEqual(new Set([1, 2]))
  expect(await stored()).toEqual([
    // what is known already is not taken back
    { pk: 1, detected: 4 },
    { pk: 2, detected: 3 },
    { pk: 3, detected: 0 },
  ])
})
