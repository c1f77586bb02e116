import { type Interval, sum } from './interval'
import { wilson } from './proportion'

/** Agreement of two raters. `table[i][j]`: cases that the first called i and the second j; square. */

/** Chance-corrected by each rater's own margins; undefined where both always say the same one thing. Cohen (1960) Educ Psychol Meas 20:37. */
export function cohenKappa(table: readonly (readonly number[])[]): number | undefined {
  const { n, agreed, rows, columns } = margins(table)
  const chance = sum(rows.map((row, k) => row * (columns[k] ?? 0)))
  return chance === 1 || n === 0 ? undefined : (agreed - chance) / (1 - chance)
}

/** Stays meaningful where nearly all cases are of one kind, where kappa collapses. Gwet (2008) Br J Math Stat Psychol 61:29. */
export function gwetAc1(table: readonly (readonly number[])[]): number | undefined {
  const { n, agreed, rows, columns } = margins(table)
  if (n === 0 || table.length < 2) return undefined
  const chance = sum(rows.map((row, k) => meanOf(row, columns[k] ?? 0) * (1 - meanOf(row, columns[k] ?? 0)))) / (table.length - 1)
  return (agreed - chance) / (1 - chance)
}

function meanOf(a: number, b: number): number {
  return (a + b) / 2
}

function margins(table: readonly (readonly number[])[]): { n: number; agreed: number; rows: number[]; columns: number[] } {
  const n = sum(table.map((row) => sum(row)))
  if (table.some((row) => row.length !== table.length)) throw new RangeError('the table of two raters must be square')
  return {
    n,
    agreed: sum(table.map((row, k) => row[k] ?? 0)) / n,
    rows: table.map((row) => sum(row) / n),
    columns: table.map((_, k) => sum(table.map((row) => row[k] ?? 0)) / n),
  }
}

/** F1 = 2J/(1+J) where J = TP/(TP+FP+FN) is a plain share: Wilson on J, carried over by the monotone map. */
export function f1Interval(truePositives: number, falsePositives: number, falseNegatives: number, level = 0.95): Interval & { f1: number } {
  const n = truePositives + falsePositives + falseNegatives
  const toF1 = (j: number) => (2 * j) / (1 + j)
  const j = wilson(truePositives, n, level)
  return { f1: toF1(truePositives / n), low: toF1(j.low), high: toF1(j.high) }
}
