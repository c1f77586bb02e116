import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { stopPostgres } from '../lib/store/postgres/launch'
import { findFreePort, startServer, type TestServer } from './support/server'
import { Teller, tellOverwrite } from './support/session'

// A wall has room for so many: on a server of its own no other test's runs take the places.
let server: TestServer
let home: string
test.beforeAll(async () => {
  test.setTimeout(240_000)
  home = path.join(process.env.E2E_RUN ?? '.data/e2e', 'wall')
  await mkdir(home, { recursive: true })
  server = await startServer({ home, port: await findFreePort() })
})
test.afterAll(async () => {
  await server?.stop()
  await stopPostgres(path.join(home, 'postgres'), 'immediate')
})

test('a run comes onto the wall by itself, loudest first, is counted in the tab, and leaves when it ends', async ({ page, request }) => {
  const mark = Date.now()
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(`${server.address}/wall`)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  const calm = new Teller(request, `wall-calm-${mark}`, server.address)
  await calm.tell(
    { type: 'session.started', title: `Calm ${mark}` },
    { type: 'agent.joined', agentId: 'lead' },
    { type: 'turn.started', turnId: 'u1', agentId: 'lead' },
  )
  const loud = new Teller(request, `wall-loud-${mark}`, server.address)
  await tellOverwrite(loud, `Loud ${mark}`)
  await loud.found('overwrite')

  const strips = page.getByRole('list', { name: /loudest first/ }).getByRole('article')
  const mine = strips.filter({ hasText: String(mark) })
  await expect(mine).toHaveCount(2)
  // places change every few seconds only
  await expect(mine.first()).toContainText(`Loud ${mark}`, { timeout: 30_000 })
  await expect(mine.first()).toContainText('1 / 1 task overwritten or cut')
  await expect(page).toHaveTitle(/^\(\d+ running, \d+ overwritten\) Wall · Backseat$/)
  await expect(page.locator('link[rel=icon][href^="data:image/svg"]')).toHaveCount(1)
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([])

  await loud.tell({ type: 'session.ended', status: 'completed' })
  await expect(mine).toHaveCount(1)
  await page.getByRole('link', { name: `Calm ${mark}` }).click()
  await expect(page).toHaveURL(new RegExp(`wall-calm-${mark}`))
  await calm.tell({ type: 'session.ended' })
})
