import { contentText, count, isRecord, type JsonRecord, list, record, records, shown, text, time, word } from '../foreign'
import { titleOf } from '../telling'
import { callMade, callReturned, type ToolAnswer, type ToolUse } from '../tool-calls'
import { type GeminiSession, MAIN, USER } from './session'

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
