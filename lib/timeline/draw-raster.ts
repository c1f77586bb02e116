import type { Lane, Row } from './lane'
import { columnTimes, rasterCounts } from './lod'
import { fillsOf } from './palette'
import { bringLine, type Line, newLine, newStand, type Stand, standOf } from './raster-line'
import type { Scene } from './scene'

// One line of pixels, blown up to the sub-row's height. Kept between frames.
let raster: Raster | undefined

interface Raster {
  width: number
  canvas: HTMLCanvasElement
  context: CanvasRenderingContext2D
  /** For what is made anew for each frame. */
  image: ImageData
  /** Epoch ms at the borders of the columns. */
  times: Float64Array
  stand: Stand
}

const lines = new WeakMap<Row, { image: ImageData; line: Line }>()

/** The columns of the scene's window. */
function rasterFor({ scale, width: exact }: Scene): Raster {
  const width = Math.ceil(exact)
  if (!raster || raster.width !== width) {
    const canvas = document.createElement('canvas')
    canvas.width = width
    canvas.height = 1
    const context = canvas.getContext('2d')
    if (!context) throw new Error('this browser gives no 2D canvas')
    raster = { width, canvas, context, image: context.createImageData(width, 1), times: new Float64Array(width + 1), stand: newStand() }
  }
  if (standOf(raster.stand, scale)) columnTimes((x) => scale.timeAt(x), width, raster.times)
  return raster
}

/** A sub-row as one line of pixels. */
export function drawRaster(scene: Scene, lane: Lane, row: Row, y: number): void {
  const { palette, now } = scene
  const r = rasterFor(scene)
  let known = lines.get(row)
  if (known?.image.width !== r.width) {
    const image = r.context.createImageData(r.width, 1)
    known = { image, line: newLine(new Uint32Array(image.data.buffer)) }
    lines.set(row, known)
  }
  bringLine(known.line, row, r.times, r.stand, now, fillsOf(palette, lane).bytes)
  blowUp(scene, r, known.image, y, row.height)
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
