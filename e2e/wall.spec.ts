import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { Teller, tellOverwrite } from './support/session'

test('a run comes onto the wall by itself, loudest first, is counted in the tab, and leaves when it ends', async ({ page, request }) => {
  const mark = Date.now()
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto('/wall')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  const calm = new Teller(request, `wall-calm-${mark}`)
  await calm.tell(
    { type: 'session.started', title: `Calm ${mark}` },
    { type: 'agent.joined', agentId: 'lead' },
    { type: 'turn.started', turnId: 'u1', agentId: 'lead' },
  )
  const loud = new Teller(request, `wall-loud-${mark}`)
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
