import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Ingest } from '@/lib/ingest/ingest'
import { parseEvents } from '@/lib/ingest/parse'
import { Records } from '@/lib/ingest/records'
import { Snapshots } from '@/lib/ingest/snapshots'
import { LiveServer } from '@/lib/live/server'
import { type Database, openDatabase } from '@/lib/store/database'
import { readFindingsSince } from '@/lib/store/findings'
import { lookupSession, readEvents } from '@/lib/store/log'
import { Outage } from '@/lib/store/outage'
import { findSessions } from '@/lib/store/sessions'
import { openSignal } from '@/lib/store/signal'
import { createApi } from './api'
import { appendValues, DEFAULT_LIMITS, type EventsLimits, takeEvents } from './events-route'
import { checkGuests } from './guard'
import { Refused, sendProblem } from './problem'
import { Samples } from './samples'
import { createWires } from './wires'

export interface BackendOptions {
  databaseUrl: string
  /** Names under which browsers may reach this server, besides addresses and localhost. */
  allowedHosts?: readonly string[]
  limits?: Partial<EventsLimits>
  /** Something that nobody waits for went wrong; to stderr if left out. */
  onProblem?(what: string, error: unknown): void
  /** Backseat's own version, for /api/health. */
  version?: string
}

export interface Backend {
  /** For paths under /api/ and /v1/. */
  handle(request: IncomingMessage, response: ServerResponse): void
  /** Socket.IO on this server. */
  attach(httpServer: Server): void
  /** Writes what is waiting, then lets go of the database. */
  close(): Promise<void>
  ingest: Ingest
  database: Database
}

const QUIET_MS = 3_000
/** Snapshots that are not kept within this time are made again when somebody asks. */
const CLOSING_MS = 1_500

/** The API and the live connections, all but the pages. The schema must be up to date (lib/store/postgres/migrate.ts). */
export async function createBackend(options: BackendOptions): Promise<Backend> {
  const report = options.onProblem ?? ((what, error) => console.error(`backseat: ${what}:`, error))
  // While the database is away everything fails, and one word about it is enough.
  const onProblem = (what: string, error: unknown) => {
    if (!outage.recognises(error)) report(what, error)
  }
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const allowedHosts = new Set(
    [...(options.allowedHosts ?? []), ...(process.env.BACKSEAT_HOSTS ?? '').split(',')].map((name) => name.trim().toLowerCase()).filter(Boolean),
  )
  const database = openDatabase({ url: options.databaseUrl, onError: (error) => onProblem('a database connection broke', error) })
  const { pool } = database
  const outage = new Outage(() => pool.query('SELECT 1'), {
    began: (error) => report('the database does not answer; requests are answered with 503 until it does', error),
    ended: (seconds) => console.error(`backseat: the database answers again, after ${seconds.toFixed(1)} s`),
  })

  const ingest = new Ingest({
    database,
    onProblem,
    onCommit: (committed) => {
      if (committed.findings.changed.length + committed.findings.removed.length > 0) snapshots.findingsChanged(committed.sessionId)
      records.changed(committed.sessionId)
      live.committed(committed)
      signal.tell(committed.sessionId, committed.head)
    },
  })
  const snapshots = new Snapshots(database, ingest, onProblem)
  const records = new Records(database, ingest, onProblem)
  const live = new LiveServer({
    allow: (request) => checkGuests(request, allowedHosts) === undefined,
    maxBytes: limits.wireBytes,
    onProblem,
    append: (values) => appendValues(values, ingest, limits, onProblem),
    source: {
      headOf: async (sessionId) => {
        const session = await lookupSession(pool, sessionId)
        return session && session.head > 0 ? session.head : undefined
      },
      events: async (sessionId, after, upTo) => {
        const session = await lookupSession(pool, sessionId)
        return session ? (await readEvents(pool, session.pk, after, upTo, upTo - after)).map(({ event }) => event) : []
      },
      findingsSince: async (sessionId, after) => {
        const session = await lookupSession(pool, sessionId)
        return session ? readFindingsSince(pool, session.pk, after) : { changed: [], removed: [] }
      },
      summaries: async (ids) => {
        const cold = ids.filter((id) => !ingest.peek(id))
        const hot = await Promise.all(ids.filter((id) => ingest.peek(id)).map((id) => ingest.read(id, (session) => session.summary())))
        const stored = cold.length > 0 ? await findSessions(database, cold) : []
        return [...hot.filter((summary) => summary !== undefined), ...stored]
      },
    },
  })
  const signal = await openSignal(options.databaseUrl, (heard) => {
    if (heard) {
      ingest.heard(heard.sessionId)
      records.changed(heard.sessionId)
    } else ingest.missed()
    live.heard(heard)
  }).catch(async (error: unknown) => {
    await database.close()
    throw error
  })
  // A copy, for ingest changes what it gets and the sample may have to send it again.
  const samples = new Samples(async (events) => {
    const { rejected } = await ingest.append(parseEvents(JSON.parse(JSON.stringify(events)) as unknown[]))
    if (rejected[0]) throw new Error(`the sample made an event that is none: ${rejected[0].message}`)
  }, onProblem)

  const deleted = (sessionId: string) => {
    ingest.forget(sessionId)
    snapshots.forget(sessionId)
    records.forget(sessionId)
    live.removed(sessionId)
  }
  const api = getRequestListener(
    createApi({ database, ingest, snapshots, records, samples, version: options.version ?? 'unknown', deleted, onProblem }).fetch,
    {
      overrideGlobalObjects: false,
    },
  )
  const wires = createWires(ingest, limits, onProblem)
  const keeper = setInterval(() => {
    void snapshots.keepQuiet(Date.now(), QUIET_MS)
    void records.keepQuiet(QUIET_MS).catch((error: unknown) => onProblem('keeping task records failed', error))
  }, QUIET_MS)
  keeper.unref()

  return {
    ingest,
    database,
    handle(request, response) {
      const foreign = checkGuests(request, allowedHosts)
      if (foreign) {
        sendProblem(response, foreign.problem)
        return
      }
      const path = pathOf(request)
      if (path === '/api/v1/events') {
        if (request.method === 'POST') void takeEvents(request, response, ingest, limits, onProblem)
        else sendProblem(response, new Refused('method_not_allowed', 'Events are sent with POST.').problem, { allow: 'POST' })
        return
      }
      const wire = wires.find(request.method ?? 'GET', path)
      if (wire) void wire(request, response)
      else void api(request, response)
    },
    attach: (httpServer) => live.attach(httpServer),
    async close() {
      clearInterval(keeper)
      outage.close()
      wires.close()
      await samples.close()
      await records.close()
      await ingest.close()
      await live.close()
      await snapshots.keepQuiet(Date.now(), 0, CLOSING_MS)
      await signal.close()
      await database.close()
    },
  }
}

function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '/'
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}
