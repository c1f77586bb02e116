import { countBelow } from '../sorted'
import { chiSquaredAbove } from './distributions'
import { riskTable, type SurvivalData } from './survival-data'

export interface LogRank {
  /** Events seen in the first group, and expected if the groups were alike. */
  observed: number
  expected: number
  /** Weighted sum of observed minus expected, and its variance. */
  score: number
  variance: number
  chi2: number
  p: number
}

/** `log-rank`: all times alike. `gehan`: by the number at risk (early differences). `tarone-ware`: its root. */
export type LogRankWeight = 'log-rank' | 'gehan' | 'tarone-ware'

/**
 * Whether two groups meet cause 1 at the same pace. Mantel (1966), Peto & Peto (1972) JRSS A 135:185;
 * hypergeometric variance, ties included; weights of Gehan (1965) and Tarone & Ware (1977).
 * Undefined where no time has an event with both groups at risk.
 */
export function logRank(first: SurvivalData, second: SurvivalData, weight: LogRankWeight = 'log-rank'): LogRank | undefined {
  return stratifiedLogRank([[first, second]], weight)
}

/** The same with scores and variances summed over strata, so that like is compared with like. */
export function stratifiedLogRank(strata: readonly (readonly [SurvivalData, SurvivalData])[], weight: LogRankWeight = 'log-rank'): LogRank | undefined {
  let observed = 0
  let expected = 0
  let score = 0
  let variance = 0
  for (const [first, second] of strata) {
    const a = stepper(first)
    const b = stepper(second)
    const times = Float64Array.from(new Set([...a.times, ...b.times])).sort()
    for (const t of times) {
      const n1 = a.atRisk(t)
      const n2 = b.atRisk(t)
      const d1 = a.events(t)
      const d = d1 + b.events(t)
      const n = n1 + n2
      const w = weight === 'log-rank' ? 1 : weight === 'gehan' ? n : Math.sqrt(n)
      const e = (d * n1) / n
      observed += d1
      expected += e
      score += w * (d1 - e)
      if (n > 1) variance += (w * w * d * n1 * n2 * (n - d)) / (n * n * (n - 1))
    }
  }
  if (!(variance > 0)) return undefined
  const chi2 = (score * score) / variance
  return { observed, expected, score, variance, chi2, p: chiSquaredAbove(chi2, 1) }
}

/** Counts at any time of one group, also at times when only the other has an event. */
function stepper(data: SurvivalData): { times: Float64Array; atRisk: (t: number) => number; events: (t: number) => number } {
  const { times, anyEvent } = riskTable(data, 1)
  const events = new Map(Array.from(times, (t, k) => [t, anyEvent[k] as number]))
  const ends = Float64Array.from(data.time).sort()
  const entries = Float64Array.from(data.entry).sort()
  return { times, events: (t) => events.get(t) ?? 0, atRisk: (t) => countBelow(entries, t) - countBelow(ends, t) }
}
