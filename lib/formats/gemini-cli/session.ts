import type { Evidence } from '@/lib/core/event'
import { contentText, count, isRecord, type JsonRecord, list, record, records, shown, text, time, word } from '../foreign'
import { type Sink, Telling, titleOf } from '../telling'
import { callMade, callReturned, type ToolAnswer, type ToolUse } from '../tool-calls'

const MAIN = 'main'
const USER = 'user'
/** Calls of `settle` that something waits for another line. */
const PATIENCE = 4

/** Agents that the tool brings along; others are known by their call's `agentId` or by their own file. */
const AGENTS = new Set(['generalist', 'codebase_investigator', 'cli_help', 'cli_help_agent', 'browser_agent', 'memory_manager'])

/** A call that gave work to a sub-agent. */
interface Handover {
  callId: string
  use: ToolUse
  agentName: string
  brief: string | undefined
  /** The sub-agent's own id, where the call or elimination tells it. */
  agentId: string | undefined
  end: { status: 'completed' | 'failed' | 'cancelled'; result: string | undefined; at: number; order: number } | undefined
  told: boolean
  endTold: boolean
}

/** A main chat and the chats of its sub-agents. */
export class GeminiSession {
  readonly telling: Telling
  private readonly handovers = new Map<string, Handover>()
  private readonly children = new Map<string, Chat>()
  private readonly linked = new Set<string>()
  private readonly metaTold = new Set<string>()
  private hasMain = false
  private patience = 0

  constructor(
    readonly id: string,
    sink: Sink,
  ) {
    this.telling = new Telling(id, sink)
  }

  began(chat: Chat): void {
    this.patience = 0
    const { at, line, path } = chat.birth
    const source = { path, line }
    if (chat.child === undefined) {
      this.hasMain = true
      this.telling.tell({ type: 'session.started', id: 'session:started', occurredAt: at, order: -1, framework: 'gemini-cli', format: 'gemini-cli' })
      this.telling.tell({ type: 'agent.joined', id: 'main:joined', occurredAt: at, order: line - 0.5, agentId: MAIN, name: 'main', role: 'agent', source })
    } else {
      this.children.set(chat.child, chat)
      this.telling.tell({
        type: 'agent.joined',
        id: `${chat.child}:joined`,
        occurredAt: at,
        order: line - 0.5,
        agentId: chat.child,
        parentId: MAIN,
        role: 'agent',
        name: agentNameOf(chat.child),
        agentType: agentNameOf(chat.child),
        evidence: { kind: 'declared', how: 'its file lies in the folder of its master’s session' },
        source,
      })
    }
  }

  isAgent(name: string): boolean {
    return AGENTS.has(name)
  }

  handedOver(use: ToolUse, agentName: string, brief: string | undefined, agentId: string | undefined): void {
    let handover = this.handovers.get(use.callId)
    if (!handover) {
      this.patience = 0
      handover = { callId: use.callId, use, agentName, brief, agentId: undefined, end: undefined, told: false, endTold: false }
      this.handovers.set(use.callId, handover)
    }
    handover.agentId ??= agentId
    if (handover.agentId !== undefined) this.tell(handover, handover.agentId, { kind: 'declared', how: 'the call names the agent' })
  }

  returned(callId: string, end: NonNullable<Handover['end']>): void {
    const handover = this.handovers.get(callId)
    if (!handover) return
    handover.end ??= end
    this.tellEnd(handover)
  }

  settle(final: boolean): void {
    if (!final && ++this.patience < PATIENCE) return
    for (const handover of this.handovers.values()) {
      if (handover.told) continue
      // sub-agents are called after the agent's name, and begin after their call
      const child = [...this.children.values()]
        .filter((one) => one.child !== undefined && !this.linked.has(one.child) && agentNameOf(one.child) === handover.agentName)
        .sort((a, b) => a.birth.at - b.birth.at || ((a.child ?? '') < (b.child ?? '') ? -1 : 1))[0]?.child
      if (child !== undefined) this.tell(handover, child, { kind: 'inferred', how: 'the first file of an agent of this name that no other call has taken' })
      else if (final)
        this.tell(handover, `${handover.agentName}:${handover.callId}`, {
          kind: 'inferred',
          how: 'a call of a tool that is named like an agent; its own file was not found',
        })
    }
    for (const [id, chat] of this.children) if (!this.linked.has(id)) this.withoutCall(id, chat)
    if (!this.hasMain) {
      const first = [...this.children.values()].sort((a, b) => a.birth.at - b.birth.at)[0]
      if (first) {
        const { at, path, line } = first.birth
        this.telling.tell({ type: 'session.started', id: 'session:started:sub', occurredAt: at, order: -1, framework: 'gemini-cli', format: 'gemini-cli' })
        this.telling.tell({
          type: 'agent.joined',
          id: 'main:named',
          occurredAt: at,
          order: -0.5,
          agentId: MAIN,
          name: 'main',
          role: 'agent',
          source: { path, line },
        })
      }
    }
  }

  private withoutCall(id: string, chat: Chat): void {
    this.linked.add(id)
    this.metaTold.add(id)
    const { at, path, line } = chat.birth
    this.telling.tell({
      type: 'task.delegated',
      id: `${id}:delegated:file`,
      occurredAt: at,
      order: line,
      taskId: id,
      by: MAIN,
      to: id,
      brief: chat.firstAsked,
      title: chat.firstAsked === undefined ? undefined : titleOf(chat.firstAsked),
      evidence: { kind: 'declared', how: 'its file lies in the folder of its master’s session; the call was not found' },
      source: { path, line },
      attributes: { delegatedBy: 'file' },
    })
  }

  private tell(handover: Handover, agentId: string, evidence: Evidence): void {
    if (handover.told) return
    handover.told = true
    handover.agentId = agentId
    this.linked.add(agentId)
    const { use, agentName, brief } = handover
    this.telling.tell({
      type: 'agent.joined',
      id: `${agentId}:joined:${use.callId}`,
      occurredAt: use.at,
      order: use.order + 0.0001,
      agentId,
      parentId: use.agentId,
      role: 'agent',
      name: agentName,
      agentType: agentName,
      evidence,
    })
    const delegation = {
      type: 'task.delegated' as const,
      taskId: agentId,
      by: use.agentId,
      to: agentId,
      title: brief === undefined ? agentName : titleOf(brief),
      brief,
      parentTaskId: use.taskId,
      turnId: use.turnId,
      callId: use.callId,
      evidence,
      source: use.source,
      attributes: { delegatedBy: use.name },
    }
    this.telling.tell({ ...delegation, id: `${agentId}:delegated:${use.callId}`, occurredAt: use.at, order: use.order + 0.0002 })
    const born = this.children.get(agentId)?.birth.at
    if (this.metaTold.has(agentId))
      this.telling.tell({ ...delegation, id: `${agentId}:delegated:${use.callId}:again`, occurredAt: Math.max(use.at, born ?? use.at), order: 1e9 })
    this.tellEnd(handover)
  }

  private tellEnd(handover: Handover): void {
    const { end, agentId } = handover
    if (!end || agentId === undefined || !handover.told || handover.endTold) return
    handover.endTold = true
    if (end.status === 'cancelled') this.joinUser(end.at, end.order)
    this.telling.tell({
      type: 'task.ended',
      id: `${handover.callId}:ended`,
      occurredAt: Math.max(end.at, handover.use.at),
      order: end.order,
      taskId: agentId,
      status: end.status,
      by: end.status === 'cancelled' ? USER : undefined,
      result: end.result,
      source: handover.use.source,
    })
  }

  joinUser(at: number, order: number): void {
    this.telling.tell({ type: 'agent.joined', id: `user:joined`, occurredAt: at, order: order - 0.5, agentId: USER, name: 'user', role: 'human' })
  }
}

/** `generalist-1a2b3c` -> `generalist` */
function agentNameOf(id: string): string {
  return id.replace(/-[0-9a-z]{4,}$/i, '')
}

interface OpenTurn {
  id: string
  startedAt: number
  at: number
  line: number
  message: JsonRecord
}

/** One file: messages appended, or told again with the same id when more is known. */
export class Chat {
  birth = { at: 0, line: 1, path: '' }
  firstAsked: string | undefined
  private turn: OpenTurn | undefined
  private causeAt: number | undefined
  private readonly uses = new Map<string, ToolUse>()
  private readonly seen = new Set<string>()
  private cancelled: { at: number; line: number; id: string } | undefined
  private titled = false
  private model: string | undefined

  constructor(
    private readonly session: GeminiSession,
    private readonly path: string,
    /** The sub-agent's id; undefined for the main chat. */
    readonly child: string | undefined,
  ) {}

  private get agentId(): string {
    return this.child ?? MAIN
  }

  begin(head: JsonRecord, line: number): void {
    this.birth = { at: time(head, 'startTime') ?? 0, line, path: this.path }
    this.session.began(this)
  }

  line(value: JsonRecord, line: number): void {
    const patch = record(value, '$set')
    const messages = records(patch ?? value, 'messages')
    const { sink } = this.session.telling
    if (patch || 'projectHash' in value) {
      for (const message of messages) this.message(message, line)
      if (messages.length === 0) sink.skipped++
    } else if (typeof value.$rewindTo === 'string') {
      this.close()
      this.session.telling.issue(
        'rewound',
        'note',
        'Here a person took the conversation back to an earlier message; what came after that message happened nevertheless and is kept.',
        { path: this.path, line },
      )
      sink.skipped++
    } else this.message(value, line)
  }

  close(): void {
    this.toldCancel(undefined)
    this.closeTurn()
  }

  private message(message: JsonRecord, line: number): void {
    const at = time(message, 'timestamp')
    const id = word(message, 'id')
    if (at === undefined || id === undefined) {
      this.session.telling.sink.skipped++
      return
    }
    switch (message.type) {
      case 'gemini':
        this.answered(id, message, at, line)
        return
      case 'user':
        this.asked(id, message, at, line)
        return
      case 'info':
      case 'error':
      case 'warning':
        if (this.seen.has(id)) return
        this.seen.add(id)
        if (/^Request cancelled\.?$/i.test(contentText(message.content).trim())) {
          this.toldCancel(undefined)
          this.cancelled = { at, line, id }
          this.closeTurn()
        } else this.session.telling.sink.skipped++
        return
      default:
        this.session.telling.sink.skipped++
    }
  }

  private asked(id: string, message: JsonRecord, at: number, line: number): void {
    if (this.seen.has(id)) return
    this.seen.add(id)
    this.closeTurn()
    this.causeAt = at
    const said = contentText(message.displayContent ?? message.content)
    const { telling } = this.session
    if (said.trim() === '' || said.startsWith('<session_context>') || said.startsWith('This is the Gemini CLI.')) {
      this.toldCancel(undefined)
      telling.sink.skipped++
      return
    }
    this.firstAsked ??= said
    if (this.child === undefined) {
      this.session.joinUser(at, line)
      if (!this.titled) {
        this.titled = true
        telling.tell({ type: 'session.started', id: 'session:title', occurredAt: at, order: line, title: titleOf(said) })
      }
      telling.tell({
        type: 'message.sent',
        id: `${id}:message`,
        occurredAt: at,
        order: line,
        from: USER,
        to: MAIN,
        purpose: 'user',
        text: said,
        source: { path: this.path, line, messageId: id },
      })
    }
    // the notice of a cancelled request is written before the request
    this.toldCancel({ at, line })
  }

  private toldCancel(request: { at: number; line: number } | undefined): void {
    const cancelled = this.cancelled
    this.cancelled = undefined
    if (!cancelled) return
    const after = request && request.at >= cancelled.at && request.at - cancelled.at < 2000 ? request : cancelled
    this.session.joinUser(after.at, after.line)
    this.session.telling.tell({
      type: 'message.sent',
      id: `${cancelled.id}:interrupt`,
      occurredAt: after.at,
      order: after.line + 0.1,
      from: USER,
      to: this.agentId,
      purpose: 'user',
      text: 'Request cancelled.',
      attributes: { userInterrupt: true },
      source: { path: this.path, line: cancelled.line, messageId: cancelled.id },
    })
  }

  private answered(id: string, message: JsonRecord, at: number, line: number): void {
    this.toldCancel(undefined)
    const { telling } = this.session
    if (this.turn && this.turn.id !== id) this.closeTurn()
    if (!this.turn) {
      const thought = time(records(message, 'thoughts')[0], 'timestamp')
      const startedAt = Math.min(this.causeAt ?? thought ?? at, at)
      this.turn = { id, startedAt, at, line, message }
      telling.tell({
        type: 'turn.started',
        id: `${id}:turn.started`,
        occurredAt: startedAt,
        order: line - 0.1,
        turnId: id,
        agentId: this.agentId,
        taskId: this.child,
        model: word(message, 'model'),
        source: { path: this.path, line, messageId: id },
      })
    }
    this.turn.message = message
    this.turn.line = line
    this.turn.at = Math.max(this.turn.at, at)
    const model = word(message, 'model')
    if (model !== undefined && model !== this.model) {
      this.model = model
      telling.tell({ type: 'agent.joined', id: `${this.agentId}:model:${line}`, occurredAt: at, order: line, agentId: this.agentId, model, provider: 'google' })
    }
    records(message, 'toolCalls').forEach((call, nth) => {
      this.called(id, call, at, line + (nth + 1) * 0.001)
    })
  }

  private called(turnId: string, call: JsonRecord, saidAt: number, order: number): void {
    const { telling } = this.session
    const callId = word(call, 'id') ?? `${turnId}:${order}`
    const name = word(call, 'name') ?? 'unnamed'
    let use = this.uses.get(callId)
    if (!use) {
      use = {
        callId,
        name,
        input: call.args,
        agentId: this.agentId,
        turnId,
        taskId: this.child,
        at: saidAt,
        order,
        source: { path: this.path, line: Math.floor(order), toolUseId: callId, messageId: turnId },
      }
      this.uses.set(callId, use)
      callMade(telling, use)
    }
    const agentId = word(call, 'agentId')
    const invoked = name === 'invoke_agent' || name === 'delegate_to_agent' ? (word(call, 'args', 'agent_name') ?? name) : undefined
    const delegates = agentId !== undefined || invoked !== undefined || this.session.isAgent(name)
    if (delegates) this.session.handedOver(use, invoked ?? name, promptIn(call.args), agentId)
    const status = plainToolStatus(word(call, 'status'))
    if (status === undefined) return
    const at = Math.max(time(call, 'timestamp') ?? saidAt, saidAt)
    this.causeAt = Math.max(this.causeAt ?? at, at)
    const result = resultText(call)
    callReturned(telling, use, { at, order, status, result })
    if (delegates) this.session.returned(callId, { status: status === 'ok' ? 'completed' : status === 'error' ? 'failed' : 'cancelled', result, at, order })
  }

  private closeTurn(): void {
    const turn = this.turn
    this.turn = undefined
    if (!turn) return
    const { message } = turn
    const tokens = record(message, 'tokens')
    const thoughts = count(tokens, 'thoughts')
    const output = count(tokens, 'output')
    const input = count(tokens, 'input')
    const output2 = output === undefined ? undefined : output + (thoughts ?? 0)
    const reasoning = records(message, 'thoughts')
      .map((thought) => [text(thought, 'subject'), text(thought, 'description')].filter((part) => part !== undefined && part !== '').join(': '))
      .join('\n')
    const said = contentText(message.content)
    this.session.telling.tell({
      type: 'turn.ended',
      id: `${turn.id}:${turn.line}:turn.ended`,
      occurredAt: Math.max(turn.at, turn.startedAt),
      order: turn.line + 0.9,
      turnId: turn.id,
      agentId: this.agentId,
      taskId: this.child,
      model: word(message, 'model'),
      usage: tokens
        ? {
            inputTokens: input === undefined ? undefined : input + (count(tokens, 'tool') ?? 0),
            cachedInputTokens: count(tokens, 'cached'),
            // Gemini counts thoughts beside the output, OpenTelemetry inside it
            outputTokens: output2,
            reasoningTokens: thoughts,
          }
        : undefined,
      finish: list(message, 'toolCalls').length > 0 ? 'tool_calls' : said === '' ? undefined : 'stop',
      output: said === '' ? undefined : said,
      reasoning: reasoning === '' ? undefined : reasoning,
    })
  }
}

function promptIn(args: unknown): string | undefined {
  return (
    word(args, 'prompt') ??
    word(args, 'objective') ??
    word(args, 'request') ??
    word(args, 'task') ??
    word(args, 'question') ??
    (isRecord(args) ? shown(args) : undefined)
  )
}

/** What a tool answered: the response's output, else its error, else what was shown. */
function resultText(call: JsonRecord): string | undefined {
  const parts = records(call, 'result').map((part) => {
    const response = record(part, 'functionResponse', 'response')
    return text(response, 'output') ?? text(response, 'error') ?? shown(response) ?? ''
  })
  const joined = parts.filter((part) => part !== '').join('\n')
  return joined !== '' ? joined : (word(call, 'resultDisplay') ?? word(call, 'error'))
}

/** Undefined while the call still runs. */
function plainToolStatus(status: string | undefined): ToolAnswer['status'] | undefined {
  return status === 'success' ? 'ok' : status === 'error' || status === 'cancelled' ? status : undefined
}
