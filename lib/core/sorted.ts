/** How many of the ascending values are < x. O(log n). */
export function countBelow(values: ArrayLike<number>, x: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((values[middle] as number) < x) low = middle + 1
    else high = middle
  }
  return low
}

/** How many of the ascending values, or of the first `length` of them, are <= x. O(log n). */
export function countUpTo(values: ArrayLike<number>, x: number, length = values.length): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((values[middle] as number) <= x) low = middle + 1
    else high = middle
  }
  return low
}
