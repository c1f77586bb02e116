/** v' A^-1 v of a symmetric positive definite A, by Cholesky; undefined where A is not (to rounding). */
export function quadraticForm(matrix: readonly (readonly number[])[], vector: readonly number[]): number | undefined {
  const n = vector.length
  const lower: number[][] = []
  const solved: number[] = []
  let sum = 0
  for (let i = 0; i < n; i++) {
    const row: number[] = []
    lower.push(row)
    for (let j = 0; j <= i; j++) {
      let value = matrix[i]?.[j] ?? Number.NaN
      for (let k = 0; k < j; k++) value -= (row[k] ?? 0) * (lower[j]?.[k] ?? 0)
      if (j < i) row.push(value / (lower[j]?.[j] ?? Number.NaN))
      else if (value > 1e-12 * (matrix[i]?.[i] ?? 0)) row.push(Math.sqrt(value))
      else return undefined
    }
    let rest = vector[i] ?? Number.NaN
    for (let k = 0; k < i; k++) rest -= (row[k] ?? 0) * (solved[k] ?? 0)
    const own = rest / (row[i] ?? Number.NaN)
    solved.push(own)
    sum += own * own
  }
  return Number.isFinite(sum) ? sum : undefined
}
