/**
 * Which of the old tokens live on in the new ones.
 *
 *   old   a b c d e f g h i j            a run of equal tokens counts from `run` tokens on;
 *         | | | | |     ╲ ╲ ╲ ╲          out of order (moved) from `2 * run` on, so that
 *   new   a b c d e x y g h i j          chance and idiom do not count as survival
 *
 * Returns for each old token the index of the new one, or -1. One to one. Expected time is linear in
 * the changed part; `BUSY` bounds the candidates where a text repeats itself.
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

export function matchTokens(old: readonly number[], fresh: readonly number[], { run, before, after }: MatchOptions): Int32Array {
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
  takeRuns(region, run, run * 2)
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

/** Short runs, only between the neighbours that are already matched: order kept. */
function takeRunsInOrder(region: Region, run: number): void {
  const { map, oldFrom, oldTo, freshFrom, freshTo } = region
  // The matched runs that keep their order: everything else is moved and is no landmark.
  const landmarks = inOrder(map, oldFrom, oldTo)
  let previousOld = oldFrom
  let previousFresh = freshFrom
  for (const [start, length, at] of [...landmarks, [oldTo, 0, freshTo] as const]) {
    if (start > previousOld && at > previousFresh) fillGap(region, run, previousOld, start, previousFresh, at)
    previousOld = start + length
    previousFresh = at + length
  }
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

function longestAt(region: Region, places: Map<number, number[]>, gram: number, i: number, oldTo: number, freshFrom: number, freshTo: number): { at: number; length: number } {
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

/** The heaviest chain of matched runs that are in the same order on both sides: [old, length, fresh]. */
function inOrder(map: Int32Array, from: number, to: number): (readonly [number, number, number])[] {
  const runs: [number, number, number][] = []
  for (let i = from; i < to; ) {
    const at = map[i] as number
    if (at === -1) {
      i += 1
      continue
    }
    let length = 1
    while (i + length < to && map[i + length] === at + length) length += 1
    runs.push([i, length, at])
    i += length
  }
  // A chain by weight; runs are long, so there are few of them: quadratic only in their number, and
  // beyond a bound the greedy chain will do.
  if (runs.length > 2000) {
    const chain: [number, number, number][] = []
    let last = -1
    for (const run of runs) {
      if (run[2] > last) {
        chain.push(run)
        last = run[2] + run[1]
      }
    }
    return chain
  }
  const weight = runs.map((r) => r[1])
  const previous = new Int32Array(runs.length).fill(-1)
  let best = -1
  for (let b = 0; b < runs.length; b++) {
    for (let a = 0; a < b; a++) {
      const [, lengthA, atA] = runs[a] as [number, number, number]
      const [, lengthB, atB] = runs[b] as [number, number, number]
      if (atA + lengthA <= atB && (weight[a] as number) + lengthB > (weight[b] as number)) {
        weight[b] = (weight[a] as number) + lengthB
        previous[b] = a
      }
    }
    if (best === -1 || (weight[b] as number) > (weight[best] as number)) best = b
  }
  const chain: [number, number, number][] = []
  for (let k = best; k !== -1; k = previous[k] as number) chain.push(runs[k] as [number, number, number])
  return chain.reverse()
}
