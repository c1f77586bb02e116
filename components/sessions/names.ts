import { contentPreview } from '@/lib/core/content'
import { canonicalModel } from '@/lib/core/models/name'
import { ownName } from '@/lib/core/project'
import type { Agent, SessionState, Task } from '@/lib/core/session'
import { countsBy } from '@/lib/core/tally'

/** What people call an agent: its name, else what it was made for, else its id. */
export function agentName(state: SessionState, id: string | undefined): string {
  if (id === undefined) return 'unknown agent'
  const agent = state.agents.get(id as Agent['id'])
  return agent?.name ?? agent?.agentType ?? id
}

export function taskName(task: Task): string {
  if (task.title) return task.title
  const brief = task.brief === undefined ? '' : contentPreview(task.brief)
  return brief === '' ? task.id : brief
}

export function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1) || path
}

const delegators = countsBy<Task, 'by'>(['by'], ({ by }) => by)
const assignees = countsBy<Task, 'by' | 'to'>(['by', 'to'], ({ by, to }) => (to === by ? undefined : to))

/** Agents that have delegated something, and whoever directs others. */
export function mastersOf(state: SessionState): Set<string> {
  const masters = new Set(delegators.of(state.tasks).keys())
  for (const agent of state.agents.values()) if (agent.parentId !== undefined) masters.add(agent.parentId)
  return masters
}

/** The agent at the top: the one that delegates and that nobody directs; the first of several. */
export function rootMaster(state: SessionState): Agent | undefined {
  const directed = assignees.of(state.tasks)
  const roots = [...state.agents.values()].filter(
    (agent) => (agent.role === undefined || agent.role === 'agent') && agent.parentId === undefined && !directed.has(agent.id),
  )
  const masters = mastersOf(state)
  return roots.find((agent) => masters.has(agent.id)) ?? roots[0]
}

/** Of an agent, or else of the first turn that says it; by its one name. */
export function modelOf(state: SessionState, agent: Agent | undefined): string | undefined {
  if (!agent) return undefined
  if (agent.model !== undefined) return canonicalModel(agent.model)
  for (const turn of state.turns.values()) if (turn.agentId === agent.id && turn.model !== undefined) return canonicalModel(turn.model)
  return undefined
}

/** What a page calls a session: its title, else the name that its source gave it. */
export function sessionName(title: string | undefined, id: string): string {
  return title || (id.startsWith('~~') ? 'A session' : ownName(id))
}
