import { CODING_AGENTS } from './coding-agents'
import { FILES } from './files'
import { FRAMEWORKS } from './frameworks'
import { OWN_LOOP } from './own-loop'
import type { Group, System } from './system'

/** Every way in, as the page shows them. To add one: an entry in one of these files. */
export const SYSTEMS: readonly System[] = [...CODING_AGENTS, ...FRAMEWORKS, ...FILES, ...OWN_LOOP]

export const GROUPS: readonly { key: Group; title: string }[] = [
  { key: 'coding', title: 'Coding agents' },
  { key: 'frameworks', title: 'Frameworks, live' },
  { key: 'own', title: 'Your own loop' },
  { key: 'files', title: 'Saved and exported' },
]

export function findSystem(key: string): System | undefined {
  return SYSTEMS.find((system) => system.key === key)
}
