import { canonicalAgent, withCanonicalAgents } from './aliases'
import type { Content } from './content'
import { contentChars } from './content'
import type { Check, Event, EventOf, Source, Usage } from './event'
import type { AgentId, CallId, TaskId, TurnId } from './ids'
import { compareStamps, type Stamp, stampOf } from './order'
import type { Agent, Message, SessionState, Stamped, Task, ToolCall, Totals, Touched, Turn, Verdict, Write } from './session'
import { addUsage } from './usage-totals'

export function applyEvents(state: SessionState, events: Iterable<Event>, touched?: Touched): SessionState {
  for (const event of events) applyEvent(state, event, touched)
  return state
}

export function applyEvent(state: SessionState, told: Event, touched?: Touched): void {
  const event = withCanonicalAgents(told, state.aliases)
  const at = event.occurredAt
  // What a person says of a finding afterwards is no part of the session's own time.
  if (event.type === 'verdict.given' && event.interventionId !== undefined) return giveVerdict(state, event, touched)
  if (state.firstAt === undefined || at < state.firstAt) state.firstAt = at
  if (state.lastAt === undefined || at > state.lastAt) state.lastAt = at
  switch (event.type) {
    case 'session.started': {
      const { title, framework, workflow, promptVariant, tags, simulated, format, workingDirectory } = event
      tell(state.facts, stampOf(event), { title, framework, workflow, promptVariant, tags, simulated, format, workingDirectory })
      state.facts.startedAt = earliest(state.facts.startedAt, at)
      if (touched) touched.session = true
      return
    }
    case 'session.ended':
      tell(state.facts, stampOf(event), { endedAt: at, endStatus: event.status, endReason: event.reason })
      if (touched) touched.session = true
      return
    case 'agent.joined': {
      if (event.sameAs !== undefined && event.sameAs !== event.agentId && !state.aliases.has(event.agentId))
        mergeAgent(state, event.agentId, event.sameAs, touched)
      if (state.aliases.has(event.agentId)) return
      const agent = agentOf(state, event.agentId, touched)
      const { name, parentId, role, agentType, model, provider, evidence } = event
      if (parentId !== undefined) agentOf(state, parentId, touched)
      tell(agent, stampOf(event), { name, parentId, role, agentType, model, provider, evidence })
      agent.declared = true
      agent.joinedAt = earliest(agent.joinedAt, at)
      touched?.agents.add(agent)
      return
    }
    case 'task.delegated': {
      agentOf(state, event.by, touched)
      agentOf(state, event.to, touched)
      if (event.parentTaskId !== undefined) taskOf(state, event.parentTaskId)
      const task = taskOf(state, event.taskId)
      const { by, to, title, brief, outputs, parentTaskId, turnId, callId, group, background, evidence } = event
      tell(task, stampOf(event), { by, to, title, brief, outputs, parentTaskId, turnId, callId, group, background, evidence })
      task.delegatedAt = earliest(task.delegatedAt, at)
      touched?.tasks.add(task)
      return
    }
    case 'task.blocked': {
      const task = taskOf(state, event.taskId)
      task.blockedAt = latest(task.blockedAt, at)
      touched?.tasks.add(task)
      return
    }
    case 'task.ended': {
      const task = taskOf(state, event.taskId)
      tell(task, stampOf(event), { endedAt: at, endStatus: event.status, endedBy: event.by, endReason: event.reason, result: event.result })
      touched?.tasks.add(task)
      return
    }
    case 'task.accepted': {
      const task = taskOf(state, event.taskId)
      task.acceptedAt = earliest(task.acceptedAt, at)
      touched?.tasks.add(task)
      return
    }
    case 'turn.started': {
      const turn = turnOf(state, event.turnId)
      agentOf(state, event.agentId, touched)
      turn.agentId = either(turn.agentId, event.agentId)
      turn.taskId = either(turn.taskId, event.taskId)
      turn.model = either(turn.model, event.model)
      turn.startedAt = earliest(turn.startedAt, at)
      turn.source = firstSource(turn.source, event.source)
      touched?.turns.add(turn)
      return
    }
    case 'turn.streamed': {
      const turn = turnOf(state, event.turnId)
      if (event.agentId !== undefined) agentOf(state, event.agentId, touched)
      turn.agentId = either(turn.agentId, event.agentId)
      turn.taskId = either(turn.taskId, event.taskId)
      turn.streamedAt = latest(turn.streamedAt, at)
      turn.streamedTokens = latest(turn.streamedTokens, event.outputTokens)
      touched?.turns.add(turn)
      return
    }
    case 'turn.ended': {
      const turn = turnOf(state, event.turnId)
      if (event.agentId !== undefined) agentOf(state, event.agentId, touched)
      turn.agentId = either(turn.agentId, event.agentId)
      turn.taskId = either(turn.taskId, event.taskId)
      turn.model = either(turn.model, event.model)
      turn.endedAt = latest(turn.endedAt, at)
      turn.finish = either(turn.finish, event.finish)
      turn.output = longer(turn.output, event.output)
      turn.reasoning = longer(turn.reasoning, event.reasoning)
      turn.source = firstSource(turn.source, event.source)
      if (event.usage) countUsage(state.totals, turn, event.usage)
      touched?.turns.add(turn)
      return
    }
    case 'tool.called': {
      const call = callOf(state, event.callId)
      agentOf(state, event.agentId, touched)
      call.agentId = either(call.agentId, event.agentId)
      call.turnId = either(call.turnId, event.turnId)
      call.taskId = either(call.taskId, event.taskId)
      call.name = either(call.name, event.name)
      call.arguments = longer(call.arguments, event.arguments)
      call.reads = longerList(call.reads, event.reads)
      call.calledAt = earliest(call.calledAt, at)
      call.source = firstSource(call.source, event.source)
      touched?.calls.add(call)
      return
    }
    case 'tool.returned': {
      const call = callOf(state, event.callId)
      if (event.agentId !== undefined) agentOf(state, event.agentId, touched)
      call.agentId = either(call.agentId, event.agentId)
      call.status = either(call.status, event.status)
      call.result = longer(call.result, event.result)
      call.check = eitherCheck(call.check, event.check)
      call.returnedAt = latest(call.returnedAt, at)
      touched?.calls.add(call)
      return
    }
    case 'artifact.written': {
      agentOf(state, event.agentId, touched)
      if (state.writes.has(event.id)) return
      const { id, agentId, path, taskId, turnId, callId, partial, source } = event
      const write: Write = { id, agentId, path, change: event.change.kind, at, order: event.order ?? 0, taskId, turnId, callId, partial, source }
      if (event.change.kind === 'move') write.from = event.change.from
      state.writes.set(id, write)
      touched?.writes.add(write)
      return
    }
    case 'artifact.read':
      // Reads matter to the detector, which follows the log itself; nothing on the screen counts them.
      agentOf(state, event.agentId, touched)
      return
    case 'message.sent': {
      agentOf(state, event.from, touched)
      if (event.to !== undefined) agentOf(state, event.to, touched)
      if (state.messages.has(event.id)) return
      const { id, from, to, taskId, turnId, purpose, text } = event
      const message: Message = { id, from, to, taskId, turnId, purpose, text, at, order: event.order ?? 0 }
      state.messages.set(id, message)
      touched?.messages.add(message)
      return
    }
    case 'verdict.given':
      return giveVerdict(state, event, touched)
    default: {
      const impossible: never = event
      throw new Error(`an event of a type that this fold does not know: ${JSON.stringify(impossible)}`)
    }
  }
}

function giveVerdict(state: SessionState, event: EventOf<'verdict.given'>, touched?: Touched): void {
  if (event.by !== undefined) agentOf(state, event.by, touched)
  if (state.verdicts.has(event.id)) return
  const { id, by, taskId, interventionId, verdict, reason, reviewer, because, note, occurredAt, order = 0 } = event
  const given: Verdict = { id, by, taskId, interventionId, verdict, note, at: occurredAt, order }
  if (reason !== undefined) given.reason = reason
  if (reviewer !== undefined) given.reviewer = reviewer
  if (because !== undefined) given.because = because
  state.verdicts.set(id, given)
  touched?.verdicts.add(given)
  if (taskId !== undefined) touched?.tasks.add(taskOf(state, taskId))
}

/**
 * Puts what was told of `alias` under the agent that it stood for. What was said about the alias itself
 * (a name to show meanwhile) goes with it. O(session): as rare as agents are.
 */
function mergeAgent(state: SessionState, alias: AgentId, sameAs: AgentId, touched?: Touched): void {
  state.aliases.set(alias, sameAs)
  const known = state.agents.get(alias)
  state.agents.delete(alias)
  const own = canonicalAgent(sameAs, state.aliases)
  const agent = agentOf(state, own, touched)
  touched?.agents.add(agent)
  if (!known) return
  for (const other of state.agents.values()) {
    if (other.parentId !== alias) continue
    other.parentId = own
    touched?.agents.add(other)
  }
  // what iterates may be for reading only (lib/core/table.ts): what changes is asked for by its id
  for (const { id, by, to, endedBy } of state.tasks.values()) {
    if (by !== alias && to !== alias && endedBy !== alias) continue
    const task = taskOf(state, id)
    if (task.by === alias) task.by = own
    if (task.to === alias) task.to = own
    if (task.endedBy === alias) task.endedBy = own
    touched?.tasks.add(task)
  }
  for (const { id, agentId } of state.turns.values()) {
    if (agentId !== alias) continue
    const turn = turnOf(state, id)
    turn.agentId = own
    touched?.turns.add(turn)
  }
  for (const { id, agentId } of state.calls.values()) {
    if (agentId !== alias) continue
    const call = callOf(state, id)
    call.agentId = own
    touched?.calls.add(call)
  }
  for (const { id, agentId } of state.writes.values()) {
    const write = agentId === alias ? state.writes.get(id) : undefined
    if (!write) continue
    write.agentId = own
    touched?.writes.add(write)
  }
  for (const { id, from, to } of state.messages.values()) {
    const message = from === alias || to === alias ? state.messages.get(id) : undefined
    if (!message) continue
    if (message.from === alias) message.from = own
    if (message.to === alias) message.to = own
    touched?.messages.add(message)
  }
  for (const verdict of state.verdicts.values()) if (verdict.by === alias) verdict.by = own
}

function agentOf(state: SessionState, id: AgentId, touched?: Touched): Agent {
  let agent = state.agents.get(id)
  if (!agent) {
    agent = { id, declared: false, stamps: {} }
    state.agents.set(id, agent)
    touched?.agents.add(agent)
  }
  return agent
}

function taskOf(state: SessionState, id: TaskId): Task {
  let task = state.tasks.get(id)
  if (!task) {
    task = { id, stamps: {} }
    state.tasks.set(id, task)
  }
  return task
}

function turnOf(state: SessionState, id: TurnId): Turn {
  let turn = state.turns.get(id)
  if (!turn) {
    turn = { id }
    state.turns.set(id, turn)
  }
  return turn
}

function callOf(state: SessionState, id: CallId): ToolCall {
  let call = state.calls.get(id)
  if (!call) {
    call = { id }
    state.calls.set(id, call)
  }
  return call
}

/** The newest telling of each field wins, whatever order the tellings arrive in. */
function tell<T extends Stamped>(target: T, stamp: Stamp, values: Partial<Omit<T, 'stamps'>>): void {
  for (const key in values) {
    const value = values[key as keyof typeof values]
    if (value === undefined) continue
    const known = target.stamps[key]
    if (known && compareStamps(known, stamp) >= 0) continue
    target.stamps[key] = stamp
    Object.assign(target, { [key]: value })
  }
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b)
}

function latest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.max(a, b)
}

/** Two tellings that should agree; if they do not, the choice must not depend on arrival. */
function either<T extends string>(a: T | undefined, b: T | undefined): T | undefined {
  return a === undefined ? b : b === undefined ? a : a >= b ? a : b
}

function longer(a: Content | undefined, b: Content | undefined): Content | undefined {
  if (a === undefined) return b
  if (b === undefined) return a
  const difference = contentChars(a) - contentChars(b)
  if (difference !== 0) return difference > 0 ? a : b
  return contentKey(a) >= contentKey(b) ? a : b
}

function longerList<T>(a: T[] | undefined, b: T[] | undefined): T[] | undefined {
  if (a === undefined || b === undefined) return a ?? b
  if (a.length !== b.length) return a.length > b.length ? a : b
  return JSON.stringify(a) >= JSON.stringify(b) ? a : b
}

function eitherCheck(a: Check | undefined, b: Check | undefined): Check | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return JSON.stringify(a) >= JSON.stringify(b) ? a : b
}

/** The earliest place in the source, so that a reader starts where it began. */
function firstSource(a: Source | undefined, b: Source | undefined): Source | undefined {
  if (a === undefined || b === undefined) return a ?? b
  const difference = (a.line ?? 0) - (b.line ?? 0)
  if (difference !== 0) return difference < 0 ? a : b
  return JSON.stringify(a) <= JSON.stringify(b) ? a : b
}

function contentKey(content: Content): string {
  return typeof content === 'string' ? content : content.hash
}

function countUsage(totals: Totals, turn: Turn, usage: Usage): void {
  addUsage(totals, turn.usage, -1)
  turn.usage = turn.usage ? mergeUsage(turn.usage, usage) : usage
  addUsage(totals, turn.usage, 1)
}

function mergeUsage(a: Usage, b: Usage): Usage {
  // A counted number beats an estimate of ours; between equals the larger, as streams only grow.
  if (Boolean(a.estimated) !== Boolean(b.estimated)) return a.estimated ? b : a
  return {
    inputTokens: latest(a.inputTokens, b.inputTokens),
    cachedInputTokens: latest(a.cachedInputTokens, b.cachedInputTokens),
    cacheWriteTokens: latest(a.cacheWriteTokens, b.cacheWriteTokens),
    outputTokens: latest(a.outputTokens, b.outputTokens),
    reasoningTokens: latest(a.reasoningTokens, b.reasoningTokens),
    costUsd: latest(a.costUsd, b.costUsd),
    ...(a.estimated ? { estimated: true } : {}),
  }
}
