import type { OwnedLine } from './owned-line'
import type { RunLengths } from './survey'

/** Unchanged lines around a change that runs may lean on. */
const NEAR_LINES = 4

/** Which new lines are unchanged but near enough to a change to be leant on: 1 for those. `partner[j]` is
 *  the old line that new line j still is, or -1; `removed` counts the old lines. */
function nearChanges(partner: Int32Array, removed: number): Uint8Array {
  const near = new Uint8Array(partner.length)
  const mark = (from: number, to: number) => {
    for (let j = Math.max(0, from); j <= Math.min(partner.length - 1, to); j++) if (partner[j] !== -1) near[j] = 1
  }
  let expected = 0
  partner.forEach((i, j) => {
    if (i === -1) mark(j - NEAR_LINES, j + NEAR_LINES)
    else {
      // old lines are missing before this one
      if (i !== expected) mark(j - NEAR_LINES, j + NEAR_LINES - 1)
      expected = i + 1
    }
  })
  if (expected !== removed) mark(partner.length - NEAR_LINES, partner.length - 1)
  return near
}

/** For each new line the old line object that it still is, or -1: what several edits in a row left standing. `born`: lines made by them. */
export function partnersOf<Line extends object>(old: readonly Line[], fresh: readonly Line[], born: ReadonlySet<Line>): Int32Array {
  const partner = new Int32Array(fresh.length).fill(-1)
  let i = 0
  fresh.forEach((line, j) => {
    if (born.has(line)) return
    while (i < old.length && old[i] !== line) i += 1
    partner[j] = i
    i += 1
  })
  return partner
}

/** How many lines at the beginning and at the end of both are the same. */
export function commonEnds<Item>(old: readonly Item[], fresh: readonly Item[]): { head: number; tail: number } {
  const shorter = Math.min(old.length, fresh.length)
  let head = 0
  while (head < shorter && old[head] === fresh[head]) head += 1
  let tail = 0
  while (tail < shorter - head && old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail += 1
  return { head, tail }
}

/** The places of a region where lines differ, with lines around to lean on and seams between; `fresh`
 *  gets a twin for each line that is leant on, as it is compared like any other. */
export function changedParts(
  region: readonly OwnedLine[],
  fresh: OwnedLine[],
  partner: Int32Array,
  make: { seam(): OwnedLine; twin(line: OwnedLine): OwnedLine },
): { oldPart: OwnedLine[]; freshPart: OwnedLine[] } {
  const near = nearChanges(partner, region.length)
  const oldPart: OwnedLine[] = []
  const freshPart: OwnedLine[] = []
  const used = new Uint8Array(region.length)
  for (const i of partner) if (i !== -1) used[i] = 1
  let cursor = 0
  const takeOld = (until: number) => {
    for (; cursor < until; cursor++) if (used[cursor] === 0) oldPart.push(region[cursor] as OwnedLine)
  }
  fresh.forEach((line, j) => {
    const i = partner[j] as number
    if (i === -1) {
      freshPart.push(line)
      return
    }
    takeOld(i)
    cursor = i + 1
    if (near[j] === 1) {
      oldPart.push(line)
      // compared like any other, so that its neighbours' runs reach into it
      const twin = make.twin(line)
      fresh[j] = twin
      freshPart.push(twin)
    } else if (near[j - 1] === 1 || partner[j - 1] === -1) {
      const seam = make.seam()
      oldPart.push(seam)
      freshPart.push(seam)
    }
  })
  takeOld(region.length)
  return { oldPart, freshPart }
}

/** Tokens of unchanged text beside a region, from `line` on in the direction of `step`: as many as a run could lean on. */
export function contextTokens(lines: readonly OwnedLine[], line: number, step: 1 | -1, runs: RunLengths, complete: boolean): number {
  let tokens = 0
  let atEdge = line < 0 || line >= lines.length
  for (let i = line; i >= 0 && i < lines.length && tokens < runs.renamedRun; i += step) {
    const known = lines[i] as OwnedLine
    // Nobody has shown what stands there, and an edit does not change it: enough to lean on for
    // what is the same, not to call another name a renaming.
    if (known.gap) return Math.max(tokens, runs.rawRun)
    tokens += known.tokens.raw.length
    atEdge = i + step < 0 || i + step >= lines.length
  }
  return atEdge && !complete ? Math.max(tokens, runs.rawRun) : tokens
}
