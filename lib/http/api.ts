import { type Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { audit } from '@/lib/auth/audit'
import type { TrustedProxies } from '@/lib/auth/trusted-proxies'
import type { PriceBook } from '@/lib/core/models/price'
import { NO_PACE } from '@/lib/core/pace'
import { ownName, type ProjectId, projectOf } from '@/lib/core/project'
import type { Ingest } from '@/lib/ingest/ingest'
import type { Parameters } from '@/lib/ingest/parameters'
import { priced } from '@/lib/ingest/priced'
import type { Records } from '@/lib/ingest/records'
import type { SearchIndex } from '@/lib/ingest/search-index'
import type { Snapshots } from '@/lib/ingest/snapshots'
import { LIVE_VERSION } from '@/lib/live/protocol'
import type { Webhooks } from '@/lib/notify/webhooks'
import type { Links } from '@/lib/share/links'
import type { SharedViews } from '@/lib/share/shared-views'
import { readContents } from '@/lib/store/contents'
import type { Database } from '@/lib/store/database'
import { lookupSession, readEvents } from '@/lib/store/log'
import { findSession, listSessions, NAMEABLE, type Nameable, parseCursor, type SessionsFilter } from '@/lib/store/sessions'
import { addArtifact } from './artifact'
import { type Callers, noSession } from './callers'
import { addActivity } from './activity'
import { addCheck } from './check'
import { addComments } from './comments'
import { tellAddress } from './address-of'
import { addCompare } from './compare'
import { CompareAnswers } from './compare-answers'
import { addCompareFile } from './compare-file'
import type { KeptPrograms } from './file-response'
import { addLinks } from './links'
import { addOutcomes } from './outcomes'
import { addParameters } from './parameters'
import { parseTime } from './parse-time'
import { addPeople, type PeopleParts } from './people'
import { databaseAway, PROBLEM_TYPE, Refused } from './problem'
import { requireAccess } from './require-access'
import { addRetention } from './retention'
import { addReview } from './review'
import type { Samples } from './samples'
import { addSearch } from './search'
import { addSessionFile } from './session-file'
import { addSetAside } from './set-aside'
import { addShared } from './shared'
import { addSignIn } from './sign-in'
import { smallJson } from './small-json'
import { addWebhooks } from './webhooks'
import { inlineContents, readTurnPace, readTurnText } from '@/lib/ingest/turn-text'

export interface ApiParts extends Omit<PeopleParts, 'database'> {
  proxies: TrustedProxies
  database: Database
  ingest: Ingest
  callers: Callers
  links: Links
  views: SharedViews
  snapshots: Snapshots
  records: Records
  searchIndex: SearchIndex
  webhooks: Webhooks
  parameters: Parameters
  samples: Samples
  prices: PriceBook
  version: string
  /** Takes a session out of everything; false when there is none. */
  remove(sessionId: string): Promise<boolean>
  /** Something that the feed tells, in the session if in one. */
  happened(project: ProjectId, sessionId?: string): void
  keptProgram: KeptPrograms
  onProblem(what: string, error: unknown): void
}

const HEALTH = 'What was acknowledged is safe.'
const HEALTH_MS = 3_000
const PAGE = 50
const MAX_PAGE = 200
const EXPORT_PAGE = 1_000
const MAX_EXPORT = 1_000_000

/** Everything of the API but taking events in (events-route.ts). */
export function createApi({
  database,
  ingest,
  proxies,
  callers,
  links,
  views,
  snapshots,
  records,
  searchIndex,
  webhooks,
  parameters,
  samples,
  prices,
  version,
  remove,
  happened,
  keptProgram,
  onProblem,
  ...people
}: ApiParts): Hono {
  const app = new Hono()
  app.onError((error, context) => {
    if (error instanceof Refused) return answerProblem(context, error)
    onProblem(`${context.req.method} ${context.req.path} failed`, error)
    const away = databaseAway(error, 'Ask again in a moment.')
    if (away) return answerProblem(context, away)
    return answerProblem(context, new Refused('internal', 'The server could not answer; its log says why. Nothing was changed.'))
  })
  app.notFound((context) =>
    answerProblem(context, new Refused('not_found', `There is no ${context.req.method} ${context.req.path.slice(0, 200)}. docs/api.md lists what there is.`)),
  )

  app.use('*', tellAddress(proxies))
  app.use('*', requireAccess(callers, database))

  app.get('/api/health', async (context) => {
    const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('no answer in time')), HEALTH_MS).unref())
    await Promise.race([database.pool.query('SELECT 1'), late]).catch((error: unknown) => {
      throw databaseAway(error, HEALTH) ?? new Refused('database_unavailable', `The database does not answer. ${HEALTH}`, { 'retry-after': '2' })
    })
    return context.json({ status: 'ok', version, live: LIVE_VERSION }, 200, NO_STORE)
  })

  app.get('/api/v1/sessions', async (context) => {
    const page = await listSessions(database, context.get('caller').project, parseFilter(context), Date.now())
    return context.json({ ...page, sessions: page.sessions.map((summary) => priced(summary, prices)) }, 200, NO_STORE)
  })

  app.get('/api/v1/sessions/:id', async (context) => {
    const summary = await findSession(database, context.req.param('id'))
    if (!summary) throw noSession(context.req.param('id'))
    return context.json(priced(summary, prices), 200, NO_STORE)
  })

  app.get('/api/v1/prices', (context) => context.json(prices.table, 200, NO_STORE))

  app.delete('/api/v1/sessions/:id', async (context) => {
    const id = context.req.param('id')
    if (!(await remove(id))) throw noSession(id)
    const { principal, project } = context.get('caller')
    await audit(database, principal, 'session deleted', project, ownName(id))
    return context.body(null, 204)
  })

  app.get('/api/v1/sessions/:id/snapshot', async (context) => {
    const id = context.req.param('id')
    const snapshot = await snapshots.find(id)
    if (!snapshot) throw noSession(id)
    const zipped = acceptsGzip(context)
    const headers = { 'content-type': 'application/octet-stream', 'x-backseat-head': String(snapshot.head), vary: 'Accept-Encoding', ...NO_STORE }
    if (zipped) return context.body(bytesOf(snapshot.body), 200, { ...headers, 'content-encoding': 'gzip' })
    const { gunzipSync } = await import('node:zlib')
    return context.body(bytesOf(gunzipSync(snapshot.body)), 200, headers)
  })

  app.get('/api/v1/sessions/:id/content/:hash', async (context) => {
    const { id, hash } = context.req.param()
    const session = await getSession(id)
    const text = /^[0-9a-f]{64}$/.test(hash) ? (await readContents(database.pool, session.pk, [hash])).get(hash) : undefined
    if (text === undefined) throw new Refused('not_found', `Session ${id.slice(0, 200)} holds no content ${hash.slice(0, 64)}.`)
    // The name is the content's own hash: it can never be another.
    return context.text(text, 200, { ...TEXT, 'cache-control': 'private, max-age=31536000, immutable' })
  })

  app.get('/api/v1/sessions/:id/turns/:turnId/text', async (context) => {
    const { id, turnId } = context.req.param()
    const session = await getSession(id)
    return context.text(await readTurnText(database.pool, session.pk, turnId), 200, { ...TEXT, ...NO_STORE })
  })

  app.get('/api/v1/sessions/:id/turns/:turnId/pace', async (context) => {
    const { id, turnId } = context.req.param()
    const session = await getSession(id)
    return context.json((await readTurnPace(database.pool, session.pk, turnId)) ?? NO_PACE, 200, NO_STORE)
  })

  app.get('/api/v1/sessions/:id/events', async (context) => {
    const session = await getSession(context.req.param('id'))
    const after = parseCount(context, 'after', 0, Number.MAX_SAFE_INTEGER)
    const limit = parseCount(context, 'limit', MAX_EXPORT, MAX_EXPORT)
    const inline = context.req.query('content') === 'inline'
    const { principal, project } = context.get('caller')
    const name = ownName(context.req.param('id'))
    if (inline && after === 0) await audit(database, principal, 'exported', project, name)
    let position = after
    let left = limit
    const stream = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const events = left > 0 ? await readEvents(database.pool, session.pk, position, session.head, Math.min(EXPORT_PAGE, left)) : []
        const last = events.at(-1)
        if (!last) {
          controller.close()
          return
        }
        position = last.sequence
        left -= events.length
        if (inline)
          await inlineContents(
            database.pool,
            session.pk,
            events.map(({ event }) => event),
          )
        // Under its own name, so that it can be imported into any project.
        controller.enqueue(Buffer.from(events.map(({ event }) => `${JSON.stringify({ ...event, sessionId: name })}\n`).join(''), 'utf8'))
      },
    })
    return context.body(stream, 200, { 'content-type': 'application/x-ndjson; charset=utf-8', 'x-backseat-head': String(session.head), ...NO_STORE })
  })

  const answers = new CompareAnswers(records)
  addCompare(app, records, answers)
  addCompareFile(app, { database, answers, keptProgram })
  addCheck(app, records)
  addSearch(app, database, searchIndex)
  addWebhooks(app, database, webhooks)
  addSetAside(app, database, ingest)
  addArtifact(app, database, ingest)
  addOutcomes(app, database, ingest)
  addParameters(app, parameters)
  addSignIn(app, { database, ...people })
  addPeople(app, { database, ...people })
  addReview(app, database, ingest)
  addComments(app, database, ingest, (sessionId) => happened(projectOf(sessionId), sessionId))
  addActivity(app, database)
  addRetention(app, database)
  addLinks(app, { database, ingest, links, answers, happened, linksEnded: people.rightsChanged })
  addSessionFile(app, { database, ingest, snapshots, keptProgram })
  addShared(app, { database, ingest, snapshots, links, views, answers })

  app.post('/api/v1/sample', async (context) => {
    const { speed } = await smallJson(context)
    const sample = samples.start(speed === undefined ? 1 : Number(speed), context.get('caller').project)
    return context.json({ sessionId: sample.sessionId, speed: sample.speed }, 201)
  })

  app.post('/api/v1/sample/:id', async (context) => {
    const { speed, stop } = await smallJson(context)
    const sample = samples.get(context.req.param('id'))
    if (speed !== undefined) samples.setSpeed(sample, Number(speed))
    if (stop === true) sample.stop()
    return context.json({ sessionId: context.req.param('id'), speed: sample.speed })
  })

  return app

  async function getSession(id: string): Promise<{ pk: number; head: number }> {
    const session = await lookupSession(database.pool, id)
    if (!session || session.head === 0) throw noSession(id)
    return session
  }
}

const NO_STORE = { 'cache-control': 'no-store' }
const TEXT = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }

function bytesOf(body: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(body)
}

function answerProblem(context: Context, refused: Refused): Response {
  const status = refused.problem.status as ContentfulStatusCode
  return context.json(refused.problem, status, { ...NO_STORE, ...refused.headers, 'content-type': PROBLEM_TYPE })
}

function acceptsGzip(context: Context): boolean {
  return /\b(x-)?gzip\b|\*/.test(context.req.header('accept-encoding') ?? '')
}

function parseFilter(context: Context): SessionsFilter {
  const text = (name: string) => context.req.query(name)?.slice(0, 400) || undefined
  const state = text('state')
  if (state !== undefined && state !== 'running' && state !== 'ended') throw new Refused('bad_request', '"state" must be "running" or "ended".')
  const simulated = text('simulated')
  if (simulated !== undefined && simulated !== 'only' && simulated !== 'exclude') throw new Refused('bad_request', '"simulated" must be "only" or "exclude".')
  const without = (text('without') ?? '').split(',').filter(Boolean)
  const unknown = without.find((name) => !(NAMEABLE as readonly string[]).includes(name))
  if (unknown !== undefined) throw new Refused('bad_request', `"without" must name some of ${NAMEABLE.join(', ')}, with commas between.`)
  const cursorText = context.req.query('cursor')
  const cursor = cursorText === undefined ? undefined : parseCursor(cursorText)
  if (cursorText !== undefined && !cursor) throw new Refused('bad_request', '"cursor" must be what the previous page gave as "next".')
  return {
    q: text('q'),
    state,
    model: text('model'),
    framework: text('framework'),
    workflow: text('workflow'),
    promptVariant: text('prompt'),
    delegatingModel: text('master'),
    subAgentModel: text('worker'),
    delegated: text('delegated') === '1',
    without: without as Nameable[],
    since: parseTime((name) => context.req.query(name), 'since'),
    until: parseTime((name) => context.req.query(name), 'until'),
    simulated: simulated === undefined ? undefined : simulated === 'only',
    tag: text('tag'),
    kind: text('kind'),
    cursor,
    limit: Math.max(1, parseCount(context, 'limit', PAGE, MAX_PAGE)),
  }
}

function parseCount(context: Context, name: string, otherwise: number, most: number): number {
  const text = context.req.query(name)
  if (text === undefined) return otherwise
  const count = Number(text)
  if (!Number.isSafeInteger(count) || count < 0) throw new Refused('bad_request', `"${name}" must be a whole number from 0 on.`)
  return Math.min(count, most)
}
