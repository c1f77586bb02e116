import type { Rows } from './rows'

// Widths of whole texts by font: measuring costs more than drawing. Dropped when it grows too far.
const widths = new Map<string, Map<string, number>>()

export function widthOf(context: CanvasRenderingContext2D, text: string): number {
  let known = widths.get(context.font)
  if (!known) {
    known = new Map()
    widths.set(context.font, known)
  }
  let width = known.get(text)
  if (width === undefined) {
    if (known.size > 20_000) known.clear()
    width = context.measureText(text).width
    known.set(text, width)
  }
  return width
}

const cut = new Map<string, string>()

/** The bar's label, shortened to `room` pixels; empty when not three letters fit. */
export function fitted(context: CanvasRenderingContext2D, rows: Rows, bar: number, room: number): string {
  return fittedText(context, rows.label(bar), room)
}

export function fittedText(context: CanvasRenderingContext2D, text: string, room: number): string {
  const width = widthOf(context, text)
  if (width <= room) return text
  // letters are of unequal breadth: their share is a guess, put right letter by letter
  let letters = Math.floor((text.length * room) / width)
  if (cut.size > 20_000) cut.clear()
  for (; letters >= 3; letters--) {
    const key = `${letters} ${text}`
    let short = cut.get(key)
    if (short === undefined) {
      short = `${text.slice(0, letters).trimEnd()}…`
      cut.set(key, short)
    }
    if (widthOf(context, short) <= room) return short
  }
  return ''
}
