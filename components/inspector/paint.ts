import type { Stretch } from '@/lib/core/provenance/kept'
import type { Span } from './compare'
import type { Coloured, SyntaxKind } from './syntax'

/** A piece of a line that looks the same all along. */
export interface Piece {
  text: string
  changed: boolean
  kept: boolean
  syntax: SyntaxKind | undefined
}

const NOTHING: readonly never[] = []

/** Lays what changed, what survived and what it is as code over one another. The pieces' texts are the line's. */
export function paint(spans: readonly Span[], kept: readonly Stretch[] = NOTHING, coloured: readonly Coloured[] = NOTHING): Piece[] {
  const pieces: Piece[] = []
  let start = 0
  let k = 0
  let c = 0
  for (const { text, changed } of spans) {
    const end = start + text.length
    let at = start
    while (at < end) {
      while ((kept[k]?.to ?? Number.POSITIVE_INFINITY) <= at) k++
      while ((coloured[c]?.to ?? Number.POSITIVE_INFINITY) <= at) c++
      const mark = kept[k]
      const colour = coloured[c]
      const inMark = mark !== undefined && mark.from <= at
      const inColour = colour !== undefined && colour.from <= at
      const next = Math.min(end, inMark ? mark.to : (mark?.from ?? end), inColour ? colour.to : (colour?.from ?? end))
      pieces.push({ text: text.slice(at - start, next - start), changed, kept: inMark, syntax: inColour ? colour.kind : undefined })
      at = next
    }
    start = end
  }
  return pieces
}
