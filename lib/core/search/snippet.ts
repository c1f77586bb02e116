import type { Snippet } from './answer'
import { type SearchQuery, wordsOf } from './query'

const BEFORE = 48
const LENGTH = 220
const LETTER = /[\p{L}\p{N}\p{M}]/u

/** Where most of these words stand together in a text, and what stands around; the beginning when none is there. */
export function snippetOf(text: string, query: SearchQuery): Snippet {
  const words = query.terms.flatMap(({ text: term, prefix }) => {
    const all = wordsOf(term)
    return all.map((word, at) => ({ word, prefix: prefix && at === all.length - 1 }))
  })
  // One character may become two in lower case ("İ"): then places would not be the same.
  const lower = text.toLowerCase().length === text.length ? text.toLowerCase() : text
  const from = bestPlace(lower, words)
  const to = Math.min(text.length, from + LENGTH)
  const found: [number, number][] = []
  for (const { word, prefix } of words) {
    for (let at = find(lower, word, prefix, from); at !== undefined && at < to; at = find(lower, word, prefix, at + word.length)) {
      found.push([at, Math.min(to, endOfWord(lower, at + word.length, prefix))])
    }
  }
  return cut(text, from, to, found)
}

interface Word {
  word: string
  prefix: boolean
}

/** A word that stands everywhere is looked at in so many places only. */
const MOST_PLACES = 40

/** Where a snippet begins: of all places of the words the first around which most of them stand. */
function bestPlace(lower: string, words: readonly Word[]): number {
  const places: { at: number; word: number }[] = []
  for (const [index, { word, prefix }] of words.entries()) {
    let count = 0
    for (let at = find(lower, word, prefix, 0); at !== undefined && count < MOST_PLACES; at = find(lower, word, prefix, at + word.length), count++)
      places.push({ at, word: index })
  }
  places.sort((a, b) => a.at - b.at)
  let best = 0
  let most = 0
  for (const { at } of places) {
    const near = new Set(places.filter((other) => other.at >= at && other.at < at + LENGTH - BEFORE).map(({ word }) => word)).size
    if (near <= most) continue
    most = near
    best = at
  }
  return most === 0 ? 0 : beginOfWord(lower, Math.max(0, best - BEFORE))
}

function find(text: string, word: string, prefix: boolean, from: number): number | undefined {
  for (let at = text.indexOf(word, from); at >= 0; at = text.indexOf(word, at + 1)) {
    if (isLetter(text, at - 1)) continue
    if (prefix || !isLetter(text, at + word.length)) return at
  }
  return undefined
}

function isLetter(text: string, at: number): boolean {
  const character = text[at]
  return character !== undefined && LETTER.test(character)
}

function beginOfWord(text: string, at: number): number {
  if (at === 0) return 0
  const space = text.slice(at, at + 16).search(/\s/)
  return space < 0 ? at : at + space + 1
}

function endOfWord(text: string, at: number, prefix: boolean): number {
  let end = at
  if (prefix) while (isLetter(text, end)) end++
  return end
}

/** On one line: runs of white space become one space, and marks move with what they mark. */
function cut(text: string, from: number, to: number, found: readonly [number, number][]): Snippet {
  const starts = new Set(found.map(([start]) => start))
  const ends = new Set(found.map(([, end]) => end))
  const marks: [number, number][] = []
  let out = from > 0 ? '… ' : ''
  let open: number | undefined
  let spaced = true
  for (let at = from; at <= to; at++) {
    if (open !== undefined && ends.has(at)) {
      marks.push([open, out.length])
      open = undefined
    }
    if (at === to) break
    if (starts.has(at)) open ??= out.length
    const character = text[at] as string
    if (/\s/.test(character)) {
      if (!spaced) out += ' '
      spaced = true
      continue
    }
    out += character
    spaced = false
  }
  return { text: to < text.length ? `${out.trimEnd()} …` : out.trimEnd(), marks }
}
