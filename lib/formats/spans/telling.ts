import { previewOf } from '@/lib/core/content'
import type { EventInput, Evidence } from '@/lib/core/event'
import { clip } from '../claude-code/draft'
import { briefOf, readOf, writesOf } from './tool-use'
import {
  answererOf,
  callFor,
  type Delegation,
  delegationOf,
  innerModelOf,
  keyOf,
  type Node,
  type Owner,
  outerModelOf,
  ownerOf,
  same,
  type Trace,
  targetOf,
} from './trace'
import { agentKey, type Work } from './work'

/** Where and how a node is told. */
export interface Telling {
  prefix: string
  format: string
  sessionId: string
  /** The session's first trace: it names the session. */
  first: boolean
  /** What is told again when this parent comes. */
  wait(parentId: string): void
}

type WithoutEnvelope<T> = T extends unknown ? Omit<T, 'sessionId' | 'id' | 'version'> : never
type Fact = WithoutEnvelope<EventInput>

/** Collects the events of one node, each once. */
class Sheet {
  readonly events: EventInput[] = []

  constructor(
    private readonly node: Node,
    readonly telling: Telling,
  ) {}

  /** `name`: the fact's own name under the span; the same fact has the same id whenever and however it comes in. */
  tell(name: string, fact: Fact): void {
    this.tellAs(`${this.node.work.id}:${name}`, this.node.told, fact)
  }

  tellAs(name: string, told: Set<string>, fact: Fact): void {
    const id = clip(`${this.telling.prefix}:${this.node.trace.id}:${name}`, 400)
    if (told.has(id)) return
    told.add(id)
    this.events.push({ ...fact, id, sessionId: this.telling.sessionId })
  }
}

/** What is told again later with more certainty comes after what was told first. */
const PROVISIONAL = 0
const CERTAIN = 1

export function tellModel(node: Node, owner: Owner, telling: Telling): EventInput[] {
  const outer = outerModelOf(node)
  if (!node.isTurn && (outer?.isTurn || innerModelOf(node))) return []
  node.isTurn = true
  const work = outer ? completed(node.work, outer.work) : node.work
  const sheet = new Sheet(node, telling)
  const agentId = introduced(node, owner, sheet)
  const taskId = taskOf(owner, telling, node)
  const about = { turnId: name(work.id), ...(taskId === undefined ? {} : { taskId }), ...(work.model === undefined ? {} : { model: clip(work.model, 200) }) }
  const started = { type: 'turn.started' as const, occurredAt: work.startedAt, agentId, ...about, source: work.source }
  const before = node.toldWith
  sheet.tell('started', started)
  if (before && before.taskId !== taskId) sheet.tell(`started:for:${taskId ?? ''}`, started)
  node.toldWith = { taskId }
  if (work.endedAt !== undefined) {
    sheet.tell('ended', {
      type: 'turn.ended',
      occurredAt: work.endedAt,
      agentId,
      ...about,
      ...(work.usage ? { usage: work.usage } : {}),
      ...finishOf(work),
      ...(work.output === undefined ? {} : { output: work.output }),
      ...(work.reasoning === undefined ? {} : { reasoning: work.reasoning }),
      ...attributesOf(work),
      source: work.source,
    })
    // content that came by another way, after the span
    if (work.output !== undefined && node.answered === false)
      sheet.tell('ended:content', { type: 'turn.ended', occurredAt: work.endedAt, turnId: name(work.id), output: work.output })
    node.answered ??= work.output !== undefined
    if (work.usage && node.metered === false)
      sheet.tell('ended:usage', { type: 'turn.ended', occurredAt: work.endedAt, turnId: name(work.id), usage: work.usage })
    node.metered ??= work.usage !== undefined
  }
  return sheet.events
}

/** What an outer layer knows of the same call, where the inner one does not say it. */
function completed(work: Work, outer: Work): Work {
  const { model, usage, finish, output, reasoning } = outer
  return {
    ...work,
    model: work.model ?? model,
    usage: work.usage ?? usage,
    finish: work.finish ?? finish,
    output: work.output ?? output,
    reasoning: work.reasoning ?? reasoning,
  }
}

export function tellTool(node: Node, owner: Owner, telling: Telling): EventInput[] {
  const { work } = node
  const { tool } = work
  if (!tool) return []
  const sheet = new Sheet(node, telling)
  const agentId = introduced(node, owner, sheet)
  const taskId = taskOf(owner, telling, node)
  const turnId = askedBy(node)
  const callId = callIdOf(node)
  const called = {
    type: 'tool.called' as const,
    occurredAt: work.startedAt,
    callId,
    agentId,
    name: clip(tool.name, 400) || 'tool',
    ...(taskId === undefined ? {} : { taskId }),
    ...(turnId === undefined ? {} : { turnId }),
    ...(tool.arguments === undefined ? {} : { arguments: tool.arguments }),
    source: { ...work.source, toolUseId: clip(callId, 400) },
  }
  const before = node.toldWith
  sheet.tell('called', called)
  if (before && (before.taskId !== taskId || before.turnId !== turnId)) sheet.tell(`called:for:${taskId ?? ''}:in:${turnId ?? ''}`, called)
  node.toldWith = { taskId, turnId }
  const target = targetOf(node)
  if (target?.passesControl) tellHandedOver(node, owner, agentId, sheet)
  else if (target && !answeredBelow(node)) tellNamedDelegation(node, agentId, target.to, taskId, sheet)
  if (work.endedAt === undefined) return sheet.events
  sheet.tell('returned', {
    type: 'tool.returned',
    occurredAt: work.endedAt,
    callId,
    agentId,
    status: work.outcome ?? 'ok',
    ...(resultOf(work) === undefined ? {} : { result: resultOf(work) }),
    source: work.source,
  })
  // a write is told once, its task may be known later: the call has it
  const of = { agentId, callId }
  writesOf(work).forEach(({ path, change, inferred }, index) => {
    sheet.tell(`written:${index}`, {
      type: 'artifact.written',
      occurredAt: work.endedAt ?? work.startedAt,
      ...of,
      path: clip(path, 4096),
      change,
      ...(inferred ? { evidence: { kind: 'inferred' as const, how: "from the shell command's text" } } : {}),
      source: work.source,
    })
  })
  const read = readOf(work)
  if (read !== undefined) {
    sheet.tell('read', {
      type: 'artifact.read',
      occurredAt: work.endedAt,
      agentId,
      path: clip(read, 4096),
      callId,
      source: work.source,
    })
  }
  return sheet.events
}

export function tellHandover(node: Node, owner: Owner, telling: Telling): EventInput[] {
  const sheet = new Sheet(node, telling)
  const from = node.work.handoff?.from
  const of: Owner = owner.kind !== 'agent' && from !== undefined ? { kind: 'agent', key: from, node: undefined } : owner
  const agentId = introduced(node, of, sheet)
  tellHandedOver(node, of, agentId, sheet)
  return sheet.events
}

/** Control passes to another agent; or back to the one that had passed it here. */
function tellHandedOver(node: Node, owner: Owner, agentId: string, sheet: Sheet): void {
  const target = targetOf(node)
  if (!target) return
  const own = owner.kind === 'agent' && owner.node ? delegationOf(owner.node) : undefined
  if (own?.kind === 'delegated' && own.by.kind === 'agent' && same(own.by.key, target.to)) {
    sheet.tell('handed-back', {
      type: 'task.ended',
      occurredAt: node.work.startedAt,
      taskId: name(own.taskId),
      status: 'completed',
      by: agentId,
      ...optional('result', lastAnswer(owner)?.output),
      source: node.work.source,
    })
    return
  }
  if (node.leadsTo) return
  const known = node.trace.agents.find((agent) => same(keyOf(agent), target.to))
  const parentTaskId = own?.kind === 'delegated' ? own.taskId : undefined
  tellNamedDelegation(node, agentId, known ? keyOf(known) : target.to, parentTaskId, sheet)
}

/** Claude Code's calls name a type of agent, and every one of them starts another. */
function isOfType(work: Work): boolean {
  return work.session.framework === 'claude-code' && work.tool !== undefined && /^(?:Agent|Task)$/.test(work.tool.name)
}

/** A task of which only the call that gave it is known: its agent has no span, or not yet. */
function tellNamedDelegation(node: Node, by: string, to: string, parentTaskId: string | undefined, sheet: Sheet): void {
  const { work } = node
  const known = agentKey(answererOf(node)?.work.agent)
  const agentId = known === undefined ? (node.answerer ??= isOfType(work) ? standIn(work.id) : name(to)) : name(known)
  if (known !== undefined && node.answerer === standIn(work.id))
    sheet.tellAs(`${work.id}:same`, agentsTold(node.trace), { type: 'agent.joined', occurredAt: work.startedAt, agentId: node.answerer, sameAs: agentId })
  sheet.tellAs(`agent:${agentId}:asked`, agentsTold(node.trace), {
    type: 'agent.joined',
    occurredAt: work.startedAt,
    order: PROVISIONAL,
    agentId,
    name: clip(known ?? to, 400),
    ...(isOfType(work) ? { agentType: clip(to, 200) } : {}),
    parentId: by,
    evidence: { kind: 'inferred', how: 'named by the call that hands work to it' },
  })
  const turnId = askedBy(node)
  sheet.tell('delegated:named', {
    type: 'task.delegated',
    occurredAt: work.startedAt,
    order: PROVISIONAL,
    taskId: name(work.id),
    by,
    to: agentId,
    ...(work.kind === 'tool' ? { callId: callIdOf(node) } : {}),
    ...(turnId === undefined ? {} : { turnId }),
    ...(parentTaskId === undefined ? {} : { parentTaskId: name(parentTaskId) }),
    ...asked(node, undefined),
    source: work.source,
  })
  // whoever control was passed to has not ended with the passing
  if (work.endedAt === undefined || targetOf(node)?.passesControl) return
  sheet.tell('delegated:ended', {
    type: 'task.ended',
    occurredAt: work.endedAt,
    order: PROVISIONAL,
    taskId: name(work.id),
    status: endOf(work),
    ...(work.tool?.result === undefined ? {} : { result: work.tool.result }),
    ...(work.trouble === undefined ? {} : { reason: clip(work.trouble, 2000) }),
    source: work.source,
  })
}

export function tellAgent(node: Node, telling: Telling): EventInput[] {
  const { work } = node
  const sheet = new Sheet(node, telling)
  const agentId = name(keyOf(node))
  const delegation = delegationOf(node)
  if (delegation.kind === 'missing') telling.wait(delegation.parentId)
  sheet.tell('same', { type: 'agent.joined', occurredAt: work.startedAt, agentId: standIn(work.id), sameAs: agentId })
  settleStandIn(node, agentId, sheet)
  const by = delegation.kind === 'delegated' ? introduced(node, delegation.by, sheet, delegation.by.kind === 'missing') : undefined
  if (delegation.kind === 'delegated' && delegation.by.kind === 'missing') telling.wait(delegation.by.parentId)
  sheet.tell(delegation.kind === 'missing' ? 'joined:alone' : 'joined', {
    type: 'agent.joined',
    occurredAt: work.startedAt,
    order: delegation.kind === 'missing' ? PROVISIONAL : CERTAIN,
    agentId,
    name: clip(work.agent?.name ?? keyOf(node), 400),
    ...(by === undefined || by === agentId ? {} : { parentId: by }),
    ...(work.agent?.type === undefined ? {} : { agentType: clip(work.agent.type, 200) }),
    ...(work.model === undefined ? {} : { model: clip(work.model, 200) }),
    ...(work.provider === undefined ? {} : { provider: clip(work.provider, 100) }),
    ...(work.inferred === undefined ? {} : { evidence: { kind: 'inferred' as const, how: work.inferred } }),
    source: work.source,
  })
  const under = by === undefined || by === agentId ? null : by
  // who directs it may be known later only: a hand-over that comes after it
  if (delegation.kind !== 'missing' && under !== null && node.joinedUnder === null)
    sheet.tell(`joined:under:${under}`, { type: 'agent.joined', occurredAt: work.startedAt, order: CERTAIN, agentId, parentId: under, source: work.source })
  if (delegation.kind !== 'missing') node.joinedUnder = under
  if (delegation.kind === 'delegated') tellTask(node, delegation, agentId, by ?? agentId, sheet)
  else if (delegation.kind === 'none' && work.input !== undefined) {
    sheet.tellAs('user', agentsTold(node.trace), { type: 'agent.joined', occurredAt: work.startedAt, agentId: 'user', name: 'User', role: 'human' })
    sheet.tell('asked', { type: 'message.sent', occurredAt: work.startedAt, from: 'user', to: agentId, purpose: 'user', text: work.input, source: work.source })
  }
  return sheet.events
}

function tellTask(node: Node, delegation: Extract<Delegation, { kind: 'delegated' }>, agentId: string, by: string, sheet: Sheet): void {
  const { work } = node
  const taskId = name(delegation.taskId)
  // one run, told by two layers of spans, is one task
  const call = delegation.call
  const parentTaskId = delegation.by.kind === 'agent' && delegation.by.node ? taskOf(delegation.by, sheet.telling) : undefined
  const turnId = call ? askedBy(call) : undefined
  // the call may have named it in other letters
  const asker = call ?? node.handedOver
  const named = asker ? targetOf(asker)?.to : undefined
  if (named !== undefined && name(named) !== agentId && same(named, keyOf(node)))
    sheet.tellAs(`agent:${name(named)}:same`, agentsTold(node.trace), {
      type: 'agent.joined',
      occurredAt: work.startedAt,
      agentId: name(named),
      sameAs: agentId,
    })
  sheet.tell('delegated', {
    type: 'task.delegated',
    occurredAt: call?.work.startedAt ?? node.handedOver?.work.startedAt ?? work.startedAt,
    order: CERTAIN,
    taskId,
    by,
    to: agentId,
    ...(call ? { callId: callIdOf(call) } : {}),
    ...(turnId === undefined ? {} : { turnId }),
    ...(parentTaskId === undefined || parentTaskId === taskId ? {} : { parentTaskId }),
    ...asked(call ?? node.handedOver, work.input),
    source: work.source,
  })
  // the task around it may be known later only
  const around = parentTaskId === taskId ? undefined : parentTaskId
  if (node.toldWith && around !== undefined && node.toldWith.taskId === undefined)
    sheet.tell(`delegated:in:${around}`, {
      type: 'task.delegated',
      occurredAt: work.startedAt,
      order: CERTAIN,
      taskId,
      by,
      to: agentId,
      parentTaskId: around,
      source: work.source,
    })
  node.toldWith = { taskId: around }
  if (work.endedAt === undefined) return
  const own = work.output ?? (call && !node.handedOver ? resultOf(call.work) : undefined)
  const last = own === undefined ? lastAnswer({ kind: 'agent', key: agentId, node }) : undefined
  const result = own ?? last?.output
  // an answer that comes later in time says it better, whenever it is sent
  const lateness = last ? ((last.endedAt ?? 0) - work.startedAt) / 1e10 : 0.9
  sheet.tell(last ? `task:ended:by:${last.id}` : 'task:ended', {
    type: 'task.ended',
    occurredAt: work.endedAt,
    order: CERTAIN + (result === undefined ? 0 : Math.max(0, Math.min(0.9, lateness))),
    taskId,
    status: endOf(work),
    ...(result === undefined ? {} : { result }),
    ...(work.trouble === undefined ? {} : { reason: clip(work.trouble, 2000) }),
    source: work.source,
  })
}

/** Facts about the session, each when it is first known. */
export function tellSession(node: Node, telling: Telling): EventInput[] {
  const { work, trace } = node
  const sheet = new Sheet(node, telling)
  const told = sessionTold(trace)
  const root = work.parentId === undefined
  const title = work.session.title ?? (root && work.kind === 'agent' && work.input !== undefined ? previewOf(work.input) : undefined)
  const known = {
    format: telling.format,
    framework: work.session.framework,
    workflow: work.session.workflow,
    workingDirectory: work.session.workingDirectory,
    title: telling.first ? title : undefined,
    tags: work.session.tags,
  }
  const facts: { [key in keyof typeof known]?: string | string[] } = {}
  for (const key of Object.keys(known) as (keyof typeof known)[]) if (known[key] !== undefined && !told.facts.has(key)) facts[key] = known[key]
  const earlier = told.at === undefined || work.startedAt < told.at
  if (earlier) told.at = work.startedAt
  if (earlier || Object.keys(facts).length > 0) {
    for (const key of Object.keys(facts)) told.facts.add(key)
    sheet.tellAs(`${work.id}:session`, told.ids, {
      type: 'session.started',
      occurredAt: work.startedAt,
      ...(known.format === undefined ? {} : { format: known.format }),
      ...('framework' in facts ? { framework: clip(known.framework ?? '', 100) } : {}),
      ...('workflow' in facts ? { workflow: clip(known.workflow ?? '', 200) } : {}),
      ...('workingDirectory' in facts ? { workingDirectory: clip(known.workingDirectory ?? '', 4096) } : {}),
      ...('title' in facts ? { title: clip(known.title ?? '', 2000) } : {}),
      ...(known.tags !== undefined && 'tags' in facts ? { tags: known.tags.slice(0, 50).map((tag) => clip(tag, 100)) } : {}),
    })
  }
  // a conversation may go on with the next trace
  if (root && telling.prefix !== 'openai-agents' && work.endedAt !== undefined && telling.sessionId === trace.id) {
    sheet.tell('session-ended', {
      type: 'session.ended',
      occurredAt: work.endedAt,
      status: endOf(work),
      ...(work.trouble === undefined ? {} : { reason: clip(work.trouble, 2000) }),
    })
  }
  return sheet.events
}

/** The id of the owner, told of if nobody else does. */
function introduced(node: Node, owner: Owner, sheet: Sheet, keep = false): string {
  const { trace, work } = node
  const id = ownerId(owner)
  if (owner.kind === 'missing') {
    if (!keep) standInsOf(node).add(owner.parentId)
    sheet.tellAs(`${owner.parentId}:expected`, agentsTold(trace), joined(work, id, 'not yet named', 'its own span has not come; seen by what it does'))
  } else if (owner.kind === 'root') {
    sheet.tellAs(`${owner.node.work.id}:root-agent`, agentsTold(trace), joined(owner.node.work, id, id, 'no span above says which agent this is'))
  } else if (!owner.node) sheet.tellAs(`agent:${id}:named`, agentsTold(trace), joined(work, id, owner.key, 'named by what it does; it has no span of its own'))
  if (!keep) settleStandIn(node, id, sheet)
  return id
}

/** Once it is known whose a node is, the id that stood for its agent is that agent's. */
function settleStandIn(node: Node, id: string, sheet: Sheet): void {
  for (const parentId of node.standIns ?? []) {
    const alias = standIn(parentId)
    if (alias === id) continue
    sheet.tellAs(`${parentId}:same`, agentsTold(node.trace), { type: 'agent.joined', occurredAt: node.work.startedAt, agentId: alias, sameAs: id })
    node.standIns?.delete(parentId)
  }
}

function joined(work: Work, agentId: string, called: string, how: string): Fact {
  const evidence: Evidence = { kind: 'inferred', how }
  return { type: 'agent.joined', occurredAt: work.startedAt, order: PROVISIONAL, agentId, name: clip(called, 400), evidence }
}

function ownerId(owner: Owner): string {
  switch (owner.kind) {
    case 'agent':
      return name(owner.key)
    case 'missing':
      return standIn(owner.parentId)
    case 'root':
      return name(
        owner.node.work.kind === 'container' ? owner.node.work.name : (owner.node.work.session.workflow ?? owner.node.work.session.framework ?? 'agent'),
      )
  }
}

function standIn(spanId: string): string {
  return name(`span:${spanId}`)
}

function name(text: string): string {
  return clip(text, 200) || 'unnamed'
}

/** `of`: the work whose task it is, where its agent has no span. */
function taskOf(owner: Owner, telling: Telling, of?: Node): string | undefined {
  if (owner.kind !== 'agent') return undefined
  if (!owner.node) {
    const asked = of && callFor(of)
    if (asked && 'missing' in asked) telling.wait(asked.missing)
    return asked && 'call' in asked ? name(asked.call.work.id) : undefined
  }
  const delegation = delegationOf(owner.node)
  if (delegation.kind === 'missing') telling.wait(delegation.parentId)
  return delegation.kind === 'delegated' ? name(delegation.taskId) : undefined
}

function callIdOf(node: Node): string {
  return name(node.work.tool?.callId ?? node.work.id)
}

/** The turn whose answer asked for this call: by the call's id; in a whole trace also by time. */
function askedBy(node: Node): string | undefined {
  const { trace, work } = node
  const asked = work.tool?.askedAs ?? work.tool?.callId
  const declared = asked === undefined ? undefined : trace.asked.get(asked)
  if (declared) return name(turnOf(declared).work.id)
  if (!trace.complete) return undefined
  const owner = ownerId(ownerOf(node))
  let best: Node | undefined
  for (const other of trace.children.get(node.adopted ?? work.parentId ?? '') ?? []) {
    const { kind, endedAt } = other.work
    if (kind !== 'model' || endedAt === undefined || endedAt > work.startedAt + 1 || ownerId(ownerOf(other)) !== owner) continue
    if (!best || endedAt > (best.work.endedAt ?? 0)) best = other
  }
  return best ? name(turnOf(best).work.id) : undefined
}

/** The call of the model that is told as the turn, where two layers tell it. */
function turnOf(model: Node): Node {
  return model.isTurn ? model : (innerModelOf(model) ?? model)
}

function asked(call: Node | undefined, input: string | undefined): { title?: string; brief?: string } {
  const words = call?.work.tool ? briefOf(call.work.tool) : {}
  const brief = words.brief ?? input
  const title = words.title ?? (brief === undefined ? undefined : previewOf(brief))
  return { ...(title === undefined || title === '' ? {} : { title: clip(title, 2000) }), ...(brief === undefined ? {} : { brief }) }
}

/** Whether an agent's span lies below this call, which then tells the task itself. */
function answeredBelow(call: Node): boolean {
  return call.trace.agents.some((agent) => {
    const delegation = delegationOf(agent)
    return delegation.kind === 'delegated' && delegation.call === call
  })
}

function lastAnswer(owner: Owner): Work | undefined {
  if (owner.kind !== 'agent' || !owner.node) return undefined
  let best: Work | undefined
  const open = [owner.node]
  for (let at = open.pop(); at; at = open.pop()) {
    for (const child of at.trace.children.get(at.work.id) ?? []) {
      const { work } = child
      // steps between an agent and its models are still its own
      if (work.kind === 'container') open.push(child)
      if (work.kind !== 'model' || work.output === undefined || work.endedAt === undefined) continue
      if (!best || work.endedAt > (best.endedAt ?? 0)) best = work
    }
  }
  return best
}

function resultOf(work: Work): string | undefined {
  return work.tool?.result ?? (work.outcome === 'ok' || work.outcome === undefined ? undefined : work.trouble)
}

function endOf(work: Work): 'completed' | 'failed' | 'cancelled' {
  return work.outcome === 'cancelled' ? 'cancelled' : work.outcome === 'error' ? 'failed' : 'completed'
}

function finishOf(work: Work): { finish?: NonNullable<Work['finish']> } {
  const finish = work.outcome === 'cancelled' ? 'cancelled' : work.outcome === 'error' ? 'error' : work.finish
  return finish === undefined ? {} : { finish }
}

function attributesOf(work: Work): { attributes?: Record<string, string | number | boolean> } {
  const attributes = { ...work.attributes, ...(work.trouble === undefined ? {} : { error: work.trouble.slice(0, 2000) }) }
  return Object.keys(attributes).length > 0 ? { attributes } : {}
}

function optional<K extends string>(key: K, value: string | undefined): { [key in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]?: string })
}

function agentsTold(trace: Trace): Set<string> {
  trace.agentsTold ??= new Set()
  return trace.agentsTold
}

function sessionTold(trace: Trace): NonNullable<Trace['sessionTold']> {
  trace.sessionTold ??= { ids: new Set(), facts: new Set(), at: undefined }
  return trace.sessionTold
}

function standInsOf(node: Node): Set<string> {
  node.standIns ??= new Set()
  return node.standIns
}
