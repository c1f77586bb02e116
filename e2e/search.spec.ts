import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { Teller, tellOverwrite } from './support/session'

test('what was said is found over all sessions and in its own, and each hit leads to its place', async ({ page, request }) => {
  const word = `zebra${Date.now().toString(36)}`
  const teller = new Teller(request, `search-${word}`)
  await tellOverwrite(teller, 'Where it was said')
  await teller.tell(
    { type: 'turn.started', turnId: 'v1', agentId: 'coder' },
    { type: 'turn.ended', turnId: 'v1', output: `The ${word} crossing needs a rate limit.` },
    { type: 'turn.started', turnId: 'v2', agentId: 'lead' },
    { type: 'turn.ended', turnId: 'v2', output: `Then mark the ${word}.` },
  )
  const found = async () => (await (await request.get(`/api/v1/search?q=${word}`)).json()).counted
  await expect.poll(found, { timeout: 60_000 }).toBe(2)

  await page.goto('/search')
  await page.getByRole('searchbox').fill(word)
  const counted = page.getByRole('status').filter({ hasText: 'in 1 session' })
  await expect(counted).toContainText('2 hits in 1 session')
  await expect(page).toHaveURL(new RegExp(`q=${word}`))
  await expect(page.getByRole('main').locator('mark').first()).toHaveText(word)
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([])
  await page
    .getByRole('complementary')
    .getByRole('button', { name: /^coder/ })
    .click()
  await expect(counted).toContainText('1 hit in 1 session')
  const field = page.getByRole('main').getByRole('searchbox')
  await field.fill(`${word} nowhere agent:coder`)
  await page
    .getByRole('list', { name: 'Wider searches' })
    .getByRole('button', { name: `${word} nowhere`, exact: true })
    .click()
  await expect(field).toHaveValue(`${word} nowhere`)
  await field.fill(`${word} agent:coder`)
  await expect(counted).toContainText('1 hit in 1 session')
  await field.press('ArrowDown')
  const hit = page.getByRole('link', { name: /crossing needs/ })
  await expect(hit).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(field).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')

  await expect(page).toHaveURL(/turn=v1/)
  const panel = page.getByRole('region', { name: 'Search in this session' })
  const inspector = page.getByRole('region', { name: 'Inspector' })
  await expect(inspector.getByText(`The ${word} crossing needs a rate limit.`)).toBeVisible()
  const box = panel.getByRole('searchbox')
  await expect(box).toHaveValue(`${word} agent:coder`)
  await box.fill(word)
  await expect(panel.getByRole('listitem')).toHaveCount(2)
  await box.press('Enter')
  await box.press('Enter')
  await expect(page).toHaveURL(/turn=v2/)
  await expect(panel.getByRole('status')).toContainText('2 of 2')
  await page.locator('[data-timeline]').focus()
  await page.keyboard.press('Shift+G')
  await expect(page).toHaveURL(/turn=v1/)
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([])
  // up one level at a time: the words, then the search, whose place the lists take again
  await page.keyboard.press('/')
  await page.keyboard.press('Escape')
  await expect(box).toHaveValue('')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('tablist', { name: 'Lists' })).toBeVisible()
  // who types on at once types into the field, not into the keys of the timeline, also where the field's code has yet to come
  await page.goto(`/sessions/search-${word}?turn=v1`)
  await expect(page.getByRole('tablist', { name: 'Lists' })).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type(word, { delay: 0 })
  await expect(box).toHaveValue(word)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('fit', { delay: 0 })
  await expect(page.getByRole('combobox', { name: 'Command, agent or intervention' })).toHaveValue('fit')
})
