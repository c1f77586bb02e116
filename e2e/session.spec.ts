import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { openProxy } from './support/proxy'
import { Teller, tellOverwrite } from './support/session'

test('a deep link opens exactly there, and its copy does too', async ({ page, context, request }) => {
  const teller = new Teller(request, `deep-link-${Date.now()}`)
  await tellOverwrite(teller, 'Deep link')
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto(`/sessions/${teller.sessionId}?tab=turns`)
  await page.getByRole('tab', { name: /Interventions/ }).click()
  await page.getByRole('button', { name: /lead overwrote schema\.sql/ }).click()
  await expect(page).toHaveURL(/intervention=/)
  await page.keyboard.press('c')
  await expect(page.getByText('Copied', { exact: true }).first()).toBeVisible()
  const link = await page.evaluate(() => navigator.clipboard.readText())

  const other = await context.newPage()
  await other.goto(link)
  const inspector = other.getByRole('region', { name: 'Inspector' })
  await expect(inspector.getByRole('heading', { name: /schema\.sql/ })).toBeVisible()
  await expect(inspector.getByRole('table', { name: /original and the rewrite/ })).toContainText('create table accounts')
  await expect(other.getByRole('tabpanel').locator('[aria-current=true]')).toContainText('schema.sql')

  await other.goto(`/sessions/${teller.sessionId}?turn=u1`)
  await expect(inspector.getByText('I hand the schema over.')).toBeVisible()
})

test('a cut connection is said, keeps what is there, and catches up', async ({ page, request, baseURL }) => {
  const teller = new Teller(request, `cut-${Date.now()}`)
  await tellOverwrite(teller, 'Cut connection')
  const network = await openProxy(baseURL ?? '')
  await page.goto(`${network.address}/sessions/${teller.sessionId}?tab=turns`)
  await expect(page.getByRole('banner').getByText('Live', { exact: true })).toBeVisible()
  const turns = page.getByRole('tab', { name: /Turns/ })
  await expect(turns).toContainText('3')
  // Every part of the page has come.
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('Framework')
  await expect(page.getByText('Tasks overwritten or cut')).toBeVisible()

  network.cut()
  await expect(page.getByText(/The server has not answered for/)).toBeVisible()
  await teller.tell(
    { type: 'turn.started', turnId: 'u4', agentId: 'lead' },
    { type: 'turn.ended', turnId: 'u4', usage: { outputTokens: 7 }, output: 'Said while nobody listened.' },
  )
  await expect(page.getByRole('tabpanel')).toContainText('I did it myself.')
  await expect(turns).toContainText('3')

  network.mend()
  await expect(page.getByRole('tabpanel')).toContainText('Said while nobody listened.')
  await expect(turns).toContainText('4')
  await expect(page.getByText(/The server has not answered for/)).toBeHidden()
  await teller.tell({ type: 'turn.started', turnId: 'u5', agentId: 'coder' })
  await expect(turns).toContainText('5')
  await network.close()
})

test('what agents wrote is text, whatever it looks like', async ({ page, request }) => {
  const teller = new Teller(request, `hostile-${Date.now()}`)
  const hostile = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script> \u202egnp.exe'
  await teller.tell(
    { type: 'session.started', title: hostile },
    { type: 'agent.joined', agentId: 'lead', name: hostile.slice(0, 90), model: '<b>bold</b>' },
    { type: 'task.delegated', taskId: 't1', by: 'lead', to: 'coder', title: hostile, brief: hostile.repeat(20) },
    { type: 'turn.started', turnId: 'u1', agentId: 'lead' },
    { type: 'turn.ended', turnId: 'u1', output: hostile.repeat(200) },
  )
  await page.goto(`/sessions/${teller.sessionId}?turn=u1&tab=tasks`)
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('<script>')
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('⟨U+202E⟩')
  await page.getByRole('button', { name: /Show all/ }).click()
  await page.goto('/sessions')
  await expect(page.getByRole('list', { name: /Sessions/ })).toContainText('<img src=x')
  expect(await page.locator('img').count()).toBe(0)
  expect(await page.title()).not.toBe('owned')
})

test('the lists, the search and the keys', async ({ page, request }) => {
  const teller = new Teller(request, `keys-${Date.now()}`)
  await tellOverwrite(teller, 'Keys')
  await page.goto(`/sessions/${teller.sessionId}`)
  await expect(page.getByRole('tab', { name: /Artifacts/ })).toContainText('1')
  await expect(page.locator('[data-timeline]')).toBeVisible()
  await teller.found('overwrite')
  await expect(page.getByRole('tab', { name: /Interventions/ })).toContainText('1')
  await page.keyboard.press('o')
  await expect(page).toHaveURL(/intervention=/)
  await page.getByRole('tab', { name: /Interventions/ }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('tab', { name: /Turns/ })).toBeFocused()
  await page.getByRole('searchbox', { name: 'Filter the list' }).fill('myself')
  await expect(page.getByRole('tabpanel').getByRole('button')).toHaveCount(1)
  await expect(page).toHaveURL(/q=myself/)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('tabpanel').getByRole('button')).toHaveCount(3)
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toContainText('Next intervention')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('a session that is not there yet opens when it begins', async ({ page, request }) => {
  const teller = new Teller(request, `later-${Date.now()}`)
  await page.goto(`/sessions/${teller.sessionId}`)
  await expect(page.getByText('This session is not here')).toBeVisible()
  await tellOverwrite(teller, 'Came later')
  await expect(page.getByRole('heading', { name: 'Came later' })).toBeVisible()
})

for (const theme of ['dark', 'light'] as const) {
  test(`nothing that axe can find is wrong, ${theme}`, async ({ page, request }) => {
    const teller = new Teller(request, `axe-${theme}-${Date.now()}`)
    await tellOverwrite(teller, 'Axe')
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await page.goto(`/sessions/${teller.sessionId}`)
    await page.getByRole('button', { name: /lead overwrote schema\.sql/ }).click()
    await expect(page.getByRole('heading', { name: 'Why it was flagged' })).toBeVisible()
    expect(await violations(new AxeBuilder({ page }))).toEqual([])
    await page.goto('/sessions')
    await expect(page.getByRole('list', { name: /Sessions/ })).toBeVisible()
    expect(await violations(new AxeBuilder({ page }))).toEqual([])
    await page.goto('/connect')
    expect(await violations(new AxeBuilder({ page }))).toEqual([])
  })
}

async function violations(builder: AxeBuilder): Promise<string[]> {
  const { violations: found } = await builder.analyze()
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`))
}
