/** p-values adjusted for having looked many times; the family is the caller's to state. Order is kept. */

/** Controls the chance of any false claim in the family. Holm (1979) Scand J Stat 6:65. */
export function holm(p: readonly number[]): number[] {
  const order = ascending(p)
  const adjusted = new Array<number>(p.length).fill(0)
  let running = 0
  order.forEach((index, rank) => {
    running = Math.max(running, Math.min(1, (p.length - rank) * (p[index] ?? 1)))
    adjusted[index] = running
  })
  return adjusted
}

/** Controls the expected share of false claims among those made (q-values). Benjamini & Hochberg (1995) JRSS B 57:289. */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const order = ascending(p)
  const adjusted = new Array<number>(p.length).fill(0)
  let running = 1
  for (let rank = order.length - 1; rank >= 0; rank--) {
    const index = order[rank] ?? 0
    running = Math.min(running, ((p[index] ?? 1) * p.length) / (rank + 1))
    adjusted[index] = running
  }
  return adjusted
}

export function bonferroni(p: readonly number[]): number[] {
  return p.map((value) => Math.min(1, value * p.length))
}

function ascending(p: readonly number[]): number[] {
  return p.map((_, index) => index).sort((i, j) => (p[i] ?? 0) - (p[j] ?? 0) || i - j)
}
