import { canonicalModel } from '@/lib/core/models/name'
import type { Idle } from './idle'
import { fittedText } from './draw-text'
import { agentName } from './labels'
import { AXIS, laneHeight, type Scene } from './scene'
import { printSpeed } from './replay'
import { printElapsed } from './ticks'

/** A stretch of a run that is to be played, and how fast. Times are epoch ms. */
export interface ClipPlan {
  from: number
  to: number
  /** The run's time over the clip's. */
  speed: number
  /** Of the clip, ms. */
  length: number
}

/** Bits of a second of film, at most: letters stay legible, a quarter of a minute fits a message. */
export const CLIP_BITS = 2_500_000
export const CLIP_LENGTHS = [5, 10, 20, 40] as const

/** Plays a stretch within `seconds`, idle time leapt over where the person wants that. */
export function planClip(from: number, to: number, seconds: number, idle: Pick<Idle, 'gaps'> | undefined): ClipPlan {
  let played = Math.max(1, to - from)
  for (const gap of idle?.gaps ?? []) played -= Math.max(0, Math.min(to, gap.to) - Math.max(from, gap.from))
  const speed = Math.max(0.25, played / (seconds * 1000))
  return { from, to, speed, length: played / speed }
}

/** At most so many bytes. */
export function mostBytes({ length }: Pick<ClipPlan, 'length'>): number {
  return Math.ceil((length / 1000) * (CLIP_BITS / 8))
}

export const CLIP_HEADER = 40

/** How many of the lanes the picture shows at least half of, and of how many. */
export function lanesInView({ rows, layout, scroll, height }: Scene): { shown: number; all: number } {
  let all = 0
  let shown = 0
  for (const { group, place } of rows.lanes) {
    // what stands over a group is no lane
    if (group) continue
    all += 1
    const middle = ((layout.top[place] ?? 0) + (layout.top[place + 1] ?? 0)) / 2 - scroll
    if (middle >= 0 && middle <= height - AXIS) shown += 1
  }
  return { shown, all }
}

/** Where the picture lies on the film, CSS pixels. */
export interface ClipFrame {
  width: number
  height: number
  /** Left of it are the names of lanes. */
  gutter: number
  /** Pixels of the film for one of CSS, and of the picture. */
  ratio: number
  pixels: number
}

/** One frame of the film: what the screen shows of the timeline, the names of its lanes beside it, a line above that says what it is. */
export function drawClipFrame(c: CanvasRenderingContext2D, scene: Scene, picture: CanvasImageSource, frame: ClipFrame, speed: number): void {
  const { palette, fonts, rows, layout, scroll, pinned } = scene
  const { width, height, gutter, ratio, pixels } = frame
  c.setTransform(ratio, 0, 0, ratio, 0, 0)
  c.fillStyle = palette.bg
  c.fillRect(0, 0, width, height)
  // what lies below the last lane is left out
  const [w, h] = [width - gutter, height - CLIP_HEADER]
  c.drawImage(picture, 0, 0, Math.round(w * pixels), Math.round(h * pixels), gutter, CLIP_HEADER, w, h)
  c.save()
  c.beginPath()
  c.rect(0, CLIP_HEADER, gutter, height - CLIP_HEADER)
  c.clip()
  c.textBaseline = 'middle'
  c.textAlign = 'left'
  for (const lane of rows.lanes) {
    const top = CLIP_HEADER + AXIS + (lane === pinned ? 0 : (layout.top[lane.place] ?? 0) - scroll)
    const size = laneHeight(scene, lane)
    if (top > height || top + size < CLIP_HEADER + AXIS) continue
    const left = 14 + Math.min(lane.depth, 5) * 10
    c.font = fonts.label
    c.fillStyle = lane.role === 'master' ? palette.master : lane.role === 'agent' ? palette.agent : palette.text
    const model = size >= 40 ? canonicalModel(lane.agent?.model) : undefined
    c.fillText(fittedText(c, lane.group?.title ?? agentName(rows, lane.id), gutter - left - 8), left, top + size / 2 - (model ? 8 : 0))
    if (!model) continue
    c.font = fonts.small
    c.fillStyle = palette.quiet
    c.fillText(fittedText(c, model, gutter - left - 8), left, top + size / 2 + 9)
  }
  c.restore()
  drawHeader(c, scene, frame, speed)
}

/** What it is, whether it was made up, how fast it runs, and where it stands. */
function drawHeader(c: CanvasRenderingContext2D, { palette, fonts, rows, now, origin }: Scene, { width }: ClipFrame, speed: number): void {
  const { facts, id, lastAt = now } = rows.state
  const middle = CLIP_HEADER / 2
  c.fillStyle = palette.surface
  c.fillRect(0, 0, width, CLIP_HEADER)
  c.textBaseline = 'middle'
  c.font = fonts.mono
  c.fillStyle = palette.quiet
  c.textAlign = 'right'
  const clock = `${printElapsed(now - origin)} / ${printElapsed(lastAt - origin)}   ${printSpeed(speed)}`
  c.fillText(clock, width - 14, middle)
  let right = width - 28 - c.measureText(clock).width
  c.font = fonts.label
  c.textAlign = 'left'
  if (facts.simulated) {
    const word = 'simulated'
    right -= c.measureText(word).width + 20
    c.strokeStyle = palette.border
    c.lineWidth = 1
    c.beginPath()
    c.roundRect(right, middle - 11, c.measureText(word).width + 16, 22, 11)
    c.stroke()
    c.fillText(word, right + 8, middle + 0.5)
  }
  c.fillStyle = palette.text
  c.fillText(fittedText(c, facts.title ?? id, right - 28), 14, middle)
}
