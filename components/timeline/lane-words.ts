import type { Lane } from '@/lib/timeline/lane'

/** What a lane is called. */
export function laneName({ id, agent, group }: Lane): string {
  if (group) return group.title
  return id === '' ? 'unknown agent' : (agent?.name ?? agent?.agentType ?? id)
}
