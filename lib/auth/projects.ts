import { DEFAULT_PROJECT, isProjectId, type ProjectId } from '@/lib/core/project'
import type { Database } from '@/lib/store/database'
import { type Principal, isRole, type Role } from './principal'
import { AuthRefused } from './refused'

export interface ProjectLine {
  id: ProjectId
  name: string
}

export interface Member {
  userId: string
  name: string
  email: string
  role: Role
  createdAt: number
}

/** Every project, the default one first. */
export async function listProjects(database: Database): Promise<ProjectLine[]> {
  const rows = await database.prisma.project.findMany({ orderBy: { name: 'asc' } })
  const lines = rows.flatMap(({ id, name }) => (isProjectId(id) ? [{ id, name }] : []))
  return [...lines.filter(({ id }) => id === DEFAULT_PROJECT), ...lines.filter(({ id }) => id !== DEFAULT_PROJECT)]
}

export async function hasProject(database: Database, id: ProjectId): Promise<boolean> {
  return (await database.prisma.project.count({ where: { id } })) > 0
}

/** Throws AuthRefused. */
export async function makeProject(database: Database, id: string, name: string, now: number): Promise<ProjectLine> {
  if (!isProjectId(id))
    throw new AuthRefused(
      'bad_field',
      'A project’s id has up to 40 of a to z, 0 to 9 and -, and does not begin with -. It is part of addresses and never changes.',
    )
  if (name.trim() === '' || name.length > 100) throw new AuthRefused('bad_field', 'Give the project a name of up to 100 characters.')
  if (await hasProject(database, id)) throw new AuthRefused('bad_field', `There is a project ${id} already. Choose another id.`)
  await database.prisma.project.create({ data: { id, name: name.trim(), createdAt: now } })
  return { id, name: name.trim() }
}

/** By name. Owners of the installation are not among them unless they were also invited. */
export async function listMembers(database: Database, projectId: ProjectId): Promise<Member[]> {
  const rows = await database.prisma.membership.findMany({ where: { projectId } })
  const users = await database.prisma.authUser.findMany({ where: { id: { in: rows.map(({ userId }) => userId) } } })
  const byId = new Map(users.map((user) => [user.id, user]))
  const members = rows.flatMap(({ userId, role, createdAt }) => {
    const user = byId.get(userId)
    return user && isRole(role) ? [{ userId, name: user.name, email: user.email, role, createdAt }] : []
  })
  return members.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The member's address. Throws AuthRefused when there is no such member. */
export async function changeRole(database: Database, projectId: ProjectId, userId: string, role: Role): Promise<string> {
  const { count } = await database.prisma.membership.updateMany({ where: { projectId, userId }, data: { role } })
  if (count === 0) throw new AuthRefused('not_found', 'Nobody by this id is a member of the project.')
  return addressOf(database, userId)
}

/** The member's address. Throws AuthRefused when there is no such member. */
export async function removeMember(database: Database, projectId: ProjectId, userId: string): Promise<string> {
  const { count } = await database.prisma.membership.deleteMany({ where: { projectId, userId } })
  if (count === 0) throw new AuthRefused('not_found', 'Nobody by this id is a member of the project.')
  return addressOf(database, userId)
}

/** The member's address, and whether the account has rights beyond this project: then its owners may not take it over. */
export async function lookupMember(database: Database, projectId: ProjectId, userId: string): Promise<{ email: string; beyond: boolean } | undefined> {
  const memberships = await database.prisma.membership.findMany({ where: { userId } })
  if (!memberships.some((membership) => membership.projectId === projectId)) return undefined
  const user = await database.prisma.authUser.findUnique({ where: { id: userId } })
  return user ? { email: user.email, beyond: user.owner || memberships.length > 1 } : undefined
}

async function addressOf(database: Database, userId: string): Promise<string> {
  return (await database.prisma.authUser.findUnique({ where: { id: userId } }))?.email ?? userId
}

/** The projects that it may see, with its role in each; `owner` for those who own everything. */
export async function projectsOf(database: Database, principal: Principal): Promise<(ProjectLine & { role: Role })[]> {
  switch (principal.kind) {
    case 'local':
      return (await listProjects(database)).map((project) => ({ ...project, role: 'owner' as const }))
    case 'user': {
      const all = await listProjects(database)
      if (principal.owner) return all.map((project) => ({ ...project, role: 'owner' as const }))
      return all.flatMap((project) => {
        const role = principal.roles.get(project.id)
        return role === undefined ? [] : [{ ...project, role }]
      })
    }
    case 'key': {
      const all = await listProjects(database)
      return all.filter(({ id }) => id === principal.project).map((project) => ({ ...project, role: 'viewer' as const }))
    }
    case 'nobody':
      return []
    default: {
      const impossible: never = principal
      throw new Error(`a principal that nobody knows: ${JSON.stringify(impossible)}`)
    }
  }
}

/** Whom a member may name: everybody with a part in the project, and the owners of the installation. */
export async function listPeople(database: Database, projectId: ProjectId): Promise<{ id: string; name: string }[]> {
  const { rows } = await database.pool.query<{ id: string; name: string }>(
    'SELECT id, name FROM auth_user WHERE owner OR id IN (SELECT user_id FROM membership WHERE project_id = $1) ORDER BY name, id',
    [projectId],
  )
  return rows
}
