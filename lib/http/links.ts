import type { Context, Hono } from 'hono'
import { z } from 'zod'
import { audit } from '@/lib/auth/audit'
import { may, nameOf, type Principal } from '@/lib/auth/principal'
import { ownName, type ProjectId, projectOf } from '@/lib/core/project'
import type { Ingest } from '@/lib/ingest/ingest'
import { AUDIENCES, isOfSession, LASTS, type Link, type LinkTo } from '@/lib/share/link'
import type { Links } from '@/lib/share/links'
import type { Database } from '@/lib/store/database'
import { lookupSession } from '@/lib/store/log'
import { findSession } from '@/lib/store/sessions'
import { noSession } from './callers'
import type { CompareAnswers } from './compare-answers'
import { Refused } from './problem'
import { Hidden, previewRedaction, wouldHide } from './redaction-preview'
import { askedOfLink } from './shared-compare'
import { parsedBody } from './small-json'

export interface LinksParts {
  database: Database
  ingest: Ingest
  links: Links
  answers: CompareAnswers
  happened(project: ProjectId, sessionId?: string): void
  /** Pages that were opened by a link are asked again whether it lives. */
  linksEnded(): void
}

const NO_STORE = { 'cache-control': 'no-store' }
/** The compare page's own query, without a question mark. */
const CompareQuery = z.string().max(4000)
const NewLinkBody = z.strictObject({
  session: z.string().max(400).optional(),
  intervention: z.string().max(800).optional(),
  compare: CompareQuery.optional(),
  view: z.string().max(4000).default(''),
  audience: z.enum(AUDIENCES),
  lasts: z.enum(LASTS),
  content: z.boolean(),
  hidden: Hidden,
  mostViews: z.number().int().min(1).max(1_000_000).optional(),
})
const PreviewBody = z.strictObject({ session: z.string().max(400).optional(), compare: CompareQuery.optional(), hidden: Hidden })

/** Making, listing and ending links: what they show is shared.ts. */
export function addLinks(app: Hono, { database, ingest, links, answers, happened, linksEnded }: LinksParts): void {
  app.post('/api/v1/links', async (context) => {
    const { principal } = context.get('caller')
    const body = await parsedBody(context, NewLinkBody)
    const { project, to } = await targetOf(context, body)
    if (body.lasts === 'end') {
      if (to.kind === 'compare') throw new Refused('bad_request', 'A comparison does not end. Choose how long the link lasts.')
      const summary = await findSession(database, to.sessionId)
      if (!summary || summary.endedAt !== undefined) throw new Refused('bad_request', 'This run has ended already. Choose how long the link lasts.')
    }
    const { id, token } = await links.make({ ...body, project, to, mostViews: body.mostViews, createdBy: nameOf(principal) })
    await audit(database, principal, 'link made', project, describe(to))
    happened(project)
    return context.json({ id, path: `/share/${token}` }, 201, NO_STORE)
  })

  app.get('/api/v1/links', async (context) => {
    const { project } = context.get('caller')
    const session = context.req.query('session')
    const lines = (await links.list(project)).filter((link) => session === undefined || (isOfSession(link) && link.to.sessionId === session))
    return context.json({ links: lines.map(lineOf) }, 200, NO_STORE)
  })

  app.delete('/api/v1/links/:link', async (context) => {
    const { principal, project } = context.get('caller')
    if ((await links.revoke(project, context.req.param('link'))) === 0) throw new Refused('not_found', 'This project has no such link that still works.')
    await audit(database, principal, 'link revoked', project)
    linksEnded()
    return context.body(null, 204)
  })

  app.delete('/api/v1/links', async (context) => {
    const { principal, project } = context.get('caller')
    const ended = await links.revoke(project)
    await audit(database, principal, 'all links revoked', project, `${ended} links`)
    linksEnded()
    return context.json({ ended })
  })

  app.post('/api/v1/links/preview', async (context) => {
    const { session, compare, hidden } = await parsedBody(context, PreviewBody)
    if (compare !== undefined) {
      const asked = askedOfLink(compare, context.get('caller').project)
      const texts = [await answers.report(asked), await answers.details(asked)]
      return context.json({ ...wouldHide(texts, hidden), complete: true }, 200, NO_STORE)
    }
    const known = await sessionOf(context, oneTarget(session))
    return context.json(await previewRedaction({ database, ingest }, known, hidden), 200, NO_STORE)
  })

  /** The session, when whoever asks may share it. Throws Refused. */
  async function sessionOf(context: Context, id: string): Promise<{ pk: number; id: string }> {
    const { principal } = context.get('caller')
    const session = mayShare(principal, projectOf(id)) ? await lookupSession(database.pool, id) : undefined
    if (!session || session.head === 0) throw noSession(id)
    return { pk: session.pk, id }
  }

  async function targetOf(context: Context, { session, intervention, compare }: z.output<typeof NewLinkBody>): Promise<{ project: ProjectId; to: LinkTo }> {
    if (compare !== undefined) {
      if (session !== undefined || intervention !== undefined) throw new Refused('bad_request', 'A link is to a comparison or to a session, not to both.')
      const { project } = context.get('caller')
      // Only what can be asked: a link that is refused later would be none.
      askedOfLink(compare, project)
      return { project, to: { kind: 'compare', query: new URLSearchParams(compare).toString() } }
    }
    const { id } = await sessionOf(context, oneTarget(session))
    if (intervention === undefined) return { project: projectOf(id), to: { kind: 'session', sessionId: id } }
    if (!(await ingest.read(id, ({ tallies }) => tallies.findings.has(intervention))))
      throw new Refused('not_found', 'This session has no such finding, or has it no more. Reload the page.')
    return { project: projectOf(id), to: { kind: 'intervention', sessionId: id, target: intervention } }
  }
}

/** Throws Refused. */
function oneTarget(session: string | undefined): string {
  if (session !== undefined) return session
  throw new Refused('bad_request', 'Name what the link is to: "session", or "compare" with the query of the compare page.')
}

function mayShare(principal: Principal, project: ProjectId): boolean {
  return may(principal, 'share', project)
}

function describe(to: LinkTo): string {
  switch (to.kind) {
    case 'session':
      return `session ${ownName(to.sessionId)}`
    case 'intervention':
      return `a finding of session ${ownName(to.sessionId)}`
    case 'compare':
      return `a comparison: ${to.query || 'every task'}`
    default: {
      const impossible: never = to
      throw new Error(`a link to what nobody knows: ${JSON.stringify(impossible)}`)
    }
  }
}

/** Without what makes it work. */
function lineOf({ id, to, audience, content, createdBy, createdAt, expiresAt, untilEnd, mostViews, views, lastUsedAt }: Link) {
  const about = to.kind === 'compare' ? { compare: to.query } : { sessionId: to.sessionId }
  return { id, kind: to.kind, ...about, audience, content, createdBy, createdAt, expiresAt, untilEnd, mostViews, views, lastUsedAt }
}
