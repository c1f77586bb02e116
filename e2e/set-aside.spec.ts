import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { Teller, tellOverwrite } from './support/session'

test('not an overwrite: set aside with a reason, struck through, counted nowhere, and back again', async ({ page, request }) => {
  const teller = new Teller(request, `aside-${Date.now()}`)
  await tellOverwrite(teller, 'Set aside')
  await teller.found('overwrite')
  await page.goto(`/sessions/${teller.sessionId}`)
  const figure = page.getByRole('region', { name: 'Figures' }).locator('div').filter({ hasText: 'Tasks overwritten or cut' }).first()
  await expect(figure).toContainText('1')
  await page.getByRole('button', { name: /lead overwrote schema\.sql/ }).click()
  const inspector = page.getByRole('region', { name: 'Inspector' })
  await expect(inspector.getByRole('table', { name: /threshold/ })).toContainText('Survived')

  await inspector.getByRole('button', { name: 'Not an overwrite' }).click()
  await inspector.getByLabel('A tool made it: formatter, generator, lock file').check()
  await inspector.getByLabel('A note, if you like').fill('The schema is generated.')
  expect(
    (await new AxeBuilder({ page }).include('form').analyze()).violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`)),
  ).toEqual([])
  await inspector.getByRole('button', { name: 'Set aside' }).click()

  await expect(inspector.getByText('Set aside: not an overwrite.')).toBeVisible()
  await expect(inspector.getByText('“The schema is generated.”')).toBeVisible()
  await expect(page.getByRole('tabpanel')).toContainText('set aside · A tool made it')
  const read = async () => (await request.get(`/api/v1/sessions/${teller.sessionId}`)).json()
  await expect.poll(async () => (await read()).interventions.overwrite ?? 0).toBe(0)
  expect((await read()).tasksCutShort).toBe(0)

  // a viewer who comes now sees the same, and may leave it out
  await page.reload()
  const row = page.getByRole('tabpanel').getByRole('button', { name: /lead overwrote schema\.sql/ })
  await expect(row).toContainText('set aside')
  await page.getByRole('button', { name: /^set aside/ }).click()
  await expect(page).toHaveURL(/hide=set_aside/)
  await expect(row).toBeHidden()
  await page.getByRole('button', { name: /^set aside/ }).click()

  const labels = await (await request.get(`/api/v1/labels?session=${teller.sessionId}`)).text()
  expect(JSON.parse(labels)).toMatchObject({ label: 'not_overwrite', kind: 'generated', why: 'The schema is generated.' })

  await inspector.getByRole('button', { name: 'Count it again' }).click()
  await expect(inspector.getByText('Set aside: not an overwrite.')).toBeHidden()
  await expect.poll(async () => (await read()).interventions.overwrite ?? 0).toBe(1)
})

test('who owns each line, at any revision, under an address of its own', async ({ page, request }) => {
  const teller = new Teller(request, `blame-${Date.now()}`)
  await tellOverwrite(teller, 'Blame')
  await page.goto(`/sessions/${teller.sessionId}?artifact=schema.sql`)
  const blame = page.getByRole('region', { name: 'Who owns each line' })
  await expect(blame).toContainText('2 of 2')
  await expect(blame).toContainText('create table accounts')
  await expect(blame).toContainText('lead · 2')
  await blame.getByRole('slider', { name: 'Revision' }).press('ArrowLeft')
  await expect(blame).toContainText('1 of 2')
  await expect(blame).toContainText('create table users')
  await expect(blame).toContainText('coder · 1')
  await expect(page).toHaveURL(/rev=1/)
  await page.reload()
  await expect(blame).toContainText('create table users')
})
