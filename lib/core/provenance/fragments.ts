import type { OwnedLine } from './owned-line'

interface Overlap {
  from: number
  count: number
  /** Line of the old text. */
  old: number
}

/**
 * An artifact whose text is known in parts only: fragments in unknown order, with gaps between.
 * The places where an edit's old text covers what is known, as line ranges, and which line of the
 * old text each begins with; ascending, without overlap:
 *
 *   known     [.....AAAA]   gap   [BBBB]        the end of one fragment,
 *   old             [AAAA ... BBBB ...]         all of another, and text nobody has shown
 */
export function overlapsOf(lines: readonly OwnedLine[], old: string[]): Overlap[] {
  const regions: Overlap[] = []
  let start = 0
  while (start < lines.length) {
    while (lines[start]?.gap) start += 1
    let end = start
    while (end < lines.length && !lines[end]?.gap) end += 1
    const texts = lines.slice(start, end).map((line) => line.text)
    const whole = blockIndex(old, texts)
    if (texts.some((text) => text.trim() !== '')) {
      if (whole >= 0) regions.push({ from: start, count: end - start, old: whole })
      else {
        for (let k = Math.min(texts.length, old.length) - 1; k > 0; k--) {
          if (!sameLines(texts.slice(-k), old.slice(0, k))) continue
          regions.push({ from: end - k, count: k, old: 0 })
          break
        }
        for (let k = Math.min(texts.length, old.length) - 1; k > 0; k--) {
          if (!sameLines(texts.slice(0, k), old.slice(-k))) continue
          // a line cannot be covered twice
          if (regions.at(-1) === undefined || (regions.at(-1)?.from ?? 0) < start || start + k <= (regions.at(-1)?.from ?? 0)) regions.push({ from: start, count: k, old: old.length - k })
          break
        }
      }
    }
    start = end
  }
  return regions.sort((a, b) => a.from - b.from)
}

function blockIndex(hay: string[], needle: string[]): number {
  for (let i = 0; i + needle.length <= hay.length; i++) if (sameLines(hay.slice(i, i + needle.length), needle)) return i
  return -1
}

function sameLines(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((line, k) => line.trim() === b[k]?.trim())
}
