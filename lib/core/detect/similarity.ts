/** How alike two briefs and two lists of outputs are, and whether a path is one of a task's outputs. */

export function shingles(text: string, size = 5): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []
  const all = new Set<string>()
  if (words.length < size) {
    if (words.length > 0) all.add(words.join(' '))
    return all
  }
  for (let i = 0; i + size <= words.length; i++) all.add(words.slice(i, i + size).join(' '))
  return all
}

/** Shared over all, 0 to 1; 0 where either is empty. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0
  if (a.size > b.size) return jaccard(b, a)
  let shared = 0
  for (const item of a) if (b.has(item)) shared += 1
  return shared / (a.size + b.size - shared)
}

const globs = new Map<string, RegExp>()

/** `src/*.ts` and `src/**` as shells read them; a plain name also matches at the end of a longer path. */
export function matchesOutput(path: string, output: string): boolean {
  const wanted = output.replace(/^\.\//, '')
  if (path === wanted || path.endsWith(`/${wanted}`)) return true
  if (!/[*?]/.test(wanted)) return false
  let pattern = globs.get(wanted)
  if (!pattern) {
    const source = wanted
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*\*\/?|\*|\?/g, (glob) => (glob.startsWith('**') ? '.*' : glob === '*' ? '[^/]*' : '[^/]'))
    pattern = new RegExp(`^(?:.*/)?${source}$`)
    if (globs.size > 1000) globs.clear()
    globs.set(wanted, pattern)
  }
  return pattern.test(path)
}
