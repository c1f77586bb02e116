import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { findHolder, takeLock } from './folder-lock'
import { lookupProcess } from './process'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backseat-lock-'))
  path = join(folder, 'a.lock')
  return () => rm(folder, { recursive: true })
})

test('one holder at a time, whose note the others read', async () => {
  const first = await takeLock(path)
  if (!first.held) throw new Error('not held')
  await first.lock.tell('http://127.0.0.1:1')
  expect(await takeLock(path)).toMatchObject({ held: false, by: { pid: process.pid, note: 'http://127.0.0.1:1' } })
  await first.lock.release()
  expect(await takeLock(path)).toMatchObject({ held: true })
})

test('twenty at once: one gets it, and no other file is left', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => takeLock(path)))
  expect(all.filter((one) => one.held)).toHaveLength(1)
  expect(await readdir(folder)).toEqual(['a.lock'])
})

test('eight waiting: all get it, one after the other', async () => {
  let inside = 0
  let most = 0
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      const outcome = await takeLock(path, { waitMs: 15_000 })
      if (!outcome.held) throw new Error('not held')
      most = Math.max(most, ++inside)
      await new Promise((done) => setTimeout(done, 5))
      inside--
      await outcome.lock.release()
    }),
  )
  expect(most).toBe(1)
})

test('the lock of a process that died is taken over', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  await new Promise((done) => child.on('close', done))
  await writeFile(path, JSON.stringify({ pid: child.pid, token: 'x' }))
  expect(await takeLock(path)).toMatchObject({ held: true })
})

test.runIf(process.platform === 'linux')('another process that got the same id is not the holder', async () => {
  await writeFile(path, JSON.stringify({ pid: process.pid, born: 'another boot:1', token: 'x' }))
  expect(await findHolder(path)).toBeUndefined()
  expect(await takeLock(path)).toMatchObject({ held: true })
})

test('half a lock file is no lock', async () => {
  await writeFile(path, '{"pid":')
  expect(await takeLock(path)).toMatchObject({ held: true })
})

test.runIf(process.platform === 'linux')('a process is known by name and birth', async () => {
  expect(await lookupProcess(process.pid)).toMatchObject({ state: 'alive', born: expect.stringMatching(/^[0-9a-f]+:\d+$/) })
  expect(await lookupProcess(2 ** 30)).toEqual({ state: 'dead' })
})
