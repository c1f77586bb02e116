import { languageOf } from './language'
import { type OwnedLine, ownerAt } from './owned-line'
import { compareRegion, type RunLengths } from './survey'
import { type LexState, tokenizeLine, tokenPlaces } from './tokens'

/** A stretch of a line, by UTF-16 index, `to` excluded. */
export interface Stretch {
  from: number
  to: number
}

export interface Kept {
  /** By line, from 0: the tokens of the old text that live on, and where they are in the new one. */
  before: Stretch[][]
  after: Stretch[][]
}

/** More than this is not marked: it would hold the page up. Characters of both texts. */
const MOST_CHARS = 200_000

/**
 * Which tokens of one text survive in the other, by the detector's own rule of survival, so that what is
 * marked is what was counted. Undefined where the texts are too long to mark.
 */
export function keptTokens(before: string, after: string, path: string, runs: RunLengths): Kept | undefined {
  if (before.length + after.length > MOST_CHARS) return undefined
  let next = 1
  const old = linesOf(before, path, (tokens) => Int32Array.from({ length: tokens }, () => next++))
  const fresh = linesOf(after, path, () => 0)
  compareRegion({ old, fresh, from: 0, before: 0, after: 0 }, 0, runs)
  const alive = new Set<number>()
  const marks = (lines: OwnedLine[], isKept: (owner: number) => boolean) =>
    lines.map((line) => {
      const places = tokenPlaces(line.text, line.tokens)
      const kept: Stretch[] = []
      for (let k = 0; k < line.tokens.raw.length; k++) {
        const place = places[k]
        if (!place || (line.tokens.counts[k] as number) === 0 || !isKept(ownerAt(line.owners, k))) continue
        kept.push(place)
      }
      return kept
    })
  const there = marks(fresh, (owner) => {
    if (owner > 0) alive.add(owner)
    return owner > 0
  })
  return { before: marks(old, (owner) => alive.has(owner)), after: there }
}

function linesOf(text: string, path: string, owners: (tokens: number) => OwnedLine['owners']): OwnedLine[] {
  const language = languageOf(path)
  let state: LexState = 'code'
  return text.split('\n').map((line) => {
    const tokens = tokenizeLine(line, language, state)
    const owned: OwnedLine = { text: line, entry: state, tokens, owners: owners(tokens.raw.length), commentOwner: 0 }
    state = tokens.exit
    return owned
  })
}
