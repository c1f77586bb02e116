import type { Lane, Row } from './lane'
import { columnAfter, columnTimes, rasterCounts, rasterRow } from './lod'
import { type Fills, fillsOf } from './palette'
import type { Clock } from './scale'
import type { Scene } from './scene'

// One line of pixels, blown up to the sub-row's height. Kept between frames.
let raster: Raster | undefined

interface Raster {
  width: number
  canvas: HTMLCanvasElement
  context: CanvasRenderingContext2D
  /** For what is made anew for each frame. */
  image: ImageData
  /** Epoch ms at the borders of the columns, and what they were made for. */
  times: Float64Array
  at: { u0: number; u1: number; clock: Clock | undefined }
  /** Grows whenever the columns stand for other times. */
  version: number
}

/** A sub-row's pixels as they were drawn last. What is older than `Row.changedFrom`, and was over then, looks the same while the columns stand. */
interface Line {
  of: number
  image: ImageData
  pixels: Uint32Array
  colours: Fills['bytes']
  now: number
}

const lines = new WeakMap<Row, Line>()

/** The columns of the scene's window. */
function rasterFor({ scale, width: exact }: Scene): Raster {
  const width = Math.ceil(exact)
  if (!raster || raster.width !== width) {
    const canvas = document.createElement('canvas')
    canvas.width = width
    canvas.height = 1
    const context = canvas.getContext('2d')
    if (!context) throw new Error('this browser gives no 2D canvas')
    const at = { u0: Number.NaN, u1: Number.NaN, clock: undefined }
    raster = { width, canvas, context, image: context.createImageData(width, 1), times: new Float64Array(width + 1), at, version: (raster?.version ?? 0) + 1 }
  }
  const { at } = raster
  if (at.u0 !== scale.u0 || at.u1 !== scale.u1 || at.clock !== scale.clock) {
    raster.version++
    at.u0 = scale.u0
    at.u1 = scale.u1
    at.clock = scale.clock
    columnTimes((x) => scale.timeAt(x), width, raster.times)
  }
  return raster
}

/** A sub-row as one line of pixels. While the window stands, what has passed is not counted again. */
export function drawRaster(scene: Scene, lane: Lane, row: Row, y: number): void {
  const { rows, palette, now } = scene
  const r = rasterFor(scene)
  const colours = fillsOf(palette, lane).bytes
  let line = lines.get(row)
  let from = 0
  if (!line || line.image.width !== r.width) {
    const image = r.context.createImageData(r.width, 1)
    line = { of: r.version, image, pixels: new Uint32Array(image.data.buffer), colours, now }
    lines.set(row, line)
  } else if (line.of === r.version && line.colours === colours) {
    from = columnAfter(r.times, r.width, Math.min(row.changedFrom, line.now === now ? Number.POSITIVE_INFINITY : Math.min(line.now, now)))
  }
  if (from < r.width) rasterRow(rows.bars, row, r.times, r.width, now, colours, line.pixels, from)
  row.changedFrom = Number.POSITIVE_INFINITY
  line.of = r.version
  line.colours = colours
  line.now = now
  blowUp(scene, r, line.image, y, row.height)
}

/** The strip of what is rolled up into a lane, in the colours of one of those lanes. */
export function drawRolledUp(scene: Scene, lane: Lane, like: Lane, y: number, height: number): void {
  const r = rasterFor(scene)
  rasterCounts(lane.rollUp, r.times, r.width, scene.now, fillsOf(scene.palette, like).bytes.text, new Uint32Array(r.image.data.buffer))
  blowUp(scene, r, r.image, y, height)
}

function blowUp({ context: c, lens }: Scene, { canvas, context, width }: Raster, image: ImageData, y: number, height: number): void {
  context.putImageData(image, 0, 0)
  c.globalAlpha = lens === 'interventions' ? 0.35 : 1
  c.imageSmoothingEnabled = false
  c.drawImage(canvas, 0, 0, width, 1, 0, y, width, height)
  c.globalAlpha = 1
}
