import type { Evidence, Source, Usage } from '@/lib/core/event'
import { BY_ORDER, type Draft, NO_TIMES, type Sink, stepTime, Telling, titleOf } from './telling'

type Finish = Extract<Draft, { type: 'turn.ended' }>['finish']
type Attributes = NonNullable<Draft['attributes']>

export interface Begun {
  format: string
  framework: string
  title?: string
  workflow?: string
  workingDirectory?: string
  at: number
}

export interface SpokenTurn {
  id: string
  agentId: string
  taskId?: string
  startedAt: number
  at: number
  order: number
  output?: string
  reasoning?: string
  usage?: Usage
  model?: string
  finish?: Finish
  source: Source
  attributes?: Attributes
}

export interface Delegated {
  taskId: string
  by: string
  to: string
  at: number
  order: number
  title?: string
  brief?: string
  parentTaskId?: string
  turnId?: string
  callId?: string
  background?: boolean
  evidence: Evidence
  source: Source
  attributes?: Attributes
}

export interface TaskDone {
  taskId: string
  status: 'completed' | 'failed' | 'cancelled' | 'rejected'
  at: number
  order: number
  by?: string
  reason?: string
  result?: string
  turnId?: string
  evidence?: Evidence
  source: Source
}

/**
 * A trace that is a list of messages by named agents, one after the other. Where it has no times, the
 * place in the list stands for them (`timed` false), and every event says so.
 */
export class Conversation {
  readonly telling: Telling
  private readonly joined = new Set<string>()

  constructor(
    sessionId: string,
    sink: Sink,
    private readonly timed: boolean,
  ) {
    this.telling = new Telling(sessionId, sink)
  }

  /** The time of the message at this place of the list; the one given, if there is one. */
  when(step: number, given?: number): number {
    return this.timed && given !== undefined ? given : stepTime(step)
  }

  tell(draft: Draft): void {
    this.telling.tell(this.timed ? draft : { ...draft, attributes: { ...draft.attributes, ...BY_ORDER } })
  }

  begin({ format, framework, title, workflow, workingDirectory, at }: Begun): void {
    this.tell({
      type: 'session.started',
      id: 'session:started',
      occurredAt: at,
      order: -1,
      format,
      framework,
      workflow,
      workingDirectory,
      title: title === undefined ? undefined : titleOf(title),
      tags: this.timed ? undefined : [NO_TIMES],
      evidence: this.timed ? undefined : { kind: 'inferred', how: 'the file has no times: its order stands for them, one second a step' },
    })
  }

  /** Once: what is said of an agent later is not told. */
  join(
    agentId: string,
    at: number,
    order: number,
    more: { name?: string; parentId?: string; role?: 'agent' | 'human' | 'harness'; agentType?: string; model?: string; evidence?: Evidence } = {},
  ): void {
    if (this.joined.has(agentId)) return
    this.joined.add(agentId)
    this.tell({ type: 'agent.joined', id: `agent:${agentId}`, occurredAt: at, order: order - 0.5, agentId, name: agentId, role: 'agent', ...more })
  }

  /** Somebody else turns out to direct it. */
  directs(parentId: string, agentId: string, at: number, order: number, evidence?: Evidence): void {
    this.tell({ type: 'agent.joined', id: `agent:${agentId}:under:${parentId}`, occurredAt: at, order, agentId, parentId, evidence })
  }

  turn(turn: SpokenTurn): void {
    const { id, agentId, taskId, source, order } = turn
    this.tell({
      type: 'turn.started',
      id: `${id}:turn.started`,
      occurredAt: Math.min(turn.startedAt, turn.at),
      order: order - 0.1,
      turnId: id,
      agentId,
      taskId,
      model: turn.model,
      source,
      attributes: turn.attributes,
    })
    this.tell({
      type: 'turn.ended',
      id: `${id}:turn.ended`,
      occurredAt: turn.at,
      order: order + 0.9,
      turnId: id,
      agentId,
      taskId,
      model: turn.model,
      usage: turn.usage,
      finish: turn.finish,
      output: turn.output === '' ? undefined : turn.output,
      reasoning: turn.reasoning === '' ? undefined : turn.reasoning,
      source,
    })
  }

  delegate(given: Delegated): void {
    const { at, title, brief, ...rest } = given
    this.tell({
      type: 'task.delegated',
      id: `${given.taskId}:delegated`,
      occurredAt: at,
      ...rest,
      title: title ?? (brief === undefined ? undefined : titleOf(brief)),
      brief,
    })
  }

  endTask(done: TaskDone): void {
    const { at, ...rest } = done
    this.tell({ type: 'task.ended', id: `${done.taskId}:ended`, occurredAt: at, ...rest })
  }

  /** What a person asked for. */
  asked(id: string, said: string, to: string, at: number, order: number, source: Source, from = 'user', attributes?: Attributes): void {
    this.join(from, at, order, { role: 'human' })
    this.tell({
      type: 'message.sent',
      id: `${id}:message`,
      occurredAt: at,
      order,
      from,
      to,
      purpose: 'user',
      text: said === '' ? undefined : said,
      source,
      attributes,
    })
  }

  end(status: 'completed' | 'failed' | 'cancelled' | undefined, reason: string | undefined, at: number, order: number, source: Source): void {
    this.tell({ type: 'session.ended', id: 'session:ended', occurredAt: at, order, status, reason, source })
  }
}
