import type { Hono } from 'hono'
import { z } from 'zod'
import { audit } from '@/lib/auth/audit'
import { may, nameOf, type Principal } from '@/lib/auth/principal'
import { listPeople } from '@/lib/auth/projects'
import { newId } from '@/lib/auth/token'
import { COMMENTED, type Comment, type CommentOn } from '@/lib/core/comment'
import type { TurnId } from '@/lib/core/ids'
import { ownName, projectOf } from '@/lib/core/project'
import type { Ingest } from '@/lib/ingest/ingest'
import { addComment, deleteComment, listComments, lookupComment } from '@/lib/store/comments'
import type { Database } from '@/lib/store/database'
import { lookupSession } from '@/lib/store/log'
import { noSession } from './callers'
import { Refused } from './problem'
import { parsedBody } from './small-json'

const NO_STORE = { 'cache-control': 'no-store' }
const MOST_BODY = 4_000
const MOST_QUOTE = 600

/** Postgres holds no U+0000 and no half of a surrogate pair. */
const text = (most: number) =>
  z
    .string()
    .trim()
    .max(most, `may have ${most} characters`)
    .transform((given) => given.replace(/\0|\p{Surrogate}/gu, '\ufffd'))
const Body = z.strictObject({
  on: z.strictObject({ kind: z.enum(COMMENTED), id: z.string().max(800).default('') }),
  quote: text(MOST_QUOTE).optional(),
  body: text(MOST_BODY).refine((given) => given !== '', 'say something'),
})

/** What people say of a session, a turn, some words of it, an intervention; and whom they may name. `changed`: pages that show it ask again. */
export function addComments(app: Hono, database: Database, ingest: Ingest, changed: (sessionId: string) => void): void {
  app.get('/api/v1/sessions/:id/comments', async (context) => {
    const id = context.req.param('id')
    const session = await lookupSession(database.pool, id)
    if (!session || session.head === 0) throw noSession(id)
    return context.json({ comments: await listComments(database, id) }, 200, NO_STORE)
  })

  app.post('/api/v1/sessions/:id/comments', async (context) => {
    const sessionId = context.req.param('id')
    const { principal } = context.get('caller')
    const { on, quote, body } = await parsedBody(context, Body)
    const known = await ingest.read(sessionId, ({ state, tallies }) => isThere(on, state.turns, tallies.findings))
    if (known === undefined) throw noSession(sessionId)
    if (!known) throw new Refused('not_found', `This session has no such ${on.kind}, or has it no more. Reload the page.`)
    const project = projectOf(sessionId)
    const people = await listPeople(database, project)
    const comment: Comment = {
      id: newId(),
      sessionId,
      at: Date.now(),
      author: principal.kind === 'user' ? principal.name : nameOf(principal),
      ...(principal.kind === 'user' ? { authorId: principal.userId } : {}),
      on: on.kind === 'session' ? { kind: 'session', id: '' } : on,
      ...(quote ? { quote } : {}),
      body,
      mentions: mentionedIn(body, people),
    }
    await addComment(database, project, comment)
    changed(sessionId)
    return context.json(comment, 201, NO_STORE)
  })

  app.delete('/api/v1/sessions/:id/comments/:comment', async (context) => {
    const sessionId = context.req.param('id')
    const { principal, project } = context.get('caller')
    const comment = await lookupComment(database, sessionId, context.req.param('comment'))
    if (!comment) throw new Refused('not_found', 'There is no such comment, or no longer.')
    const own = isBy(comment, principal)
    if (!own && !may(principal, 'manage', project)) throw new Refused('forbidden', 'Only who wrote a comment, and owners of the project, may delete it.')
    await deleteComment(database, sessionId, comment.id)
    await audit(database, principal, 'comment deleted', project, `${own ? 'own' : `of ${comment.author}`}, on session ${ownName(sessionId)}`)
    changed(sessionId)
    return context.body(null, 204)
  })

  app.get('/api/v1/people', async (context) => {
    const people = await listPeople(database, context.get('caller').project)
    return context.json({ people: people.map(({ id, name }) => ({ id, name })) }, 200, NO_STORE)
  })
}

function isBy({ authorId }: Comment, principal: Principal): boolean {
  return principal.kind === 'user' ? authorId === principal.userId : principal.kind === 'local'
}

function isThere({ kind, id }: CommentOn, turns: ReadonlyMap<TurnId, unknown>, findings: ReadonlyMap<string, unknown>): boolean {
  switch (kind) {
    case 'session':
      return true
    case 'turn':
      return turns.has(id as TurnId)
    case 'intervention':
      return findings.has(id)
    default: {
      const impossible: never = kind
      throw new Error(`something to comment on that nobody knows: ${String(impossible)}`)
    }
  }
}

/** Who is named with an @ before the name. Of "@Ann" and "@Ann Lee" the longer counts where both fit. */
export function mentionedIn(body: string, people: readonly { id: string; name: string }[]): string[] {
  const byLength = [...people].sort((a, b) => b.name.length - a.name.length)
  const found = new Set<string>()
  const lower = body.toLowerCase()
  for (let at = lower.indexOf('@'); at >= 0; at = lower.indexOf('@', at + 1)) {
    // Not in the middle of an address.
    if (/[\p{L}\p{N}._%+-]/u.test(body[at - 1] ?? '')) continue
    const named = byLength.find(({ name }) => {
      const next = body[at + 1 + name.length] ?? ''
      return name !== '' && lower.startsWith(name.toLowerCase(), at + 1) && !/[\p{L}\p{N}]/u.test(next)
    })
    if (named) found.add(named.id)
  }
  return [...found]
}
