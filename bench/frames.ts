import type { Agent } from 'node:http'
import type { Page } from '@playwright/test'
import { post } from './load'

export interface FramesResult {
  turns: number
  /** Script of a frame on the page's main thread, ms: what was asked for by requestAnimationFrame, the drawing's calls included, the raster not. */
  panning: Scripts
  zooming: Scripts
  /** While 2,000 events a second arrive. */
  appending: Scripts
}

/** Ms. */
interface Scripts {
  p50: number
  p95: number
  worst: number
  frames: number
}

interface Timed {
  frameScripts: number[]
}

/** Runs in the page, before anything else: notes how long the callbacks of each frame took together. */
export function noteFrames(): void {
  const scripts: number[] = []
  Object.assign(window, { frameScripts: scripts })
  const plain = window.requestAnimationFrame.bind(window)
  let frame = Number.NaN
  window.requestAnimationFrame = (run) =>
    plain((at) => {
      const began = performance.now()
      run(at)
      const took = performance.now() - began
      // callbacks of one frame are told one time
      if (at === frame) scripts[scripts.length - 1] = (scripts.at(-1) ?? 0) + took
      else scripts.push(took)
      frame = at
    })
}

const FRAMES = 120
const EVENTS_A_SECOND = 2000
const SECONDS = 4
/** Longer than a glide. */
const STILL_MS = 1000

/** The open page of a session: moving about in it, then events arriving. */
export async function benchFrames(page: Page, turns: number, sessionId: string, agent: Agent, address: string): Promise<FramesResult> {
  const { panning, zooming } = await benchMoving(page)
  // the window still glides back to everything, as the last key said: those frames are zooming, and in four seconds of arrivals they were the twentieth part
  await new Promise((resolve) => setTimeout(resolve, STILL_MS))
  await page.evaluate(() => (window as unknown as Timed).frameScripts.splice(0))
  for (let batch = 0; batch < SECONDS * 10; batch++) {
    const began = performance.now()
    const events = Array.from({ length: EVENTS_A_SECOND / 20 }, (_, i) => {
      const turnId = `append-${batch}-${i}`
      const common = { sessionId, occurredAt: Date.now(), turnId, agentId: `worker-${(i % 8) + 1}` }
      return [
        { ...common, type: 'turn.started', id: `${turnId}-s` },
        { ...common, type: 'turn.ended', id: `${turnId}-e`, usage: { outputTokens: 20 } },
      ]
    })
    await post(agent, address, Buffer.from(JSON.stringify(events.flat())))
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, 100 - (performance.now() - began))))
  }
  const appending = await page.evaluate(() => (window as unknown as Timed).frameScripts.splice(0))
  return { turns, panning, zooming, appending: scripts(appending) }
}

/** The open page of a session: everything in view, a tenth and a hundredth of it. */
export async function benchMoving(page: Page): Promise<Pick<FramesResult, 'panning' | 'zooming'>> {
  const panning: number[] = []
  const zooming: number[] = []
  for (const closer of [1, 10, 100]) {
    await wheel(page, { ctrlKey: true, deltaY: -Math.log(closer) / 0.008 / 40 }, 40)
    panning.push(...(await wheel(page, { shiftKey: true, deltaY: 9 }, FRAMES)))
    zooming.push(...(await wheel(page, { ctrlKey: true, deltaY: 4 }, FRAMES / 2)), ...(await wheel(page, { ctrlKey: true, deltaY: -4 }, FRAMES / 2)))
    await page.keyboard.press('0')
  }
  return { panning: scripts(panning), zooming: scripts(zooming) }
}

function scripts(times: readonly number[]): Scripts {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95), worst: sorted.at(-1) ?? Number.NaN, frames: sorted.length }
}

/** One turn of the wheel a frame; gives the frames' scripts, ms. */
function wheel(page: Page, turn: { ctrlKey?: true; shiftKey?: true; deltaY: number }, frames: number): Promise<number[]> {
  return page.evaluate(
    async ({ turn, frames }) => {
      const canvas = document.querySelector('canvas[data-drawn]')
      if (!canvas) throw new Error('there is no picture')
      const box = canvas.getBoundingClientRect()
      const { frameScripts } = window as unknown as Timed
      frameScripts.length = 0
      for (let i = 0; i < frames; i++) {
        const back = turn.shiftKey && i % 40 >= 20 ? -1 : 1
        canvas.dispatchEvent(
          new WheelEvent('wheel', {
            ...turn,
            deltaY: turn.deltaY * back,
            clientX: box.left + box.width / 2,
            clientY: box.top + box.height / 2,
            bubbles: true,
            cancelable: true,
          }),
        )
        await new Promise(requestAnimationFrame)
      }
      return frameScripts.splice(0)
    },
    { turn, frames },
  )
}
