import type { Intervention } from '@/lib/core/interventions'
import { countFigures } from '@/lib/core/metrics/session-figures'
import type { TaskRecord } from '@/lib/core/metrics/task-record'
import { eachTaskOf } from '@/lib/core/metrics/tasks-of'
import type { Slices } from '@/lib/core/slices'
import { isOver } from '@/lib/live/over'
import type { SessionStore } from '@/lib/live/session-store'
import { countChecks, type Figure, figuresOf, sumChecks } from '../figures'

/** Findings between two pauses: each may be made an object of. */
const FEW_FINDINGS = 64

/** The strip's figures, from all that a session holds: a second of work for a hundred thousand turns, with a pause every millisecond or so. */
export function* countStrip({ state, findings, clock = Date.now() }: Pick<SessionStore, 'state' | 'findings' | 'clock'>): Slices<Figure[]> {
  // a recording that nobody adds to is not being watched, though it may not say that it ended
  const ended = isOver(state, clock)
  const found: Intervention[] = []
  for (const finding of findings.values()) if (found.push(finding) % FEW_FINDINGS === 0) yield
  const records: TaskRecord[] = []
  for (const record of eachTaskOf(state, found)) {
    if (record) records.push(record)
    yield
  }
  yield* sumChecks(state)
  return figuresOf(yield* countFigures(records, ended), countChecks(state), records.length, ended)
}
