import { expect, test } from '@playwright/test'
import { openTestRun } from '../lib/store/testing/runs'
import { findFreePort, startServer, type TestServer } from './support/server'

// A server of its own: this is the one test that needs a data folder with nothing in it.
let server: TestServer
let close: () => Promise<void>

// One worker, so that there is one such server.
test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  const run = await openTestRun('e2e')
  server = await startServer({ home: run.folder, port: await findFreePort() })
  close = async () => {
    await server.stop()
    await run.close()
  }
})

test.afterAll(async () => close?.())

test('from the empty page to the first overwrite of the sample, live, and on to the list', async ({ page, request }) => {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))

  await page.goto(server.address)
  await expect(page.getByRole('heading', { name: /letting its agents work/ })).toBeVisible()
  await expect(page.getByText('npx backseat import')).toBeVisible()
  await expect(page.getByRole('link', { name: 'See the exact lines' })).toHaveAttribute('href', '/connect')

  await page.getByRole('button', { name: 'Play the sample' }).click()
  await page.waitForURL(/\/sessions\/sample-/)
  const sessionId = decodeURIComponent(page.url().split('/sessions/')[1]?.split('?')[0] ?? '')
  await expect(page.getByRole('heading', { name: 'Build a REST API (simulated)' })).toBeVisible()
  await expect(page.getByText('simulated', { exact: true }).first()).toBeVisible()
  await expect(page.getByRole('banner').getByText('Live', { exact: true })).toBeVisible()

  const overwrite = page.getByRole('tabpanel', { name: 'Interventions' }).getByRole('button', { name: /lead overwrote schema\.sql/ })
  await expect(overwrite).toHaveCount(0)
  let loads = 0
  page.on('load', () => loads++)
  await page.getByLabel('Speed').selectOption('4×')
  await expect(overwrite).toBeVisible({ timeout: 90_000 })
  expect(loads).toBe(0)

  await overwrite.click()
  await expect(page).toHaveURL(/intervention=/)
  const inspector = page.getByRole('region', { name: 'Inspector' })
  await expect(inspector.getByRole('heading', { name: /schema\.sql/ })).toBeVisible()
  await expect(inspector.getByText(/47 tokens/).first()).toBeVisible()
  await expect(inspector.getByText(/cut here at token \d+/)).toBeVisible()
  await expect(inspector.getByText('CREATE', { exact: false }).first()).toBeVisible()
  await expect(inspector.getByRole('heading', { name: 'Why it was flagged' })).toBeVisible()

  // the lists and the inspector scroll, the page does not: it would show nothing below
  expect(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBe(0)

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

test('the empty page turns into the list by itself', async ({ page, request }) => {
  await page.route('**/api/v1/sessions?*', async (route) => {
    // Until the session of this test arrives, the list is as empty as on a first visit.
    const response = await route.fetch()
    const body = await response.json()
    body.sessions = body.sessions.filter((session: { id: string }) => session.id === 'first-of-all')
    await route.fulfill({ response, json: body })
  })
  await page.goto(`${server.address}/sessions`)
  await expect(page.getByText('Waiting for the first event')).toBeVisible()
  const event = { type: 'session.started', id: '1', sessionId: 'first-of-all', occurredAt: Date.now(), title: 'The first of all' }
  expect((await request.post(`${server.address}/api/v1/events`, { data: [event] })).ok()).toBe(true)
  await expect(page.getByRole('link', { name: 'The first of all' })).toBeVisible()
})
