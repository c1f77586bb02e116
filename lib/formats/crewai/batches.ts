import { finishOf } from '../dialects/messages'
import { usageOf } from '../dialects/usage'
import { isRecord, type Json, parsed, printed, textOf, timeOf } from '../spans/json'
import { same } from '../spans/trace'
import type { Work } from '../spans/work'
import { ownWords } from './react-text'

/** What every event id of this way in begins with. */
export const CREWAI_PREFIX = 'crewai'

/**
 * One trace of CrewAI's event bus, as its tracing listener posts it. Events of 1.4 carry no parents: what
 * belongs to what follows from order, task ids and roles. A coworker's run lies inside the manager's
 * "Delegate work to coworker" call.
 */
export class CrewTrace {
  private readonly works = new Map<string, Work>()
  private readonly openRuns: Work[] = []
  private readonly openCalls: OpenCall[] = []
  private readonly openModels: Work[] = []
  private readonly tasks = new Map<string, Work>()
  private changed = new Set<Work>()
  private readonly seen = new Set<string>()
  private root: Work | undefined
  private flow = false
  unused = 0

  constructor(
    readonly traceId: string,
    private readonly session: Work['session'],
  ) {}

  /** Events of one batch, in any order; batches as they come. */
  take(events: readonly Json[]): void {
    const sorted = [...events].sort(
      (a, b) => timeIn(a) - timeIn(b) || Number(a.emission_sequence ?? 0) - Number(b.emission_sequence ?? 0) || rankOf(a) - rankOf(b),
    )
    for (const event of sorted) {
      const id = textOf(event.event_id)
      // ids may be blacked out in what people share; then kind and time must do
      const known = id === undefined || /^(?:X+|REDACTED.*)$/i.test(id) ? `${textOf(event.type) ?? 'event'}-${timeIn(event)}` : id
      if (this.seen.has(known)) continue
      this.seen.add(known)
      this.one(event, known)
    }
  }

  /** The batch's end, as `finalize` says it. */
  finish(status: string | undefined, durationMs: number | undefined): void {
    if (!this.root || this.root.endedAt !== undefined) return
    const last = Math.max(...[...this.works.values()].map((work) => work.endedAt ?? work.startedAt))
    this.end(this.root, Math.max(last, this.root.startedAt + (durationMs ?? 0)), status !== undefined && /fail|error/i.test(status) ? 'error' : 'ok')
  }

  drain(): Work[] {
    const works = [...this.changed].map((work) => ({ ...work }))
    this.changed = new Set()
    return works
  }

  private one(event: Json, id: string): void {
    const type = textOf(event.type) ?? ''
    const data = isRecord(event.event_data) ? event.event_data : {}
    const at = timeIn(event)
    if (at === 0) {
      this.unused++
      return
    }
    const root = this.rootAt(at, data, type)
    const role = textOf(data.agent_role)?.trim()
    const error = textOf(data.error)
    switch (type) {
      case 'crew_kickoff_started':
      case 'flow_started':
        this.flow ||= type === 'flow_started'
        return
      case 'crew_kickoff_completed':
      case 'crew_kickoff_failed':
        if (!this.flow) this.end(root, at, type.endsWith('failed') ? 'error' : 'ok', error)
        return
      case 'flow_finished':
      case 'flow_failed':
        this.end(root, at, type.endsWith('failed') ? 'error' : 'ok', error)
        return
      case 'task_started': {
        const key = textOf(data.task_id) ?? id
        const title = textOf(data.task_name) ?? textOf(data.task_description)
        const task = this.begin({ ...this.base(`task:${key}`, 'container', at), parentId: root.id, name: title ?? 'task' })
        if (title !== undefined && this.tasks.size === 0) task.session = { ...task.session, title: title.replace(/\s+/g, ' ').slice(0, 200) }
        this.tasks.set(key, task)
        return
      }
      case 'task_completed':
      case 'task_failed': {
        const task = this.tasks.get(textOf(data.task_id) ?? '') ?? [...this.tasks.values()].reverse().find((one) => one.endedAt === undefined)
        if (!task) return void this.unused++
        this.end(task, at, type === 'task_failed' ? 'error' : 'ok', error)
        return
      }
      case 'agent_execution_started':
      case 'lite_agent_execution_started':
        if (role === undefined) return void this.unused++
        this.runStarted(id, role, data, at, root)
        return
      case 'agent_execution_completed':
      case 'lite_agent_execution_completed':
      case 'agent_execution_error': {
        const failed = type === 'agent_execution_error'
        const run = lastOf(this.openRuns, (one) => role === undefined || one.agent?.name === role)
        if (!run) return void this.unused++
        const output = textOf(data.output)
        if (output !== undefined) run.output = output
        remove(this.openRuns, run)
        this.end(run, at, failed ? 'error' : 'ok', error)
        return
      }
      case 'llm_call_started':
        this.modelStarted(id, role, data, at, root)
        return
      case 'llm_call_completed':
      case 'llm_call_failed':
        this.modelEnded(event, data, role, at, type === 'llm_call_failed', error)
        return
      case 'tool_usage_started':
        this.toolStarted(id, role, data, at, root)
        return
      case 'tool_usage_finished':
      case 'tool_usage_error':
        this.toolEnded(id, event, role, data, at, type === 'tool_usage_error', error, root)
        return
      default:
        this.unused++
    }
  }

  private runStarted(id: string, role: string, data: Json, at: number, root: Work): void {
    const call =
      lastOf(this.openCalls, (one) => one.handingTo !== undefined && same(one.handingTo, role)) ?? lastOf(this.openCalls, (one) => one.handingTo !== undefined)
    const task = this.tasks.get(textOf(data.task_id) ?? '') ?? lastOf([...this.tasks.values()], (one) => one.endedAt === undefined)
    const run = this.begin({
      ...this.base(`run:${id}`, 'agent', at),
      parentId: call?.id ?? task?.id ?? root.id,
      name: role,
      agent: { name: role },
      ...(call || !task ? {} : { input: task.name }),
    })
    this.openRuns.push(run)
  }

  private modelStarted(id: string, role: string | undefined, data: Json, at: number, root: Work): void {
    const run = this.runOf(role)
    const model = textOf(data.model)
    const work = this.begin({
      ...this.base(id, 'model', at),
      parentId: run?.id ?? root.id,
      name: model ?? 'llm',
      ...(role === undefined || run ? {} : { agent: { name: role } }),
      ...(model === undefined ? {} : { model: model.replace(/^(?:openrouter|azure|litellm_proxy)\//, '') }),
    })
    this.openModels.push(work)
  }

  private modelEnded(event: Json, data: Json, role: string | undefined, at: number, failed: boolean, error: string | undefined): void {
    const startedBy = textOf(event.started_event_id)
    const work =
      this.openModels.find((one) => one.id === startedBy) ??
      this.openModels.find((one) => role !== undefined && (one.agent?.name ?? this.works.get(one.parentId ?? '')?.agent?.name) === role) ??
      this.openModels[0]
    if (!work) return void this.unused++
    remove(this.openModels, work)
    const response = printed(data.response)
    if (response !== undefined) {
      const { own, invented } = ownWords(response)
      work.output = own
      // what a model claims that a tool or coworker answered, before anybody was asked
      if (invented !== undefined) work.attributes = { ...work.attributes, hallucinatedObservation: invented.slice(0, 4000) }
      work.finish = /^\s*Action:/m.test(own) && !/^\s*Final Answer:/m.test(own) ? 'tool_calls' : 'stop'
    }
    const raw = isRecord(data.usage) ? data.usage : undefined
    if (raw) {
      const details = isRecord(raw.prompt_tokens_details) ? raw.prompt_tokens_details : {}
      const usage = usageOf({
        'gen_ai.usage.input_tokens': raw.prompt_tokens ?? raw.input_tokens,
        'gen_ai.usage.output_tokens': raw.completion_tokens ?? raw.output_tokens,
        'gen_ai.usage.cache_read.input_tokens': raw.cached_prompt_tokens ?? details.cached_tokens,
      })
      if (usage) work.usage = usage
    }
    const finish = finishOf(data.finish_reason)
    if (finish) work.finish = finish
    this.end(work, at, failed ? 'error' : 'ok', error)
  }

  private toolStarted(id: string, role: string | undefined, data: Json, at: number, root: Work): OpenCall {
    const run = this.runOf(role)
    const name = textOf(data.tool_name) ?? 'tool'
    const args = printed(data.tool_args)
    const values = parsed(data.tool_args)
    const handing = /^(?:delegate|ask)[_ ]/i.test(name) && isRecord(values) ? textOf(values.coworker) : undefined
    const work: OpenCall = this.begin({
      ...this.base(id, 'tool', at),
      parentId: run?.id ?? root.id,
      name,
      ...(role === undefined || run ? {} : { agent: { name: role } }),
      tool: { name, ...(args === undefined ? {} : { arguments: args }) },
    })
    if (handing !== undefined) work.handingTo = handing.trim()
    this.openCalls.push(work)
    return work
  }

  private toolEnded(id: string, event: Json, role: string | undefined, data: Json, at: number, failed: boolean, error: string | undefined, root: Work): void {
    const name = textOf(data.tool_name)
    const startedBy = textOf(event.started_event_id)
    const work =
      this.openCalls.find((one) => one.id === startedBy) ??
      lastOf(this.openCalls, (one) => name === undefined || one.name === name) ??
      // its beginning was not sent, or lies in a batch that comes later
      this.toolStarted(id, role, data, timeOf(data.started_at) ?? at, root)
    remove(this.openCalls, work)
    const result = printed(data.output)
    work.tool = { ...(work.tool ?? { name: work.name }), ...(result === undefined ? {} : { result }) }
    this.end(work, at, failed ? 'error' : 'ok', error)
  }

  private runOf(role: string | undefined): Work | undefined {
    return role === undefined ? this.openRuns.at(-1) : lastOf(this.openRuns, (one) => one.agent?.name === role)
  }

  private rootAt(at: number, data: Json, type: string): Work {
    if (!this.root) this.root = this.begin({ ...this.base('root', 'container', at), name: textOf(data.flow_name) ?? textOf(data.crew_name) ?? 'crew' })
    if (at < this.root.startedAt) this.root.startedAt = at
    const named = textOf(data.flow_name) ?? (type.startsWith('crew_') ? textOf(data.crew_name) : undefined)
    if (named !== undefined && named !== 'crew' && this.root.session.workflow === undefined) {
      this.root.session = { ...this.root.session, workflow: named }
      this.changed.add(this.root)
    }
    return this.root
  }

  private base(id: string, kind: Work['kind'], at: number): Work {
    return {
      traceId: this.traceId,
      id: id.slice(0, 150),
      name: id,
      kind,
      startedAt: at,
      session: { framework: 'crewai', ...this.session },
      source: { traceId: this.traceId.slice(0, 100), spanId: id.slice(0, 100) },
    }
  }

  private begin<T extends Work>(work: T): T {
    this.works.set(work.id, work)
    this.changed.add(work)
    return work
  }

  private end(work: Work, at: number, outcome: 'ok' | 'error', trouble?: string): void {
    work.endedAt = Math.max(at, work.startedAt)
    work.outcome = trouble !== undefined && /cancel|interrupt/i.test(trouble) ? 'cancelled' : outcome
    if (trouble !== undefined) work.trouble = trouble.slice(0, 2000)
    this.changed.add(work)
  }
}

interface OpenCall extends Work {
  /** The coworker that is to do it. */
  handingTo?: string
}

/** At one moment what holds others begins first and ends last. */
const RANKS = [
  'kickoff_started',
  'flow_started',
  'task_started',
  'tool_usage_started',
  'agent_execution_started',
  'llm_call_started',
  'llm_call_',
  'agent_execution_',
  'tool_usage_',
  'task_',
  'crew_kickoff_',
  'flow_',
]

function rankOf(event: Json): number {
  const type = textOf(event.type) ?? ''
  const rank = RANKS.findIndex((part) => type.includes(part))
  return rank < 0 ? 6 : rank
}

function timeIn(event: Json): number {
  const data = isRecord(event.event_data) ? event.event_data : {}
  return timeOf(event.timestamp) ?? timeOf(data.timestamp) ?? 0
}

function lastOf<T>(list: readonly T[], matches: (one: T) => boolean): T | undefined {
  for (let i = list.length - 1; i >= 0; i--) {
    const one = list[i]
    if (one !== undefined && matches(one)) return one
  }
  return undefined
}

function remove<T>(list: T[], one: T): void {
  const at = list.indexOf(one)
  if (at >= 0) list.splice(at, 1)
}
