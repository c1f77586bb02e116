import { DEFAULT_PROJECT, type ProjectId } from '@/lib/core/project'

/** What a person may be in a project, the strongest first. */
export const ROLES = ['owner', 'member', 'viewer'] as const
export type Role = (typeof ROLES)[number]

/**
 * What somebody may do in a project. `administer` concerns the whole installation.
 *
 *              viewer   member   owner   installation's owner   key
 *   read         x        x        x              x             read
 *   write                 x        x              x             write
 *   judge                 x        x              x
 *   share                 x        x              x
 *   manage                         x              x
 *   administer                                    x
 */
export type Permission = 'read' | 'write' | 'judge' | 'share' | 'manage' | 'administer'

const OF_ROLE: Record<Role, ReadonlySet<Permission>> = {
  viewer: new Set<Permission>(['read']),
  member: new Set<Permission>(['read', 'write', 'judge', 'share']),
  owner: new Set<Permission>(['read', 'write', 'judge', 'share', 'manage']),
}

/** On whose behalf a request or a connection speaks. */
export type Principal =
  /** Backseat runs for one person on a loopback address: whoever reaches it is that person. */
  | { kind: 'local' }
  | { kind: 'user'; userId: string; name: string; email: string; owner: boolean; roles: ReadonlyMap<ProjectId, Role> }
  | { kind: 'key'; keyId: string; name: string; project: ProjectId; mayRead: boolean; mayWrite: boolean }
  /** Nobody in particular. `spoiled`: a key was shown that is not, or no longer, one. */
  | { kind: 'nobody'; spoiled: boolean }

export function isRole(text: unknown): text is Role {
  return ROLES.some((role) => role === text)
}

export function may(principal: Principal, permission: Permission, project: ProjectId): boolean {
  switch (principal.kind) {
    case 'local':
      return true
    case 'user': {
      if (principal.owner) return true
      const role = principal.roles.get(project)
      return role !== undefined && OF_ROLE[role].has(permission)
    }
    case 'key':
      return principal.project === project && ((permission === 'read' && principal.mayRead) || (permission === 'write' && principal.mayWrite))
    case 'nobody':
      return false
    default: {
      const impossible: never = principal
      throw new Error(`a principal that nobody knows: ${JSON.stringify(impossible)}`)
    }
  }
}

/** Whether there is anything of this project that it may see or do; others are not told that the project exists. */
export function knows(principal: Principal, project: ProjectId): boolean {
  return principal.kind === 'key' ? principal.project === project : may(principal, 'read', project)
}

/** The project meant by somebody who names none. */
export function usualProject(principal: Principal): ProjectId {
  if (principal.kind === 'key') return principal.project
  if (principal.kind !== 'user' || principal.owner || principal.roles.has(DEFAULT_PROJECT)) return DEFAULT_PROJECT
  return principal.roles.keys().next().value ?? DEFAULT_PROJECT
}

/** For the audit log and as the author of things; never a secret. */
export function nameOf(principal: Principal): string {
  switch (principal.kind) {
    case 'local':
      return 'this computer'
    case 'user':
      return principal.email
    case 'key':
      return `key ${principal.name}`
    case 'nobody':
      return 'nobody'
    default: {
      const impossible: never = principal
      throw new Error(`a principal that nobody knows: ${JSON.stringify(impossible)}`)
    }
  }
}
