import type { Hit } from './hit'
import type { Stage } from './stage'

// Less than this is a click with an unsteady hand, px.
const DRAG = 4

/**
 * Pointer and wheel on the picture. Wheel scrolls the lanes, or pans where there is nothing to
 * scroll; with shift or sideways it pans; with ctrl or cmd, as a pinch also arrives, it zooms at the
 * pointer. Dragging pans, two fingers zoom, double-click fits. Returns what takes it all off again.
 */
export function bindCanvas(stage: Stage, canvas: HTMLCanvasElement, onClick: (hit: Hit | undefined) => void): () => void {
  const pointers = new Map<number, { x: number; y: number }>()
  let dragging = false
  let began: { x: number; y: number } | undefined
  let pinch: { distance: number; x: number } | undefined
  const at = (event: MouseEvent) => {
    const box = canvas.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }

  const onWheel = (event: WheelEvent) => {
    // lines and pages, where a mouse counts in them
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1
    const dx = event.deltaX * unit
    const dy = event.deltaY * unit
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault()
      stage.move.zoomAt(at(event).x, Math.exp(-Math.max(-60, Math.min(60, dy)) * 0.008))
    } else if (event.shiftKey || Math.abs(dx) > Math.abs(dy)) {
      event.preventDefault()
      stage.move.panPixels(event.shiftKey && dx === 0 ? dy : dx)
    } else if (!stage.move.overflows() && stage.move.zoomedIn()) {
      // the room under the last lane is no reason to scroll
      event.preventDefault()
      stage.move.panPixels(dy)
    } else if (stage.move.scrollPixels(dy)) event.preventDefault()
    stage.leave()
  }
  const onDown = (event: PointerEvent) => {
    if (event.button !== 0 && event.button !== 1) return
    pointers.set(event.pointerId, at(event))
    if (pointers.size === 1) began = at(event)
    else {
      pinch = spread(pointers)
      dragging = true
    }
    canvas.setPointerCapture(event.pointerId)
  }
  const onMove = (event: PointerEvent) => {
    const point = at(event)
    const before = pointers.get(event.pointerId)
    if (!before) {
      stage.hover(point.x, point.y)
      return
    }
    pointers.set(event.pointerId, point)
    if (pointers.size > 1) {
      const now = spread(pointers)
      if (pinch && now.distance > 10 && pinch.distance > 10) {
        stage.move.zoomAt(now.x, now.distance / pinch.distance)
        stage.move.panPixels(pinch.x - now.x)
      }
      pinch = now
      return
    }
    if (!dragging && began && Math.hypot(point.x - began.x, point.y - began.y) < DRAG) return
    if (!dragging) {
      dragging = true
      canvas.style.cursor = 'grabbing'
      stage.leave()
    }
    stage.move.panPixels(before.x - point.x)
    stage.move.scrollPixels(before.y - point.y)
  }
  const onUp = (event: PointerEvent) => {
    const known = pointers.delete(event.pointerId)
    if (pointers.size > 0) {
      pinch = undefined
      return
    }
    if (known && !dragging && event.type === 'pointerup') {
      const point = at(event)
      onClick(stage.hit(point.x, point.y))
    }
    dragging = false
    began = undefined
    pinch = undefined
    canvas.style.cursor = ''
  }
  const onDouble = (event: MouseEvent) => {
    const point = at(event)
    const hit = stage.hit(point.x, point.y)
    if (hit?.kind === 'bar') stage.move.zoomToBar(hit.bar)
    else stage.fit()
  }
  const onLeave = () => {
    if (pointers.size === 0) stage.leave()
  }

  canvas.addEventListener('wheel', onWheel, { passive: false })
  canvas.addEventListener('pointerdown', onDown)
  canvas.addEventListener('pointermove', onMove)
  canvas.addEventListener('pointerup', onUp)
  canvas.addEventListener('pointercancel', onUp)
  canvas.addEventListener('pointerleave', onLeave)
  canvas.addEventListener('dblclick', onDouble)
  return () => {
    canvas.removeEventListener('wheel', onWheel)
    canvas.removeEventListener('pointerdown', onDown)
    canvas.removeEventListener('pointermove', onMove)
    canvas.removeEventListener('pointerup', onUp)
    canvas.removeEventListener('pointercancel', onUp)
    canvas.removeEventListener('pointerleave', onLeave)
    canvas.removeEventListener('dblclick', onDouble)
  }
}

function spread(pointers: ReadonlyMap<number, { x: number; y: number }>): { distance: number; x: number } {
  const [a, b] = [...pointers.values()]
  if (!a || !b) return { distance: 0, x: a?.x ?? 0 }
  return { distance: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2 }
}

/** The strip: drag in the window to move it, at its edges to stretch it, elsewhere to choose anew; double-click fits. */
export function bindOverview(stage: Stage, canvas: HTMLCanvasElement): () => void {
  let drag: { mode: 'move' | 'from' | 'to' | 'new'; began: number; x0: number; x1: number } | undefined
  const at = (event: MouseEvent) => event.clientX - canvas.getBoundingClientRect().left
  const width = () => canvas.getBoundingClientRect().width
  const modeAt = (x: number): 'move' | 'from' | 'to' | 'new' => {
    const [x0, x1] = stage.move.stripWindow()
    const whole = x0 <= 1 && x1 >= width() - 1
    if (!whole && Math.abs(x - x0) < 6) return 'from'
    if (!whole && Math.abs(x - x1) < 6) return 'to'
    return !whole && x > x0 && x < x1 ? 'move' : 'new'
  }
  const onDown = (event: PointerEvent) => {
    if (event.button !== 0) return
    const x = at(event)
    const [x0, x1] = stage.move.stripWindow()
    drag = { mode: modeAt(x), began: x, x0, x1 }
    canvas.setPointerCapture(event.pointerId)
  }
  const onMove = (event: PointerEvent) => {
    const x = at(event)
    if (!drag) {
      const mode = modeAt(x)
      canvas.style.cursor = mode === 'move' ? 'grab' : mode === 'new' ? 'crosshair' : 'ew-resize'
      return
    }
    const by = x - drag.began
    if (drag.mode === 'move') stage.move.setFromStrip(drag.x0 + by, drag.x1 + by)
    else if (drag.mode === 'from') stage.move.setFromStrip(Math.min(drag.x0 + by, drag.x1 - 2), drag.x1)
    else if (drag.mode === 'to') stage.move.setFromStrip(drag.x0, Math.max(drag.x1 + by, drag.x0 + 2))
    else if (Math.abs(by) >= DRAG) stage.move.setFromStrip(Math.max(0, drag.began), Math.min(width(), Math.max(0, x)))
  }
  const onUp = (event: PointerEvent) => {
    // a click beside the window brings it there
    if (drag?.mode === 'new' && Math.abs(at(event) - drag.began) < DRAG && drag.x1 - drag.x0 < width() - 2) {
      const half = (drag.x1 - drag.x0) / 2
      stage.move.setFromStrip(drag.began - half, drag.began + half)
    }
    drag = undefined
  }
  const onDouble = () => stage.fit()
  canvas.addEventListener('pointerdown', onDown)
  canvas.addEventListener('pointermove', onMove)
  canvas.addEventListener('pointerup', onUp)
  canvas.addEventListener('pointercancel', onUp)
  canvas.addEventListener('dblclick', onDouble)
  return () => {
    canvas.removeEventListener('pointerdown', onDown)
    canvas.removeEventListener('pointermove', onMove)
    canvas.removeEventListener('pointerup', onUp)
    canvas.removeEventListener('pointercancel', onUp)
    canvas.removeEventListener('dblclick', onDouble)
  }
}
