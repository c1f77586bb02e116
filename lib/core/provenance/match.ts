/**
 * Which of the old tokens live on in the new ones: the rule of "What survives" in docs/detector.md.
 *
 *   old   a b c d e f g h i j            a run of equal tokens counts from `run` tokens on;
 *         | | | | |     ╲ ╲ ╲ ╲          out of order (moved) from `2 * run` on, so that
 *   new   a b c d e x y g h i j          chance and idiom do not count as survival
 *
 * The order is that of the heaviest chain of runs. A text shorter than `run` survives if it is found
 * whole. Returns for each old token the index of the new one, or -1. One to one. Expected time is
 * linear in the changed part; `BUSY` bounds the candidates where a text repeats itself.
 */
export interface MatchOptions {
  run: number
  /** Equal tokens known to precede and follow both sides: an edge run may lean on them. */
  before: number
  after: number
}

/** A run this long is taken first, wherever it is, before short ones can tear it apart. */
const LONG = 24
/** Places looked at for one beginning of a run. */
const BUSY = 24

export function matchTokens(old: readonly number[], fresh: readonly number[], options: MatchOptions): Int32Array {
  const { before, after } = options
  const run = Math.min(options.run, Math.max(1, old.length + before + after))
  const map = new Int32Array(old.length).fill(-1)
  const taken = new Uint8Array(fresh.length)

  const shorter = Math.min(old.length, fresh.length)
  let head = 0
  while (head < shorter && old[head] === fresh[head]) head += 1
  let tail = 0
  while (tail < shorter - head && old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail += 1
  if (head + before >= run || (head === old.length && head === fresh.length)) for (let i = 0; i < head; i++) claim(map, taken, i, i)
  else head = 0
  if (tail + after >= run) for (let k = 1; k <= tail; k++) claim(map, taken, old.length - k, fresh.length - k)
  else tail = 0

  const region: Region = { old, fresh, map, taken, oldFrom: head, oldTo: old.length - tail, freshFrom: head, freshTo: fresh.length - tail }
  if (region.oldFrom >= region.oldTo || region.freshFrom >= region.freshTo) return map
  takeRuns(region, LONG, Math.max(LONG, run))
  takeRunsInOrder(region, run)
  takeRuns(region, run, options.run * 2)
  return map
}

interface Region {
  old: readonly number[]
  fresh: readonly number[]
  map: Int32Array
  taken: Uint8Array
  oldFrom: number
  oldTo: number
  freshFrom: number
  freshTo: number
}

function claim(map: Int32Array, taken: Uint8Array, i: number, j: number): void {
  map[i] = j
  taken[j] = 1
}

/** Longest runs first come first served from the left, anywhere in the new tokens. */
function takeRuns(region: Region, gram: number, least: number): void {
  const { map, oldFrom, oldTo, freshFrom, freshTo } = region
  const places = index(region, gram, freshFrom, freshTo)
  if (places.size === 0) return
  for (let i = oldFrom; i + gram <= oldTo; ) {
    if (map[i] !== -1) {
      i += 1
      continue
    }
    const best = longestAt(region, places, gram, i, oldTo, freshFrom, freshTo)
    if (best.length < least) {
      i += 1
      continue
    }
    for (let k = 0; k < best.length; k++) claim(map, region.taken, i + k, best.at + k)
    i += best.length
  }
}

/** Short runs, only where they keep the order: those that are like no other first, as the heaviest
 *  chain of them and of the long ones says what the order is, then the rest in between. */
function takeRunsInOrder(region: Region, run: number): void {
  const { map, taken, oldFrom, oldTo, freshFrom, freshTo } = region
  const chain = heaviestChain(
    [...claimedRuns(map, oldFrom, oldTo), ...uniqueRuns(region, run)].sort((a, b) => a[0] - b[0]),
    freshTo,
  )
  for (const [start, length, at] of chain) for (let k = 0; k < length; k++) claim(map, taken, start + k, at + k)
  let previousOld = oldFrom
  let previousFresh = freshFrom
  for (const [start, length, at] of [...chain, [oldTo, 0, freshTo] as const]) {
    if (start > previousOld && at > previousFresh) fillGap(region, run, previousOld, start, previousFresh, at)
    previousOld = start + length
    previousFresh = at + length
  }
}

/** [old, length, fresh] */
type Run = readonly [number, number, number]

function claimedRuns(map: Int32Array, from: number, to: number): Run[] {
  const runs: Run[] = []
  for (let i = from; i < to; ) {
    const at = map[i] as number
    let length = 1
    if (at !== -1) {
      while (i + length < to && map[i + length] === at + length) length += 1
      runs.push([i, length, at])
    }
    i += length
  }
  return runs
}

/** Runs that hold a stretch of `run` tokens which stands once on either side; none overlaps another in the old tokens. */
function uniqueRuns(region: Region, run: number): Run[] {
  const { old, fresh, map, taken, oldFrom, oldTo, freshFrom, freshTo } = region
  const SEVERAL = -2
  const inFresh = new Map<number, number>()
  for (let j = freshFrom; j + run <= freshTo; j++) {
    if (taken[j] === 1) continue
    const key = gramHash(fresh, j, run)
    inFresh.set(key, inFresh.has(key) ? SEVERAL : j)
  }
  if (inFresh.size === 0) return []
  const inOld = new Map<number, number>()
  for (let i = oldFrom; i + run <= oldTo; i++) {
    if (map[i] !== -1) continue
    const key = gramHash(old, i, run)
    if (inFresh.has(key)) inOld.set(key, inOld.has(key) ? SEVERAL : i)
  }
  const runs: Run[] = []
  let done = oldFrom
  const same = (i: number, j: number) => i >= done && i < oldTo && j >= freshFrom && j < freshTo && map[i] === -1 && taken[j] === 0 && old[i] === fresh[j]
  for (const [key, i] of inOld) {
    const j = inFresh.get(key) as number
    if (i === SEVERAL || j === SEVERAL || i < done) continue
    let length = 0
    while (same(i + length, j + length)) length += 1
    if (length < run) continue
    let back = 0
    while (same(i - back - 1, j - back - 1)) back += 1
    runs.push([i - back, length + back, j - back])
    done = i + length
  }
  return runs
}

function fillGap(region: Region, run: number, oldFrom: number, oldTo: number, freshFrom: number, freshTo: number): void {
  const places = index(region, run, freshFrom, freshTo)
  if (places.size === 0) return
  let least = freshFrom
  for (let i = oldFrom; i + run <= oldTo; ) {
    if (region.map[i] !== -1) {
      i += 1
      continue
    }
    const best = longestAt(region, places, run, i, oldTo, least, freshTo)
    if (best.length < run) {
      i += 1
      continue
    }
    // A longer run that begins a little later would be cut off by taking this one across it.
    const next = longestAt(region, places, run, i + 1, oldTo, least, freshTo)
    if (next.length > best.length + 1) {
      i += 1
      continue
    }
    for (let k = 0; k < best.length; k++) claim(region.map, region.taken, i + k, best.at + k)
    least = best.at + best.length
    i += best.length
  }
}

function index(region: Region, gram: number, from: number, to: number): Map<number, number[]> {
  const places = new Map<number, number[]>()
  for (let j = from; j + gram <= to; j++) {
    if (region.taken[j] === 1) continue
    const key = gramHash(region.fresh, j, gram)
    const list = places.get(key)
    if (!list) places.set(key, [j])
    else if (list.length < BUSY * 4) list.push(j)
  }
  return places
}

function gramHash(tokens: readonly number[], from: number, length: number): number {
  let h = 0
  for (let k = 0; k < length; k++) h = (Math.imul(h, 0x9e3779b1) + (tokens[from + k] as number)) | 0
  return h
}

function longestAt(
  region: Region,
  places: Map<number, number[]>,
  gram: number,
  i: number,
  oldTo: number,
  freshFrom: number,
  freshTo: number,
): { at: number; length: number } {
  const { old, fresh, map, taken } = region
  let at = -1
  let length = 0
  if (i + gram > oldTo) return { at, length }
  let looked = 0
  for (const j of places.get(gramHash(old, i, gram)) ?? []) {
    if (j < freshFrom) continue
    if (looked++ >= BUSY) break
    let k = 0
    while (i + k < oldTo && j + k < freshTo && map[i + k] === -1 && taken[j + k] === 0 && old[i + k] === fresh[j + k]) k += 1
    if (k > length) {
      length = k
      at = j
    }
  }
  return { at, length }
}

/** The chain of runs with the most tokens that ascends on both sides. The runs come ascending, and
 *  without overlap, in the old tokens. */
function heaviestChain(runs: Run[], freshTo: number): Run[] {
  // best[e]: the heaviest chain that ends at or before e in the new tokens, kept as a Fenwick tree of maxima
  const best = new Int32Array(freshTo + 2).fill(-1)
  const weight = new Int32Array(runs.length)
  const previous = new Int32Array(runs.length).fill(-1)
  let heaviest = -1
  runs.forEach(([, length, at], k) => {
    let before = -1
    for (let e = at + 1; e > 0; e -= e & -e) {
      const other = best[e] as number
      if (other !== -1 && (before === -1 || (weight[other] as number) > (weight[before] as number))) before = other
    }
    previous[k] = before
    weight[k] = length + (before === -1 ? 0 : (weight[before] as number))
    for (let e = at + length + 1; e < best.length; e += e & -e) {
      const other = best[e] as number
      if (other === -1 || (weight[other] as number) < (weight[k] as number)) best[e] = k
    }
    if (heaviest === -1 || (weight[k] as number) > (weight[heaviest] as number)) heaviest = k
  })
  const chain: Run[] = []
  for (let k = heaviest; k !== -1; k = previous[k] as number) chain.push(runs[k] as Run)
  return chain.reverse()
}
