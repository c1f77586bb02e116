import type { Evidence, Usage } from '@/lib/core/event'
import { count, type JsonRecord, number, record, text, word } from '../foreign'
import { type Sink, Telling, titleOf } from '../telling'
import { callMade, callReturned, type ToolUse } from '../tool-calls'

export interface SessionInfo {
  id: string
  parentId: string | undefined
  title: string | undefined
  folder: string | undefined
  at: number | undefined
  path: string
}

/** One part of a message. */
export interface Part {
  part: JsonRecord
  role: string
  messageId: string
  at: number
  endedAt: number | undefined
  model: string | undefined
  provider: string | undefined
  info: JsonRecord
  order: number
  line: number | undefined
  /** The message's last part. */
  last: boolean
}

const MAIN = 'main'
const USER = 'user'

interface Handover {
  use: ToolUse
  childId: string | undefined
  end: { status: 'completed' | 'failed' | 'cancelled'; result: string | undefined; at: number; order: number } | undefined
  told: boolean
}

interface OpenTurn {
  id: string
  startedAt: number
  at: number
  order: number
  texts: string[]
  thoughts: string[]
  called: boolean
  model: string | undefined
  source: ToolUse['source']
}

/** A session and its sub-sessions: a sub-session's id is its agent's and its task's. */
export class OpenCodeRun {
  private readonly telling: Telling
  private readonly handovers: Handover[] = []
  private readonly children = new Map<string, SessionInfo & { firstAt: number; asked: string | undefined }>()
  private readonly delegated = new Set<string>()
  private hasMain = false
  private patience = 0

  constructor(id: string, sink: Sink) {
    this.telling = new Telling(id, sink)
  }

  session(info: SessionInfo, parts: Part[]): void {
    this.patience = 0
    const { telling } = this
    const child = info.parentId === undefined ? undefined : info.id
    const agentId = child ?? MAIN
    const firstAt = Math.min(info.at ?? Number.POSITIVE_INFINITY, ...parts.map((part) => part.at))
    const source = { path: info.path }
    if (child === undefined) {
      this.hasMain = true
      telling.tell({
        type: 'session.started',
        id: 'session:started',
        occurredAt: firstAt,
        order: -1,
        framework: 'opencode',
        format: 'opencode',
        workingDirectory: info.folder,
        title: info.title,
      })
      telling.tell({ type: 'agent.joined', id: 'main:joined', occurredAt: firstAt, order: 0, agentId: MAIN, name: 'main', role: 'agent', source })
    } else {
      const asked = parts.find((part) => part.role === 'user' && part.part.type === 'text')
      this.children.set(child, { ...info, firstAt, asked: asked ? text(asked.part, 'text') : undefined })
      telling.tell({
        type: 'agent.joined',
        id: `${child}:joined`,
        occurredAt: firstAt,
        order: 0,
        agentId: child,
        parentId: MAIN,
        role: 'agent',
        name: info.title ?? child,
        evidence: { kind: 'declared', how: 'its session names its parent session' },
        source,
      })
    }
    this.parts(agentId, child, info, parts)
  }

  private parts(agentId: string, taskId: string | undefined, info: SessionInfo, parts: Part[]): void {
    const { telling } = this
    let turn: OpenTurn | undefined
    let causeAt: number | undefined
    let model: string | undefined
    let titled = info.title !== undefined
    const close = (usage: Usage | undefined, at: number | undefined, finish?: 'stop' | 'tool_calls' | 'length' | 'cancelled' | 'error') => {
      const open = turn
      turn = undefined
      if (!open) return
      const output = open.texts.join('\n\n')
      const reasoning = open.thoughts.join('\n\n')
      telling.tell({
        type: 'turn.ended',
        id: `${open.id}:turn.ended`,
        occurredAt: Math.max(open.startedAt, at ?? open.at),
        order: open.order + 0.0009,
        turnId: open.id,
        agentId,
        taskId,
        model: open.model,
        usage,
        finish: finish ?? (open.called ? 'tool_calls' : 'stop'),
        output: output === '' ? undefined : output,
        reasoning: reasoning === '' ? undefined : reasoning,
      })
    }
    for (const one of parts) {
      const { part, role, at, order } = one
      const source: ToolUse['source'] = { path: info.path, ...(one.line === undefined ? {} : { line: one.line }), messageId: one.messageId }
      if (one.model !== undefined && role !== USER && one.model !== model) {
        model = one.model
        telling.tell({ type: 'agent.joined', id: `${agentId}:model:${order}`, occurredAt: at, order, agentId, model, provider: one.provider })
      }
      if (role === USER) {
        close(undefined, undefined)
        causeAt = at
        const said = word(part, 'text')
        if (part.type !== 'text' || said === undefined || part.synthetic === true || taskId !== undefined) {
          telling.sink.skipped++
          continue
        }
        telling.tell({ type: 'agent.joined', id: 'user:joined', occurredAt: at, order: order - 0.0005, agentId: USER, name: 'user', role: 'human' })
        if (!titled) {
          titled = true
          telling.tell({ type: 'session.started', id: 'session:title', occurredAt: at, order, title: titleOf(said) })
        }
        telling.tell({
          type: 'message.sent',
          id: `${one.messageId}:${order}:message`,
          occurredAt: at,
          order,
          from: USER,
          to: MAIN,
          purpose: 'user',
          text: said,
          source,
        })
        continue
      }
      const begin = (): OpenTurn => {
        const startedAt = Math.min(causeAt ?? at, at)
        const id = `${one.messageId}:${order}`
        telling.tell({
          type: 'turn.started',
          id: `${id}:turn.started`,
          occurredAt: startedAt,
          order: order - 0.0001,
          turnId: id,
          agentId,
          taskId,
          model: one.model,
          source,
        })
        return { id, startedAt, at, order, texts: [], thoughts: [], called: false, model: one.model, source }
      }
      switch (part.type) {
        case 'step-start':
          close(undefined, undefined)
          turn = begin()
          break
        case 'text':
        case 'reasoning':
          turn ??= begin()
          ;(part.type === 'text' ? turn.texts : turn.thoughts).push(text(part, 'text') ?? '')
          turn.at = Math.max(turn.at, one.endedAt ?? at)
          turn.order = order
          break
        case 'tool': {
          turn ??= begin()
          turn.called = true
          turn.at = Math.max(turn.at, at)
          turn.order = order
          causeAt = Math.max(at, this.tool(one, { agentId, taskId, turnId: turn.id, source, folder: info.folder }))
          break
        }
        case 'step-finish':
          turn ??= begin()
          close(usageOf(record(part, 'tokens'), part.cost), turn.called ? undefined : one.endedAt, finishOf(word(part, 'reason')))
          break
        default:
          telling.sink.skipped++
      }
      // versions without steps: the message is one call, its tokens stand on it
      if (one.last && turn)
        close(
          usageOf(record(one.info, 'tokens'), one.info.cost),
          number(one.info, 'time', 'completed'),
          'error' in one.info ? (word(one.info, 'error', 'name') === 'MessageAbortedError' ? 'cancelled' : 'error') : undefined,
        )
    }
    close(undefined, undefined)
  }

  /** The time of its answer. */
  private tool(one: Part, turn: Pick<ToolUse, 'agentId' | 'taskId' | 'turnId' | 'source' | 'folder'>): number {
    const { part, at, order } = one
    const state = record(part, 'state')
    const callId = word(part, 'callID') ?? word(part, 'id') ?? `${one.messageId}:${order}:call`
    const use: ToolUse = {
      ...turn,
      callId,
      name: word(part, 'tool') ?? 'unnamed',
      input: state?.input,
      at,
      order,
      source: { ...turn.source, toolUseId: callId },
    }
    callMade(this.telling, use)
    const status = word(state, 'status')
    const result = word(state, 'output') ?? word(state, 'error')
    const endedAt = Math.max(one.endedAt ?? at, at)
    const done = status === 'completed' ? 'ok' : status === 'error' ? (/abort|cancel|reject/i.test(result ?? '') ? 'cancelled' : 'error') : undefined
    if (done) callReturned(this.telling, use, { at: endedAt, order, status: done, result })
    if (use.name === 'task') {
      const childId =
        word(state, 'metadata', 'sessionId') ?? word(state, 'metadata', 'sessionID') ?? /\b(?:task_id|session_id):\s*(ses_\w+)/.exec(result ?? '')?.[1]
      const end = done && {
        status: done === 'ok' ? ('completed' as const) : done === 'error' ? ('failed' as const) : ('cancelled' as const),
        result: answerIn(result),
        at: endedAt,
        order: order + 0.0002,
      }
      const handover: Handover = { use, childId, end, told: false }
      this.handovers.push(handover)
      if (childId !== undefined) this.tellHandover(handover, childId, { kind: 'declared', how: 'the call’s answer names the session' })
    }
    return endedAt
  }

  settle(final: boolean): void {
    if (!final && ++this.patience < 4) return
    for (const handover of this.handovers) {
      if (handover.told) continue
      const asked = word(handover.use.input, 'prompt')
      const child = [...this.children.values()].find((one) => !this.delegated.has(one.id) && asked !== undefined && one.asked?.trim() === asked.trim())
      if (child) this.tellHandover(handover, child.id, { kind: 'inferred', how: 'its first message is the prompt of the call' })
      else if (final)
        this.tellHandover(handover, `unseen-${handover.use.callId}`, { kind: 'inferred', how: 'the session that this call started was not found' })
    }
    for (const child of this.children.values()) {
      if (this.delegated.has(child.id)) continue
      this.delegated.add(child.id)
      this.telling.tell({
        type: 'task.delegated',
        id: `${child.id}:delegated:info`,
        occurredAt: child.firstAt,
        order: 0.1,
        taskId: child.id,
        by: MAIN,
        to: child.id,
        title: child.title,
        brief: child.asked,
        evidence: { kind: 'declared', how: 'its session names its parent session; the call was not found' },
        source: { path: child.path },
        attributes: { delegatedBy: 'parentID' },
      })
      if (!this.hasMain) {
        this.telling.tell({
          type: 'session.started',
          id: 'session:started:sub',
          occurredAt: child.firstAt,
          order: -1,
          framework: 'opencode',
          format: 'opencode',
          workingDirectory: child.folder,
        })
        this.telling.tell({
          type: 'agent.joined',
          id: 'main:named',
          occurredAt: child.firstAt,
          order: 0,
          agentId: MAIN,
          name: 'main',
          role: 'agent',
          source: { path: child.path },
        })
      }
    }
  }

  private tellHandover(handover: Handover, childId: string, evidence: Evidence): void {
    if (handover.told) return
    handover.told = true
    this.delegated.add(childId)
    const { use, end } = handover
    const brief = word(use.input, 'prompt')
    this.telling.tell({
      type: 'agent.joined',
      id: `${childId}:joined:${use.callId}`,
      occurredAt: use.at,
      order: use.order,
      agentId: childId,
      parentId: use.agentId,
      role: 'agent',
      name: word(use.input, 'description') ?? childId,
      agentType: word(use.input, 'subagent_type'),
      evidence,
    })
    this.telling.tell({
      type: 'task.delegated',
      id: `${childId}:delegated:${use.callId}`,
      occurredAt: use.at,
      order: use.order + 0.0001,
      taskId: childId,
      by: use.agentId,
      to: childId,
      title: word(use.input, 'description') ?? (brief === undefined ? undefined : titleOf(brief)),
      brief,
      parentTaskId: use.taskId,
      turnId: use.turnId,
      callId: use.callId,
      evidence,
      source: use.source,
      attributes: { delegatedBy: 'task' },
    })
    if (end)
      this.telling.tell({
        type: 'task.ended',
        id: `${use.callId}:ended`,
        occurredAt: end.at,
        order: end.order,
        taskId: childId,
        status: end.status,
        result: end.result,
        source: use.source,
      })
  }
}

/** What the sub-agent said, without the frame that the tool puts around it. */
function answerIn(output: string | undefined): string | undefined {
  if (output === undefined) return undefined
  const inside = /<task_result>\s*([\s\S]*?)\s*<\/task_result>/.exec(output)?.[1]
  return inside ?? output.replace(/\n*<task_metadata>[\s\S]*?<\/task_metadata>\s*$/, '')
}

/** OpenCode counts cached tokens beside the input; newer versions reasoning beside the output, which the total shows. */
function usageOf(tokens: JsonRecord | undefined, cost: unknown): Usage | undefined {
  const input = count(tokens, 'input')
  const output = count(tokens, 'output')
  if (input === undefined && output === undefined) return undefined
  const read = count(tokens, 'cache', 'read') ?? 0
  const written = count(tokens, 'cache', 'write') ?? 0
  const reasoning = count(tokens, 'reasoning')
  const total = count(tokens, 'total')
  const beside = total !== undefined && reasoning !== undefined && total === (input ?? 0) + (output ?? 0) + reasoning + read + written
  return {
    inputTokens: input === undefined ? undefined : input + read + written,
    cachedInputTokens: read,
    cacheWriteTokens: written,
    outputTokens: output === undefined ? undefined : beside || (reasoning ?? 0) > output ? output + (reasoning ?? 0) : output,
    reasoningTokens: reasoning,
    ...(typeof cost === 'number' && cost > 0 ? { costUsd: cost } : {}),
  }
}

function finishOf(reason: string | undefined): 'stop' | 'tool_calls' | 'length' | undefined {
  return reason === 'stop' ? 'stop' : reason === 'tool-calls' ? 'tool_calls' : reason === 'length' ? 'length' : undefined
}
