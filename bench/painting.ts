import { chromium, type Page } from '@playwright/test'
import { BROWSER_ARGS, pickBrowser } from '@/e2e/support/browser'
import { startServer } from '@/e2e/support/server'
import { filledId } from './filling'
import { benchFrames, type FramesResult, noteFrames } from './frames'
import { median } from './ingest'
import { type Percentiles, percentiles } from './latency'
import { keepAlive, post } from './load'

export interface PaintingResult {
  turns: number
  /** From the click in the sessions list to the frame with every bar in it, ms: the first time after a restart of the server, and later. */
  cold: number
  warm: number
  /** The slowest of the later ones. */
  slowest: number
}

export interface PixelsResult {
  turns: number
  /** From just before an event is sent to the frame that shows it, ms. A screen of 60 Hz alone makes that 8 on average. */
  pixels: Percentiles
}

/** What the page noted: times of its clock, ms since 1970. */
interface Noted {
  clickedAt: number
  /** Each frame with a new number of bars in it. */
  frames: { at: number; bars: number }[]
}

/** The pages as they are built for users, in a real Chromium, over a server of their own that has just been started. `databaseUrl` holds the sessions of bench/filling.ts. */
export async function benchPainting(options: {
  databaseUrl: string
  port: number
  home: string
  turns: readonly number[]
  pixelsAt: readonly number[]
  samples: number
}): Promise<{ painting: PaintingResult[]; pixels: PixelsResult[]; frames: FramesResult[] }> {
  return onPages(options, async (page, address) => {
    const painting: PaintingResult[] = []
    for (const turns of options.turns) {
      const first = await open(page, address, filledId(turns))
      const again: number[] = []
      for (let i = 0; i < 5; i++) again.push(await open(page, address, filledId(turns)))
      painting.push({ turns, cold: first, warm: median(again), slowest: Math.max(...again) })
      console.error(`  painting ${turns} turns: ${first.toFixed(0)} ms at first, then ${again.map((ms) => ms.toFixed(0)).join(' ')}`)
    }
    const pixels: PixelsResult[] = []
    for (const turns of options.pixelsAt) {
      pixels.push({ turns, pixels: percentiles(await emitAndWatch(page, address, filledId(turns), options.samples)) })
      const { p50, p99 } = (pixels.at(-1) as PixelsResult).pixels
      console.error(`  emit to pixels at ${turns} turns: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`)
    }
    const frames: FramesResult[] = []
    const agent = keepAlive(1)
    for (const turns of options.turns) {
      await page.goto(`${address}/sessions/${filledId(turns)}`)
      await settled(page)
      const result = await benchFrames(page, turns, filledId(turns), agent, address)
      frames.push(result)
      const { panning, zooming, appending } = result
      console.error(
        `  script of a frame at ${turns} turns, p95: panning ${panning.p95.toFixed(1)}, zooming ${zooming.p95.toFixed(1)}, appending ${appending.p95.toFixed(1)} ms`,
      )
    }
    agent.destroy()
    return { painting, pixels, frames }
  })
}

/** Runs with a Chromium that has been to the pages before, over a server of its own that has just been started; both are gone afterwards. */
export async function onPages<Result>(
  { databaseUrl, port, home }: { databaseUrl: string; port: number; home: string },
  run: (page: Page, address: string) => Promise<Result>,
): Promise<Result> {
  const server = await startServer({ home, port, env: { DATABASE_URL: databaseUrl } })
  const picked = await pickBrowser()
  const browser = await chromium.launch({
    executablePath: picked.executablePath,
    args: BROWSER_ARGS,
    env: { ...(process.env as Record<string, string>), ...picked.env },
  })
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.addInitScript(note)
    await page.addInitScript(noteFrames)
    // the browser has the pages' files from an earlier visit
    await page.goto(`${server.address}/sessions/painting-none`)
    await page.getByText('This session is not here').waitFor({ timeout: 120_000 })
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    return await run(page, server.address)
  } finally {
    await browser.close()
    await server.stop()
  }
}

/** Runs in the page, before anything else. */
function note(): void {
  const noted: Noted = { clickedAt: 0, frames: [] }
  Object.assign(window, { noted })
  const now = () => performance.timeOrigin + performance.now()
  addEventListener('pointerdown', () => Object.assign(noted, { clickedAt: now(), frames: [] }), true)
  const watch = new MutationObserver((changes) => {
    const bars = Number((changes[changes.length - 1]?.target as HTMLElement | undefined)?.dataset.drawn)
    // this follows the drawing at once; a message comes after the frame has gone to the screen
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => noted.frames.push({ at: now(), bars })
    port2.postMessage(null)
  })
  watch.observe(document, { subtree: true, attributes: true, attributeFilter: ['data-drawn'] })
}

const read = (page: Page): Promise<Noted> => page.evaluate(() => (window as unknown as { noted: Noted }).noted)

/** Until no frame has shown more bars for a second: then it was complete. */
async function settled(page: Page): Promise<Noted> {
  let before = -1
  for (const deadline = Date.now() + 120_000; Date.now() < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const noted = await read(page)
    // the canvas comes with the snapshot; a session without a turn has a picture, too
    const bars = noted.frames.at(-1)?.bars ?? -1
    if (bars >= 0 && bars === before) return noted
    before = bars
  }
  throw new Error(`${page.url()} was not drawn within two minutes`)
}

/** Ms from the click to the complete picture. */
export async function open(page: Page, address: string, sessionId: string): Promise<number> {
  await page.goto(`${address}/sessions`)
  const link = page.locator(`a[href="/sessions/${sessionId}"]:visible`).first()
  await link.waitFor({ timeout: 120_000 })
  // what the list still fetches and draws is not part of opening a session
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  await link.click()
  const { clickedAt, frames } = await settled(page)
  const most = Math.max(...frames.map(({ bars }) => bars))
  return (frames.find(({ bars }) => bars === most)?.at ?? Number.NaN) - clickedAt
}

/** One turn after another begins, and each time the frame is waited for in which it is. */
async function emitAndWatch(page: Page, address: string, sessionId: string, samples: number): Promise<number[]> {
  await page.goto(`${address}/sessions/${sessionId}`)
  const bars = (await settled(page)).frames.at(-1)?.bars ?? 0
  const agent = keepAlive(1)
  const sent: number[] = []
  for (let i = 0; i < samples; i++) {
    const event = { type: 'turn.started', id: `pixel-${i}`, sessionId, occurredAt: Date.now(), turnId: `pixel-${i}`, agentId: 'lead' }
    sent.push(performance.timeOrigin + performance.now())
    await post(agent, address, Buffer.from(JSON.stringify([event])))
    // no beat with the frames
    await new Promise((resolve) => setTimeout(resolve, 70 + (i % 17)))
  }
  agent.destroy()
  const { frames } = await settled(page)
  return sent.map((at, i) => (frames.find((frame) => frame.bars > bars + i)?.at ?? Number.POSITIVE_INFINITY) - at)
}
