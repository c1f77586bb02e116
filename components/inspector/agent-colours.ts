/** Hues that tell sub-agents apart and come nowhere near vermilion, which means destroyed work. */
const HUES = [178, 75, 215, 130, 320, 100, 240, 155]

/**
 * One colour an agent, the same for the same agents in the same order. Masters are indigo, as everywhere;
 * beyond the hues colours repeat, and the name beside each tells them apart.
 */
export function agentColours(agents: readonly string[], masters: ReadonlySet<string>): ReadonlyMap<string, string> {
  const colours = new Map<string, string>()
  let workers = 0
  let above = 0
  for (const id of agents) {
    if (colours.has(id)) continue
    // The first of either kind has the role's own colour.
    if (masters.has(id)) colours.set(id, above++ === 0 ? 'var(--master)' : 'color-mix(in oklab, var(--master) 60%, var(--text))')
    else if (workers === 0) {
      colours.set(id, 'var(--agent)')
      workers++
    } else colours.set(id, `oklch(var(--agent-lightness) 0.11 ${HUES[workers++ % HUES.length]})`)
  }
  return colours
}
