import type { Lane } from '@/lib/timeline/lane'

/** What a lane is called. */
export function laneName({ id, agent }: Lane): string {
  return id === '' ? 'unknown agent' : (agent?.name ?? agent?.agentType ?? id)
}
