import { logChoose } from './distributions'

/**
 * Fisher's exact test of a 2x2 table [a b; c d], two-sided by ordering tables by their probability.
 * `midP` counts tables as likely as the one seen at half weight of the one seen: nearer its level,
 * where the exact p is too large. Fagerland, Lydersen & Laake (2017), ch. 4. Cells are whole.
 */
export function fisher(a: number, b: number, c: number, d: number): { p: number; midP: number } {
  const row1 = a + b
  const row2 = c + d
  const column1 = a + c
  const logTotal = logChoose(row1 + row2, column1)
  const probability = (x: number) => Math.exp(logChoose(row1, x) + logChoose(row2, column1 - x) - logTotal)
  const seen = probability(a)
  // equal up to rounding counts as equal
  const bar = seen * (1 + 1e-7)
  let p = 0
  for (let x = Math.max(0, column1 - row2); x <= Math.min(row1, column1); x++) {
    const here = probability(x)
    if (here <= bar) p += here
  }
  p = Math.min(1, p)
  return { p, midP: p - 0.5 * seen }
}
