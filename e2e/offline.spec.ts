import { pathToFileURL } from 'node:url'
import AxeBuilder from '@axe-core/playwright'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { Teller, tellOverwrite } from './support/session'

// A page that was saved as one file opens from disk, on a machine without a network.

/** The saved file, with the network off; `asked` is what it tried to load. */
async function opened(browser: Browser, path: string): Promise<{ page: Page; asked: string[]; wrong: string[] }> {
  const context = await browser.newContext({ offline: true, viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  const asked: string[] = []
  const wrong: string[] = []
  const address = pathToFileURL(path).href
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && request.url().split('#')[0] !== address) asked.push(request.url())
  })
  page.on('pageerror', (error) => wrong.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text())
  })
  await page.goto(address)
  return { page, asked, wrong }
}

/** Of the overwrite, in the list. */
const rowOf = (page: Page) =>
  page
    .getByRole('option', { name: /overwrote/ })
    .or(page.getByRole('button', { name: /overwrote/ }))
    .first()

test('a session saved as one file shows timeline, lists and inspector with no server', async ({ page, request, browser }) => {
  test.slow()
  const teller = new Teller(request, 'kept')
  await tellOverwrite(teller, 'Kept for later')
  await teller.found('overwrite')
  await page.goto('/sessions/kept?tab=interventions')
  // the page came drawn by the server: its buttons work once what the browser draws is there
  await expect(rowOf(page)).toBeVisible()
  await page.getByRole('button', { name: 'Save as one file' }).click()
  const dialog = page.getByRole('dialog', { name: 'Save as one file' })
  await dialog.getByLabel('Also hide these words').fill('display_name')
  await dialog.getByRole('button', { name: 'What will be hidden?' }).click()
  await expect(dialog.getByText(/\d+ × hidden/)).toBeVisible()
  const download = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Save the file' }).click()
  const file = await download
  expect(file.suggestedFilename()).toBe('Kept-for-later.html')

  const path = test.info().outputPath('kept.html')
  await file.saveAs(path)
  const { page: saved, asked, wrong } = await opened(browser, path)
  await expect(saved).toHaveTitle(/Kept for later · Backseat$/)
  await expect(saved.getByText(/^saved /)).toBeVisible()
  await expect(saved.getByRole('button', { name: /^Follow/ })).toHaveCount(0)
  // its twin has the rows of the picture
  await expect(saved.getByRole('treeitem', { name: /coder/ }).first()).toBeAttached()
  await rowOf(saved).click()
  const inspector = saved.getByRole('region', { name: 'Inspector' })
  await expect(inspector.getByText('bigserial').first()).toBeVisible()
  await expect(inspector.getByText(/\[hidden \w{4}\]/).first()).toBeVisible()
  await expect(saved).toHaveURL(/#intervention=/)
  // the view is in the address, and comes back with it
  await saved.reload()
  await expect(inspector.getByText('bigserial').first()).toBeVisible()
  expect((await new AxeBuilder({ page: saved }).analyze()).violations).toEqual([])
  expect(asked).toEqual([])
  expect(wrong).toEqual([])
  await saved.context().close()
})

test('a comparison saved as one file shows its figures with no server', async ({ page, request, browser }) => {
  const teller = new Teller(request, 'kept-to-compare')
  await tellOverwrite(teller, 'Kept to compare')
  await teller.found('overwrite')
  await page.goto('/compare')
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Save as file' }).click()
  const path = test.info().outputPath('compare.html')
  await (await download).saveAs(path)
  const { page: saved, asked, wrong } = await opened(browser, path)
  await expect(saved.getByRole('heading', { name: /Overwrite rate within/ })).toBeVisible()
  await expect(saved.getByText(/^Saved /)).toBeVisible()
  await expect(saved.getByRole('navigation', { name: 'Pages' })).toHaveCount(0)
  expect((await new AxeBuilder({ page: saved }).analyze()).violations).toEqual([])
  expect(asked).toEqual([])
  expect(wrong).toEqual([])
  await saved.context().close()
})
