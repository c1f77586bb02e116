import type { EventInput } from '@/lib/core/event'
import { clip } from '../claude-code/draft'
import { isDelegatingTool } from '../claude-code/delegation'
import { resultText } from '../claude-code/line'
import { artifactPath } from '../claude-code/paths'
import { SeenFiles } from '../claude-code/seen-files'
import { MAIN } from '../claude-code/session'
import { writesOf } from '../claude-code/writes'
import { isRecord, type Json, printed, textOf } from '../spans/json'

/**
 * Claude Code's hooks, as they are posted: live, without times (they happen now), tokens or model. Agents,
 * calls and tasks have the ids of the transcript, and a write has the very event id, so hooks and a
 * watched transcript of the same session add up to one.
 */
export class HookReader {
  private readonly sessions = new Map<string, HookSession>()

  /** Events of one hook; undefined when it is none. `at`: when it came, epoch ms. */
  read(hook: unknown, at: number): EventInput[] | undefined {
    if (!isRecord(hook)) return undefined
    const sessionId = textOf(hook.session_id)
    const event = textOf(hook.hook_event_name)
    if (sessionId === undefined || event === undefined) return undefined
    const session = this.sessionOf(clip(sessionId, 200))
    const out: EventInput[] = []
    const cwd = textOf(hook.cwd)
    session.folder ??= cwd
    if (!session.told) {
      session.told = true
      out.push(
        {
          type: 'session.started',
          id: 'hook:session',
          sessionId: session.id,
          occurredAt: at,
          framework: 'claude-code',
          format: 'claude-code-hooks',
          ...(cwd === undefined ? {} : { workingDirectory: clip(cwd, 4096) }),
        },
        {
          type: 'agent.joined',
          id: 'hook:main:joined',
          sessionId: session.id,
          occurredAt: at,
          agentId: MAIN,
          name: 'Claude Code',
          ...(textOf(hook.model) === undefined ? {} : { model: clip(textOf(hook.model) ?? '', 200) }),
        },
      )
    }
    switch (event) {
      case 'UserPromptSubmit':
        this.prompted(session, hook, at, out)
        return out
      case 'PreToolUse':
        this.called(session, hook, at, out)
        return out
      case 'PostToolUse':
      case 'PostToolUseFailure':
        this.returned(session, hook, at, event === 'PostToolUseFailure', out)
        return out
      case 'SubagentStart':
        this.started(session, hook, at, out)
        return out
      case 'SubagentStop':
        this.stopped(session, hook, at, out)
        return out
      case 'SessionEnd':
        out.push({
          type: 'session.ended',
          id: `hook:ended:${Math.round(at)}`,
          sessionId: session.id,
          occurredAt: at,
          status: 'completed',
          ...optional('reason', textOf(hook.reason)),
        })
        return out
      default:
        return out
    }
  }

  forget(): void {
    if (this.sessions.size <= MAX_SESSIONS) return
    for (const id of [...this.sessions.keys()].slice(0, this.sessions.size - MAX_SESSIONS)) this.sessions.delete(id)
  }

  private prompted(session: HookSession, hook: Json, at: number, out: EventInput[]): void {
    const prompt = textOf(hook.prompt)
    if (prompt === undefined || session.titled) return
    session.titled = true
    const line = prompt.replace(/\s+/g, ' ').trim().slice(0, 200)
    if (line !== '') out.push({ type: 'session.started', id: 'hook:title', sessionId: session.id, occurredAt: at, title: clip(line, 2000) })
  }

  private called(session: HookSession, hook: Json, at: number, out: EventInput[]): void {
    const name = textOf(hook.tool_name)
    const callId = textOf(hook.tool_use_id)
    if (name === undefined || callId === undefined) return
    const agentId = this.agentOf(session, hook, at, out)
    const taskId = session.taskOfAgent.get(agentId)
    out.push({
      type: 'tool.called',
      id: clip(`hook:${callId}:called`, 400),
      sessionId: session.id,
      occurredAt: at,
      callId: clip(callId, 200),
      agentId,
      name: clip(name, 400),
      ...optional('arguments', printed(hook.tool_input)),
      ...optional('taskId', taskId),
      source: { toolUseId: clip(callId, 400) },
    })
    if (!isDelegatingTool(name)) return
    const input = isRecord(hook.tool_input) ? hook.tool_input : {}
    session.asked.push({
      callId: clip(callId, 200),
      by: agentId,
      at,
      type: textOf(input.subagent_type) ?? 'general-purpose',
      title: textOf(input.description),
      brief: textOf(input.prompt),
      background: input.run_in_background === true,
      parentTaskId: taskId,
    })
  }

  private returned(session: HookSession, hook: Json, at: number, failed: boolean, out: EventInput[]): void {
    const name = textOf(hook.tool_name)
    const callId = textOf(hook.tool_use_id)
    if (name === undefined || callId === undefined) return
    const agentId = this.agentOf(session, hook, at, out)
    const detail = hook.tool_response
    const text = failed ? (textOf(hook.error) ?? resultText(detail)) : isRecord(detail) && 'content' in detail ? resultText(detail.content) : resultText(detail)
    out.push({
      type: 'tool.returned',
      id: clip(`hook:${callId}:returned`, 400),
      sessionId: session.id,
      occurredAt: at,
      callId: clip(callId, 200),
      agentId,
      status: failed ? (hook.is_interrupt === true ? 'cancelled' : 'error') : 'ok',
      ...(text === '' ? {} : { result: text }),
    })
    if (isDelegatingTool(name)) {
      const found = isRecord(detail) ? textOf(detail.agentId) : undefined
      const asked = session.asked.find((one) => one.callId === callId)
      if (asked && found !== undefined) this.delegate(session, asked, found, at, out)
      const launched = isRecord(detail) && (detail.status === 'async_launched' || detail.status === 'remote_launched')
      if (!launched) this.end(session, callId, at, failed ? (hook.is_interrupt === true ? 'cancelled' : 'failed') : 'completed', text, out)
      return
    }
    if (failed) return
    const input = isRecord(hook.tool_input) ? hook.tool_input : {}
    const cwd = textOf(hook.cwd)
    const base = { session: session.folder, ...(cwd === undefined ? {} : { agent: cwd }) }
    writesOf({ name, input, detail, text, cwd }, session.seen).forEach((write, index) => {
      const change = write.change.kind === 'move' ? { ...write.change, from: clip(artifactPath(write.change.from, base), 4096) } : write.change
      out.push({
        type: 'artifact.written',
        // the transcript's own id: told by both, it is one write
        id: clip(`${callId}:written${index === 0 ? '' : `:${index}`}`, 400),
        sessionId: session.id,
        occurredAt: at,
        agentId,
        path: clip(artifactPath(write.path, base), 4096),
        change,
        callId: clip(callId, 200),
        ...optional('taskId', session.taskOfAgent.get(agentId)),
        ...(write.inferred ? { evidence: { kind: 'inferred' as const, how: 'from the text of a shell command' } } : {}),
      })
    })
  }

  private started(session: HookSession, hook: Json, at: number, out: EventInput[]): void {
    const agentId = this.agentOf(session, hook, at, out)
    if (agentId === MAIN || session.taskOfAgent.has(agentId)) return
    const type = textOf(hook.agent_type)
    const open = session.asked.filter((one) => one.agentId === undefined)
    const asked = open.find((one) => one.type === type) ?? (open.length === 1 ? open[0] : undefined)
    if (asked) this.delegate(session, asked, agentId, at, out)
  }

  private stopped(session: HookSession, hook: Json, at: number, out: EventInput[]): void {
    const agentId = this.agentOf(session, hook, at, out)
    const taskId = session.taskOfAgent.get(agentId)
    if (taskId !== undefined) this.end(session, taskId, at, 'completed', textOf(hook.last_assistant_message) ?? '', out)
  }

  private delegate(session: HookSession, asked: Asked, agentId: string, at: number, out: EventInput[]): void {
    if (asked.agentId !== undefined) return
    asked.agentId = clip(agentId, 200)
    session.taskOfAgent.set(asked.agentId, asked.callId)
    out.push(
      {
        type: 'agent.joined',
        id: clip(`hook:${asked.agentId}:under`, 400),
        sessionId: session.id,
        occurredAt: at,
        agentId: asked.agentId,
        parentId: asked.by,
        agentType: clip(asked.type, 200),
      },
      {
        type: 'task.delegated',
        id: clip(`hook:${asked.callId}:delegated`, 400),
        sessionId: session.id,
        occurredAt: asked.at,
        taskId: asked.callId,
        by: asked.by,
        to: asked.agentId,
        callId: asked.callId,
        ...optional('title', asked.title === undefined ? undefined : clip(asked.title, 2000)),
        ...optional('brief', asked.brief),
        ...optional('parentTaskId', asked.parentTaskId),
        ...(asked.background ? { background: true } : {}),
      },
    )
  }

  private end(session: HookSession, taskId: string, at: number, status: 'completed' | 'failed' | 'cancelled', result: string, out: EventInput[]): void {
    const asked = session.asked.find((one) => one.callId === taskId)
    // ended twice: by the agent's stop and by the call's return; the first has the agent's own words
    if (!asked || asked.agentId === undefined || asked.ended) return
    asked.ended = true
    out.push({
      type: 'task.ended',
      id: clip(`hook:${taskId}:ended`, 400),
      sessionId: session.id,
      occurredAt: at,
      taskId: asked.callId,
      status,
      ...(result === '' ? {} : { result }),
    })
  }

  private agentOf(session: HookSession, hook: Json, at: number, out: EventInput[]): string {
    const agentId = textOf(hook.agent_id)
    if (agentId === undefined) return MAIN
    const id = clip(agentId, 200)
    if (!session.agents.has(id)) {
      session.agents.add(id)
      const type = textOf(hook.agent_type)
      out.push({
        type: 'agent.joined',
        id: clip(`hook:${id}:joined`, 400),
        sessionId: session.id,
        occurredAt: at,
        agentId: id,
        ...(type === undefined ? {} : { name: clip(type, 400), agentType: clip(type, 200) }),
      })
    }
    return id
  }

  private sessionOf(id: string): HookSession {
    let session = this.sessions.get(id)
    if (!session) {
      session = { id, told: false, titled: false, folder: undefined, seen: new SeenFiles(), agents: new Set(), asked: [], taskOfAgent: new Map() }
      this.sessions.set(id, session)
    }
    return session
  }
}

const MAX_SESSIONS = 500

interface Asked {
  callId: string
  by: string
  at: number
  type: string
  title: string | undefined
  brief: string | undefined
  background: boolean
  parentTaskId: string | undefined
  agentId?: string
  ended?: boolean
}

interface HookSession {
  id: string
  told: boolean
  titled: boolean
  folder: string | undefined
  seen: SeenFiles
  agents: Set<string>
  asked: Asked[]
  taskOfAgent: Map<string, string>
}

function optional<K extends string>(key: K, value: string | undefined): { [key in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]?: string })
}
