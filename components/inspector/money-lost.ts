import { outputByTask } from '@/components/sessions/output-by-task'
import type { Intervention } from '@/lib/core/interventions'
import type { SessionState } from '@/lib/core/session'

/**
 * US dollars of the task's cost that went into what this destroyed, by its share of the task's output.
 * Undefined unless the source gives the cost of every turn of the task.
 */
export function moneyLost(state: SessionState, { taskId, destroyed }: Intervention): number | undefined {
  if (destroyed === 0) return undefined
  let cost = 0
  let turns = 0
  for (const turn of state.turns.values()) {
    if (turn.taskId !== taskId) continue
    if (turn.usage?.costUsd === undefined) return undefined
    cost += turn.usage.costUsd
    turns++
  }
  const output = outputByTask(state).get(taskId)
  if (turns === 0 || !output) return undefined
  return (cost * Math.min(destroyed, output)) / output
}
