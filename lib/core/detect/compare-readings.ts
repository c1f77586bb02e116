import type { Intervention } from '../interventions'

/** What another reading of the same log makes of it. Each list is ordered by time. */
export interface ReadingDifference {
  gained: Intervention[]
  lost: Intervention[]
  /** The same event on the same task and artifact, called something else. */
  changed: { before: Intervention; after: Intervention }[]
}

export function compareReadings(before: Iterable<Intervention>, after: Iterable<Intervention>): ReadingDifference {
  const were = new Map<string, Intervention[]>()
  const wereById = new Set<string>()
  for (const finding of before) {
    wereById.add(finding.id)
    const list = were.get(placeOf(finding))
    if (list) list.push(finding)
    else were.set(placeOf(finding), [finding])
  }
  const kept = new Set<string>()
  const fresh: Intervention[] = []
  for (const finding of after) {
    if (wereById.has(finding.id)) kept.add(finding.id)
    else fresh.push(finding)
  }
  const difference: ReadingDifference = { gained: [], lost: [], changed: [] }
  const explained = new Set<string>()
  for (const finding of fresh) {
    const other = were.get(placeOf(finding))?.find(({ id }) => !kept.has(id) && !explained.has(id))
    if (other) {
      explained.add(other.id)
      difference.changed.push({ before: other, after: finding })
    } else difference.gained.push(finding)
  }
  for (const list of were.values()) for (const finding of list) if (!kept.has(finding.id) && !explained.has(finding.id)) difference.lost.push(finding)
  difference.lost.sort((a, b) => a.occurredAt - b.occurredAt || (a.id < b.id ? -1 : 1))
  return difference
}

/** Where in the log, whatever it is called. */
function placeOf({ master, taskId, artifact }: Intervention): string {
  return `${master.eventId}\n${taskId}\n${artifact ?? ''}`
}
