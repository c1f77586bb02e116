import { clipped, curve, edgeOfBar, head, trace } from './draw-curves'
import type { Edge } from './edges'
import { Kept } from './kept'
import type { Lane } from './lane'
import { laneY, type Scene } from './scene'

// With more delegations in view than this, only one a few pixels is drawn; cuts always are.
const MANY = 160

/** Delegations and returns, between two heights: under the bars, whose words they would cross. */
export function drawTaskEdges(scene: Scene, from: number, to: number): void {
  clipped(scene, from, to, drawTasks)
}

function drawTasks(scene: Scene): void {
  const { rows, scale, width, selectedTask, context: c } = scene
  const left = scale.timeAt(-40)
  const right = scale.timeAt(width + 40)
  const many = rows.edgeSpans.countUpTo(left, right, MANY + 1) > MANY
  c.setLineDash(SOLID)
  if (many) drawVeil(scene)
  else eachEdge(scene, left, right, 0, (edge) => drawTask(scene, edge, edge.taskId === selectedTask))
  const chosen = many && selectedTask !== undefined ? rows.edges.get(selectedTask) : undefined
  if (chosen?.fromLane && chosen.toLane && chosen.fromLane.place >= 0 && chosen.toLane.place >= 0) drawTask(scene, chosen, true)
  c.globalAlpha = 1
  c.setLineDash(SOLID)
}

/** Delegations of the window between lanes that are shown. Of those that begin within `apart` pixels one stands for all. */
function eachEdge({ rows, scale }: Scene, left: number, right: number, apart: number, draw: (edge: Edge) => void): void {
  const { edgeSpans: spans, edgeList } = rows
  const end = spans.placeFrom(right)
  for (let place = spans.nextEnding(0, left); place < end; place = spans.nextEnding(place + 1, left)) {
    const edge = edgeList[spans.at(place)] as Edge
    const { fromLane, toLane } = edge
    if (!fromLane || !toLane || fromLane.place < 0 || toLane.place < 0 || fromLane.place === toLane.place) continue
    draw(edge)
    if (apart === 0) continue
    const next = spans.placeFrom(scale.timeAt(scale.xAt(edge.fromAt) + apart))
    if (next > place + 1) place = next - 1
  }
}

// px
const APART = 5

/** Lines without heads. */
interface Veil {
  out: Path2D
  /** What came back, done or not. */
  good: Path2D
  bad: Path2D
}

const veils = new Kept<Veil>()

/** A crowd of delegations, each sort in one stroke. */
function drawVeil(scene: Scene): void {
  const { context: c, palette, rows } = scene
  const { out, good, bad } = veils.get(scene, scene, rows.edgesTold, () => ({ made: veilOf(scene), lasts: true }))
  c.globalAlpha = scene.lens === 'interventions' ? 0.1 : 0.2
  c.lineWidth = 1
  c.strokeStyle = palette.quiet
  c.stroke(out)
  c.strokeStyle = palette.accepted
  c.stroke(good)
  c.strokeStyle = palette.unknown
  c.stroke(bad)
}

function veilOf(scene: Scene): Veil {
  const { scale, width } = scene
  const veil = { out: new Path2D(), good: new Path2D(), bad: new Path2D() }
  eachEdge(scene, scale.timeAt(-40), scale.timeAt(width + 40), APART, (edge) => {
    const { fromLane, toLane, back } = edge as Edge & { fromLane: Lane; toLane: Lane }
    const down = laneY(scene, fromLane) < laneY(scene, toLane)
    trace(
      veil.out,
      scale.xAt(edge.fromAt) + 2,
      edgeOfBar(scene, fromLane, edge.fromBar, down),
      scale.xAt(edge.toAt) + 3,
      edgeOfBar(scene, toLane, edge.toBar, !down),
    )
    if (!back) return
    trace(
      back.good ? veil.good : veil.bad,
      scale.xAt(back.fromAt) - 2,
      edgeOfBar(scene, toLane, back.fromBar, !down),
      scale.xAt(back.toAt),
      edgeOfBar(scene, fromLane, back.toBar, down),
      'start',
    )
  })
  return veil
}

const SOLID: number[] = []
const DASHED = [4, 3]
const DOTTED = [1, 4]

function drawTask(scene: Scene, edge: Edge, chosen: boolean): void {
  const { context: c, palette, scale } = scene
  const { fromLane, toLane } = edge as { fromLane: Lane; toLane: Lane }
  c.globalAlpha = chosen ? 1 : scene.lens === 'interventions' ? 0.3 : 0.85
  const down = laneY(scene, fromLane) < laneY(scene, toLane)
  const x0 = scale.xAt(edge.fromAt)
  const x1 = scale.xAt(edge.toAt)
  const y0 = edgeOfBar(scene, fromLane, edge.fromBar, down)
  const y1 = edgeOfBar(scene, toLane, edge.toBar, !down)
  c.strokeStyle = chosen ? palette.selection : palette.quiet
  c.fillStyle = c.strokeStyle
  c.lineWidth = chosen ? 1.5 : 1.1
  c.setLineDash(edge.inferred ? DOTTED : DASHED)
  curve(c, x0 + 2, y0, x1 + 3, y1 - (down ? 5 : -5))
  c.setLineDash(SOLID)
  if (edge.inferred) {
    c.lineWidth = 1
    head(c, x1 + 3, y1 - (down ? 1 : -1), down ? 1 : -1, 5)
    c.stroke()
  } else {
    head(c, x1 + 3, y1 - (down ? 1 : -1), down ? 1 : -1, 5)
    c.fill()
  }
  const { back } = edge
  if (!back) return
  c.strokeStyle = back.good ? palette.accepted : palette.unknown
  c.lineWidth = chosen ? 2 : 1.4
  c.globalAlpha = chosen ? 1 : scene.lens === 'interventions' ? 0.3 : 0.9
  if (edge.inferred) c.setLineDash(DOTTED)
  const bx0 = scale.xAt(back.fromAt)
  const bx1 = scale.xAt(back.toAt)
  const by0 = edgeOfBar(scene, toLane, back.fromBar, !down)
  const by1 = edgeOfBar(scene, fromLane, back.toBar, down)
  // beside the assignee's bars, not the master's: there the arrows go out
  curve(c, bx0 - 2, by0, bx1, by1, 'start')
  c.setLineDash(SOLID)
  if (back.good) {
    c.fillStyle = palette.accepted
    head(c, bx1, by1, down ? -1 : 1, 4)
    c.fill()
  } else {
    // it came back, but not done: a small cross
    c.beginPath()
    c.moveTo(bx1 - 3, by1 - 3)
    c.lineTo(bx1 + 3, by1 + 3)
    c.moveTo(bx1 + 3, by1 - 3)
    c.lineTo(bx1 - 3, by1 + 3)
    c.stroke()
  }
  c.globalAlpha = 1
}
