import { expect, test } from '@playwright/test'
import { scenarioEvents } from '../lib/sample/scenarios'
import { Teller, tellOverwrite } from './support/session'

test('the timeline says what it draws: lanes and bars as a tree, reached by keyboard', async ({ page, request }) => {
  const teller = new Teller(request, `timeline-tree-${Date.now()}`)
  await tellOverwrite(teller, 'Tree')
  await page.goto(`/sessions/${teller.sessionId}`)
  const tree = page.getByRole('tree', { name: /Lanes/ })
  const coder = tree.getByRole('treeitem', { name: /^Lane coder/ })
  await teller.found('overwrite')
  await expect(coder).toContainText('overwritten or cut')
  await expect(tree.getByRole('treeitem', { name: /rewrites schema\.sql.*destroys delegated work/ }).first()).toBeAttached()

  await tree.getByRole('treeitem').first().focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/(turn|call|write)=/)
})

test('keys move about, and the address follows; fit forgets the window', async ({ page, request }) => {
  const teller = new Teller(request, `timeline-keys-${Date.now()}`)
  await tellOverwrite(teller, 'Keys')
  await page.goto(`/sessions/${teller.sessionId}`)
  await expect(page.getByRole('treeitem').first()).toBeAttached()
  // the picture and what it is to jump to
  await expect(page.locator('canvas[data-drawn]')).toBeAttached()
  await teller.found('overwrite')
  await expect(page.getByRole('treeitem', { name: /destroys delegated work/ }).first()).toBeAttached()
  await page.keyboard.press('o')
  await expect(page).toHaveURL(/intervention=/)
  await page.keyboard.press('+')
  await expect(page).toHaveURL(/t0=\d+&t1=\d+/)
  await page.keyboard.press('0')
  await expect(page).not.toHaveURL(/t0=/)
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(/agent=/)
  // what a lane's head offers under a pointer
  for (const [key, name] of [
    ['p', 'pin'],
    ['v', 'only'],
    ['m', 'mute'],
  ] as const) {
    await page.keyboard.press(key)
    await expect(page).toHaveURL(new RegExp(`[?&]${name}=`))
    await page.keyboard.press(key)
    await expect(page).not.toHaveURL(new RegExp(`[?&]${name}=`))
  }
  await page.getByRole('toolbar', { name: 'Its lane on the timeline' }).getByRole('button', { name: 'Pin on top' }).click()
  await expect(page).toHaveURL(/[?&]pin=/)
  await page.keyboard.press('p')
  await page.keyboard.press('Escape')
  await expect(page).not.toHaveURL(/agent=/)
})

test('while a person looks elsewhere nothing moves, and a pill counts what came', async ({ page, request }) => {
  const teller = new Teller(request, `timeline-pill-${Date.now()}`)
  await tellOverwrite(teller, 'Pill')
  await page.goto(`/sessions/${teller.sessionId}`)
  await expect(page.getByRole('treeitem').first()).toBeAttached()
  await expect(page.locator('canvas[data-drawn]')).toBeAttached()
  await page.keyboard.press('+')
  await expect(page).toHaveURL(/t0=/)
  const before = page.url()
  await teller.tell({ type: 'turn.started', turnId: 'later', agentId: 'coder' })
  const pill = page.getByRole('button', { name: /1 new/ })
  await expect(pill).toBeVisible()
  expect(page.url()).toBe(before)
  await pill.click()
  await expect(page).toHaveURL(/follow=main/)
  await expect(pill).toBeHidden()
})

test('the page has as many elements for a long session as for a short one', async ({ page, request }) => {
  const elements = async (agents: number, turns: number) => {
    const sessionId = `timeline-elements-${agents}-${Date.now()}`
    const events = [...scenarioEvents('fan-out', { sessionId, agents, turns, streams: 1 })]
    for (let from = 0; from < events.length; from += 2000) {
      const { accepted } = await (await request.post('/api/v1/events', { data: events.slice(from, from + 2000) })).json()
      expect(accepted).toBe(Math.min(2000, events.length - from))
    }
    // each lane by itself: nothing is rolled up
    await page.goto(`/sessions/${sessionId}?open=worker-1&tab=turns`)
    const bars = events.filter(({ type }) => type === 'turn.started' || type === 'tool.called').length
    await expect(page.locator('canvas[data-drawn]')).toBeAttached()
    await expect.poll(async () => Number(await page.locator('canvas[data-drawn]').getAttribute('data-drawn'))).toBeGreaterThanOrEqual(bars)
    await expect(page.getByRole('tabpanel').getByRole('listitem').first()).toBeVisible()
    await expect(page.getByText(`${agents + 1} agents`)).toBeVisible()
    // what comes last: prices, and the figures
    await expect(page.getByRole('columnheader', { name: 'Cost' })).toBeVisible()
    await expect(page.getByRole('region', { name: 'Figures' })).toHaveAttribute('aria-busy', 'false')
    return page.evaluate(() => document.querySelectorAll('*').length)
  }
  const short = await elements(110, 600)
  const long = await elements(400, 8000)
  // a word more or less beside a figure
  expect(Math.abs(long - short)).toBeLessThan(60)
})

test('under a finger: a tap on a lane chooses it and does nothing else, and the moment of a replay can be hit', async ({ browser, request }) => {
  const teller = new Teller(request, `timeline-finger-${Date.now()}`)
  await tellOverwrite(teller, 'Finger')
  await teller.tell({ type: 'session.ended', status: 'completed' })
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  const page = await context.newPage()
  await page.goto(`/sessions/${teller.sessionId}`)
  const head = page.locator('[data-timeline] button').filter({ hasText: /^coder/ })
  await head.tap()
  await expect(page).toHaveURL(/agent=coder/)
  expect(page.url()).not.toMatch(/mute=|only=|pin=/)
  await page.getByRole('dialog', { name: 'Inspector' }).getByRole('button', { name: 'Back to the lists' }).tap()
  await page.getByRole('button', { name: /^Replay/ }).tap()
  const moment = page.getByRole('slider', { name: 'Moment' })
  expect((await moment.boundingBox())?.width).toBeGreaterThan(160)
  await expect(page.getByRole('button', { name: 'Skip idle time' })).toBeVisible()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await context.close()
})
