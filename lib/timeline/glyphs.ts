import { COUNTED_KINDS, DESTRUCTIVE_KINDS, type InterventionKind } from '@/lib/core/interventions'

/**
 * One sign for each kind of intervention, the same on the timeline, in the lists and in the legend.
 * Drawn in a square of 12 with its middle at (6, 6). Shape tells them apart, colour only groups them.
 */
export interface Glyph {
  path: string
  filled: boolean
}

export const GLYPHS: Record<InterventionKind, Glyph> = {
  // what destroys or cuts: filled, heavy
  overwrite: { path: 'M6 1.6a4.4 4.4 0 1 1 0 8.8a4.4 4.4 0 1 1 0-8.8Z', filled: true },
  interrupt: { path: 'M2 2h8v8H2Z', filled: true },
  takeover: { path: 'M6 1 11 10.4H1Z', filled: true },
  reject: { path: 'M2.2 2.2l7.6 7.6M9.8 2.2 2.2 9.8', filled: false },
  // what counts besides
  rederive: { path: 'M9.6 3.4A4.3 4.3 0 1 0 10.3 7M10 .9v2.9H7.1', filled: false },
  revise: { path: 'M6 1.2 10.8 6 6 10.8 1.2 6Z', filled: false },
  redelegate: { path: 'M1.2 6h9M7 2.6 10.4 6 7 9.4', filled: false },
  retry: { path: 'M2 2.4 5.6 6 2 9.6M6.2 2.4 9.8 6 6.2 9.6', filled: false },
  duplicate: { path: 'M1.4 1.4h6.2v6.2H1.4ZM4.4 10.6h6.2V4.4', filled: false },
  // what is reported beside them
  steer: { path: 'M2 10.6V7a3.4 3.4 0 0 1 3.4-3.4H10M7.4 1l2.8 2.6-2.8 2.6', filled: false },
  rename: { path: 'M2.4 10.4 6 1.6l3.6 8.8M3.7 7.4h4.6', filled: false },
  touch: { path: 'M6 4a2 2 0 1 1 0 4a2 2 0 1 1 0-4Z', filled: true },
  append: { path: 'M6 1.8v8.4M1.8 6h8.4', filled: false },
  format: { path: 'M1.8 2.8h8.4M1.8 6h5.2M1.8 9.2h8.4', filled: false },
  move: { path: 'M1.4 6h9.2M8 3.4 10.6 6 8 8.6M4 3.4 1.4 6 4 8.6', filled: false },
  merge: { path: 'M2.6 1.4c0 3.4 3.4 3 3.4 6.4v2.8M9.4 1.4c0 3.4-3.4 3-3.4 6.4', filled: false },
  opaque_change: { path: 'M1.6 1.6h8.8v8.8H1.6ZM1.6 6 6 1.6M1.6 10.4l8.8-8.8M6 10.4 10.4 6', filled: false },
  accept: { path: 'M2 6.6 4.8 9.4 10 2.8', filled: false },
  result_passed: { path: 'M.8 6.6 3.4 9.4 8 2.8M6.4 8.6l.8.8 4-6.6', filled: false },
  result_revised: { path: 'M1.2 7.4c1.6-3.6 3.2-3.6 4.8-1.4s3.2 2.2 4.8-1.4', filled: false },
  result_replaced: { path: 'M1.6 4h8.2L7.4 1.6M10.4 8H2.2l2.4 2.4', filled: false },
  result_ignored: { path: 'M6 1.4a4.6 4.6 0 1 1 0 9.2a4.6 4.6 0 1 1 0-9.2ZM2.8 9.2l6.4-6.4', filled: false },
  peer_overwrite: { path: 'M6 1.4a4.6 4.6 0 1 1 0 9.2a4.6 4.6 0 1 1 0-9.2ZM6 4.4a1.6 1.6 0 1 1 0 3.2a1.6 1.6 0 1 1 0-3.2Z', filled: false },
  censor_human: { path: 'M6 1.2a2.2 2.2 0 1 1 0 4.4a2.2 2.2 0 1 1 0-4.4ZM1.8 10.8c0-5 8.4-5 8.4 0', filled: false },
  censor_harness: { path: 'M2.6 1.4h6.8L2.6 10.6h6.8Z', filled: false },
}

/** The name of its colour among the page's custom properties. Vermilion is for destroyed work alone. */
export type GlyphTone = 'destroyed' | 'accepted' | 'agent' | 'text' | 'quiet'

export function toneOf(kind: InterventionKind): GlyphTone {
  if (DESTRUCTIVE_KINDS.has(kind)) return 'destroyed'
  if (kind === 'accept' || kind === 'result_passed') return 'accepted'
  if (kind === 'peer_overwrite') return 'agent'
  return COUNTED_KINDS.has(kind) ? 'text' : 'quiet'
}

// Made when first drawn: outside a browser there are no paths, and nothing draws.
const paths = new Map<InterventionKind, Path2D>()

/** With its middle at (x, y), in the context's colours: `fillStyle` is the stroke's too. */
export function drawGlyph(c: CanvasRenderingContext2D, kind: InterventionKind, x: number, y: number, size: number): void {
  let path = paths.get(kind)
  if (!path) {
    path = new Path2D(GLYPHS[kind].path)
    paths.set(kind, path)
  }
  const scale = size / 12
  c.save()
  c.translate(x - size / 2, y - size / 2)
  c.scale(scale, scale)
  if (GLYPHS[kind].filled) c.fill(path)
  c.strokeStyle = c.fillStyle
  c.lineWidth = 1.7
  c.lineJoin = 'round'
  c.lineCap = 'round'
  if (!GLYPHS[kind].filled) c.stroke(path)
  c.restore()
}
