import { readFile } from 'node:fs/promises'
import { type APIRequestContext, expect, type Page, test } from '@playwright/test'
import { study } from '../lib/sample/study'

/** 36 simulated sessions of three masters, 108 tasks; under the tag `study`. */
async function tellStudy(request: APIRequestContext): Promise<void> {
  for (const events of study({ sessions: 12, seed: 5, startedAt: Date.now() - 24 * 3_600_000 })) {
    const { accepted, duplicate } = await (await request.post('/api/v1/events', { data: events })).json()
    expect(accepted + duplicate).toBe(events.length)
  }
}

test('groups side by side, in words and in a table; the view is a link; a mark leads to its sessions', async ({ page, request }) => {
  await tellStudy(request)
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  await page.goto('/compare?tag=study')
  await expect(page.getByRole('heading', { name: 'Overwrite rate within the first 5 steps' })).toBeVisible()
  await expect(page.getByText(/36 sessions · 108 tasks · intervals 95 %, clustered by session/)).toBeVisible()
  await expect(page.getByText('All of these tasks are simulated')).toBeVisible()

  // four questions, four answers, each a link to its charts
  const short = page.getByRole('list', { name: 'In short' })
  await expect(short.getByRole('link')).toHaveCount(4)
  await expect(short.getByRole('link', { name: /Which master lets its agents work\? simulated-patient/ })).toBeVisible()
  await expect(short.getByRole('link', { name: /Does our prompt change anything\? \S+/ })).toBeVisible()
  await short.getByRole('link', { name: /Does rewriting help or hurt/ }).click()
  await expect(page.getByRole('heading', { name: 'Net value of rewriting' })).toBeInViewport()

  const rate = page.getByRole('region', { name: 'Overwrite rate within the first 5 steps' })
  const mark = rate.getByRole('link', { name: /simulated-hasty: \d+%, \d+ to \d+ %; .* in any phase; 36 tasks in 12 sessions/ })
  await expect(mark).toBeVisible()
  await rate.getByRole('button', { name: 'Overwrite rate within the first 5 steps, as a table' }).click()
  await expect(rate.getByRole('rowheader', { name: 'simulated-patient' })).toBeVisible()
  await rate.getByRole('button', { name: 'Overwrite rate within the first 5 steps, as a table' }).click()

  // typed key by key, the field keeps the focus and the address follows
  const k = page.getByLabel('Steps k')
  await k.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(page).toHaveURL(/k=3/)
  await expect(k).toBeFocused()
  await expect(page.getByRole('heading', { name: 'Overwrite rate within the first 3 steps' })).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Steps k')).toHaveValue('3')

  await page.getByLabel('Sessions of').selectOption('7')
  await expect(page).toHaveURL(/since=7d/)
  const marks = page.getByRole('link', { name: /^simulated-hasty: .*Show the sessions/ })
  // until the answer is there, marks lead where what they show leads
  await expect(page.locator('[aria-busy=true]').filter({ has: marks })).toHaveCount(0)
  await marks.first().focus()
  await page.keyboard.press('Enter')
  // the filters, the range and the group go along, and the list honours them
  await expect(page).toHaveURL(/\/sessions\?tag=study&master=simulated-hasty&delegated=1&since=7d/)
  await expect(page.getByText('Build a REST API, run 1 (simulated)').first()).toBeVisible()
  await expect(page.getByRole('list', { name: /Sessions, running ones first: 12$/ })).toBeVisible()
  await page.getByRole('button', { name: 'Remove: Delegated by simulated-hasty' }).click()
  await expect(page.getByRole('list', { name: /Sessions, running ones first: 36$/ })).toBeVisible()
  expect(faults).toEqual([])
})

test('pictures and rows to take away', async ({ page, request }) => {
  await tellStudy(request)
  await page.goto('/compare?tag=study')
  const download = async (act: () => Promise<void>) => {
    const [file] = await Promise.all([page.waitForEvent('download'), act()])
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) }
  }
  const picture = (as: string) => page.getByRole('button', { name: `Tokens before interruption, as ${as} picture` })
  const svg = await download(() => picture('an SVG').click())
  expect(svg.name).toBe('backseat-tokens-before-interruption.svg')
  const text = svg.bytes.toString('utf8')
  expect(text).toContain('Tokens before interruption')
  expect(text).toContain('108 tasks in 36 sessions (108 simulated)')
  // it stands alone: no colour, link or class that only this page could resolve
  expect(text).not.toMatch(/var\(--|href=/)
  expect(await isDrawn(page, `data:image/svg+xml;base64,${svg.bytes.toString('base64')}`)).toBe(true)
  const png = await download(() => picture('a PNG').click())
  expect(png.bytes.subarray(1, 4).toString()).toBe('PNG')
  expect(await isDrawn(page, `data:image/png;base64,${png.bytes.toString('base64')}`)).toBe(true)
  const csv = await download(() => page.getByRole('link', { name: 'Export CSV' }).click())
  const [head, ...rows] = csv.bytes.toString('utf8').trim().split('\r\n')
  expect(head).toMatch(/^session,task,title,simulated,master_model/)
  expect(rows).toHaveLength(108)
})

test('the rate at every choice of k and threshold: read by keyboard, chosen with Enter, taken away as a picture', async ({ page, request }) => {
  await tellStudy(request)
  await page.goto('/compare?tag=study')
  const map = page.getByRole('region', { name: 'Both choices at once' })
  const panel = map.getByRole('img', { name: /^simulated-hasty: from \d+ % to \d+ % over \d+ choices of k and threshold\./ })
  await panel.focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowUp')
  await expect(map.getByText(/^simulated-hasty, k = 6, below 65%: \d+%, \d+ to \d+ %$/)).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/k=6&theta=0\.65/)
  await expect(page.getByRole('heading', { name: 'Overwrite rate within the first 6 steps' })).toBeVisible()

  await map.getByRole('button', { name: 'Differences' }).click()
  const apart = map.getByRole('img', { name: /^simulated-/ })
  await expect(apart).toHaveCount(2)
  await map.getByRole('button', { name: 'Both choices at once, as a table' }).click()
  await expect(map.getByRole('columnheader', { name: 'k = 6' })).toBeVisible()
  await map.getByRole('button', { name: 'Both choices at once, as a table' }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), map.getByRole('button', { name: 'Both choices at once, as a PNG picture' }).click()])
  expect(file.suggestedFilename()).toBe('backseat-by-k-and-threshold.png')
  expect(await isDrawn(page, `data:image/png;base64,${(await readFile(await file.path())).toString('base64')}`)).toBe(true)
})

test('interventions a task by two clocks; curves tested against each other; a wide table says that it scrolls', async ({ page, request }) => {
  await tellStudy(request)
  await page.setViewportSize({ width: 1100, height: 800 })
  await page.goto('/compare?tag=study')
  const often = page.getByRole('region', { name: 'Interventions a task, as it goes on' })
  await expect(
    often
      .getByRole('paragraph')
      .filter({ hasText: /^Within \d+ steps simulated-hasty steps in most, \d\.\d\d \(.*\) times a task, and simulated-patient least/ }),
  ).toBeVisible()
  await often.getByRole('button', { name: 'Opportunities' }).click()
  await expect(often.getByRole('paragraph').filter({ hasText: /^Within \d+ opportunities of their masters simulated-hasty steps in most/ })).toBeVisible()

  const curves = page.getByRole('region', { name: 'Tokens before interruption', exact: true })
  await curves.getByRole('button', { name: 'Incidence' }).click()
  await expect(curves.getByRole('paragraph').filter({ hasText: /Gray’s test, clustered by session, p .*\)\.$/ })).toBeVisible()
  await curves.getByRole('button', { name: 'Tokens before interruption, as a table' }).click()
  await expect(curves.getByText('More columns to the right: scroll →')).toBeVisible()
  const table = curves.getByRole('region', { name: 'Tokens before interruption: the table' })
  await table.focus()
  await table.evaluate((element) => element.scrollTo({ left: element.scrollWidth }))
  await expect(curves.getByText('← more columns to the left')).toBeVisible()
  await expect(curves.getByRole('columnheader', { name: 'Curve shown to differ from (Gray, Holm < .05)' })).toBeVisible()

  await page.getByText('More: pace and curves compared pair by pair').click()
  await expect(page.getByRole('region', { name: 'Curves of tasks cut short, pair by pair' }).getByRole('row')).toHaveCount(4)
})

/** Whether a browser can show it, and more than one colour is in it. */
function isDrawn(page: Page, url: string): Promise<boolean> {
  return page.evaluate(async (src) => {
    const image = new Image()
    image.src = src
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width
    canvas.height = image.height
    const context = canvas.getContext('2d')
    context?.drawImage(image, 0, 0)
    const pixels = new Uint32Array(context?.getImageData(0, 0, canvas.width, canvas.height).data.buffer ?? new ArrayBuffer(0))
    return image.width > 400 && new Set(pixels).size > 20
  }, url)
}
