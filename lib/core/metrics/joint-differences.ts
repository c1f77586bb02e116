import { squareAndAdd } from '../stats/difference'
import type { JointRates } from './joint-sweep'

/** Of two groups, at each choice: first minus second, with Newcombe limits. */
export function jointDifferences(first: JointRates, second: JointRates): ({ value: number; low: number; high: number } | null)[][] {
  return first.rates.map((row, t) =>
    row.map((a, i) => {
      const b = second.rates[t]?.[i]
      if (!a || !b) return null
      const { difference, low, high } = squareAndAdd(a.value, a, b.value, b)
      return { value: difference, low, high }
    }),
  )
}
