import { expect, test } from '@playwright/test'

test('the server answers, and a first visit shows a page without a single error', async ({ page, request }) => {
  const health = await request.get('/api/health')
  expect(health.status()).toBe(200)

  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  await page.goto('/')
  await expect(page).toHaveTitle(/Backseat/)
  await expect(page.getByRole('heading').first()).toBeVisible()
  expect(errors).toEqual([])
})
