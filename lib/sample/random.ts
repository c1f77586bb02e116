/** Chance that can be repeated: the same seed gives the same session, byte for byte. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** An integer, both ends included. */
  between(low: number, high: number): number
  pick<T>(items: readonly T[]): T
  chance(probability: number): boolean
}

/** mulberry32 (public domain, Tommy Ettinger): 32 bits of state, good enough to invent sessions with. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)]
      if (item === undefined) throw new Error('nothing to pick from: the list is empty')
      return item
    },
    chance: (probability) => next() < probability,
  }
}
