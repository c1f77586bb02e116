/** Moves labels at line ends apart, keeping their order. `y`: wanted heights; `gap`: least distance. */
export function spread(y: readonly number[], gap: number, low: number, high: number): number[] {
  const order = y.map((_, i) => i).sort((a, b) => (y[a] ?? 0) - (y[b] ?? 0))
  const placed = [...y]
  let last = Number.NEGATIVE_INFINITY
  for (const i of order) {
    last = Math.max(last + gap, Math.max(low, y[i] ?? 0))
    placed[i] = last
  }
  // what was pushed out below comes back up
  let next = high + gap
  for (const i of order.reverse()) {
    next = Math.min(next - gap, placed[i] ?? 0)
    placed[i] = next
  }
  return placed
}
