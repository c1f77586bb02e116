import type { EventInput } from '@/lib/core/event'
import type { Issue } from '@/lib/core/issue'
import { clip, type Draft, finished } from './draft'
import { AgentStream, type Entry, type Run } from './stream'
import { closeTurn, type MadeCall, type OpenTurn, type TurnOptions } from './turns'

export interface Sink {
  events: EventInput[]
  issues: Issue[]
  skipped: number
}

export const MAIN = 'main'
export const USER = 'user'
/** The order of what has no line of its own: after every line of its time. */
export const AFTER_LINES = 1e9

/** A tool call that waits for its result. */
export interface Call {
  id: string
  name: string
  input: Record<string, unknown>
  stream: AgentStream
  run: Run | undefined
  turnId: string
  at: number
  order: number
  place: { path: string; line: number; uuid: string | undefined; messageId: string | undefined }
  cwd: string | undefined
}

/** A piece of work given to a sub-agent: by a call of Agent or Task, a resuming message, a workflow. */
export interface Delegation {
  taskId: string
  /** The call that made it, if it was a call. */
  callId: string | undefined
  by: AgentStream
  byRun: Run | undefined
  turnId: string | undefined
  how: string
  prompt: string | undefined
  title: string | undefined
  name: string | undefined
  agentType: string | undefined
  model: string | undefined
  /** As the call asked; whether it then happened, its result says. */
  background: boolean
  wentToBackground: boolean
  at: number
  order: number
  place: Call['place'] | undefined
  agentId: string | undefined
  ended: boolean
  /** Told with a made-up agent because none ever showed itself. */
  orphaned: boolean
  /** Which links to which agents have been told. */
  said: Set<string>
  /** Done as soon as the agent is known. */
  then: ((agentId: string) => void)[]
}

/** A message from one agent to another by name or id. */
export interface Letter {
  callId: string
  from: AgentStream
  run: Run | undefined
  to: string
  text: string
  at: number
  order: number
  place: Call['place']
  turnId: string
  outcome: 'pending' | 'resumed' | 'delivered' | 'failed'
  /** Its receiver was at work when it was sent. */
  targetOpen: boolean
}

/** Everything known of one session while its files are read. */
export class Session {
  readonly streams = new Map<string, AgentStream>()
  readonly calls = new Map<string, Call>()
  readonly answered = new Set<string>()
  readonly delegations = new Map<string, Delegation>()
  readonly letters: Letter[] = []
  /** agentId -> the call that its `.meta.json` names. */
  readonly metaCalls = new Map<string, string>()
  readonly workflows = new Map<string, Call>()
  readonly workflowDone = new Map<string, { status: 'completed' | 'failed'; result: string }>()
  mainSeen = false
  userJoined = false
  /** The session's folder: the first that its own file names. */
  folder: string | undefined
  titled: 'nothing' | 'prompt' | 'generated' | 'given' = 'nothing'
  title: string | undefined

  constructor(
    readonly id: string,
    readonly sink: Sink,
    private readonly countTokens: (text: string) => number,
  ) {}

  stream(id: string): AgentStream {
    let stream = this.streams.get(id)
    if (!stream) {
      stream = new AgentStream(id, id === MAIN)
      this.streams.set(id, stream)
    }
    return stream
  }

  turnOptions(stream: AgentStream): TurnOptions {
    return { countTokens: this.countTokens, tell: (draft) => this.tell(stream, draft) }
  }

  /** Tells an event of an agent's work: at once, or when its task is known. */
  tell(stream: AgentStream, draft: Draft, run = stream.run): void {
    if (run && !this.isReady(run)) run.held.push(draft)
    else this.emit(draft, run?.taskId, stream)
  }

  /** Tells an event that belongs to no task. */
  announce(draft: Draft): void {
    this.emit(draft, undefined, undefined)
  }

  private emit(draft: Draft, taskId: string | undefined, stream: AgentStream | undefined): void {
    const base = { session: this.folder ?? stream?.cwd, agent: stream?.cwd }
    this.sink.events.push(finished(draft, { sessionId: this.id, taskId, base }))
  }

  /** A run speaks when its task is known and, down from the master, that of everyone above it. */
  private isReady(run: Run): boolean {
    if (run.state === 'waiting') return false
    const above = run.taskId === undefined ? undefined : this.delegations.get(run.taskId)?.byRun
    return above === undefined || above === run || this.isReady(above)
  }

  beginRun(stream: AgentStream, entry: Pick<Entry, 'path' | 'line' | 'at'>, prompt: string | undefined): Run {
    const run: Run = {
      startedAt: entry.at,
      order: entry.line,
      prompt,
      state: stream.isMain ? 'known' : 'waiting',
      taskId: undefined,
      held: [],
      patience: 0,
      warmup: prompt !== undefined && stream.runs.length === 0 && /^warmup$/i.test(prompt.trim()),
      path: entry.path,
      line: entry.line,
    }
    stream.runs.push(run)
    return run
  }

  decide(run: Run, taskId: string | undefined): void {
    if (run.state === 'known') return
    run.state = 'known'
    run.taskId = taskId
    this.release()
  }

  /** Tells what has been held back and may be told now. */
  release(): void {
    for (const stream of this.streams.values()) {
      for (const run of stream.runs) {
        if (run.held.length === 0 || !this.isReady(run)) continue
        const held = run.held
        run.held = []
        for (const draft of held) this.emit(draft, run.taskId, stream)
      }
    }
  }

  callFrom(stream: AgentStream, turn: OpenTurn, entry: Entry, { use }: MadeCall, order: number): Call {
    const call: Call = {
      id: use.id,
      name: use.name,
      input: use.input,
      stream,
      run: stream.run,
      turnId: turn.id,
      at: entry.at,
      order,
      place: { path: entry.path, line: entry.line, uuid: entry.uuid, messageId: entry.message.id },
      cwd: entry.cwd ?? stream.cwd,
    }
    this.calls.set(call.id, call)
    return call
  }

  closeTurn(stream: AgentStream, cancelled = false): void {
    closeTurn(stream, this.turnOptions(stream), cancelled)
  }

  joinUser(at: number, order: number): void {
    if (this.userJoined) return
    this.userJoined = true
    this.announce({ type: 'agent.joined', id: 'user:joined', occurredAt: at, order: order - 0.5, agentId: USER, name: 'user', role: 'human' })
  }

  /** The newest work of an agent that has not ended, else its newest. */
  latestTask(agentId: string): Delegation | undefined {
    let latest: Delegation | undefined
    for (const delegation of this.delegations.values()) {
      if (delegation.agentId !== agentId) continue
      if (!latest || (latest.ended && !delegation.ended) || (latest.ended === delegation.ended && delegation.at >= latest.at)) latest = delegation
    }
    return latest
  }

  /** By id, or by the name that the delegating call gave. */
  delegationNamed(name: string): Delegation | undefined {
    const bare = name.replace(/@.*$/, '')
    let latest: Delegation | undefined
    for (const delegation of this.delegations.values()) {
      if (delegation.agentId !== name && delegation.name !== bare) continue
      if (!latest || delegation.at >= latest.at) latest = delegation
    }
    return latest
  }

  issue(issue: Issue): void {
    this.sink.issues.push(issue)
  }
}

export function sourceOf(place: Call['place'], toolUseId?: string): NonNullable<Draft['source']> {
  return {
    path: place.path,
    line: place.line,
    ...(place.uuid === undefined ? {} : { uuid: place.uuid }),
    ...(toolUseId === undefined ? {} : { toolUseId }),
    ...(place.messageId === undefined ? {} : { messageId: place.messageId }),
  }
}

export function shortTitle(text: string): string {
  const line = text.split('\n').find((part) => part.trim() !== '') ?? ''
  const title = clip(line, 200)
  return title.length < 120 ? title : `${title.slice(0, 119).trimEnd()}…`
}
