import type { TaskId } from '../ids'
import type { World } from './world'

/** What token ownership says of one task, over all artifacts: significant tokens. */
export interface TaskLedger {
  /** Put there by the task: what is there now, and what masters destroyed of it. */
  written: number
  /** Of these, there now. */
  surviving: number
}

/** One walk over the owners of all artifacts: for the end of an ingest, not for every event. */
export function ledgerOf({ artifacts, owners, tasks }: World): Map<TaskId, TaskLedger> {
  const ledger = new Map<TaskId, TaskLedger>()
  for (const [id, task] of tasks) {
    let destroyed = 0
    for (const { everDestroyed } of task.artifacts.values()) destroyed += everDestroyed
    ledger.set(id, { written: destroyed, surviving: 0 })
  }
  for (const { text } of artifacts.values()) {
    for (const [number, { tokens }] of text.ownersPresent()) {
      const task = owners[number]?.task
      const own = task && ledger.get(task.id)
      if (!own) continue
      own.written += tokens
      own.surviving += tokens
    }
  }
  return ledger
}
