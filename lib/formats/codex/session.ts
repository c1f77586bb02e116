import { type JsonRecord, list, text, word } from '../foreign'
import { type Sink, Telling, titleOf } from '../telling'
import { bare, closeAnswer, messageOf, notificationsIn, spawnAnswer, waitAnswer } from './collab'
import { type Place, USER } from './place'
import { Spawns } from './spawns'
import { agentOf, type Call, type Thread } from './thread'
import { Words } from './words'

/** Calls of `settle` that something waits for another file's line. */
const PATIENCE = 4

/** The threads of one master and what it did with them. A thread's id is its agent's id and its task's. */
export class CodexSession {
  readonly telling: Telling
  private readonly threads = new Map<string, Thread>()
  private readonly spawns: Spawns
  private readonly words: Words
  private userJoined = false
  private patience = 0

  constructor(
    readonly id: string,
    sink: Sink,
  ) {
    this.telling = new Telling(id, sink)
    this.spawns = new Spawns(this.telling, this.threads)
    this.words = new Words({
      telling: this.telling,
      resolve: (name) => this.spawns.resolve(name),
      interruptedByUser: (agentId, reason, place) => this.userInterrupt(agentId, reason, place),
    })
  }

  taskOf(thread: Thread): string | undefined {
    return thread.isChild ? thread.id : undefined
  }

  joined(thread: Thread, place: Place): void {
    this.threads.set(agentOf(thread), thread)
    const id = agentOf(thread)
    this.patience = 0
    if (!thread.isChild) this.started(thread, place, 'session:started')
    this.telling.tell({
      type: 'agent.joined',
      id: `${id}:joined`,
      occurredAt: place.at,
      order: place.line - 0.5,
      agentId: id,
      role: 'agent',
      name: thread.isChild ? (thread.nickname ?? thread.agentPath ?? thread.role) : 'main',
      parentId: thread.parentId,
      agentType: thread.role,
      provider: thread.provider,
      evidence: thread.isChild ? { kind: 'declared', how: 'its session_meta names the thread that started it' } : undefined,
      source: { path: place.path, line: place.line },
    })
  }

  private started(thread: Thread, place: Place, id: string): void {
    this.telling.tell({
      type: 'session.started',
      id,
      occurredAt: place.at,
      order: -1,
      framework: 'codex',
      format: 'codex',
      workingDirectory: thread.cwd,
    })
  }

  usesModel(thread: Thread, model: string | undefined, place: Place): void {
    if (model === undefined || thread.model === model) return
    thread.model = model
    const agentId = agentOf(thread)
    this.telling.tell({
      type: 'agent.joined',
      id: `${agentId}:model:${place.line}`,
      occurredAt: place.at,
      order: place.line,
      agentId,
      model,
      provider: thread.provider,
    })
  }

  /** A person's request to the root; what a sub-agent is told stands in its master's call. */
  asked(thread: Thread, said: string, place: Place): boolean {
    if (thread.isChild) return false
    this.joinUser(place)
    if (!thread.titled) {
      thread.titled = true
      this.telling.tell({ type: 'session.started', id: 'session:title', occurredAt: place.at, order: place.line, title: titleOf(said) })
    }
    this.telling.tell({
      type: 'message.sent',
      id: `${agentOf(thread)}:${place.line}:message`,
      occurredAt: place.at,
      order: place.line,
      from: USER,
      to: agentOf(thread),
      purpose: 'user',
      text: said,
      source: { path: place.path, line: place.line },
    })
    return true
  }

  private joinUser(place: Place): void {
    if (this.userJoined) return
    this.userJoined = true
    this.telling.tell({ type: 'agent.joined', id: 'user:joined', occurredAt: place.at, order: place.line - 0.5, agentId: USER, name: 'user', role: 'human' })
  }

  // What the master calls ------------------------------------------------------------------------

  collabCalled(thread: Thread, call: Call, place: Place): void {
    const target = word(call.input, 'target') ?? word(call.input, 'id') ?? word(call.input, 'agent_id') ?? text(list(call.input, 'ids')[0])
    const common = { by: agentOf(thread), callId: call.id, turnId: call.turnId, text: messageOf(call.input), status: { kind: 'unknown' } as const, place }
    switch (bare(call.name)) {
      case 'spawn_agent':
        this.patience = 0
        this.spawns.called({
          callId: call.id,
          by: agentOf(thread),
          byTask: this.taskOf(thread),
          turnId: call.turnId,
          brief: messageOf(call.input),
          role: word(call.input, 'agent_type'),
          name: word(call.input, 'task_name') ?? word(call.input, 'nickname'),
          place,
        })
        return
      case 'send_input':
      case 'send_message':
      case 'followup_task':
        if (target !== undefined) this.words.said({ ...common, kind: 'message', to: target })
        return
      default:
        return
    }
  }

  collabAnswered(thread: Thread, call: Call, output: string, failed: boolean, place: Place): void {
    const by = agentOf(thread)
    switch (bare(call.name)) {
      case 'spawn_agent':
        this.spawns.answered(call.id, spawnAnswer(output), failed)
        return
      case 'wait':
      case 'wait_agent':
        for (const { agent, status } of waitAnswer(output)) this.words.reported(by, agent, status, call.id, place)
        return
      case 'close_agent':
      case 'interrupt_agent': {
        const target = word(call.input, 'target') ?? word(call.input, 'id') ?? word(call.input, 'agent_id')
        if (target === undefined || failed) return
        this.words.said({
          kind: 'interrupt',
          by,
          to: target,
          callId: call.id,
          turnId: call.turnId,
          text: bare(call.name),
          status: closeAnswer(output),
          place: { path: place.path, line: call.line, at: call.at },
        })
        return
      }
      default:
        return
    }
  }

  spawnedAs(callId: string | undefined, childId: string | undefined, named: { name?: string; role?: string }): boolean {
    return this.spawns.spawnedAs(callId, childId, named)
  }

  activity(thread: Thread, event: JsonRecord, place: Place): boolean {
    const child = word(event, 'agent_thread_id')
    const path = word(event, 'agent_path')
    const callId = word(event, 'id') ?? word(event, 'call_id') ?? word(event, 'event_id')
    if (child === undefined) return false
    switch (event.kind) {
      case 'started':
        return this.spawnedAs(callId, child, { name: path })
      case 'completed':
        this.words.reported(agentOf(thread), child, { kind: 'completed', result: undefined }, callId, place)
        return true
      default:
        return false
    }
  }

  /** 0.149: a child's last message, written into its master's file. */
  mailed(item: JsonRecord, place: Place): boolean {
    const author = word(item, 'author')
    const to = word(item, 'recipient')
    const said =
      word(item, 'content') ??
      list(item, 'content')
        .map((part) => text(part, 'text') ?? '')
        .join('\n')
    if (author === undefined || to === undefined || !/FINAL_ANSWER/.test(said) || author.length <= to.length) return false
    this.words.reported(
      to,
      author,
      { kind: 'completed', result: said.replace(/^[\s\S]*?Message Type:\s*FINAL_ANSWER\s*/, '').trim() || undefined },
      undefined,
      place,
    )
    return true
  }

  noticed(thread: Thread, said: string, place: Place): boolean {
    const news = notificationsIn(said)
    for (const { agent, status } of news) this.words.reported(agentOf(thread), agent, status, undefined, place)
    return news.length > 0
  }

  // What a sub-agent's own file says ---------------------------------------------------------------

  finished(thread: Thread, answer: string | undefined, place: Place): boolean {
    if (!thread.isChild) return false
    this.words.ended(agentOf(thread), { kind: 'completed', result: answer, reason: undefined, place })
    this.telling.tell({
      type: 'task.ended',
      id: `${thread.id}:${place.line}:ended`,
      occurredAt: place.at,
      order: place.line + 0.95,
      taskId: agentOf(thread),
      status: 'completed',
      result: answer,
      source: { path: place.path, line: place.line },
    })
    return true
  }

  aborted(thread: Thread, reason: string | undefined, place: Place): void {
    if (thread.isChild) {
      this.words.ended(agentOf(thread), { kind: 'aborted', result: undefined, reason, place })
      this.patience = 0
    } else this.userInterrupt(agentOf(thread), reason, place)
  }

  private userInterrupt(agentId: string, reason: string | undefined, place: Place): void {
    this.joinUser(place)
    this.telling.tell({
      type: 'message.sent',
      id: `${agentId}:${place.line}:interrupt`,
      occurredAt: place.at,
      order: place.line,
      from: USER,
      to: agentId,
      purpose: 'user',
      text: `[turn aborted: ${reason ?? 'no reason given'}]`,
      attributes: { userInterrupt: true },
      source: { path: place.path, line: place.line },
    })
  }

  // What only several files together say ------------------------------------------------------------

  /** Tells what no longer waits for another file: after a few calls while watching, at once at an import's end. */
  settle(final: boolean): void {
    if (!final && ++this.patience < PATIENCE) return
    this.spawns.settle(final)
    if (![...this.threads.values()].some((thread) => !thread.isChild)) this.withoutRoot()
    this.words.settle(final)
  }

  private withoutRoot(): void {
    const first = [...this.threads.values()].sort((a, b) => (a.bornAt ?? 0) - (b.bornAt ?? 0) || (agentOf(a) < agentOf(b) ? -1 : 1))[0]
    if (first) this.started(first, { path: first.path, line: first.bornLine, at: first.bornAt ?? 0 }, `session:started:${first.id}`)
  }
}
