/** Two limits, both included. */
export interface Interval {
  low: number
  high: number
}

/** Counts must make sense before a formula turns them into confident nonsense. Throws RangeError: a bug of the caller's, not bad data. */
export function requireShare(x: number, n: number): void {
  if (!(n > 0) || !(x >= 0) || !(x <= n)) throw new RangeError(`not a share: ${x} of ${n}`)
}

export function clampShare(value: number): number {
  return Math.min(1, Math.max(0, value))
}

export function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) total += value
  return total
}
