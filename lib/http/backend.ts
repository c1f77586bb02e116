import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { availableParallelism } from 'node:os'
import { getRequestListener } from '@hono/node-server'
import { Keys } from '@/lib/auth/keys'
import { OIDC_CALLBACK } from '@/lib/auth/oidc-callback'
import type { Principal } from '@/lib/auth/principal'
import type { AccountsSettings } from '@/lib/auth/settings'
import { TrustedProxies } from '@/lib/auth/trusted-proxies'
import type { PriceBook } from '@/lib/core/models/price'
import { OWN_PRICES } from '@/lib/core/models/price-table'
import { DEFAULT_PROJECT, type ProjectId } from '@/lib/core/project'
import { detectorThreadsFor } from '@/lib/ingest/detector-setting'
import type { ThreadLimits } from '@/lib/ingest/detector-thread'
import { COMPILED_THREAD, openExaminer } from '@/lib/ingest/detector-threads'
import { Ingest } from '@/lib/ingest/ingest'
import { Parameters } from '@/lib/ingest/parameters'
import { parseEvents } from '@/lib/ingest/parse'
import { priced } from '@/lib/ingest/priced'
import { Records } from '@/lib/ingest/records'
import { type Door, doorOf } from '@/lib/ingest/scope'
import { SearchIndex } from '@/lib/ingest/search-index'
import { Snapshots } from '@/lib/ingest/snapshots'
import { LIVE_MESSAGES } from '@/lib/live/protocol'
import { LiveServer, type LiveSource } from '@/lib/live/server'
import { Webhooks } from '@/lib/notify/webhooks'
import { linkOfAlias } from '@/lib/share/link'
import { Links } from '@/lib/share/links'
import { SharedViews } from '@/lib/share/shared-views'
import { type Database, openDatabase } from '@/lib/store/database'
import { readFindingsSince } from '@/lib/store/findings'
import { lookupSession, readEvents } from '@/lib/store/log'
import { Outage } from '@/lib/store/outage'
import { readActiveSet } from '@/lib/store/parameters'
import { deleteSession, findSessions } from '@/lib/store/sessions'
import { openSignal } from '@/lib/store/signal'
import { type Access, MESSAGES, ROUTES } from './access'
import { createApi } from './api'
import { authorise, Callers, credentialsOf, type Named } from './callers'
import { appendValues, DEFAULT_LIMITS, type EventsLimits, explainFailure, takeEvents } from './events-route'
import { type KeptPrograms, noKeptPrograms } from './file-response'
import { errorText } from './error-text'
import { checkGuests } from './guard'
import { Refused, sendProblem } from './problem'
import { Sweeper } from './retention'
import { Samples } from './samples'
import { SharedLive } from './shared-live'
import { createWires, type Wires } from './wires'

export interface BackendOptions {
  databaseUrl: string
  /** Names under which browsers may reach this server, besides addresses and localhost. */
  allowedHosts?: readonly string[]
  limits?: Partial<EventsLimits>
  /** Something that nobody waits for went wrong; to stderr if left out. */
  onProblem?(what: string, error: unknown): void
  /** Set: people sign in. Left out: one person on a loopback address, without a login. */
  accounts?: AccountsSettings
  /** Proxies in front whose word on who asks is taken; none if left out. */
  proxies?: TrustedProxies
  /** What models cost; the table that comes along if left out. */
  prices?: PriceBook
  /** Webhooks may go to addresses of this machine and its network; BACKSEAT_WEBHOOKS_PRIVATE if left out. */
  webhooksPrivate?: boolean
  /** Backseat's own version, for /api/health. */
  version?: string
  /** Threads that look for interventions, 0: this one does; by the processors if left out. And where they are compiled. */
  detector?: { threads?: number; file?: URL; limits?: ThreadLimits }
  /** What pages that are saved as a file are made of; left out: none can be saved. */
  keptProgram?: KeptPrograms
}

export interface Backend {
  /** For paths under /api/ and /v1/. */
  handle(request: IncomingMessage, response: ServerResponse): void
  /** Socket.IO on this server. */
  attach(httpServer: Server): void
  /** The address at which the first owner makes an account; undefined when nobody need be told. */
  ownerLink(): Promise<string | undefined>
  /** False for a browser in which nobody is signed in, where people sign in. */
  mayOpenPages(request: IncomingMessage): Promise<boolean>
  /** Deletes what projects have kept long enough; how many sessions went. Does itself every hour. */
  sweep(now: number): Promise<number>
  /** Writes what is waiting, then lets go of the database. */
  close(): Promise<void>
  ingest: Ingest
  database: Database
  webhooks: Webhooks
  /** Every route of the API, as "METHOD /path". */
  routes: readonly string[]
}

const EVENTS = '/api/v1/events'
const QUIET_MS = 3_000
/** While many events arrive, only what has been quiet for so long is kept: a machine that is never idle keeps it, too. */
const PRESSED_QUIET_MS = 60_000
/** Snapshots that are not kept within this time are made again when somebody asks. */
const CLOSING_MS = 1_500

/** The API and the live connections, all but the pages. The schema must be up to date (lib/store/postgres/migrate.ts). */
export async function createBackend(options: BackendOptions): Promise<Backend> {
  const report = options.onProblem ?? ((what, error) => console.error(`backseat: ${what}: ${errorText(error)}`))
  // While the database is away everything fails, and one word about it is enough.
  const onProblem = (what: string, error: unknown) => {
    if (!outage.recognises(error)) report(what, error)
  }
  const prices = options.prices ?? OWN_PRICES
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const allowedHosts = new Set(
    [
      ...(options.allowedHosts ?? []),
      ...(options.accounts ? [new URL(options.accounts.publicUrl).hostname] : []),
      ...(process.env.BACKSEAT_HOSTS ?? '').split(','),
    ]
      .map((name) => name.trim().toLowerCase())
      .filter(Boolean),
  )
  const database = openDatabase({ url: options.databaseUrl, onError: (error) => onProblem('a database connection broke', error) })
  const { pool } = database
  const outage = new Outage(() => pool.query('SELECT 1'), {
    began: (error) => report('the database does not answer; requests are answered with 503 until it does', error),
    ended: (seconds) => console.error(`backseat: the database answers again, after ${seconds.toFixed(1)} s`),
  })

  const set = await readActiveSet(pool).catch(async (error: unknown) => {
    await database.close()
    throw error
  })
  const examiner = await openExaminer({ threads: detectorThreadsFor(availableParallelism()), file: COMPILED_THREAD, ...options.detector, onProblem })
  const ingest = new Ingest({
    database,
    examiner,
    set,
    onProblem,
    onCommit: (committed) => {
      if (committed.findings.changed.length + committed.findings.removed.length > 0) snapshots.findingsChanged(committed.sessionId)
      records.changed(committed.sessionId)
      searchIndex.changed(committed.sessionId)
      live.committed(committed)
      void shared.committed(committed)
      signal.tell(committed.sessionId, committed.head)
    },
    onLeave: (hot) => records.leaving(hot),
  })
  const snapshots = new Snapshots(database, ingest, onProblem)
  const records = new Records(database, ingest, onProblem, prices)
  const searchIndex = new SearchIndex(database, ingest, onProblem)
  const webhooks = new Webhooks({
    database,
    onProblem,
    allowPrivate: options.webhooksPrivate ?? process.env.BACKSEAT_WEBHOOKS_PRIVATE === 'on',
    publicUrl: options.accounts?.publicUrl ?? process.env.BACKSEAT_PUBLIC_URL,
  })
  const parameters = new Parameters(database, ingest, onProblem)
  const keys = new Keys(database, onProblem)
  // Loaded where it is wanted only: a laptop starts without it.
  const accounts = options.accounts && new (await import('@/lib/auth/accounts')).Accounts(database, options.accounts)
  const callers = new Callers(keys, accounts)
  const ways = new Map<ProjectId, { door: Door; wires: Wires }>()
  /** Decoders remember what they were told; what one project tells must not meet what another does. */
  const wayOf = (project: ProjectId) => {
    let way = ways.get(project)
    if (!way) {
      const door = doorOf(ingest, project)
      way = { door, wires: createWires(door, limits, onProblem) }
      ways.set(project, way)
    }
    return way
  }
  /** Throws Refused. */
  const callerFor = (access: Access | undefined, principal: Principal, named: Named) => {
    if (!access) throw new Refused('internal', 'This has no entry in lib/http/access.ts, so nobody may use it.')
    return authorise(access, principal, named)
  }
  const links = new Links(database)
  const views = new SharedViews((sessionId, see) => ingest.read(sessionId, ({ state, tallies }) => see({ state, findings: tallies.findings })))
  const source: LiveSource = {
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
      return [...hot.filter((summary) => summary !== undefined), ...stored].map((summary) => priced(summary, prices))
    },
  }
  const live = new LiveServer({
    allow: (request) => checkGuests(request, allowedHosts) === undefined,
    maxBytes: limits.wireBytes,
    onProblem,
    append: async ({ headers, auth }, values) => {
      try {
        const principal = await callers.identify(credentialsOf(headers, auth.key))
        const { project } = callerFor(MESSAGES[`producer ${LIVE_MESSAGES.events}`], principal, {})
        return await appendValues(values, wayOf(project).door, limits, onProblem)
      } catch (error) {
        return explainFailure(error, onProblem).problem
      }
    },
    permit: async ({ headers, auth }, message, { sessionId, project }) => {
      try {
        if (sessionId !== undefined && linkOfAlias(sessionId) !== undefined) {
          const principal = await callers.identify(credentialsOf(headers, auth.key))
          return await shared.permit(auth.visit, sessionId, principal)
        }
        const principal = await callers.identify(credentialsOf(headers, auth.key))
        return { kind: 'permitted', project: callerFor(MESSAGES[message], principal, { session: sessionId, asked: project, cookie: headers.cookie }).project }
      } catch (error) {
        if (error instanceof Refused) return { kind: 'refused', reason: error.problem.detail }
        throw error
      }
    },
    source: {
      headOf: (sessionId) => shared.headOf(sessionId),
      events: (sessionId, after, upTo) => shared.events(sessionId, after, upTo),
      findingsSince: (sessionId, after) => shared.findingsSince(sessionId, after),
      summaries: (ids) => source.summaries(ids),
    },
  })
  const shared = new SharedLive(source, live, links, views, onProblem)
  const signal = await openSignal(options.databaseUrl, (heard) => {
    if (heard) {
      ingest.heard(heard.sessionId)
      records.changed(heard.sessionId)
    } else {
      ingest.missed()
      void searchIndex.sweep()
    }
    live.heard(heard)
    shared.heard(heard)
  }).catch(async (error: unknown) => {
    await examiner.close()
    await database.close()
    throw error
  })
  // A copy, for ingest changes what it gets and the sample may have to send it again.
  const samples = new Samples(async (events, project) => {
    const { rejected } = await wayOf(project).door.append(parseEvents(JSON.parse(JSON.stringify(events)) as unknown[]))
    if (rejected[0]) throw new Error(`the sample made an event that is none: ${rejected[0].message}`)
  }, onProblem)

  const deleted = (sessionId: string) => {
    ingest.forget(sessionId)
    snapshots.forget(sessionId)
    records.forget(sessionId)
    searchIndex.forget(sessionId)
    live.removed(sessionId)
  }
  const remove = async (sessionId: string) => {
    if (!(await deleteSession(database, sessionId))) return false
    deleted(sessionId)
    links.trustNone()
    return true
  }
  const sweeper = new Sweeper(database, remove, onProblem)
  const reread = (sessionIds: readonly string[]) => {
    for (const sessionId of sessionIds) {
      ingest.forget(sessionId)
      snapshots.forget(sessionId)
      live.reread(sessionId)
    }
  }
  const happened = (project: ProjectId, sessionId?: string) => {
    live.happenedIn(project, sessionId)
    // Other processes hear of sessions only: what is in none they show a minute later.
    const head = sessionId === undefined ? undefined : (ingest.peek(sessionId)?.head ?? 0)
    if (sessionId !== undefined && head !== undefined) signal.tell(sessionId, head)
  }
  const rightsChanged = () => live.askAgain()
  const version = options.version ?? 'unknown'
  const app = createApi({
    database,
    ingest,
    proxies: options.proxies ?? TrustedProxies.none,
    callers,
    links,
    views,
    keys,
    accounts,
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
    keptProgram: options.keptProgram ?? noKeptPrograms,
    rightsChanged,
    reread,
    onProblem,
  })
  const api = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const probe = wayOf(DEFAULT_PROJECT).wires
  const keeper = setInterval(() => {
    // Cold starts and comparisons can do without them for a while; what arrives cannot wait.
    const quietMs = ingest.isPressed ? PRESSED_QUIET_MS : QUIET_MS
    void snapshots.keepQuiet(Date.now(), quietMs)
    void parameters.refresh().catch((error: unknown) => onProblem('looking for new parameters failed', error))
    void records.keepQuiet(quietMs).catch((error: unknown) => onProblem('keeping task records failed', error))
  }, QUIET_MS)
  keeper.unref()
  void parameters.resume().catch((error: unknown) => onProblem('going on with the reading of the log failed', error))

  void searchIndex.sweep(true)

  return {
    ingest,
    database,
    webhooks,
    routes: app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`),
    handle(request, response) {
      response.setHeader('x-content-type-options', 'nosniff')
      const foreign = checkGuests(request, allowedHosts, OIDC_CALLBACK)
      if (foreign) {
        sendProblem(response, foreign.problem)
        return
      }
      const path = pathOf(request)
      const method = request.method ?? 'GET'
      const foreignWay = path !== EVENTS && probe.find(method, path) !== undefined
      if (path !== EVENTS && !foreignWay) {
        void api(request, response)
        return
      }
      if (path === EVENTS && method !== 'POST') {
        sendProblem(response, new Refused('method_not_allowed', 'Events are sent with POST.').problem, { allow: 'POST' })
        return
      }
      const take = (principal: Principal) => {
        const { project } = callerFor(ROUTES[foreignWay ? 'WIRE *' : `POST ${EVENTS}`], principal, {})
        const { door, wires } = wayOf(project)
        if (foreignWay) void wires.find(method, path)?.(request, response)
        else void takeEvents(request, response, door, limits, onProblem)
      }
      const refuse = (error: unknown) => {
        const { problem, headers } = explainFailure(error, onProblem)
        // What is left of the body is not worth reading: close once the answer is out.
        response.setHeader('connection', 'close')
        request.resume()
        sendProblem(response, problem, headers)
      }
      try {
        const principal = callers.identify(credentialsOf(request.headers))
        if (principal instanceof Promise) principal.then(take).catch(refuse)
        else take(principal)
      } catch (error) {
        refuse(error)
      }
    },
    ownerLink: async () => accounts?.ownerLink(),
    mayOpenPages: async (request) => {
      if (!accounts) return true
      return (await callers.identify(credentialsOf({ cookie: request.headers.cookie }))).kind === 'user'
    },
    attach: (httpServer) => live.attach(httpServer),
    sweep: (now) => sweeper.sweep(now),
    async close() {
      clearInterval(keeper)
      await sweeper.close()
      outage.close()
      for (const { wires } of ways.values()) wires.close()
      await samples.close()
      await parameters.close()
      await records.close()
      await searchIndex.close()
      await webhooks.close()
      await ingest.close()
      await examiner.close()
      shared.close()
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
