/** A token of a text in which no token stands twice. */
export interface Held {
  symbol: string
  owner: number
  /** A line ends after it. */
  endsLine: boolean
}

export interface Judged {
  after: Held[]
  /** Tokens lost, by owner. */
  lost: Map<number, number>
  /** Tokens that are new. */
  inserted: number
}

/**
 * Whose each token is after a change, by the definition in docs/detector.md ("What survives"),
 * written for clarity on texts without repetition:
 *
 *   - a run is a longest stretch of tokens that stand one after the other both before and after;
 *   - the order is the heaviest chain of runs that come in the same order before and after;
 *   - a run of the chain survives from `run` tokens on, any other (it was moved) from `2 * run` on;
 *   - lines that open or close both texts unchanged survive, however short;
 *   - a text shorter than `run` survives if it is found whole;
 *   - what does not survive is lost, and what stands there now is the writer's.
 *
 * Undefined where two chains weigh the same: then the definition leaves it open which of them moved.
 */
export function survivors(before: readonly Held[], after: readonly Held[], writer: number, run: number): Judged | undefined {
  const place = new Map(before.map((token, i) => [token.symbol, i]))
  const runs: { from: number; at: number; length: number }[] = []
  for (let j = 0; j < after.length; ) {
    const i = place.get((after[j] as Held).symbol)
    if (i === undefined) {
      j += 1
      continue
    }
    let length = 1
    while (j + length < after.length && place.get((after[j + length] as Held).symbol) === i + length) length += 1
    runs.push({ from: i, at: j, length })
    j += length
  }
  const least = Math.min(run, before.length)
  const inOrder = heaviestChain(runs.filter(({ length }) => length >= least).sort((a, b) => a.from - b.from))
  if (!inOrder) return undefined
  const alive = new Set<string>()
  for (const r of runs) {
    const enough = inOrder.has(r) ? least : Math.max(least, 2 * run)
    if (r.length >= enough) for (let k = 0; k < r.length; k++) alive.add((before[r.from + k] as Held).symbol)
  }
  for (const symbol of unchangedEdges(before, after)) alive.add(symbol)
  const lost = new Map<number, number>()
  for (const { symbol, owner } of before) if (!alive.has(symbol)) lost.set(owner, (lost.get(owner) ?? 0) + 1)
  const ownerOf = new Map(before.map((token) => [token.symbol, token.owner]))
  let inserted = 0
  const judged = after.map((token) => {
    if (alive.has(token.symbol)) return { ...token, owner: ownerOf.get(token.symbol) as number }
    inserted += 1
    return { ...token, owner: writer }
  })
  return { after: judged, lost, inserted }
}

interface RunOf {
  from: number
  at: number
  length: number
}

function heaviestChain(runs: RunOf[]): Set<RunOf> | undefined {
  const best: { weight: number; previous: number; ways: number }[] = []
  runs.forEach((r, b) => {
    const mine = { weight: r.length, previous: -1, ways: 1 }
    for (let a = 0; a < b; a++) {
      const before = runs[a] as RunOf
      const known = best[a] as { weight: number; ways: number }
      if (before.from + before.length > r.from || before.at + before.length > r.at) continue
      const weight = known.weight + r.length
      if (weight > mine.weight) Object.assign(mine, { weight, previous: a, ways: known.ways })
      else if (weight === mine.weight) mine.ways += known.ways
    }
    best.push(mine)
  })
  const heaviest = Math.max(0, ...best.map((b) => b.weight))
  const ends = best.flatMap((b, k) => (b.weight === heaviest ? [k] : []))
  const chain = new Set<RunOf>()
  if (ends.length === 0) return chain
  if (ends.length > 1 || (best[ends[0] as number]?.ways ?? 0) > 1) return undefined
  for (let k = ends[0] as number; k >= 0; k = best[k]?.previous ?? -1) chain.add(runs[k] as RunOf)
  return chain
}

function unchangedEdges(before: readonly Held[], after: readonly Held[]): string[] {
  const [a, b] = [linesOf(before), linesOf(after)]
  const same = (i: number, j: number) => a[i]?.join(' ') === b[j]?.join(' ')
  const shorter = Math.min(a.length, b.length)
  let head = 0
  while (head < shorter && same(head, head)) head += 1
  let tail = 0
  while (tail < shorter - head && same(a.length - 1 - tail, b.length - 1 - tail)) tail += 1
  return [...a.slice(0, head), ...a.slice(a.length - tail)].flat()
}

function linesOf(tokens: readonly Held[]): string[][] {
  const lines: string[][] = [[]]
  tokens.forEach(({ symbol, endsLine }, k) => {
    lines.at(-1)?.push(symbol)
    if (endsLine && k < tokens.length - 1) lines.push([])
  })
  return lines
}
