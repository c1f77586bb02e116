import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findTraceFiles } from './trace-files'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backseat-traces-'))
  const line = JSON.stringify({ version: 1, type: 'session.started', id: '1', sessionId: 's', occurredAt: 0 })
  for (const run of ['one', 'two']) {
    await mkdir(join(folder, 'runs', run), { recursive: true })
    await writeFile(join(folder, 'runs', run, 'trace.jsonl'), `${line}\n`)
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const found = (pattern: string) => findTraceFiles([join(folder, pattern)], { absolute: false })

test('a pattern that matches folders alone is what a shell makes of it: these folders', async () => {
  const { files, issues } = await found('runs/*')
  expect(issues).toEqual([])
  expect(files.map(({ path }) => resolve(path))).toEqual([join(folder, 'runs', 'one', 'trace.jsonl'), join(folder, 'runs', 'two', 'trace.jsonl')])
  expect((await found('runs/**/*.jsonl')).files).toHaveLength(2)
})

test('a pattern that matches nothing is said to', async () => {
  expect((await found('walks/*')).issues).toMatchObject([{ code: 'no_such_file', message: `No file and no folder matches ${join(folder, 'walks/*')}.` }])
})
