import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensurePages, type Pages, readKeptProgram } from './pages'

// A checkout in which building is copying: what Next does with real sources, the browser tests show.
const NEXT = `
const { copyFileSync, existsSync, mkdirSync, writeFileSync } = require('node:fs')
mkdirSync('.next/cache', { recursive: true })
if (existsSync('.next/server.js')) throw new Error('Next found the last build')
copyFileSync('app/page.tsx', '.next/server.js')
writeFileSync('.next/BUILD_ID', 'x')
writeFileSync('.next/cache/warm', '')
`
const OFFLINE = `
import { mkdirSync, writeFileSync } from 'node:fs'
mkdirSync(process.argv[2], { recursive: true })
writeFileSync(process.argv[2] + '/session.json', JSON.stringify({ script: 'offline' }))
`
const silent = { log: () => {} }
let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'backseat-pages-'))
  for (const folder of ['app', 'scripts', 'node_modules/next/dist/bin']) await mkdir(join(root, folder), { recursive: true })
  await writeFile(join(root, 'node_modules/next/dist/bin/next'), NEXT)
  await writeFile(join(root, 'scripts/offline-page.mjs'), OFFLINE)
  await change('first')
})
afterEach(() => rm(root, { recursive: true, force: true }))

const change = (source: string) => writeFile(join(root, 'app/page.tsx'), source)
const servedBy = (pages: Pages) => readFile(join(root, pages.folder, 'server.js'), 'utf8')
const folders = async () => (await readdir(root)).filter((name) => name.startsWith('.next-')).sort()

test('pages are built once for the same sources, into a folder of their own, and the cache stays where Next looks for it', async () => {
  const pages = await ensurePages(root, silent)
  expect(pages.built).toBe(true)
  expect(await servedBy(pages)).toBe('first')
  expect(await readKeptProgram(root, pages.folder, 'session')).toEqual({ script: 'offline' })
  expect(await readdir(join(root, '.next'))).toEqual(['cache'])
  expect(await ensurePages(root, silent)).toMatchObject({ built: false, folder: pages.folder })
})

test('a server keeps the pages it started with, whatever is built beside it', async () => {
  const running = await ensurePages(root, silent)
  for (const source of ['second', 'third', 'fourth', 'fifth']) {
    await change(source)
    const later = await ensurePages(root, silent)
    expect(await servedBy(later)).toBe(source)
    await later.release()
  }
  expect(await servedBy(running)).toBe('first')
  expect(await folders()).toHaveLength(4) // its own, the newest, and two that are kept
  await running.release()
  await change('sixth')
  await ensurePages(root, silent)
  expect(await folders()).not.toContain(running.folder)
  expect(await folders()).toHaveLength(3)
})

test('a build that fails leaves what is there, and says what the build said', async () => {
  const running = await ensurePages(root, silent)
  await change('second')
  await writeFile(join(root, 'node_modules/next/dist/bin/next'), `console.error('no such module'); process.exit(1)`)
  await expect(ensurePages(root, silent)).rejects.toMatchObject({ code: 'build-failed', detail: 'no such module' })
  expect(await servedBy(running)).toBe('first')
})
