/** Tokens in one currency: all output tokens, or all tokens in and out, the caller's choice, the same for each. */
export interface Spent {
  total: number
  /** Sub-agents' output whose content a master destroyed. */
  destroyed: number
  /** In and out of turns that were cancelled with nothing surviving. */
  cancelled: number
  /** Of calls made again and of outputs made in a sub-agent's place. */
  redone: number
}

/** Share of all tokens that left nothing behind. The master's own rewriting is not in it: it is shown beside. `share` is undefined where nothing was spent. */
export function waste({ total, destroyed, cancelled, redone }: Spent): Spent & { wasted: number; share: number | undefined } {
  const wasted = destroyed + cancelled + redone
  return { total, destroyed, cancelled, redone, wasted, share: total > 0 ? wasted / total : undefined }
}
