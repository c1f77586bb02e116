import { readFile, writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import AxeBuilder from '@axe-core/playwright'
import { type APIRequestContext, expect, type Page, test } from '@playwright/test'
import type { EventInput } from '../lib/core/event'

// A run is played back: in the dashboard, in a link, and in a file from disk.

const ORIGINAL = 'export function total(list: number[]) {\n  let sum = 0\n  for (const item of list) sum += item\n  return sum\n}\n'
const REWRITE = "export const nothing = { here: true, of: 'it', more: [1, 2, 3] }\n"

type Told = EventInput extends infer E ? (E extends EventInput ? Omit<E, 'id' | 'sessionId' | 'occurredAt'> : never) : never

/** A run of half a minute: a turn that says two words, thinks for a quarter of a minute and says two more; then it is overwritten. Gives its begin, epoch ms. */
async function tellRun(request: APIRequestContext, sessionId: string): Promise<number> {
  const begin = Date.now() - 3_600_000
  const told: [number, Told][] = [
    [0, { type: 'session.started', title: 'A run to play back', framework: 'hand-made' }],
    [0, { type: 'agent.joined', agentId: 'lead', name: 'lead', model: 'gpt-4o' }],
    [0, { type: 'agent.joined', agentId: 'coder', name: 'coder', parentId: 'lead' }],
    [1_000, { type: 'task.delegated', taskId: 't1', by: 'lead', to: 'coder', title: 'Sum it up', outputs: ['src/sum.ts'] }],
    [2_000, { type: 'turn.started', turnId: 'u1', agentId: 'coder', taskId: 't1' }],
    [3_000, { type: 'turn.streamed', turnId: 'u1', offset: 0, text: 'alpha ' }],
    [4_000, { type: 'turn.streamed', turnId: 'u1', offset: 6, text: 'beta ' }],
    [20_000, { type: 'turn.streamed', turnId: 'u1', offset: 11, text: 'gamma delta' }],
    [21_000, { type: 'artifact.written', agentId: 'coder', taskId: 't1', turnId: 'u1', path: 'src/sum.ts', change: { kind: 'content', content: ORIGINAL } }],
    [22_000, { type: 'turn.started', turnId: 'u2', agentId: 'lead' }],
    [23_000, { type: 'artifact.written', agentId: 'lead', turnId: 'u2', path: 'src/sum.ts', change: { kind: 'content', content: REWRITE } }],
    [24_000, { type: 'turn.ended', turnId: 'u2', output: 'I did it myself.', usage: { outputTokens: 12 } }],
    [25_000, { type: 'turn.ended', turnId: 'u1', output: 'alpha beta gamma delta', usage: { outputTokens: 9 } }],
    [26_000, { type: 'session.ended', status: 'completed' }],
  ]
  const events = told.map(([at, event], serial) => ({ ...event, id: `e${serial}`, sessionId, occurredAt: begin + at }))
  expect(await (await request.post('/api/v1/events', { data: events })).json()).toMatchObject({ accepted: events.length })
  const found = async () => (await (await request.get(`/api/v1/sessions/${sessionId}`)).json()).interventions?.overwrite ?? 0
  await expect.poll(found, { timeout: 30_000 }).toBe(1)
  return begin
}

const moment = (page: Page) => page.getByRole('region', { name: 'Replay' }).getByRole('slider', { name: 'Moment' })
const tab = (page: Page, name: string) => page.getByRole('tab', { name: new RegExp(name) })

/** The page stands ten seconds after the begin, on the turn that is thinking. */
async function playsBack(page: Page): Promise<void> {
  const inspector = page.getByRole('region', { name: 'Inspector' })
  const replay = page.getByRole('region', { name: 'Replay' })
  await expect(replay.getByText('00:10 / 00:26')).toBeVisible()
  await expect(page.getByText('as of 00:10').first()).toBeVisible()
  // what was known then
  await expect(inspector.getByText('Output so far')).toBeVisible()
  await expect(inspector.locator('pre')).toHaveText('alpha beta ')
  await expect(inspector).not.toContainText('gamma')
  await expect(tab(page, 'Interventions')).toContainText('0')
  await expect(tab(page, 'Turns')).toContainText('1')
  await expect(tab(page, 'Artifacts')).toContainText('0')
  await expect(page.getByRole('region', { name: 'Figures' })).toContainText('as of 00:10')
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])

  // a chapter: the deed, and what is known with it
  await replay.getByRole('combobox', { name: 'Chapter' }).selectOption({ index: 1 })
  await expect(replay.getByText('00:23 / 00:26')).toBeVisible()
  await expect(tab(page, 'Interventions')).toContainText('1')
  await expect(tab(page, 'Turns')).toContainText('2')
  await expect(inspector.locator('pre')).toHaveText('alpha beta gamma delta')
  await expect(inspector.getByText('Output so far')).toBeVisible()

  // back and on at eight times the pace, through the pause that is no idle time: a turn was under way
  await moment(page).fill(String(Number(await moment(page).getAttribute('min')) + 5_000))
  await expect(tab(page, 'Interventions')).toContainText('0')
  await replay.getByRole('combobox', { name: 'Speed' }).selectOption('8')
  await replay.getByRole('button', { name: 'Play', exact: true }).click()
  await expect(replay.getByText('00:26 / 00:26')).toBeVisible()
  await expect(replay.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
  await expect(tab(page, 'Interventions')).toContainText('1')
  await expect(inspector.getByText('Output', { exact: true })).toBeVisible()
}

test('lists, counts, figures and inspector go with a replay, and come back from it', async ({ page, request }) => {
  const begin = await tellRun(request, 'replayed')
  await page.goto(`/sessions/replayed?tab=turns&turn=u1&t=${begin + 10_000}`)
  await playsBack(page)
  // what comes later is shown all the same, and says so
  await page.goto(`/sessions/replayed?turn=u2&t=${begin + 10_000}`)
  const inspector = page.getByRole('region', { name: 'Inspector' })
  await expect(inspector.getByText('The replay has not come to this yet.')).toBeVisible()
  await expect(inspector.getByText('whole run')).toBeVisible()
  await expect(inspector).toContainText('I did it myself.')
  // by turn and by intervention
  await page.locator('[data-timeline]').focus()
  await page.keyboard.press('o')
  await expect(page.getByRole('region', { name: 'Replay' }).getByText('00:23 / 00:26')).toBeVisible()
  await expect(inspector.getByRole('heading', { name: /sum\.ts/ })).toBeVisible()
  await page.keyboard.press('r')
  await expect(page.getByRole('region', { name: 'Replay' })).toHaveCount(0)
  await expect(page.getByText(/^as of /)).toHaveCount(0)
  await expect(page).not.toHaveURL(/[?&]t=/)
})

test('a link opens at the moment, and plays', async ({ request, browser, baseURL }) => {
  const begin = await tellRun(request, 'replayed-link')
  const made = await request.post('/api/v1/links', {
    data: { session: 'replayed-link', view: `tab=turns&turn=u1&t=${begin + 10_000}`, audience: 'anyone', lasts: 'day', content: true },
  })
  const { path } = await made.json()
  const stranger = await (await browser.newContext(baseURL === undefined ? {} : { baseURL })).newPage()
  await stranger.goto(path)
  await playsBack(stranger)
  await stranger.context().close()
})

test('a saved file opens at the moment, and plays with no server', async ({ page, request, browser }) => {
  test.slow()
  const begin = await tellRun(request, 'replayed-file')
  await page.goto(`/sessions/replayed-file?tab=turns&turn=u1&t=${begin + 10_000}`)
  await expect(page.getByText('as of 00:10').first()).toBeVisible()
  await page.getByRole('button', { name: 'Save as one file' }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('dialog', { name: 'Save as one file' }).getByRole('button', { name: 'Save the file' }).click()
  const path = test.info().outputPath('replayed.html')
  await (await download).saveAs(path)
  const context = await browser.newContext({ offline: true, viewport: { width: 1280, height: 900 } })
  const saved = await context.newPage()
  const wrong: string[] = []
  saved.on('pageerror', (error) => wrong.push(String(error)))
  await saved.goto(pathToFileURL(path).href)
  await playsBack(saved)
  expect(wrong).toEqual([])
  await context.close()
})

test('a stretch of a replay is saved as a film', async ({ page, request }) => {
  test.slow()
  const begin = await tellRun(request, 'replayed-film')
  await page.goto(`/sessions/replayed-film?t=${begin + 10_000}`)
  const replay = page.getByRole('region', { name: 'Replay' })
  await replay.getByRole('button', { name: 'Save as a clip' }).click()
  const clip = page.getByRole('region', { name: 'Clip' })
  await clip.getByRole('combobox', { name: 'Of' }).selectOption('from here on')
  await clip.getByRole('combobox', { name: 'In' }).selectOption('in 5 s')
  await expect(clip.getByRole('status')).toHaveText(/^(WebM|MP4) of the timeline as it is shown, 3\.2×, 5 s, at most 1\.6 MB$/)
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  const download = page.waitForEvent('download', { timeout: 60_000 })
  await clip.getByRole('button', { name: 'Record' }).click()
  await expect(clip.getByText(/^Recording \d of 5 s/)).toBeVisible()
  const file = await download
  expect(file.suggestedFilename()).toMatch(/^A-run-to-play-back\.(webm|mp4)$/)
  await expect(clip.getByRole('status')).toHaveText(/^Saved as A-run-to-play-back\.\w+: \d+ s, \d+\.\d MB\.$/)
  // back where it was
  await expect(replay.getByText('00:10 / 00:26')).toBeVisible()
  // a film that this browser itself can show, with something on it
  const path = test.info().outputPath(file.suggestedFilename())
  await file.saveAs(path)
  const film = (await readFile(path)).toString('base64')
  const seen = await (await page.context().newPage()).evaluate(async (data) => {
    const video = document.createElement('video')
    video.muted = true
    video.src = URL.createObjectURL(new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))]))
    await new Promise((done, fail) => {
      video.onloadeddata = done
      video.onerror = () => fail(new Error(video.error?.message))
    })
    await video.play()
    await new Promise((done) => setTimeout(done, 1_500))
    const canvas = document.createElement('canvas')
    canvas.width = video.videoWidth
    canvas.height = video.videoHeight
    const context = canvas.getContext('2d')
    context?.drawImage(video, 0, 0)
    const pixels = context?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
    const colours = new Set<string>()
    for (let at = 0; at < pixels.length; at += 4 * 97) colours.add(`${pixels[at]} ${pixels[at + 1]} ${pixels[at + 2]}`)
    return { width: canvas.width, height: canvas.height, colours: colours.size, picture: canvas.toDataURL() }
  }, film)
  await writeFile(test.info().outputPath('frame.png'), Buffer.from(seen.picture.split(',')[1] ?? '', 'base64'))
  expect(seen.width).toBeGreaterThan(1_000)
  expect(seen.colours).toBeGreaterThan(8)
})
