import { type SessionState, type Task, turnOutputTokens } from '@/lib/core/session'

/** A turn that names no task works on the newest one that its agent had been given. */
export function outputByTask(state: SessionState): Map<string, number> {
  const given = new Map<string, Task[]>()
  for (const task of [...state.tasks.values()].sort((a, b) => (a.delegatedAt ?? 0) - (b.delegatedAt ?? 0))) {
    if (task.to === undefined || task.delegatedAt === undefined) continue
    const list = given.get(task.to)
    if (list) list.push(task)
    else given.set(task.to, [task])
  }
  const sums = new Map<string, number>()
  for (const turn of state.turns.values()) {
    const tokens = turnOutputTokens(turn)
    if (tokens === undefined) continue
    const at = turn.startedAt ?? turn.endedAt ?? Number.NEGATIVE_INFINITY
    const task = turn.taskId ?? (turn.agentId && given.get(turn.agentId)?.findLast(({ delegatedAt = 0 }) => delegatedAt <= at)?.id)
    if (task !== undefined) sums.set(task, (sums.get(task) ?? 0) + tokens)
  }
  return sums
}
