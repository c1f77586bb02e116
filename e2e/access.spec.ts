import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { study } from '../lib/sample/study'
import { Teller, tellOverwrite } from './support/session'

for (const theme of ['dark', 'light'] as const) {
  test(`nothing that axe can find is wrong on compare and on a narrowed list, ${theme}`, async ({ page, request }) => {
    for (const events of study({ sessions: 12, seed: 5, startedAt: Date.now() - 24 * 3_600_000 })) await request.post('/api/v1/events', { data: events })
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await page.goto('/compare?tag=study&reported=1')
    await expect(page.getByRole('heading', { name: 'Delegation yield' })).toBeVisible()
    await page.getByRole('button', { name: 'Tokens before interruption, as a table' }).click()
    await page.getByText('How to read this').first().click()
    expect(await violations(page)).toEqual([])
    await page.goto('/sessions?tag=study&master=simulated-hasty')
    await expect(page.getByRole('list', { name: /Sessions/ })).toBeVisible()
    await page.getByRole('button', { name: 'Views' }).click()
    expect(await violations(page)).toEqual([])
  })
}

test('nothing that axe can find is wrong on a session, in its search and where nothing is, on a screen and on a phone', async ({ page, request }) => {
  const teller = new Teller(request, `axe-${Date.now()}`)
  await tellOverwrite(teller, 'Axe')
  await teller.tell({ type: 'session.ended', status: 'completed' })
  for (const [width, height, colorScheme] of [
    [1280, 720, 'dark'],
    [390, 844, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme })
    for (const rest of ['', '?find=schema']) {
      await page.goto(`/sessions/${teller.sessionId}${rest}`)
      await expect(page.getByRole('treeitem').first()).toBeAttached()
      expect(await violations(page), `${rest} ${colorScheme} at ${width}`).toEqual([])
    }
  }
  await page.goto('/no-such-page')
  expect(await violations(page)).toEqual([])
})

test('at 200 % nothing is cut off, and on a phone nothing scrolls sideways but what says so', async ({ page, request }) => {
  for (const events of study({ sessions: 12, seed: 5, startedAt: Date.now() - 24 * 3_600_000 })) await request.post('/api/v1/events', { data: events })
  // twice the size in the same window is half the window
  for (const [width, height] of [
    [720, 450],
    [390, 844],
  ] as const) {
    await page.setViewportSize({ width, height })
    await page.goto('/compare?tag=study')
    await expect(page.getByRole('heading', { name: 'Delegation yield' })).toBeVisible()
    expect(await page.evaluate(() => document.documentElement.scrollWidth), `compare at ${width}`).toBeLessThanOrEqual(width)
    await page.goto('/sessions?tag=study')
    await expect(page.getByRole('list', { name: /Sessions/ })).toBeVisible()
    expect(await page.evaluate(() => document.documentElement.scrollWidth), `the list at ${width}`).toBeLessThanOrEqual(width)
  }
})

test('the keyboard reaches every mark of a chart in its order, and every one says its figure', async ({ page, request }) => {
  for (const events of study({ sessions: 12, seed: 5, startedAt: Date.now() - 24 * 3_600_000 })) await request.post('/api/v1/events', { data: events })
  await page.goto('/compare?tag=study')
  const chart = page.getByRole('region', { name: 'Overwrite rate within the first 5 steps' })
  await chart.getByRole('button', { name: /SVG picture/ }).focus()
  const said: string[] = []
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press('Tab')
    said.push(await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? ''))
  }
  // sorted as drawn: the lowest rate first
  expect(said.map((words) => words.split(':')[0])).toEqual(['simulated-patient', 'simulated-curious', 'simulated-hasty'])
  for (const words of said) expect(words).toMatch(/\d+%, \d+ to \d+ %.*36 tasks in 12 sessions\. Show the sessions\.$/)
})

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze()
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`))
}
