import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { analyze } from './analyze'
import { decodeGroup } from './decode-group'
import { openTrace } from './open-trace'
import { fromStdin } from './stdin'
import { findTraceFiles } from './trace-files'

const EVENTS = 20_000
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backseat-packed-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const line = (n: number) =>
  `${JSON.stringify({ version: 1, type: 'agent.joined', id: `e${n}`, sessionId: 's', occurredAt: n, agentId: `agent-${n}`, role: 'agent', name: `${(n * 7919) % 104_729}` })}\n`
const body = Buffer.from(Array.from({ length: EVENTS }, (_, n) => line(n)).join(''))
const put = async (name: string, bytes: Buffer | string) => {
  await writeFile(join(folder, name), bytes)
  return join(folder, name)
}
const found = (path: string) => findTraceFiles([path], { absolute: false })

test('a packed file, also one of several parts, is unpacked; its bytes are counted as they lie on the disk', async () => {
  const packed = Buffer.concat([gzipSync(body.subarray(0, 1000)), gzipSync(body.subarray(1000))])
  const pieces: Buffer[] = []
  let read = 0
  for await (const piece of openTrace(await put('a.jsonl.gz', packed), (bytes) => (read += bytes))) pieces.push(piece)
  expect(Buffer.concat(pieces).equals(body)).toBe(true)
  expect(read).toBe(packed.length)
})

test('of a packed file that is cut short, what stands before the cut counts, and the cut is said', async () => {
  const packed = gzipSync(body)
  const path = await put('cut.jsonl.gz', packed.subarray(0, Math.floor(packed.length / 2)))
  const { files } = await analyze([path])
  expect(files).toHaveLength(1)
  expect(files[0]?.accepted).toBeGreaterThan(EVENTS / 4)
  expect(files[0]?.accepted).toBeLessThan(EVENTS)
  expect(files[0]?.issues).toMatchObject([
    {
      code: 'unreadable',
      severity: 'error',
      message: expect.stringMatching(/^It could not be unpacked to its end \(unexpected end of file\): what stands before, up to line [\d,]+, was read\.$/),
    },
  ])
})

test('standard input is unpacked too, and read up to where it breaks', async () => {
  const readAll = async (input: Readable) => {
    const stdin = await fromStdin(input)
    if (!('file' in stdin)) throw new Error(stdin.issue.message)
    let events = 0
    const problems: string[] = []
    for await (const part of decodeGroup([stdin.file], { stdin: stdin.rest })) {
      events += part.events.length
      problems.push(...part.issues.map(({ message }) => message))
    }
    return { events, problems }
  }
  const packed = gzipSync(body)
  expect(await readAll(Readable.from([packed.subarray(0, 7), packed.subarray(7)]))).toEqual({ events: EVENTS, problems: [] })
  const cut = await readAll(Readable.from([packed.subarray(0, Math.floor(packed.length / 2))]))
  expect(cut.events).toBeGreaterThan(EVENTS / 4)
  expect(cut.problems).toMatchObject([expect.stringMatching(/unexpected end of file\): what stands before, up to line/)])
  expect(await fromStdin(Readable.from([Buffer.from([0x1f, 0x8b, 1, 2, 3])]))).toMatchObject({ issue: { code: 'unreadable', severity: 'error' } })
})

test('packed files are found in folders and by patterns, once where they lie there unpacked too', async () => {
  await put('a.jsonl.gz', gzipSync(line(1)))
  await put('b.jsonl', line(2))
  await put('b.jsonl.gz', gzipSync(line(2)))
  await put('c.jsonl.gz', 'not packed at all')
  const { files, issues } = await found(folder)
  expect(files.map(({ path, packed }) => [path.slice(folder.length + 1), packed?.slice(folder.length + 1)])).toEqual([
    ['a.jsonl', 'a.jsonl.gz'],
    ['b.jsonl', undefined],
  ])
  expect(issues).toMatchObject([
    { code: 'packed_twin', severity: 'note' },
    { code: 'unreadable', severity: 'error', message: 'It cannot be read: it could not be unpacked: incorrect header check' },
  ])
  expect((await found(join(folder, '*.gz'))).files.map(({ path }) => basename(path))).toEqual(['a.jsonl', 'b.jsonl'])
})

test.skipIf(process.platform === 'win32')('a pipe is not waited for: it is said how to hand it over', async () => {
  execFileSync('mkfifo', [join(folder, 'pipe.jsonl')])
  expect(await found(join(folder, 'pipe.jsonl'))).toMatchObject({ files: [], issues: [{ code: 'no_file', severity: 'error' }] })
  expect(await found(folder)).toEqual({ files: [], issues: [] })
})

test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('a folder that may not be read is said (root may read every folder)', async () => {
  await mkdir(join(folder, 'locked'))
  await put('b.jsonl', line(2))
  await chmod(join(folder, 'locked'), 0)
  const { files, issues } = await found(folder)
  expect(files).toHaveLength(1)
  expect(issues).toMatchObject([{ code: 'unreadable_folder', severity: 'error', place: { path: join(folder, 'locked') } }])
})
