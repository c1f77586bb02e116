import type { Lane, Row } from './lane'
import { columnTimes, rasterCounts, rasterRow } from './lod'
import { fillsOf } from './palette'
import type { Scene } from './scene'

// One line of pixels, blown up to the sub-row's height. Kept between frames.
let raster: { canvas: HTMLCanvasElement; context: CanvasRenderingContext2D; image: ImageData; pixels: Uint32Array; times: Float64Array } | undefined

function rasterFor(width: number): NonNullable<typeof raster> {
  if (!raster || raster.image.width !== width) {
    const canvas = document.createElement('canvas')
    canvas.width = width
    canvas.height = 1
    const context = canvas.getContext('2d')
    if (!context) throw new Error('this browser gives no 2D canvas')
    const image = context.createImageData(width, 1)
    raster = { canvas, context, image, pixels: new Uint32Array(image.data.buffer), times: new Float64Array(width + 1) }
  }
  return raster
}

/** A sub-row as one line of pixels; `line`: how many of the frame's have been drawn. */
export function drawRaster(scene: Scene, lane: Lane, row: Row, y: number, line: number): void {
  const { context: c, scale, rows, palette } = scene
  const width = Math.ceil(scene.width)
  const r = rasterFor(width)
  if (line === 0) columnTimes((x) => scale.timeAt(x), width, r.times)
  rasterRow(rows.bars, row, r.times, width, scene.now, fillsOf(palette, lane).bytes, r.pixels, 0)
  r.context.putImageData(r.image, 0, 0)
  c.globalAlpha = scene.lens === 'interventions' ? 0.35 : 1
  c.imageSmoothingEnabled = false
  c.drawImage(r.canvas, 0, 0, width, 1, 0, y, width, row.height)
  c.globalAlpha = 1
}

/** The strip of what is rolled up into a lane, in the colours of one of those lanes. */
export function drawRolledUp(scene: Scene, lane: Lane, like: Lane, y: number, height: number, line: number): void {
  const { context: c, scale, palette } = scene
  const width = Math.ceil(scene.width)
  const r = rasterFor(width)
  if (line === 0) columnTimes((x) => scale.timeAt(x), width, r.times)
  rasterCounts(lane.rollUp, r.times, width, scene.now, fillsOf(palette, like).bytes.text, r.pixels)
  r.context.putImageData(r.image, 0, 0)
  c.globalAlpha = scene.lens === 'interventions' ? 0.35 : 1
  c.imageSmoothingEnabled = false
  c.drawImage(r.canvas, 0, 0, width, 1, 0, y, width, height)
  c.globalAlpha = 1
}
