import { ownerAt } from '../provenance/owned-line'
import type { Survey } from '../provenance/survey'
import { languageOf } from '../provenance/language'
import { type LexState, tokenizeLine } from '../provenance/tokens'
import type { KnownArtifact } from './world'

const GRAM = 5
/** No token: where a run of somebody's ends. */
const BREAK = Number.NaN
const NONE: readonly KnownArtifact[] = []

/** A line that stands in more artifacts than this is idiom, and says nothing of where a text went. */
const COMMON = 64
/** Lines of fewer characters (`}`, `else:`) neither. */
const LEAST_CHARS = 6
/** Where whole lines show this much of it, the tokens are compared. */
const WORTH_A_LOOK = 0.15
/** Tokens of an artifact up to which they are. */
const COMPARED_TOKENS = 30_000

/**
 * Whether text that vanished here lives on in another artifact: an index from each line, without its
 * indentation, to the artifacts that hold it. A write costs what it changes.
 */
export class CopyIndex {
  private holders = new Map<number, KnownArtifact[]>()

  /** What a write took out and what it put in. */
  changed(artifact: KnownArtifact, { before, after }: Pick<Survey, 'before' | 'after'>): void {
    for (const line of before) {
      const key = keyOf(line)
      const holders = key === undefined ? undefined : this.holders.get(key)
      const at = holders?.indexOf(artifact) ?? -1
      if (key === undefined || !holders || at < 0) continue
      if (holders.length === 1) this.holders.delete(key)
      else holders.splice(at, 1)
    }
    for (const line of after) {
      const key = keyOf(line)
      if (key === undefined) continue
      const holders = this.holders.get(key)
      if (!holders) this.holders.set(key, [artifact])
      else if (holders.length < COMMON) holders.push(artifact)
    }
  }

  /** The other artifact that holds most of what a write put in, where that is worth a look. */
  likest(here: KnownArtifact, { after }: Pick<Survey, 'after'>): KnownArtifact | undefined {
    const found = new Map<KnownArtifact, number>()
    let lines = 0
    for (const line of after) {
      const key = keyOf(line)
      if (key === undefined) continue
      lines += 1
      for (const holder of this.holders.get(key) ?? NONE) if (holder !== here) found.set(holder, (found.get(holder) ?? 0) + 1)
    }
    let best: KnownArtifact | undefined
    let most = 0
    for (const [holder, count] of found) {
      if (count <= most) continue
      best = holder
      most = count
    }
    return most > lines * WORTH_A_LOOK ? best : undefined
  }

  /** How many tokens these owners have in one artifact, and the share of their runs of five that another one holds. */
  shareOf(first: KnownArtifact, owners: ReadonlySet<number>, second: KnownArtifact): { tokens: number; share: number } {
    const theirs: number[] = []
    let tokens = 0
    for (const line of first.text.ownedLines()) {
      const { raw, counts } = line.tokens
      for (let k = 0; k < raw.length; k++) {
        if (counts[k] === 0) continue
        if (owners.has(ownerAt(line.owners, k))) {
          theirs.push(raw[k] as number)
          tokens += 1
        }
        // somebody else's token between: no run crosses it
        else if (theirs.length > 0 && !Number.isNaN(theirs[theirs.length - 1])) theirs.push(BREAK)
      }
    }
    if (tokens > COMPARED_TOKENS) return { tokens, share: 0 }
    const runs = gramsOf(theirs)
    const held = gramsOf(second.text.significant())
    let shared = 0
    for (const gram of runs) if (held.has(gram)) shared += 1
    return { tokens, share: runs.size === 0 ? 0 : shared / runs.size }
  }

  /** The share of what was removed, by tokens, that some one other artifact holds, 0 to 1. */
  shareElsewhere(here: KnownArtifact, survey: Survey, owners: ReadonlySet<number>): number {
    if (![...owners].some((owner) => (survey.owners.get(owner)?.lost ?? 0) > 0)) return 0
    const still = new Set(survey.after.map(keyOf))
    const found = new Map<KnownArtifact, number>()
    let removed = 0
    const language = languageOf(here.path)
    let state: LexState = 'code'
    for (const line of survey.before) {
      const { weight, exit } = tokenizeLine(line, language, state)
      state = exit
      const key = keyOf(line)
      if (weight === 0 || key === undefined || still.has(key)) continue
      removed += weight
      for (const holder of new Set(this.holders.get(key))) if (holder !== here) found.set(holder, (found.get(holder) ?? 0) + weight)
    }
    let best: KnownArtifact | undefined
    let share = 0
    for (const [holder, weight] of found) {
      if (weight <= share * removed) continue
      best = holder
      share = weight / removed
    }
    if (!best || share < WORTH_A_LOOK || share === 1) return share
    return Math.max(share, sharedTokens(survey, here, best))
  }
}

/** By runs of five tokens, for lines that were wrapped or changed a little on their way. */
function sharedTokens(survey: Survey, here: KnownArtifact, there: KnownArtifact): number {
  const tokens = there.text.significant()
  if (tokens.length > COMPARED_TOKENS) return 0
  const removed = gramsOf(tokensOf(survey.before, here.path))
  const held = gramsOf(tokens)
  let shared = 0
  for (const gram of removed) if (held.has(gram)) shared += 1
  return removed.size === 0 ? 0 : shared / removed.size
}

/** A line without its indentation as a number; undefined where it is too short to be known again. */
function keyOf(line: string): number | undefined {
  let from = 0
  let to = line.length
  while (from < to && line.charCodeAt(from) <= 32) from += 1
  while (to > from && line.charCodeAt(to - 1) <= 32) to -= 1
  if (to - from < LEAST_CHARS) return undefined
  let h = 0x811c9dc5
  for (let i = from; i < to; i++) h = Math.imul(h ^ line.charCodeAt(i), 0x01000193)
  return h >>> 0
}

function tokensOf(lines: readonly string[], path: string): number[] {
  const language = languageOf(path)
  const all: number[] = []
  let state: LexState = 'code'
  for (const line of lines) {
    const tokens = tokenizeLine(line, language, state)
    state = tokens.exit
    tokens.raw.forEach((token, k) => (tokens.counts[k] as number) > 0 && all.push(token))
  }
  return all
}

/** Runs of five tokens, as numbers; none that a break lies in. */
function gramsOf(tokens: readonly number[]): Set<number> {
  const grams = new Set<number>()
  let unbroken = 0
  for (let i = 0; i < tokens.length; i++) {
    unbroken = Number.isNaN(tokens[i]) ? 0 : unbroken + 1
    if (unbroken < GRAM) continue
    let h = 0
    for (let k = i - GRAM + 1; k <= i; k++) h = (Math.imul(h, 0x9e3779b1) + (tokens[k] as number)) | 0
    grams.add(h)
  }
  return grams
}

/** A fingerprint to see a text again: 53 bits and the length; no defence against malice, none needed. */
export function fingerprintText(text: string): string {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    a = Math.imul(a ^ c, 2654435761)
    b = Math.imul(b ^ c, 1597334677)
  }
  return `${text.length}:${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`
}
