import type { Server as HttpServer, IncomingMessage } from 'node:http'
import { type Namespace, Server, type Socket } from 'socket.io'
import type { Event } from '@/lib/core/event'
import { SessionId } from '@/lib/core/ids'
import { type ProjectId, projectOf } from '@/lib/core/project'
import { Happenings } from './happenings'
import { ListChanges } from './list-changes'
import { listenToProducers, type ProducerOptions } from './producer'
import {
  type FindingsChange,
  type Happened,
  LIVE_MESSAGES,
  LIVE_PATH,
  LIVE_VERSION,
  type Resubscribe,
  type SessionSummary,
  type SessionsChanged,
  type Subscribe,
  type Subscribed,
  type Tail,
  VIEWER_NAMESPACE,
  type WatchingSessions,
} from './protocol'
import { Room } from './room'

/** A viewer further behind than this gets a snapshot instead of a tail. */
const LONGEST_TAIL = 5_000
/** Readings of the log while the room runs ahead; a busier session than that is caught up with by snapshot. */
const MAX_ATTEMPTS = 10
/** Unsent bytes on a socket from which on its viewer is told to subscribe again. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024
const MAX_UNSENT_MESSAGES = 400
/** One for each project. */
const SESSIONS_ROOM = 'sessions:'
/** One for each project. */
const ACTIVITY_ROOM = 'activity:'
/** A room without viewers is kept for those who come back. */
const KEEP_EMPTY_MS = 60_000

/** What the live side reads; everything it sends is committed. */
export interface LiveSource {
  /** Undefined when nobody has heard of the session. */
  headOf(sessionId: string): Promise<number | undefined>
  /** Events with `after < sequence <= upTo`, all of them. */
  events(sessionId: string, after: number, upTo: number): Promise<Event[]>
  findingsSince(sessionId: string, after: number): Promise<FindingsChange>
  summaries(sessionIds: readonly string[]): Promise<SessionSummary[]>
}

/** The first request of a connection, which says whose it is. */
export interface Handshake {
  headers: IncomingMessage['headers']
  /** What the client gave to Socket.IO as `auth`. */
  auth: Readonly<Record<string, unknown>>
}

export type Permitted = { kind: 'permitted'; project: ProjectId } | { kind: 'refused'; reason: string }

export interface LiveOptions extends ProducerOptions {
  source: LiveSource
  /** Asked for every message of MESSAGES in lib/http/access.ts, never once for a connection: rights change. */
  permit(from: Handshake, message: `viewer ${keyof ViewerRequests}`, about: { sessionId?: string; project?: string }): Promise<Permitted>
  /** Whether a browser's page, or another program, may connect at all. */
  allow(request: IncomingMessage): boolean
  onProblem(what: string, error: unknown): void
}

export interface LiveCommit {
  sessionId: string
  first: number
  events: Event[]
  findings: FindingsChange
  head: number
}

interface ViewerEvents {
  [LIVE_MESSAGES.events]: (tail: Tail) => void
  [LIVE_MESSAGES.resubscribe]: (message: Resubscribe) => void
  [LIVE_MESSAGES.sessions]: (change: SessionsChanged) => void
  [LIVE_MESSAGES.activity]: (happened: Happened) => void
}

/** Every message that a viewer may send; lib/http/access.ts has an entry for each. */
export interface ViewerRequests {
  [LIVE_MESSAGES.subscribe]: (message: unknown, answer: unknown) => void
  [LIVE_MESSAGES.unsubscribe]: (message: unknown) => void
  [LIVE_MESSAGES.watchSessions]: (message: unknown, answer: unknown) => void
  [LIVE_MESSAGES.watchActivity]: (message: unknown, answer: unknown) => void
}

type Viewers = Namespace<ViewerRequests, ViewerEvents>
type Viewer = Socket<ViewerRequests, ViewerEvents>

/** The server's half of the live protocol: docs/live-protocol.md. */
export class LiveServer {
  private readonly rooms = new Map<string, Room>()
  private readonly lists: ListChanges
  private readonly happenings = new Happenings(
    (project) => this.viewers?.adapter.rooms.has(ACTIVITY_ROOM + project) ?? false,
    (project, happened) => this.viewers?.to(ACTIVITY_ROOM + project).emit(LIVE_MESSAGES.activity, happened),
  )
  private readonly sweeper: NodeJS.Timeout
  private io: Server | undefined
  private viewers: Viewers | undefined

  constructor(private readonly options: LiveOptions) {
    this.lists = new ListChanges({
      isWatched: (project) => this.viewers?.adapter.rooms.has(SESSIONS_ROOM + project) ?? false,
      summaries: (sessionIds) => options.source.summaries(sessionIds),
      tell: (project, change) => this.viewers?.to(SESSIONS_ROOM + project).emit(LIVE_MESSAGES.sessions, change),
      onProblem: options.onProblem,
    })
    this.sweeper = setInterval(() => this.sweep(), KEEP_EMPTY_MS / 2)
    this.sweeper.unref()
  }

  attach(httpServer: HttpServer): void {
    const io = new Server(httpServer, {
      path: LIVE_PATH,
      transports: ['websocket'],
      serveClient: false,
      perMessageDeflate: false,
      maxHttpBufferSize: this.options.maxBytes,
      // Other upgrades on this port belong to Next.
      destroyUpgrade: false,
      allowRequest: (request, decide) => decide(null, this.options.allow(request)),
    })
    this.io = io
    this.viewers = io.of(VIEWER_NAMESPACE)
    this.viewers.on('connection', (viewer) => this.greet(viewer))
    listenToProducers(io, this.options)
  }

  /** Something was committed by this process. */
  committed(commit: LiveCommit): void {
    this.lists.changed(commit.sessionId)
    if (commit.first === 1 || commit.events.some(({ type }) => type === 'verdict.given')) this.happenedIn(projectOf(commit.sessionId), commit.sessionId)
    const room = this.rooms.get(commit.sessionId)
    if (room && !room.add(commit.first, commit.events, commit.findings)) this.catchUp(room, commit.head)
  }

  /** Another process committed up to `head`; undefined: perhaps something, somewhere. */
  heard(heard: { sessionId: string; head: number } | undefined): void {
    if (!heard) {
      for (const room of this.rooms.values()) this.catchUp(room, undefined)
      return
    }
    this.lists.changed(heard.sessionId)
    // A comment there is told by the same signal.
    this.happenedIn(projectOf(heard.sessionId), heard.sessionId)
    const room = this.rooms.get(heard.sessionId)
    if (room) this.catchUp(room, heard.head)
  }

  /** A session was deleted. */
  removed(sessionId: string): void {
    this.lists.removed(sessionId)
    this.closeRoom(sessionId, 'This session was deleted.')
  }

  /** Its log was changed: whoever looks subscribes again. */
  reread(sessionId: string): void {
    this.closeRoom(sessionId, 'This session is read again.')
  }

  async close(): Promise<void> {
    clearInterval(this.sweeper)
    this.lists.close()
    this.happenings.close()
    for (const room of this.rooms.values()) room.close()
    this.rooms.clear()
    this.io?.disconnectSockets(true)
    this.io?.engine.close()
  }

  private greet(viewer: Viewer): void {
    viewer.on(LIVE_MESSAGES.subscribe, (message, answer) => {
      if (typeof answer !== 'function') return
      this.permitted(viewer, message).then(
        (reply) => answer(reply),
        (error: unknown) => {
          this.options.onProblem('a subscription failed', error)
          const refused: Subscribed = { kind: 'refused', reason: 'The server could not read the session just now. Try again in a moment.', again: true }
          answer(refused)
        },
      )
    })
    viewer.on(LIVE_MESSAGES.unsubscribe, (message) => {
      const sessionId = parseSubscribe({ version: LIVE_VERSION, after: 0, ...(typeof message === 'object' ? message : {}) })?.sessionId
      if (sessionId !== undefined) this.leave(viewer, sessionId)
    })
    viewer.on(LIVE_MESSAGES.watchActivity, (message, answer) => {
      void this.watch(viewer, message, LIVE_MESSAGES.watchActivity, ACTIVITY_ROOM).then((reply) => {
        if (typeof answer === 'function') answer(reply)
      })
    })
    viewer.on(LIVE_MESSAGES.watchSessions, (message, answer) => {
      void this.watch(viewer, message, LIVE_MESSAGES.watchSessions, SESSIONS_ROOM).then((reply) => {
        if (typeof answer === 'function') answer(reply)
      })
    })
    viewer.on('disconnecting', () => {
      for (const name of viewer.rooms) if (name.startsWith(ROOM)) this.leave(viewer, name.slice(ROOM.length))
    })
  }

  private async watch(
    viewer: Viewer,
    message: unknown,
    name: typeof LIVE_MESSAGES.watchSessions | typeof LIVE_MESSAGES.watchActivity,
    rooms: string,
  ): Promise<WatchingSessions> {
    const { version, project }: { version?: unknown; project?: unknown } = Object(message)
    if (version !== LIVE_VERSION) return { kind: 'refused', reason: wrongVersion(version) }
    const about = typeof project === 'string' ? { project } : {}
    const answer = await this.options.permit(viewer.handshake, `viewer ${name}`, about)
    if (answer.kind === 'refused') return answer
    for (const room of viewer.rooms) if (room.startsWith(rooms)) void viewer.leave(room)
    if (viewer.connected) void viewer.join(rooms + answer.project)
    return { kind: 'watching' }
  }

  private async permitted(viewer: Viewer, message: unknown): Promise<Subscribed> {
    const sessionId = parseSubscribe(message)?.sessionId
    const answer = await this.options.permit(viewer.handshake, `viewer ${LIVE_MESSAGES.subscribe}`, sessionId === undefined ? {} : { sessionId })
    return answer.kind === 'refused' ? answer : this.subscribe(viewer, message)
  }

  /** Something to look up happened: a comment, a verdict, a link, a new session. Told once a second, and only that it did. */
  happenedIn(project: ProjectId, sessionId?: string): void {
    this.happenings.add(project, sessionId)
  }

  /** Somebody may do less than before: everybody connects again, and is asked again. */
  askAgain(): void {
    // Closing the transport, for a client that is told to leave does not come back by itself.
    for (const viewer of this.viewers?.sockets.values() ?? []) viewer.conn.close()
  }

  /**
   * Whoever is in a room has everything up to `room.sent`: the viewer joins in the same turn of the
   * event loop in which its tail is known to reach there, and the answer leaves before the next batch.
   */
  private async subscribe(viewer: Viewer, message: unknown): Promise<Subscribed> {
    const request = parseSubscribe(message)
    if (!request) return { kind: 'refused', reason: 'subscribe needs { version, sessionId, after }: see docs/live-protocol.md.' }
    if (request.version !== LIVE_VERSION) return { kind: 'refused', reason: wrongVersion(request.version) }
    const { sessionId, after } = request
    this.leave(viewer, sessionId)
    const room = await this.roomOf(sessionId)
    if (!room) return { kind: 'refused', reason: `There is no session ${sessionId}.` }
    let findings: FindingsChange = { changed: [], removed: [] }
    let findingsVersion = -1
    let events: Event[] = []
    for (let attempt = 1; ; attempt++) {
      // A head beyond ours means another log than the one this viewer followed.
      if (after > room.sent || room.sent - after > LONGEST_TAIL || after === 0 || attempt > MAX_ATTEMPTS) {
        return { kind: 'snapshot', url: `/api/v1/sessions/${encodeURIComponent(sessionId)}/snapshot`, head: room.sent }
      }
      if (findingsVersion !== room.findingsVersion) {
        findingsVersion = room.findingsVersion
        findings = await this.options.source.findingsSince(sessionId, after)
        continue
      }
      const rest = room.tailAfter(after + events.length)
      if (rest) {
        events = [...events, ...rest]
        break
      }
      events = await this.options.source.events(sessionId, after, room.sent)
    }
    if (viewer.connected) this.join(viewer, room)
    return { kind: 'tail', tail: { sessionId, first: after + 1, events, findings, head: after + events.length } }
  }

  private async roomOf(sessionId: string): Promise<Room | undefined> {
    const known = this.rooms.get(sessionId)
    if (known) return known
    const head = await this.options.source.headOf(sessionId)
    if (head === undefined) return undefined
    const made = this.rooms.get(sessionId)
    if (made) return made
    const room = new Room(sessionId, head, (tail) => this.send(room, tail))
    this.rooms.set(sessionId, room)
    // Something may have been committed between the look and the room.
    this.catchUp(room, undefined)
    return room
  }

  private join(viewer: Viewer, room: Room): void {
    void viewer.join(ROOM + room.sessionId)
    room.viewers++
  }

  private leave(viewer: Viewer, sessionId: string): void {
    if (!viewer.rooms.has(ROOM + sessionId)) return
    void viewer.leave(ROOM + sessionId)
    const room = this.rooms.get(sessionId)
    if (room && --room.viewers === 0) room.emptySince = performance.now()
  }

  private send(room: Room, tail: Tail): void {
    const { viewers } = this
    if (!viewers) return
    for (const id of viewers.adapter.rooms.get(ROOM + room.sessionId) ?? []) {
      const viewer = viewers.sockets.get(id)
      if (!viewer || !isBehind(viewer)) continue
      this.leave(viewer, room.sessionId)
      viewer.emit(LIVE_MESSAGES.resubscribe, { sessionId: room.sessionId, reason: 'This connection could not keep up.' })
    }
    viewers.to(ROOM + room.sessionId).emit(LIVE_MESSAGES.events, tail)
  }

  /** Reads what the room has missed, until it has what the log has. */
  private catchUp(room: Room, head: number | undefined): void {
    if (room.catching) {
      room.catchAgain = true
      return
    }
    if (head !== undefined && head < room.head) return
    room.catching = true
    const read = async () => {
      do {
        room.catchAgain = false
        const upTo = await this.options.source.headOf(room.sessionId)
        const from = room.head
        if (upTo === undefined) return
        const events = upTo > from ? await this.options.source.events(room.sessionId, from, upTo) : []
        room.add(from + 1, events, await this.options.source.findingsSince(room.sessionId, from))
      } while (room.catchAgain && this.rooms.get(room.sessionId) === room)
    }
    read()
      .catch((error: unknown) => {
        this.options.onProblem(`reading what viewers of ${room.sessionId} missed failed`, error)
        // Nobody may believe to be live who is not.
        this.closeRoom(room.sessionId, 'The server could not read the log.')
      })
      .finally(() => {
        room.catching = false
      })
  }

  /** Everybody in it is told to subscribe again. */
  private closeRoom(sessionId: string, reason: string): void {
    this.viewers?.to(ROOM + sessionId).emit(LIVE_MESSAGES.resubscribe, { sessionId, reason })
    this.viewers?.in(ROOM + sessionId).socketsLeave(ROOM + sessionId)
    this.rooms.get(sessionId)?.close()
    this.rooms.delete(sessionId)
  }

  private sweep(): void {
    const before = performance.now() - KEEP_EMPTY_MS
    for (const room of this.rooms.values()) {
      if (room.viewers > 0 || room.emptySince > before) continue
      room.close()
      this.rooms.delete(room.sessionId)
    }
  }
}

const ROOM = 'session:'

function wrongVersion(version: unknown): string {
  return `This server speaks version ${LIVE_VERSION} of the live protocol, not ${String(version)}. Reload the page.`
}

function parseSubscribe(message: unknown): Subscribe | undefined {
  if (typeof message !== 'object' || message === null) return undefined
  const { version, sessionId, after }: Partial<Record<keyof Subscribe, unknown>> = message
  if (typeof version !== 'number' || !Number.isSafeInteger(after) || typeof after !== 'number' || after < 0) return undefined
  const id = SessionId.safeParse(sessionId)
  return id.success ? { version, sessionId: id.data, after } : undefined
}

/** Socket.IO queues without bound: what a viewer has not taken waits in the connection, and a little below it. */
function isBehind(viewer: Viewer): boolean {
  const waiting: { data?: { length?: number } }[] = Object(viewer.conn).writeBuffer ?? []
  if (waiting.length > MAX_UNSENT_MESSAGES) return true
  let unsent: number = Object(viewer.conn.transport).socket?.bufferedAmount ?? 0
  for (const { data } of waiting) unsent += data?.length ?? 0
  return unsent > MAX_UNSENT_BYTES
}
