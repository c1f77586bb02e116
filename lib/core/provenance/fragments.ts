import { compress, expand, findRun, type OwnedLine, ownerAt } from './owned-line'
import { giveBack, type Survey } from './survey'

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
          if (regions.at(-1) === undefined || (regions.at(-1)?.from ?? 0) < start || start + k <= (regions.at(-1)?.from ?? 0))
            regions.push({ from: start, count: k, old: old.length - k })
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

/** What is known of a text that is known in parts: stretches of lines between gaps. */
export function fragmentsIn(lines: readonly OwnedLine[]): OwnedLine[][] {
  const fragments: OwnedLine[][] = []
  let current: OwnedLine[] = []
  for (const line of lines) {
    if (!line.gap) current.push(line)
    else if (current.length > 0) {
      fragments.push(current)
      current = []
    }
  }
  if (current.length > 0) fragments.push(current)
  return fragments
}

/** A line known before stands in this one: its tokens are their owners' again. */
export function restoreOwners(line: OwnedLine, known: OwnedLine, survey: Survey): void {
  const at = findRun(line.tokens.raw, known.tokens.raw)
  const commentAt = findRun(line.tokens.comment, known.tokens.comment)
  if (at >= 0) {
    const owners = expand(line.owners, line.tokens.raw.length)
    known.tokens.raw.forEach((_, k) => {
      const owner = ownerAt(known.owners, k)
      if (owners[at + k] !== owner && (known.tokens.counts[k] as number) > 0) giveBack(survey, owner, 'lost')
      owners[at + k] = owner
    })
    line.owners = compress(owners)
  }
  if (commentAt >= 0) {
    const owners = expand(line.commentOwner, line.tokens.comment.length)
    known.tokens.comment.forEach((_, k) => {
      const owner = ownerAt(known.commentOwner, k)
      if (owners[commentAt + k] !== owner) giveBack(survey, owner, 'lostComment')
      owners[commentAt + k] = owner
    })
    line.commentOwner = compress(owners)
  }
}

const WORD = /[\p{L}\p{N}_$]/u

/** The row where these words stand in the text, not as a part of longer words. */
export function rowOf(text: string, words: string): number | undefined {
  if (words.trim() === '') return undefined
  const wordAt = (at: number) => WORD.test(text[at] ?? '')
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const end = at + words.length
    if (wordAt(at - 1) && wordAt(at)) continue
    if (wordAt(end - 1) && wordAt(end)) continue
    return countLines(text, at)
  }
  return undefined
}

function countLines(text: string, until: number): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0 && at < until; at = text.indexOf('\n', at + 1)) lines += 1
  return lines
}
