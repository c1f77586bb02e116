import { appendFile, chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { givenPath } from './given-path'
import { TailFiles } from './tail-files'
import { findTraceFiles } from './trace-files'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backseat-tail-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const EVENT = '{"type":"session.started","id":"1","sessionId":"s","occurredAt":1}\n'

async function read(files: TailFiles, now: number): Promise<string[]> {
  const texts: string[] = []
  await files.discover(now)
  await files.look(now, async ({ path, chunk }) => {
    texts.push(`${path.slice(folder.length + 1).replaceAll('\\', '/')}: ${chunk.text.trim()}`)
  })
  return texts
}

test.runIf(process.platform !== 'win32')('folders behind links are followed, a file of two names is read once, circles end', async () => {
  await mkdir(join(folder, 'elsewhere'))
  await mkdir(join(folder, 'watched'))
  await writeFile(join(folder, 'elsewhere', 'a.jsonl'), 'one\n')
  await symlink(join(folder, 'elsewhere'), join(folder, 'watched', 'linked'))
  await symlink(join(folder, 'watched'), join(folder, 'watched', 'circle'))
  await symlink(join(folder, 'elsewhere', 'a.jsonl'), join(folder, 'watched', 'same.jsonl'))
  await symlink(join(folder, 'nowhere.jsonl'), join(folder, 'watched', 'broken.jsonl'))
  const files = new TailFiles([join(folder, 'watched'), join(folder, 'elsewhere')])
  expect(await read(files, 0)).toHaveLength(1)
  expect(files.count).toBe(1)
  await appendFile(join(folder, 'elsewhere', 'a.jsonl'), 'two\n')
  expect((await read(files, 1)).map((text) => text.split(': ')[1])).toEqual(['two'])
  await writeFile(join(folder, 'nowhere.jsonl'), 'three\n')
  expect(await read(files, 2)).toEqual(['watched/broken.jsonl: three'])
})

test('a file that is written anew is read from its beginning, also when it is as long as before', async () => {
  const path = join(folder, 'a.jsonl')
  await writeFile(path, 'first\n')
  const files = new TailFiles([folder])
  expect(await read(files, 0)).toEqual(['a.jsonl: first'])
  await writeFile(path, 'other\n')
  await utimes(path, 1_000, 1_000)
  expect(await read(files, 1)).toEqual(['a.jsonl: other'])
  await utimes(path, 2_000, 2_000)
  expect(await read(files, 2)).toEqual([])
  await writeFile(path, 'x\n')
  expect(await read(files, 3)).toEqual(['a.jsonl: x'])
})

test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
  'what may not be read is said once, and read when it may be (root may read everything)',
  async () => {
    const said: string[] = []
    await mkdir(join(folder, 'locked'))
    await writeFile(join(folder, 'locked', 'a.jsonl'), 'line\n')
    await chmod(join(folder, 'locked'), 0)
    const files = new TailFiles([folder], ({ place }) => said.push(place?.path ?? ''))
    expect(await read(files, 0)).toEqual([])
    expect(await read(files, 1)).toEqual([])
    expect(said).toEqual([join(folder, 'locked')])
    await chmod(join(folder, 'locked'), 0o700)
    expect(await read(files, 2)).toEqual(['locked/a.jsonl: line'])
  },
)

test('what import reads is watched too, in whatever case its ending is written', async () => {
  await writeFile(join(folder, 'run.traj'), '{"trajectory": []}')
  await writeFile(join(folder, 'RUN.JSONL'), 'line\n')
  await writeFile(join(folder, 'core.log'), 'line\n')
  await writeFile(join(folder, 'picture.png'), 'no')
  expect((await read(new TailFiles([folder]), 0)).sort()).toEqual(['RUN.JSONL: line', 'core.log: line', 'run.traj: {"trajectory": []}'])
})

test.runIf(process.platform !== 'win32')('an import takes a file of two names once', async () => {
  await writeFile(join(folder, 'a.jsonl'), EVENT)
  await symlink(join(folder, 'a.jsonl'), join(folder, 'b.jsonl'))
  expect((await findTraceFiles([folder, join(folder, 'b.jsonl')], { absolute: true })).files).toHaveLength(1)
})

test('~ is the home folder also where no shell replaces it', () => {
  expect(givenPath('~/.codex/sessions', '/home/ann')).toBe(join('/home/ann', '.codex/sessions'))
  expect(givenPath('~', '/home/ann')).toBe(join('/home/ann'))
  expect(givenPath('~ann/x', '/home/ann')).toBe('~ann/x')
  expect(givenPath('a/~/b', '/home/ann')).toBe('a/~/b')
})
