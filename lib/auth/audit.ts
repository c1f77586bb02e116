import { nameOf, type Principal } from './principal'
import type { ProjectId } from '@/lib/core/project'
import type { Database } from '@/lib/store/database'

export type AuditAction =
  | 'signed in'
  | 'sign-in failed'
  | 'signed out'
  | 'joined'
  | 'password set'
  | 'invited'
  | 'invitation withdrawn'
  | 'role changed'
  | 'removed from the project'
  | 'project made'
  | 'key made'
  | 'key revoked'
  | 'link made'
  | 'link revoked'
  | 'all links revoked'
  | 'session deleted'
  | 'sessions past their time deleted'
  | 'how long sessions are kept changed'
  | 'comment deleted'
  | 'person deleted'
  | 'exported'
  | 'saved as a file'
  | 'webhook made'
  | 'webhook removed'

export interface AuditLine {
  id: number
  at: number
  actor: string
  action: string
  target?: string
}

const MOST_TARGET = 300

/** Adds one line. It is awaited: what cannot be noted is not done. */
export async function audit(database: Database, by: Principal | string, action: AuditAction, project?: ProjectId, target?: string): Promise<void> {
  const actor = typeof by === 'string' ? by : nameOf(by)
  await database.prisma.auditEntry.create({
    data: { at: Date.now(), actor: clean(actor), action, projectId: project ?? null, target: target === undefined ? null : clean(target) },
  })
}

/** Postgres holds no U+0000 and no half of a surrogate pair. */
function clean(text: string): string {
  return text.slice(0, MOST_TARGET).replace(/\0|\p{Surrogate}/gu, '\ufffd')
}

/** Newest first; of the project, and of the installation for those who administer it. */
export async function readAudit(database: Database, project: ProjectId, all: boolean, before: number | undefined, limit: number): Promise<AuditLine[]> {
  const rows = await database.prisma.auditEntry.findMany({
    where: {
      ...(all ? { OR: [{ projectId: project }, { projectId: null }] } : { projectId: project }),
      ...(before === undefined ? {} : { id: { lt: BigInt(before) } }),
    },
    orderBy: { id: 'desc' },
    take: limit,
  })
  return rows.map(({ id, at, actor, action, target }) => ({ id: Number(id), at, actor, action, ...(target === null ? {} : { target }) }))
}
