import type { Evidence } from '@/lib/core/event'
import { type JsonRecord, list, text, word } from '../foreign'
import { type Sink, Telling, titleOf } from '../telling'
import { bare, closeAnswer, messageOf, notificationsIn, type ReportedStatus, spawnAnswer, waitAnswer } from './collab'
import type { Call, Thread } from './thread'

/** Where a line stands and when it was written. */
export interface Place {
  path: string
  line: number
  at: number
}

const USER = 'user'
/** Calls of `settle` that something waits for another file's line. */
const PATIENCE = 4
/** A master's interrupt and the end that it causes are written within this time. */
const INTERRUPT_MS = 15_000

/** A call of spawn_agent. */
interface Spawn {
  callId: string
  by: string
  byTask: string | undefined
  turnId: string
  brief: string | undefined
  role: string | undefined
  name: string | undefined
  childId: string | undefined
  failed: boolean
  told: boolean
  place: Place
}

/** A master's word on a sub-agent: a message, an interrupt, or news of its end. Its addressee may be known only later. */
interface Word {
  kind: 'message' | 'interrupt' | 'end'
  by: string
  to: string
  callId: string | undefined
  turnId: string | undefined
  text: string | undefined
  status: ReportedStatus
  /** The master already knew that the work had ended. */
  late: boolean
  place: Place
}

interface Ending {
  kind: 'completed' | 'aborted'
  result: string | undefined
  reason: string | undefined
  place: Place
}

/** The threads of one master and what it did with them. A thread's id is its agent's id and its task's. */
export class CodexSession {
  readonly telling: Telling
  private readonly threads = new Map<string, Thread>()
  private readonly spawns = new Map<string, Spawn>()
  private readonly words: Word[] = []
  private readonly endings = new Map<string, Ending[]>()
  private readonly knownEnded = new Set<string>()
  private readonly delegated = new Set<string>()
  /** Delegations known only from the sub-agent's own first line. */
  private readonly metaTold = new Set<string>()
  private readonly interrupts: { to: string; at: number }[] = []
  private userJoined = false
  private patience = 0

  constructor(
    readonly id: string,
    sink: Sink,
  ) {
    this.telling = new Telling(id, sink)
  }

  agentOf(thread: Thread): string {
    return thread.id ?? 'unnamed'
  }

  taskOf(thread: Thread): string | undefined {
    return thread.isChild ? thread.id : undefined
  }

  joined(thread: Thread, place: Place): void {
    this.threads.set(this.agentOf(thread), thread)
    const id = this.agentOf(thread)
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
    const agentId = this.agentOf(thread)
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
      id: `${this.agentOf(thread)}:${place.line}:message`,
      occurredAt: place.at,
      order: place.line,
      from: USER,
      to: this.agentOf(thread),
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
    const common = { by: this.agentOf(thread), callId: call.id, turnId: call.turnId, text: messageOf(call.input), status: { kind: 'unknown' } as const, place }
    switch (bare(call.name)) {
      case 'spawn_agent':
        this.patience = 0
        this.spawns.set(call.id, {
          callId: call.id,
          by: this.agentOf(thread),
          byTask: this.taskOf(thread),
          turnId: call.turnId,
          brief: messageOf(call.input),
          role: word(call.input, 'agent_type'),
          name: word(call.input, 'task_name') ?? word(call.input, 'nickname'),
          childId: undefined,
          failed: false,
          told: false,
          place,
        })
        return
      case 'send_input':
      case 'send_message':
      case 'followup_task':
        if (target !== undefined) this.words.push({ ...common, kind: 'message', to: target, late: this.knownEnded.has(target) })
        return
      default:
        return
    }
  }

  collabAnswered(thread: Thread, call: Call, output: string, failed: boolean, place: Place): void {
    const by = this.agentOf(thread)
    switch (bare(call.name)) {
      case 'spawn_agent': {
        const spawn = this.spawns.get(call.id)
        if (!spawn) return
        const answer = spawnAnswer(output)
        spawn.name ??= answer.taskName ?? answer.nickname
        if (failed) spawn.failed = true
        if (answer.agentId !== undefined) this.spawnedAs(call.id, answer.agentId, { name: answer.nickname ?? answer.taskName })
        return
      }
      case 'wait':
      case 'wait_agent':
        for (const { agent, status } of waitAnswer(output)) this.reported(by, agent, status, call.id, place)
        return
      case 'close_agent':
      case 'interrupt_agent': {
        const target = word(call.input, 'target') ?? word(call.input, 'id') ?? word(call.input, 'agent_id')
        if (target === undefined || failed) return
        const late = this.knownEnded.has(target)
        this.words.push({
          kind: 'interrupt',
          by,
          to: target,
          callId: call.id,
          turnId: call.turnId,
          text: bare(call.name),
          status: closeAnswer(output),
          late,
          place: { path: place.path, line: call.line, at: call.at },
        })
        return
      }
      default:
        return
    }
  }

  spawnedAs(callId: string | undefined, childId: string | undefined, named: { name?: string; role?: string }): boolean {
    const spawn = callId === undefined ? undefined : this.spawns.get(callId)
    if (!spawn || childId === undefined) return false
    spawn.name = named.name ?? spawn.name
    spawn.role ??= named.role
    spawn.childId = childId
    this.tellSpawn(spawn, childId, { kind: 'declared', how: 'the answer to the call of spawn_agent names the thread' })
    return true
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
        this.reported(this.agentOf(thread), child, { kind: 'completed', result: undefined }, callId, place)
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
    this.reported(to, author, { kind: 'completed', result: said.replace(/^[\s\S]*?Message Type:\s*FINAL_ANSWER\s*/, '').trim() || undefined }, undefined, place)
    return true
  }

  noticed(thread: Thread, said: string, place: Place): boolean {
    const news = notificationsIn(said)
    for (const { agent, status } of news) this.reported(this.agentOf(thread), agent, status, undefined, place)
    return news.length > 0
  }

  private reported(by: string, agent: string, status: ReportedStatus, callId: string | undefined, place: Place): void {
    if (status.kind !== 'completed' && status.kind !== 'failed') return
    this.knownEnded.add(agent)
    this.words.push({ kind: 'end', by, to: agent, callId, turnId: undefined, text: undefined, status, late: false, place })
  }

  // What a sub-agent's own file says ---------------------------------------------------------------

  finished(thread: Thread, answer: string | undefined, place: Place): boolean {
    if (!thread.isChild) return false
    this.endingsOf(this.agentOf(thread)).push({ kind: 'completed', result: answer, reason: undefined, place })
    this.telling.tell({
      type: 'task.ended',
      id: `${thread.id}:${place.line}:ended`,
      occurredAt: place.at,
      order: place.line + 0.95,
      taskId: this.agentOf(thread),
      status: 'completed',
      result: answer,
      source: { path: place.path, line: place.line },
    })
    return true
  }

  aborted(thread: Thread, reason: string | undefined, place: Place): void {
    if (thread.isChild) {
      this.endingsOf(this.agentOf(thread)).push({ kind: 'aborted', result: undefined, reason, place })
      this.patience = 0
    } else this.userInterrupt(this.agentOf(thread), reason, place)
  }

  private endingsOf(id: string): Ending[] {
    let endings = this.endings.get(id)
    if (!endings) {
      endings = []
      this.endings.set(id, endings)
    }
    return endings
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
    for (const spawn of this.spawns.values()) if (!spawn.told && !spawn.failed) this.settleSpawn(spawn, final)
    for (const thread of this.threads.values()) if (thread.isChild && !this.delegated.has(this.agentOf(thread))) this.withoutSpawn(thread)
    if (![...this.threads.values()].some((thread) => !thread.isChild)) this.withoutRoot()
    for (const one of this.words.splice(0)) if (!this.tellWord(one, final)) this.words.push(one)
    for (const [id, endings] of this.endings) for (const ending of endings) if (ending.kind === 'aborted') this.tellAbort(id, ending)
  }

  private settleSpawn(spawn: Spawn, final: boolean): void {
    const byName = spawn.name === undefined ? undefined : this.resolve(spawn.name)
    if (byName !== undefined && !this.delegated.has(byName)) {
      this.tellSpawn(spawn, byName, { kind: 'declared', how: 'the call and the thread’s session_meta name the same agent path' })
      return
    }
    const free = [...this.threads.values()].filter((thread) => thread.parentId === spawn.by && !this.delegated.has(this.agentOf(thread)))
    const open = [...this.spawns.values()].filter((one) => one.by === spawn.by && !one.told && !one.failed)
    const only = free[0]
    if (free.length === 1 && open.length === 1 && only) {
      this.tellSpawn(spawn, this.agentOf(only), { kind: 'inferred', how: 'the only call without a thread and the only thread without a call' })
    } else if (final) {
      this.tellSpawn(spawn, spawn.name ?? `unseen-${spawn.callId}`, { kind: 'inferred', how: 'the rollout of the thread that this call started was not found' })
    }
  }

  private tellSpawn(spawn: Spawn, childId: string, evidence: Evidence): void {
    if (spawn.told) return
    spawn.told = true
    spawn.childId = childId
    this.delegated.add(childId)
    const { place, name, role, brief } = spawn
    // its own first line has spoken already, with less: this is told again after that
    const corrected = this.metaTold.has(childId) ? Math.max(place.at, this.threads.get(childId)?.bornAt ?? place.at) : undefined
    this.telling.tell({
      type: 'agent.joined',
      id: `${childId}:joined:${spawn.callId}`,
      occurredAt: place.at,
      order: place.line + 0.1,
      agentId: childId,
      parentId: spawn.by,
      role: 'agent',
      name: name ?? (brief === undefined ? undefined : titleOf(brief)),
      agentType: role,
      evidence,
    })
    const delegation = {
      type: 'task.delegated' as const,
      taskId: childId,
      by: spawn.by,
      to: childId,
      title: brief === undefined ? name : titleOf(brief),
      brief,
      parentTaskId: spawn.byTask,
      turnId: spawn.turnId,
      callId: spawn.callId,
      background: true,
      evidence,
      source: { path: place.path, line: place.line, toolUseId: spawn.callId },
      attributes: { delegatedBy: 'spawn_agent' },
    }
    this.telling.tell({ ...delegation, id: `${childId}:delegated:${spawn.callId}`, occurredAt: place.at, order: place.line + 0.2 })
    if (corrected !== undefined) this.telling.tell({ ...delegation, id: `${childId}:delegated:${spawn.callId}:again`, occurredAt: corrected, order: 1e9 })
  }

  /** No call for it in what was read: its own first line names its master. */
  private withoutSpawn(thread: Thread): void {
    const id = this.agentOf(thread)
    const by = thread.parentId
    if (by === undefined) return
    this.delegated.add(id)
    this.metaTold.add(id)
    const place = { path: thread.path, line: thread.bornLine, at: thread.bornAt ?? 0 }
    if (!this.threads.has(by)) {
      this.telling.tell({
        type: 'agent.joined',
        id: `${by}:named`,
        occurredAt: place.at,
        order: -0.5,
        agentId: by,
        role: 'agent',
        evidence: { kind: 'declared', how: 'a sub-agent’s session_meta names it; its own rollout was not read' },
      })
    }
    this.telling.tell({
      type: 'task.delegated',
      id: `${id}:delegated:meta`,
      occurredAt: place.at,
      order: place.line - 0.4,
      taskId: id,
      by,
      to: id,
      parentTaskId: this.threads.get(by)?.isChild ? by : undefined,
      background: true,
      evidence: { kind: 'declared', how: 'its session_meta names the thread that started it; the call was not found' },
      source: { path: place.path, line: place.line },
      attributes: { delegatedBy: 'session_meta' },
    })
  }

  private withoutRoot(): void {
    const first = [...this.threads.values()].sort((a, b) => (a.bornAt ?? 0) - (b.bornAt ?? 0) || (this.agentOf(a) < this.agentOf(b) ? -1 : 1))[0]
    if (first) this.started(first, { path: first.path, line: first.bornLine, at: first.bornAt ?? 0 }, `session:started:${first.id}`)
  }

  /** A thread by its id, its path or the last name of that path. */
  private resolve(name: string): string | undefined {
    if (this.threads.has(name)) return name
    for (const thread of this.threads.values()) {
      if (thread.agentPath === name || thread.agentPath?.split('/').at(-1) === name || thread.nickname === name) return this.agentOf(thread)
    }
    for (const spawn of this.spawns.values()) {
      if (spawn.childId !== undefined && (spawn.childId === name || spawn.name === name || spawn.name?.split('/').at(-1) === name.split('/').at(-1)))
        return spawn.childId
    }
    return undefined
  }

  private tellWord(one: Word, final: boolean): boolean {
    const to = this.resolve(one.to)
    if (to === undefined) {
      if (!final) return false
      this.telling.issue('unknown_agent', 'note', `A call names the agent "${one.to.slice(0, 100)}", of which nothing else is known.`, {
        path: one.place.path,
        line: one.place.line,
      })
      return true
    }
    const { place } = one
    const own = this.endings.get(to) ?? []
    const source = { path: place.path, line: place.line, ...(one.callId === undefined ? {} : { toolUseId: one.callId }) }
    switch (one.kind) {
      case 'message':
        this.telling.tell({
          type: 'message.sent',
          id: `${one.callId}:message`,
          occurredAt: place.at,
          order: place.line + 0.3,
          from: one.by,
          to,
          taskId: to,
          turnId: one.turnId,
          purpose: one.late ? 'note' : 'steer',
          text: one.text,
          source,
        })
        return true
      case 'end':
        if (own.some((ending) => ending.kind === 'completed')) return true
        this.telling.tell({
          type: 'task.ended',
          id: `${to}:reported:${place.line}`,
          occurredAt: place.at,
          order: place.line + 0.3,
          taskId: to,
          status: one.status.kind === 'failed' ? 'failed' : 'completed',
          reason: one.status.kind === 'failed' ? one.status.reason : undefined,
          result: one.status.kind === 'completed' ? one.status.result : undefined,
          evidence: { kind: 'declared', how: 'its master’s rollout reports it' },
          source,
        })
        return true
      case 'interrupt': {
        const before = own.some((ending) => ending.kind === 'completed' && ending.place.at <= place.at)
        if (one.late || before || one.status.kind === 'completed' || one.status.kind === 'failed') return true
        this.telling.tell({
          type: 'task.ended',
          id: `${one.callId}:interrupted`,
          occurredAt: place.at,
          order: place.line + 0.3,
          taskId: to,
          status: 'cancelled',
          by: one.by,
          reason: `${one.text} by ${one.by}`,
          turnId: one.turnId,
          source,
        })
        this.interrupts.push({ to, at: place.at })
        return true
      }
    }
  }

  /** A sub-agent's turn was cut off: by its master if it called for that just before, else by a person. */
  private tellAbort(id: string, { reason, place }: Ending): void {
    const byMaster = this.interrupts.some((one) => one.to === id && one.at <= place.at + 2000 && one.at >= place.at - INTERRUPT_MS)
    if (byMaster) return
    this.userInterrupt(id, reason, place)
    this.telling.tell({
      type: 'task.ended',
      id: `${id}:${place.line}:aborted`,
      occurredAt: place.at,
      order: place.line + 0.95,
      taskId: id,
      status: 'cancelled',
      by: USER,
      reason,
      evidence: { kind: 'inferred', how: 'its turn was aborted, and no call of its master asked for that' },
      source: { path: place.path, line: place.line },
    })
  }
}
