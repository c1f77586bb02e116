import { count, type JsonRecord, record, records, shown, text, time, word } from '../foreign'
import { clip, type Sink, Telling, titleOf } from '../telling'
import { callMade, callReturned, type ToolUse } from '../tool-calls'
import { type AgentState, newAgentState } from './agent-state'

const MAIN = 'main'
const USER = 'user'

/** One events.jsonl, line by line. */
export class FileReader {
  private telling: Telling | undefined
  private readonly agents = new Map<string, AgentState>()
  private readonly calls = new Map<string, ToolUse>()
  /** Names given to sub-agents by their calls -> the call. */
  private readonly named = new Map<string, string>()
  private readonly ended = new Set<string>()
  private readonly stopped = new Map<string, { by: string; callId: string; turnId: string | undefined; order: number; at: number; line: number }>()
  private folder: string | undefined
  private model: string | undefined
  private lastAt = 0
  private titled = false

  constructor(
    private readonly path: string,
    private readonly sink: Sink,
  ) {}

  line(line: JsonRecord, number: number): void {
    const type = text(line, 'type') ?? ''
    const data = record(line, 'data') ?? {}
    const at = time(line, 'timestamp') ?? this.lastAt
    this.lastAt = at
    if (type === 'session.start' || (type === 'session.resume' && !this.telling)) return this.start(data, at, number)
    const telling = this.telling
    if (!telling) {
      this.sink.skipped++
      return
    }
    const agentId = word(line, 'agentId') ?? word(data, 'parentToolCallId') ?? MAIN
    const agent = this.agent(agentId)
    const source = { path: this.path, line: number, uuid: word(line, 'id') }
    switch (type) {
      case 'session.model_change':
      case 'session.auto_mode_resolved':
        this.model = word(data, 'chosenModel') ?? word(data, 'newModel')
        if (this.model === 'auto') this.model = undefined
        if (this.model) telling.tell({ type: 'agent.joined', id: `main:model:${number}`, occurredAt: at, order: number, agentId: MAIN, model: this.model })
        return
      case 'session.title_changed': {
        const title = word(data, 'title')
        if (title) telling.tell({ type: 'session.started', id: `title:${number}`, occurredAt: at, order: number, title: clip(title, 200) })
        return
      }
      case 'user.message':
        return this.asked(telling, agent, data, at, number, source)
      case 'assistant.turn_start':
        agent.causeAt = at
        this.sink.skipped++
        return
      case 'assistant.reasoning':
        return this.said(telling, agent, { reasoning: text(data, 'content') }, data, at, number, source)
      case 'assistant.message':
        return this.said(telling, agent, { text: text(data, 'content'), reasoning: text(data, 'reasoningText') }, data, at, number, source)
      case 'assistant.turn_end':
        this.close(telling, agent)
        this.sink.skipped++
        return
      case 'tool.execution_start':
        return this.call(telling, agent, word(data, 'toolCallId'), word(data, 'toolName'), data.arguments, at, number)
      case 'tool.execution_complete':
        return this.answered(telling, data, at, number)
      case 'subagent.started':
        return this.delegated(telling, data, at, number, source)
      case 'subagent.completed':
      case 'subagent.failed':
        return this.endTask(telling, type === 'subagent.completed' ? 'completed' : 'failed', data, at, number, source)
      case 'abort':
        return this.abort(telling, data, at, number, source)
      case 'session.shutdown':
        for (const one of this.agents.values()) this.close(telling, one)
        telling.tell({
          type: 'session.ended',
          id: `shutdown:${number}`,
          occurredAt: at,
          order: number,
          status: data.shutdownType === 'error' ? 'failed' : 'completed',
          source,
        })
        return
      case 'session.error':
        telling.issue('session_error', 'note', `Copilot CLI reported an error: ${(word(data, 'message') ?? 'without words').slice(0, 300)}`, {
          path: this.path,
          line: number,
        })
        return
      default:
        this.sink.skipped++
    }
  }

  end(): void {
    if (this.telling) for (const agent of this.agents.values()) this.close(this.telling, agent)
  }

  private start(data: JsonRecord, at: number, number: number): void {
    if (this.telling) return
    const id = word(data, 'sessionId') ?? 'unnamed'
    const startedAt = time(data, 'startTime') ?? at
    this.telling = new Telling(id, this.sink)
    this.folder = word(data, 'context', 'cwd') ?? word(data, 'cwd')
    this.telling.tell({
      type: 'session.started',
      id: 'session:started',
      occurredAt: startedAt,
      order: -1,
      framework: 'copilot-cli',
      format: 'copilot-cli',
      workingDirectory: this.folder,
    })
    this.telling.tell({ type: 'agent.joined', id: 'main:joined', occurredAt: startedAt, order: number - 0.5, agentId: MAIN, name: 'main', role: 'agent' })
    this.agent(MAIN)
  }

  private agent(id: string): AgentState {
    let agent = this.agents.get(id)
    if (!agent) {
      agent = newAgentState(id)
      this.agents.set(id, agent)
    }
    return agent
  }

  private taskOf(agent: AgentState): string | undefined {
    return agent.id === MAIN ? undefined : agent.id
  }

  private asked(telling: Telling, agent: AgentState, data: JsonRecord, at: number, order: number, source: ToolUse['source']): void {
    agent.causeAt = at
    this.close(telling, agent)
    const said = word(data, 'content')
    // what a sub-agent is asked stands in its master's call
    if (agent.id !== MAIN || said === undefined || word(data, 'source')?.startsWith('agent-')) {
      this.sink.skipped++
      return
    }
    telling.tell({ type: 'agent.joined', id: 'user:joined', occurredAt: at, order: order - 0.5, agentId: USER, name: 'user', role: 'human' })
    if (!this.titled) {
      this.titled = true
      telling.tell({ type: 'session.started', id: 'session:title', occurredAt: at, order, title: titleOf(said) })
    }
    telling.tell({ type: 'message.sent', id: `${source.uuid}:message`, occurredAt: at, order, from: USER, to: MAIN, purpose: 'user', text: said, source })
  }

  /** One model call: a message, its reasoning, the calls it asks for. Long messages come in chunks with one id. */
  private said(
    telling: Telling,
    agent: AgentState,
    said: { text?: string; reasoning?: string },
    data: JsonRecord,
    at: number,
    line: number,
    source: ToolUse['source'],
  ): void {
    const messageId = word(data, 'messageId')
    const id = messageId ?? agent.turn?.id ?? `${agent.id}:${line}`
    if (agent.turn && messageId !== undefined && agent.turn.id !== messageId) this.close(telling, agent)
    const model = word(data, 'model') ?? (agent.id === MAIN ? this.model : undefined)
    if (!agent.turn) {
      const startedAt = Math.min(agent.causeAt ?? at, at)
      agent.turn = { id, startedAt, order: line, texts: [], thoughts: [], called: false, lastAt: at, lastLine: line, line, tokens: undefined, model }
      telling.tell({
        type: 'turn.started',
        id: `${id}:turn.started`,
        occurredAt: startedAt,
        order: line - 0.1,
        turnId: id,
        agentId: agent.id,
        taskId: this.taskOf(agent),
        model,
        source: { ...source, messageId },
      })
    }
    const { turn } = agent
    turn.lastAt = at
    turn.lastLine = line
    turn.model ??= model
    if (said.text) {
      turn.texts.push(said.text)
      agent.lastText = said.text
    }
    if (said.reasoning) turn.thoughts.push(said.reasoning)
    turn.tokens = count(data, 'outputTokens') ?? turn.tokens
    telling.tell({
      type: 'turn.streamed',
      id: `${turn.id}:${line}:streamed`,
      occurredAt: at,
      order: line,
      turnId: turn.id,
      agentId: agent.id,
      taskId: this.taskOf(agent),
    })
    for (const request of records(data, 'toolRequests')) {
      turn.called = true
      this.call(telling, agent, word(request, 'toolCallId'), word(request, 'name'), request.arguments, at, line)
    }
  }

  private close(telling: Telling, agent: AgentState, cancelled = false): void {
    const turn = agent.turn
    if (!turn) return
    agent.turn = undefined
    const output = turn.texts.join('\n\n')
    const reasoning = turn.thoughts.join('\n\n')
    telling.tell({
      type: 'turn.ended',
      id: `${turn.id}:turn.ended`,
      occurredAt: turn.lastAt,
      order: turn.lastLine + 0.9,
      turnId: turn.id,
      agentId: agent.id,
      taskId: this.taskOf(agent),
      model: turn.model,
      // only the output of each message is in the file; the input stands there once, for the whole session
      usage: turn.tokens === undefined ? undefined : { outputTokens: turn.tokens },
      finish: cancelled ? 'cancelled' : turn.called ? 'tool_calls' : 'stop',
      output: output === '' ? undefined : output,
      reasoning: reasoning === '' ? undefined : reasoning,
    })
  }

  private call(telling: Telling, agent: AgentState, callId: string | undefined, name: string | undefined, input: unknown, at: number, line: number): void {
    if (callId === undefined || this.calls.has(callId)) return
    const use: ToolUse = {
      callId,
      name: name ?? 'unnamed',
      input,
      agentId: agent.id,
      turnId: agent.turn?.id,
      taskId: this.taskOf(agent),
      at,
      order: line + 0.001,
      source: { path: this.path, line, toolUseId: callId },
      folder: this.folder,
    }
    this.calls.set(callId, use)
    const given = word(input, 'name')
    if (name === 'task' && given !== undefined) this.named.set(given, callId)
    callMade(telling, use)
    const target = word(input, 'agent_id')
    const task = target === undefined ? undefined : (this.named.get(target) ?? target)
    if (task === undefined || !this.agents.has(task)) return
    if (name === 'write_agent' || name === 'send_message') {
      telling.tell({
        type: 'message.sent',
        id: `${callId}:message`,
        occurredAt: at,
        order: line + 0.002,
        from: agent.id,
        to: task,
        taskId: task,
        turnId: use.turnId,
        purpose: this.ended.has(task) ? 'note' : 'steer',
        text: word(input, 'message') ?? word(input, 'input'),
        source: use.source,
      })
    } else if (name === 'stop_agent' || name === 'cancel_agent' || name === 'kill_agent')
      this.stopped.set(task, { by: agent.id, callId, turnId: use.turnId, order: line, at, line })
  }

  private answered(telling: Telling, data: JsonRecord, at: number, line: number): void {
    const use = this.calls.get(word(data, 'toolCallId') ?? '')
    if (!use) {
      telling.issue(
        'result_without_call',
        'warning',
        `The result of ${word(data, 'toolCallId') ?? 'a call'} has no call before it in what was read; the beginning of the file may be missing.`,
        { path: this.path, line },
      )
      return
    }
    this.agent(use.agentId).causeAt = at
    const result = word(data, 'result', 'detailedContent') ?? word(data, 'result', 'content') ?? shown(data.result) ?? word(data, 'error', 'message')
    const code = word(data, 'error', 'code')
    const status = data.success === true ? 'ok' : code === 'rejected' || code === 'denied' || code === 'cancelled' || code === 'aborted' ? 'cancelled' : 'error'
    callReturned(telling, use, { at, order: line + 0.001, status, result })
  }

  private delegated(telling: Telling, data: JsonRecord, at: number, line: number, source: ToolUse['source']): void {
    const callId = word(data, 'toolCallId') ?? word(data, 'agentId')
    if (callId === undefined) return
    const use = this.calls.get(callId)
    const by = use?.agentId ?? MAIN
    const sub = this.agent(callId)
    sub.causeAt = at
    const brief = word(use?.input, 'prompt')
    const evidence = { kind: 'declared' as const, how: 'subagent.started names the call' }
    telling.tell({
      type: 'agent.joined',
      id: `${callId}:joined`,
      occurredAt: at,
      order: line,
      agentId: callId,
      parentId: by,
      role: 'agent',
      name: word(use?.input, 'name') ?? word(data, 'agentDisplayName') ?? word(data, 'agentName'),
      agentType: word(data, 'agentName'),
      model: word(data, 'model'),
      evidence,
    })
    telling.tell({
      type: 'task.delegated',
      id: `${callId}:delegated`,
      occurredAt: use?.at ?? at,
      order: use?.order ?? line,
      taskId: callId,
      by,
      to: callId,
      title: word(use?.input, 'description') ?? (brief === undefined ? word(data, 'agentName') : titleOf(brief)),
      brief,
      parentTaskId: by === MAIN ? undefined : by,
      turnId: use?.turnId,
      callId: use ? callId : undefined,
      background: word(use?.input, 'mode') === 'background' ? true : undefined,
      evidence,
      source: { ...source, toolUseId: callId },
      attributes: { delegatedBy: use?.name ?? 'subagent.started' },
    })
  }

  private endTask(telling: Telling, status: 'completed' | 'failed', data: JsonRecord, at: number, line: number, source: ToolUse['source']): void {
    const callId = word(data, 'toolCallId')
    if (callId === undefined) return
    const sub = this.agent(callId)
    this.close(telling, sub)
    this.ended.add(callId)
    const stop = status === 'failed' ? this.stopped.get(callId) : undefined
    const tokens = count(data, 'totalTokens')
    telling.tell({
      type: 'task.ended',
      id: `${callId}:ended`,
      occurredAt: at,
      order: line - 0.2,
      taskId: callId,
      status: stop ? 'cancelled' : status,
      by: stop?.by,
      turnId: stop?.turnId,
      reason: word(data, 'error'),
      result: status === 'completed' ? sub.lastText : undefined,
      source,
      attributes: tokens === undefined ? undefined : { totalTokens: tokens },
    })
  }

  /** A person pressed Escape: what the master was doing stops, and so do its sub-agents. */
  private abort(telling: Telling, data: JsonRecord, at: number, line: number, source: ToolUse['source']): void {
    for (const agent of this.agents.values()) this.close(telling, agent, true)
    telling.tell({ type: 'agent.joined', id: 'user:joined', occurredAt: at, order: line - 0.5, agentId: USER, name: 'user', role: 'human' })
    telling.tell({
      type: 'message.sent',
      id: `${source.uuid}:interrupt`,
      occurredAt: at,
      order: line,
      from: USER,
      to: MAIN,
      purpose: 'user',
      text: `[aborted: ${word(data, 'reason') ?? 'no reason given'}]`,
      attributes: { userInterrupt: true },
      source,
    })
    for (const agent of this.agents.values()) {
      if (agent.id === MAIN || this.ended.has(agent.id)) continue
      this.ended.add(agent.id)
      telling.tell({
        type: 'task.ended',
        id: `${agent.id}:aborted`,
        occurredAt: at,
        order: line + 0.1,
        taskId: agent.id,
        status: 'cancelled',
        by: USER,
        evidence: { kind: 'inferred', how: 'a person aborted the session while it worked' },
        source,
      })
    }
  }
}
