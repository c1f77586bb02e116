import type { Evidence } from '@/lib/core/event'
import { type Sink, Telling, titleOf } from '../telling'
import type { ToolUse } from '../tool-calls'
import type { Chat } from './chat'

export const MAIN = 'main'
export const USER = 'user'
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
