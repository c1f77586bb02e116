import { expect, test } from '@playwright/test'
import { study } from '../lib/sample/study'

test('groups side by side, in words and in a table; the view is a link; a mark leads to its sessions', async ({ page, request }) => {
  for (const events of study({ sessions: 12, seed: 5, startedAt: Date.now() - 24 * 3_600_000 })) {
    const { accepted } = await (await request.post('/api/v1/events', { data: events })).json()
    expect(accepted).toBe(events.length)
  }
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  await page.goto('/compare?tag=study')
  await expect(page.getByRole('heading', { name: 'Overwrite rate within the first 5 steps' })).toBeVisible()
  await expect(page.getByText(/36 sessions · 108 tasks · intervals 95 %, clustered by session/)).toBeVisible()
  await expect(page.getByText('All of these tasks are simulated')).toBeVisible()

  const rate = page.getByRole('region', { name: 'Overwrite rate within the first 5 steps' })
  const mark = rate.getByRole('link', { name: /simulated-hasty: \d+%, \d+ to \d+ %; 36 tasks in 12 sessions/ })
  await expect(mark).toBeVisible()
  await rate.getByRole('button', { name: 'Table' }).click()
  await expect(rate.getByRole('rowheader', { name: 'simulated-patient' })).toBeVisible()
  await rate.getByRole('button', { name: 'Table' }).click()

  await page.getByLabel('Steps k').fill('3')
  await expect(page).toHaveURL(/k=3/)
  await expect(page.getByRole('heading', { name: 'Overwrite rate within the first 3 steps' })).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Steps k')).toHaveValue('3')

  const marks = page.getByRole('link', { name: /^simulated-hasty: .*Show the sessions/ })
  await marks.first().focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/sessions\?tag=study&model=simulated-hasty/)
  await expect(page.getByText('Build a REST API, run 1 (simulated)').first()).toBeVisible()
  expect(faults).toEqual([])
})
