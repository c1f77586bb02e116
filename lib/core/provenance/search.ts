import type { OwnedLine } from './owned-line'

/** Where a text stands in an artifact's lines. */
export interface Found {
  line: number
  count: number
  /** What stands before it in its first line, and after it in its last. */
  prefix: string
  suffix: string
}

/** From so many lines on, lines are passed over by the pairs of characters in them. */
const MANY_LINES = 2000

/** The first place at or after line `from` where the lines of `old` stand; parts of the first and the last line will do. */
export function findText(lines: readonly OwnedLine[], old: readonly string[], from: number): Found | undefined {
  const first = old[0] as string
  const sieve = lines.length > MANY_LINES ? pairsOf(first) : undefined
  return old.length === 1 ? findInLine(lines, first, from, sieve) : findLines(lines, old, from, sieve)
}

function findInLine(lines: readonly OwnedLine[], wanted: string, from: number, sieve: Pairs | undefined): Found | undefined {
  for (let i = from; i < lines.length; i++) {
    const line = lines[i] as OwnedLine
    if (line.gap || line.text.length < wanted.length || (sieve && !holds(line, sieve))) continue
    const at = line.text.indexOf(wanted)
    if (at >= 0) return { line: i, count: 1, prefix: line.text.slice(0, at), suffix: line.text.slice(at + wanted.length) }
  }
  return undefined
}

function findLines(lines: readonly OwnedLine[], old: readonly string[], from: number, sieve: Pairs | undefined): Found | undefined {
  const first = old[0] as string
  const last = old[old.length - 1] as string
  search: for (let i = from; i + old.length <= lines.length; i++) {
    const line = lines[i] as OwnedLine
    if (line.gap || (sieve && !holds(line, sieve)) || !line.text.endsWith(first)) continue
    for (let k = 1; k < old.length - 1; k++) {
      const between = lines[i + k] as OwnedLine
      if (between.gap || between.text !== old[k]) continue search
    }
    const end = lines[i + old.length - 1] as OwnedLine
    if (end.gap || !end.text.startsWith(last)) continue
    return { line: i, count: old.length, prefix: line.text.slice(0, line.text.length - first.length), suffix: end.text.slice(last.length) }
  }
  return undefined
}

/** Which pairs of neighbouring characters a text has, as two sets of 30 bits: a text that holds another has all of its. */
interface Pairs {
  low: number
  high: number
}

function holds(line: OwnedLine, { low, high }: Pairs): boolean {
  if (line.pairs === undefined) {
    const pairs = pairsOf(line.text)
    line.pairs = pairs.low
    line.morePairs = pairs.high
  }
  return (line.pairs & low) === low && ((line.morePairs ?? 0) & high) === high
}

function pairsOf(text: string): Pairs {
  let low = 0
  let high = 0
  for (let i = 1; i < text.length; i++) {
    const bit = ((text.charCodeAt(i - 1) * 31 + text.charCodeAt(i) * 7) >>> 0) % 60
    if (bit < 30) low |= 1 << bit
    else high |= 1 << (bit - 30)
  }
  return { low, high }
}
