import type { PriceBook } from '../models/price'
import { turnCost } from '../models/spend'
import type { SessionState } from '../session'
import { turnOutputTokens } from '../session'
import { atOnce } from '../slices'
import { groupsOf, Models } from './groups-of'
import type { SessionRecord } from './task-record'

/** A session as a record: totals, and how it ended. The master is the one who delegates most of the tasks; where nothing was delegated, whoever has most of the turns. Without `book` the cost is the source's own only. */
export function sessionRecordOf(state: SessionState, book?: PriceBook): SessionRecord {
  const { facts, totals } = state
  const given = new Map<string, number>()
  let tasks = 0
  for (const task of state.tasks.values()) {
    if (task.delegatedAt === undefined) continue
    tasks += 1
    if (task.by !== undefined) given.set(task.by, (given.get(task.by) ?? 0) + 1)
  }
  if (tasks === 0) for (const { agentId } of state.turns.values()) if (agentId !== undefined) given.set(agentId, (given.get(agentId) ?? 0) + 1)
  const most = [...given].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0]
  const master = [...state.agents.keys()].find((id) => id === most)
  let turnsWithoutUsage = 0
  let streamed = 0
  let costUsd: number | undefined = state.turns.size > 0 ? 0 : undefined
  for (const turn of state.turns.values()) {
    const cost = turnCost(turn, state, book)
    costUsd = costUsd === undefined || cost === undefined ? undefined : costUsd + cost
    const tokens = turnOutputTokens(turn)
    if (turn.usage?.outputTokens === undefined) streamed += tokens ?? 0
    if (!turn.usage && tokens === undefined) turnsWithoutUsage += 1
  }
  return {
    sessionId: state.id,
    groups: groupsOf(facts, atOnce(Models.of(state)), master, undefined),
    simulated: facts.simulated === true,
    startedAt: facts.startedAt ?? state.firstAt,
    ended: facts.endedAt !== undefined,
    succeeded: facts.endStatus === undefined ? undefined : facts.endStatus === 'completed',
    outputTokens: totals.outputTokens + streamed,
    inputTokens: totals.inputTokens,
    costUsd,
    turns: state.turns.size,
    turnsWithoutUsage,
    tasks,
  }
}
