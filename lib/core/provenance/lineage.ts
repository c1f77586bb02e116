/** What of a write tells which artifact it is a revision of; both events and the state's writes can say it. */
export interface WriteOf {
  path: string
  /** The artifact was moved here from there. */
  from?: string
}

/**
 * The writes that made the artifact at `path` what it is, in their order, through every move. Revision n
 * is the n-th of them. An artifact that was moved away keeps what it was until then.
 */
export function lineageOf<T>(writes: Iterable<T>, path: string, of: (write: T) => WriteOf): T[] {
  const now = new Map<string, T[]>()
  const gone = new Map<string, T[]>()
  for (const write of writes) {
    const { path: at, from } = of(write)
    if (from === undefined) {
      const list = now.get(at)
      if (list) list.push(write)
      else now.set(at, [write])
      continue
    }
    const before = now.get(from) ?? []
    if (before.length > 0) gone.set(from, before)
    now.delete(from)
    now.set(at, [...before, write])
  }
  return now.get(path) ?? gone.get(path) ?? []
}
