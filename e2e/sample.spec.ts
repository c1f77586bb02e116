import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { stopPostgres } from '../lib/store/postgres/launch'
import { findFreePort, startServer, type TestServer } from './support/server'

// A first visit needs a server that nobody has sent anything to.
let server: TestServer
let home: string
test.beforeAll(async () => {
  test.setTimeout(240_000)
  home = path.join(process.env.E2E_RUN ?? '.data/e2e', 'first-visit')
  await mkdir(home, { recursive: true })
  server = await startServer({ home, port: await findFreePort() })
})
test.afterAll(async () => {
  await server?.stop()
  await stopPostgres(path.join(home, 'postgres'), 'immediate')
})

test('from the empty state: play the sample, see the first overwrite appear live, find the session in the list', async ({ page, request }) => {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))

  await page.goto(server.address)
  await expect(page.getByRole('heading', { name: /letting its agents work/ })).toBeVisible()
  await page.getByRole('button', { name: 'Play the sample' }).click()

  await page.waitForURL(/\/sessions\/sample-/)
  const sessionId = decodeURIComponent(page.url().split('/sessions/')[1]?.split('?')[0] ?? '')
  await expect(page.getByRole('heading', { name: 'Build a REST API (simulated)' })).toBeVisible()
  await expect(page.getByText('simulated', { exact: true }).first()).toBeVisible()

  const overwrite = page.getByText(/lead overwrote\s+schema\.sql/)
  await expect(overwrite).toHaveCount(0)
  let loads = 0
  page.on('load', () => loads++)
  await page.getByLabel('Speed').selectOption('4×')
  await expect(overwrite).toBeVisible({ timeout: 30_000 })
  expect(loads).toBe(0)

  await overwrite.click()
  const inspector = page.getByRole('region', { name: 'Inspector' })
  await expect(inspector.getByText(/47 tokens/).first()).toBeVisible()
  await expect(inspector.getByText('CREATE', { exact: false }).first()).toBeVisible()

  // Many kinds have been found by now, more than a phone has room for side by side.
  await page.setViewportSize({ width: 390, height: 844 })
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: /overwrite/ }).first()).toBeVisible()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await page.setViewportSize({ width: 1440, height: 900 })

  await page.goto(`${server.address}/sessions`)
  await expect(page.getByText('Build a REST API (simulated)').first()).toBeVisible()
  await page.goBack()
  await expect(page.getByLabel('Speed')).toHaveValue('4')
  await page.getByRole('button', { name: 'Stop the sample' }).click()
  await expect(page.getByLabel('Speed')).toHaveCount(0)
  await expect
    .poll(async () => ((await (await request.get(`${server.address}/api/v1/sessions/${sessionId}`)).json()) as { endStatus?: string }).endStatus)
    .toBe('cancelled')
  expect(faults).toEqual([])
})
