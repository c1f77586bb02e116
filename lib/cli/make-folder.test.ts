import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFolder } from './make-folder'

let place: string
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'backseat-folder-'))
})
afterEach(() => rm(place, { recursive: true, force: true }))

test('makes a folder with those it lies in, twice if need be, also through a link', async () => {
  await makeFolder(join(place, 'a/b/c'), 0o700)
  await makeFolder(join(place, 'a/b/c'), 0o700)
  await symlink(join(place, 'a/b'), join(place, 'link'))
  await makeFolder(join(place, 'link/d'), 0o700)
  expect((await stat(join(place, 'a/b/d'))).isDirectory()).toBe(true)
})

test('says what is in the way: a file, a link to nothing', async () => {
  await writeFile(join(place, 'file'), '')
  await symlink(join(place, 'missing'), join(place, 'dangling'))
  await expect(makeFolder(join(place, 'file'), 0o700)).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(makeFolder(join(place, 'file/x'), 0o700)).rejects.toMatchObject({ code: 'ENOTDIR' })
  await expect(makeFolder(join(place, 'dangling'), 0o700)).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(makeFolder(join(place, 'dangling/x'), 0o700)).rejects.toMatchObject({ code: 'ENOENT' })
})

test.skipIf(process.platform !== 'linux')('ends where nothing can be made (/proc)', async () => {
  await expect(makeFolder('/proc/backseat/x', 0o700)).rejects.toMatchObject({ code: 'ENOENT' })
})
