import type { Interval } from './interval'
import type { Random } from './random'

export interface Bootstrap extends Interval {
  mean: number
  sd: number
  draws: number
}

/**
 * Percentile interval by drawing whole clusters with replacement: for statistics without a formula,
 * and only with 30 clusters or more (with 10 it covers about 80 to 90 % where it says 95).
 * `statistic` gets the indices of the clusters drawn; a draw that yields NaN is left out.
 */
export function clusterBootstrap(clusters: number, statistic: (drawn: readonly number[]) => number, random: Random, draws = 2000, level = 0.95): Bootstrap {
  const values: number[] = []
  const drawn = new Array<number>(clusters).fill(0)
  for (let i = 0; i < draws; i++) {
    for (let g = 0; g < clusters; g++) drawn[g] = Math.floor(random() * clusters)
    const value = statistic(drawn)
    if (!Number.isNaN(value)) values.push(value)
  }
  values.sort((a, b) => a - b)
  const n = values.length
  const mean = values.reduce((total, value) => total + value, 0) / n
  const sd = Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / n)
  const at = (p: number) => {
    const place = p * (n - 1)
    const below = values[Math.floor(place)] ?? Number.NaN
    const above = values[Math.ceil(place)] ?? Number.NaN
    return below + (above - below) * (place - Math.floor(place))
  }
  const tail = (1 - level) / 2
  return { mean, sd, low: at(tail), high: at(1 - tail), draws: n }
}
