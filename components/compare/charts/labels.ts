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

/** As many characters of two names as stand beside a row. */
const PAIR = 47

/** Two names and which is taken from which; both shortened where they have to be, so that neither hides the other. */
export function pairLabel(first: string, second: string, narrow: boolean): string {
  if (narrow) return `${shortened(first, 7)}−${shortened(second, 7)}`
  const half = Math.floor(PAIR / 2)
  const [one, two] = [Math.max(half, PAIR - second.length), Math.max(half, PAIR - first.length)]
  return `${shortened(first, one)} − ${shortened(second, two)}`
}

/** The middle of a long name says least: `claude-opus…20251101`. */
export function shortened(label: string, longest: number): string {
  if (label.length <= longest) return label
  const end = Math.floor((longest - 1) * 0.4)
  return `${label.slice(0, longest - 1 - end)}…${label.slice(label.length - end)}`
}

/** Round numbers from 0 to at most `end`, about `most` of them. */
export function ticksUpTo(end: number, most: number): number[] {
  const rough = Math.max(1, end) / most
  const unit = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 2.5, 5, 10].find((m) => m * unit >= rough) ?? 10) * unit
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => i * step)
}
