/**
 * Lines that a whole-file write left as they were, found by the lines that stand once in the old and
 * once in the new text (patience diff), grown in both directions. What is far from any change need
 * not be looked at token by token.
 *
 * Returns pairs [old line, new line], ascending in both.
 */
export function anchorLines(old: readonly string[], fresh: readonly string[]): [number, number][] {
  const seen = new Map<string, { old: number; fresh: number }>()
  old.forEach((text, i) => {
    const known = seen.get(text)
    if (known) known.old = -1
    else seen.set(text, { old: i, fresh: -2 })
  })
  fresh.forEach((text, j) => {
    const known = seen.get(text)
    if (known) known.fresh = known.fresh === -2 ? j : -1
  })
  const unique: [number, number][] = []
  for (const { old: i, fresh: j } of seen.values()) if (i >= 0 && j >= 0) unique.push([i, j])
  const chain = longestIncreasing(unique)

  const anchored: [number, number][] = []
  let oldDone = 0
  let freshDone = 0
  chain.forEach(([i, j], k) => {
    if (i < oldDone || j < freshDone) return
    let back = 0
    while (i - back > oldDone && j - back > freshDone && old[i - back - 1] === fresh[j - back - 1]) back += 1
    const [nextOld, nextFresh] = chain[k + 1] ?? [old.length, fresh.length]
    let ahead = 1
    while (i + ahead < nextOld && j + ahead < nextFresh && old[i + ahead] === fresh[j + ahead]) ahead += 1
    for (let n = -back; n < ahead; n++) anchored.push([i + n, j + n])
    oldDone = i + ahead
    freshDone = j + ahead
  })
  return anchored
}

/** The longest chain of pairs that ascends in both places; the pairs come ascending in the first. */
function longestIncreasing(pairs: [number, number][]): [number, number][] {
  const tails: number[] = []
  const previous = new Int32Array(pairs.length).fill(-1)
  pairs.forEach(([, value], k) => {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((pairs[tails[middle] as number] as [number, number])[1] < value) low = middle + 1
      else high = middle
    }
    if (low > 0) previous[k] = tails[low - 1] as number
    tails[low] = k
  })
  const chain: [number, number][] = []
  for (let k = tails.at(-1) ?? -1; k !== -1; k = previous[k] as number) chain.push(pairs[k] as [number, number])
  return chain.reverse()
}
