import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { Teller, tellOverwrite } from './support/session'

test('a filter is in the address, says that it leaves something out, and goes with one press', async ({ page, request }) => {
  const teller = new Teller(request, `filter-${Date.now()}`)
  await tellOverwrite(teller, 'Filtered')
  await page.goto(`/sessions/${teller.sessionId}`)
  const tree = page.getByRole('tree', { name: /Lanes/ })
  await expect(tree.getByRole('treeitem', { name: /^Lane coder/ })).toBeAttached()
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  const panel = page.getByRole('region', { name: 'Filter' })
  await expect(panel.getByRole('status')).toHaveText(/^all \d+ bars shown$/)
  await panel.getByRole('button', { name: /^gpt-4o-mini/ }).click()
  await expect(page).toHaveURL(/models=gpt-4o-mini/)
  await expect(panel.getByRole('status')).toHaveText(/\d+ of \d+ bars shown/)
  await expect(tree.getByRole('treeitem', { name: /^Lane lead/ })).toHaveCount(0)
  expect(await violations(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Show everything' }).click()
  await expect(page).not.toHaveURL(/models=/)
  await expect(tree.getByRole('treeitem', { name: /^Lane lead/ })).toBeAttached()
})

test('groups by model stand over their lanes, and roll up', async ({ page, request }) => {
  const teller = new Teller(request, `groups-${Date.now()}`)
  await tellOverwrite(teller, 'Grouped')
  await page.goto(`/sessions/${teller.sessionId}?group=model`)
  const tree = page.getByRole('tree', { name: /Lanes/ })
  await expect(tree.getByRole('treeitem', { name: /^Group gpt-4o-mini: 1 lane/ })).toHaveAttribute('aria-expanded', 'true')
  const group = tree.getByRole('treeitem', { name: /^Group gpt-4o: 1 lane/ })
  await expect(group).toHaveAttribute('aria-expanded', 'true')
  await group.focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/shut=group/)
  await expect(tree.getByRole('treeitem', { name: /^Group gpt-4o: 1 lane.*rolled up/ })).toHaveAttribute('aria-expanded', 'false')
  await expect(tree.getByRole('treeitem', { name: /^Lane lead/ })).toHaveCount(0)
})

for (const theme of ['dark', 'light'] as const) {
  test(`two runs side by side are chosen in the list, share one axis, and say what differs, ${theme}`, async ({ page, request }) => {
    const one = new Teller(request, `beside-a-${theme}-${Date.now()}`)
    const two = new Teller(request, `beside-b-${theme}-${Date.now()}`)
    await tellOverwrite(one, `First of two ${theme}`)
    await tellOverwrite(two, `Second of two ${theme}`)
    await one.found('overwrite')
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await page.goto(`/sessions?q=of+two+${theme}`)
    await page.getByRole('checkbox', { name: `Side by side: First of two ${theme}` }).check()
    await page.getByRole('checkbox', { name: `Side by side: Second of two ${theme}` }).check()
    await page.getByRole('link', { name: 'Side by side' }).click()
    await expect(page).toHaveURL(/side-by-side\?a=beside-.*&b=beside-/)
    await expect(page.getByRole('region', { name: /^Run A: First/ }).locator('canvas[data-drawn]')).toBeAttached()
    await expect(page.getByRole('region', { name: /^Run B: Second/ }).locator('canvas[data-drawn]')).toBeAttached()
    await expect(page.getByRole('row', { name: /Delegated tasks 1 1 same/ })).toBeVisible()
    // aligned at a task of one, at its counterpart of the other
    await page.getByRole('region', { name: /^Run A/ }).getByRole('combobox').selectOption({ label: 'Write the schema' })
    await expect(page).toHaveURL(/ta=t1&.*tb=t1/)
    // what is moved in one is moved in the address, for both
    await page.keyboard.press('+')
    await expect(page).toHaveURL(/from=-?\d+(\.\d+)?&to=\d+/)
    expect(await violations(page)).toEqual([])
  })
}

async function violations(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.map(({ id, nodes }) => ({ id, targets: nodes.slice(0, 3).map(({ target }) => String(target)) }))
}
