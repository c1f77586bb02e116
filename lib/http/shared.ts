import type { Context, Hono } from 'hono'
import { z } from 'zod'
import { decodeSnapshot, encodeSnapshot } from '@/lib/core/snapshot'
import type { Ingest } from '@/lib/ingest/ingest'
import type { Snapshots } from '@/lib/ingest/snapshots'
import { aliasOf, isOfSession, type Link, type SessionLink } from '@/lib/share/link'
import type { Links } from '@/lib/share/links'
import type { SharedViews } from '@/lib/share/shared-views'
import { readContents } from '@/lib/store/contents'
import type { Database } from '@/lib/store/database'
import { lookupSession } from '@/lib/store/log'
import { findSession } from '@/lib/store/sessions'
import { packSnapshot, unpackSnapshot } from '@/lib/store/snapshots'
import { addressOf } from './address-of'
import { cardOf } from './card'
import type { CompareAnswers } from './compare-answers'
import { compareCardOf } from './compare-card'
import { Limiter } from './limiter'
import { mayOpen } from './may-open'
import { Refused } from './problem'
import { SharedCompare } from './shared-compare'
import { parsedBody } from './small-json'
import { NO_PACE } from '@/lib/core/pace'
import { readTurnPace, readTurnText } from '@/lib/ingest/turn-text'

export interface SharedParts {
  database: Database
  ingest: Ingest
  snapshots: Snapshots
  links: Links
  views: SharedViews
  answers: CompareAnswers
}

const QUARTER = 15 * 60_000
const MOST_FAILURES = 60
const Token = z.strictObject({ token: z.string().max(200) })
const NO_STORE = { 'cache-control': 'no-store' }
const TEXT = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }

/** What a link shows, to whoever has it. A dead, expired, used up, foreign and wrong one get the same answer after the same questions. */
export function addShared(app: Hono, { database, ingest, snapshots, links, views, answers }: SharedParts): void {
  const opening = new Limiter(MOST_FAILURES, QUARTER)
  // Asked by our own pages on behalf of everybody: who tries tokens there keeps nobody from opening a link.
  const cards = new Limiter(MOST_FAILURES * 10, QUARTER)
  const compared = new SharedCompare(answers)

  /** Throws Refused. */
  async function opened(context: Context, token: string, limiter = opening): Promise<Link> {
    const address = addressOf(context)
    const wait = limiter.wait(address)
    if (wait > 0)
      throw new Refused('too_often', 'Too many links that show nothing were tried from here. Try again later.', {
        'retry-after': String(Math.ceil(wait / 1000)),
      })
    const link = await links.find(token)
    if (link && mayOpen(context.get('caller').principal, link) && !isUsedUp(link)) return link
    limiter.failed(address)
    throw noLink()
  }

  /** Throws Refused. */
  async function visited(context: Context): Promise<Link> {
    const link = await links.ofVisit(context.req.param('visit') ?? '')
    if (!link || !mayOpen(context.get('caller').principal, link)) throw noLink()
    return link
  }

  /** Throws Refused. */
  async function session(context: Context): Promise<{ link: SessionLink; id: string }> {
    const link = await visited(context)
    if (!isOfSession(link)) throw noLink()
    return { link, id: link.to.sessionId }
  }

  /** Throws Refused. */
  async function comparison(context: Context): Promise<{ link: Link; query: string }> {
    const link = await visited(context)
    if (link.to.kind !== 'compare') throw noLink()
    return { link, query: link.to.query }
  }

  app.post('/api/v1/shared/open', async (context) => {
    const link = await opened(context, (await parsedBody(context, Token)).token)
    if (!(await links.view(link))) throw noLink()
    return context.json(
      {
        visit: links.visitOf(link),
        sessionId: aliasOf(link.id),
        kind: link.to.kind,
        view: link.to.kind === 'compare' ? compared.view(link, link.to.query) : link.view,
        content: link.content,
        ...(link.expiresAt === undefined ? {} : { expiresAt: link.expiresAt }),
      },
      200,
      NO_STORE,
    )
  })

  // For the preview of a link in a chat: asked by our own pages, of links for anyone only, and counted nowhere.
  app.post('/api/v1/shared/card', async (context) => {
    const link = await opened(context, (await parsedBody(context, Token)).token, cards)
    if (link.audience !== 'anyone') throw noLink()
    const card = isOfSession(link)
      ? await cardOf(link, ingest, await views.of(link))
      : link.to.kind === 'compare'
        ? compareCardOf(await compared.report(link, link.to.query))
        : undefined
    if (!card) throw noLink()
    return context.json(card, 200, NO_STORE)
  })

  app.get('/api/v1/shared/:visit', async (context) => {
    const { link, id } = await session(context)
    const summary = await findSession(database, id)
    if (!summary) throw noLink()
    return context.json({ id: aliasOf(link.id), receivedAt: summary.receivedAt, head: summary.head }, 200, NO_STORE)
  })

  app.get('/api/v1/shared/:visit/snapshot', async (context) => {
    const { link, id } = await session(context)
    const found = await snapshots.find(id)
    if (!found) throw noLink()
    const shared = await views.of(link)
    const body = await views.kept(link, found.body, async () => packSnapshot(encodeSnapshot(shared.snapshot(decodeSnapshot(await unpackSnapshot(found.body))))))
    return context.body(new Uint8Array(body), 200, {
      'content-type': 'application/octet-stream',
      'content-encoding': 'gzip',
      'x-backseat-head': String(found.head),
      ...NO_STORE,
    })
  })

  app.get('/api/v1/shared/:visit/compare', async (context) => {
    const { link, query } = await comparison(context)
    return context.json(await compared.report(link, query), 200, NO_STORE)
  })

  app.get('/api/v1/shared/:visit/compare/details', async (context) => {
    const { link, query } = await comparison(context)
    return context.json(await compared.details(link, query), 200, NO_STORE)
  })

  app.get('/api/v1/shared/:visit/content/:hash', async (context) => {
    const { link, id } = await session(context)
    const shared = await views.of(link)
    const hash = shared.hashOf(context.req.param('hash'))
    const known = await lookupSession(database.pool, id)
    const text = hash !== undefined && known ? (await readContents(database.pool, known.pk, [hash])).get(hash) : undefined
    if (text === undefined) throw notShown()
    // Kept by this page alone, and not for ever: a link can be revoked.
    return context.text(shared.redact(text), 200, { ...TEXT, ...NO_STORE })
  })

  app.get('/api/v1/shared/:visit/turns/:turnId/text', async (context) => {
    const { link, id } = await session(context)
    const shared = await views.of(link)
    const turnId = context.req.param('turnId')
    if (!link.content || !(await views.mayRead(link, turnId))) throw notShown()
    const known = await lookupSession(database.pool, id)
    if (!known) throw noLink()
    return context.text(shared.redact(await readTurnText(database.pool, known.pk, turnId)), 200, { ...TEXT, ...NO_STORE })
  })

  app.get('/api/v1/shared/:visit/turns/:turnId/pace', async (context) => {
    const { link, id } = await session(context)
    const turnId = context.req.param('turnId')
    // how much of a text came when: shown where the text is
    if (!link.content || !(await views.mayRead(link, turnId))) throw notShown()
    const known = await lookupSession(database.pool, id)
    if (!known) throw noLink()
    return context.json((await readTurnPace(database.pool, known.pk, turnId)) ?? NO_PACE, 200, NO_STORE)
  })
}

/** Asked here already, so that a used up link costs no more to refuse than one that never was. */
function isUsedUp({ mostViews, views }: Link): boolean {
  return mostViews !== undefined && views >= mostViews
}

function noLink(): Refused {
  return new Refused('not_found', 'This link shows nothing: it may have ended, or be for people who are signed in, or there is a letter missing.')
}

function notShown(): Refused {
  return new Refused('not_found', 'Whoever made this link did not include this text.')
}
