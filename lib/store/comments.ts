import { COMMENTED, type Comment } from '@/lib/core/comment'
import type { ProjectId } from '@/lib/core/project'
import type { Database } from './database'

type Row = NonNullable<Awaited<ReturnType<Database['prisma']['comment']['findUnique']>>>

/** More of one session are not shown, the newest first to go: nobody reads them. */
const MOST = 2_000

export async function addComment(database: Database, project: ProjectId, comment: Comment): Promise<void> {
  const { id, sessionId, at, author, authorId, on, quote, body, mentions } = comment
  await database.prisma.comment.create({
    data: { id, projectId: project, sessionId, at, author, authorId: authorId ?? null, onKind: on.kind, onId: on.id, quote: quote ?? null, body, mentions },
  })
}

/** Oldest first. */
export async function listComments(database: Database, sessionId: string): Promise<Comment[]> {
  const rows = await database.prisma.comment.findMany({ where: { sessionId }, orderBy: [{ at: 'asc' }, { id: 'asc' }], take: MOST })
  return rows.map(commentOf)
}

/** Newest first, said before `before` (ms). */
export async function recentComments(database: Database, project: ProjectId, before: number, limit: number): Promise<Comment[]> {
  const rows = await database.prisma.comment.findMany({ where: { projectId: project, at: { lt: before } }, orderBy: { at: 'desc' }, take: limit })
  return rows.map(commentOf)
}

export async function lookupComment(database: Database, sessionId: string, id: string): Promise<Comment | undefined> {
  const row = await database.prisma.comment.findFirst({ where: { id, sessionId } })
  return row ? commentOf(row) : undefined
}

export async function deleteComment(database: Database, sessionId: string, id: string): Promise<boolean> {
  return (await database.prisma.comment.deleteMany({ where: { id, sessionId } })).count > 0
}

function commentOf({ id, sessionId, at, author, authorId, onKind, onId, quote, body, mentions }: Row): Comment {
  return {
    id,
    sessionId,
    at,
    author,
    ...(authorId === null ? {} : { authorId }),
    on: { kind: COMMENTED.find((kind) => kind === onKind) ?? 'session', id: onId },
    ...(quote === null ? {} : { quote }),
    body,
    mentions,
  }
}
