import { type OwnedLine, ownerAt } from './owned-line'
import type { Totals } from './owner-totals'
import type { Survey } from './survey'

/** A text as it stood, with the owners of its tokens. */
export interface Memory {
  lines: OwnedLine[]
  totals: Totals
}

export function isText(lines: readonly OwnedLine[], texts: readonly string[]): boolean {
  return lines.length === texts.length && lines.every((line, i) => line.text === texts[i])
}

/** What it did to put an earlier text back, word for word, in the place of `before`: everything is its author's again. */
export function surveyPutBack(before: Memory, back: Memory): Survey {
  const kept = new Set(back.lines)
  const owners: Survey['owners'] = new Map()
  for (const [owner, { tokens, comments }] of before.totals.entries()) {
    const then = back.totals.get(owner)
    const lost = Math.max(0, tokens - (then?.tokens ?? 0))
    const lostComment = Math.max(0, comments - (then?.comments ?? 0))
    const lines =
      lost + lostComment === 0 ? 0 : before.lines.filter((line) => !kept.has(line) && line.tokens.raw.some((_, k) => ownerAt(line.owners, k) === owner)).length
    owners.set(owner, { lost, lostRenamed: lost, lostLiterals: 0, lostComment, lines })
  }
  return {
    owners,
    losses: [],
    inserted: 0,
    insertedLiterals: 0,
    sameTokens: false,
    before: before.lines.map((line) => line.text),
    after: back.lines.map((line) => line.text),
    firstLine: 0,
    contiguous: true,
  }
}
