import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { Teller, tellOverwrite } from './support/session'

const wrong = async (page: Page) =>
  (await new AxeBuilder({ page }).include('main').analyze()).violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`))

test('a verdict by key, kept in the log; the newest word counts', async ({ page, request }) => {
  const teller = new Teller(request, `verdict-${Date.now()}`)
  await tellOverwrite(teller, 'Verdict')
  await teller.found('overwrite')
  await page.goto(`/sessions/${teller.sessionId}`)
  await page.getByRole('button', { name: /lead overwrote schema\.sql/ }).click()
  const verdict = page.getByRole('region', { name: 'Verdict' })
  await expect(verdict.getByRole('button', { name: /Justified/ })).toBeVisible()
  await page.keyboard.press('Shift+J')
  await expect(verdict.getByRole('listitem')).toHaveText('Justified · this computer')
  await expect(verdict.getByRole('button', { name: /^Justified/ })).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.press('Shift+U')
  await expect(verdict.getByRole('listitem')).toHaveText('Unjustified · this computer')
  await verdict.getByLabel('because').selectOption('too_early')
  await expect(verdict.getByRole('listitem')).toHaveText('Unjustified · this computer · The work was not finished yet')
  await page.reload()
  await expect(verdict.getByRole('listitem')).toHaveText('Unjustified · this computer · The work was not finished yet')
  const exported = await (await request.get('/api/v1/verdicts')).text()
  expect(exported.split('\n').find((line) => line.includes(teller.sessionId))).toContain('"result":"unjustified"')
})

test('the queue hides who wrote which side until it is judged', async ({ page, request }) => {
  const teller = new Teller(request, `review-${Date.now()}`)
  await tellOverwrite(teller, 'Review')
  await teller.found('overwrite')
  await page.goto('/review')
  const one = page.getByRole('article', { name: 'Case' })
  await expect(one.getByRole('table', { name: 'Both texts, line by line' })).toBeVisible()
  await expect(one).not.toContainText(/original|rewrite|master/i)
  expect(await wrong(page)).toEqual([])
  // On a phone one text stands below the other.
  await page.setViewportSize({ width: 390, height: 844 })
  await expect(one.getByRole('region', { name: 'Text A' })).toBeVisible()
  await expect(one.getByRole('region', { name: 'Text B' })).toBeVisible()
  await page.setViewportSize({ width: 1440, height: 900 })
  await one.getByRole('button', { name: 'Text A' }).click()
  await expect(one).toContainText(/You said: (un)?justified \(the (original|rewrite) is better\)/)
  await expect(one).toContainText('The master’s rewrite')
  await expect(page.getByRole('region', { name: 'What people said' })).toContainText('judged')
  expect(await wrong(page)).toEqual([])
})
