/** One place of a unified diff: what stood there with its context, and what stands there after. */
export interface Hunk {
  old: string
  fresh: string
}

/** The hunks of a unified diff of one file (file headers are passed over); undefined if it is none. */
export function parsePatch(patch: string): Hunk[] | undefined {
  const hunks: Hunk[] = []
  let old: string[] | undefined
  let fresh: string[] = []
  const close = () => {
    if (old) hunks.push({ old: old.join('\n'), fresh: fresh.join('\n') })
    old = undefined
    fresh = []
  }
  for (const line of patch.split('\n')) {
    if (line.startsWith('@@')) {
      close()
      old = []
      continue
    }
    if (!old) continue
    const mark = line[0]
    const rest = line.slice(1)
    if (mark === '-') old.push(rest)
    else if (mark === '+') fresh.push(rest)
    else if (mark === ' ' || line === '') {
      old.push(rest)
      fresh.push(rest)
    } else if (mark !== '\\') close()
  }
  close()
  // a patch ends with a line end, which is no empty line of context
  const last = hunks.at(-1)
  if (last?.old.endsWith('\n') && last.fresh.endsWith('\n')) {
    last.old = last.old.slice(0, -1)
    last.fresh = last.fresh.slice(0, -1)
  }
  return hunks.length > 0 ? hunks : undefined
}
