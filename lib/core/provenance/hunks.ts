/** Unchanged lines around a change that runs may lean on. */
const NEAR_LINES = 4

/** Which new lines are unchanged but near enough to a change to be leant on: 1 for those. `partner[j]` is
 *  the old line that new line j still is, or -1; `removed` counts the old lines. */
export function nearChanges(partner: Int32Array, removed: number): Uint8Array {
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
