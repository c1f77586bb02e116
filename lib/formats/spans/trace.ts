import { delegationTarget } from './tool-use'
import { agentKey, type Work } from './work'

/** A unit of work in its trace, and what has been told of it. */
export interface Node {
  work: Work
  trace: Trace
  /** Ids of the events told. */
  told: Set<string>
  /** Where the parent never came: who it must have been. */
  adopted?: string
  /** The hand-over that this agent's run answers. */
  handedOver?: Node
  /** The agent's run that this hand-over led to. */
  leadsTo?: Node
  /** Parents under whose id this was told while nothing was known of them. */
  standIns?: Set<string>
  /** Under whom an agent was told to work; null: under nobody. */
  joinedUnder?: string | null
  /** The agent that stands for whoever answers this call, until it is known. */
  answerer?: string
  /** A call of the model that was told as a turn. */
  isTurn?: boolean
  /** Whether the end was told with its answer. */
  answered?: boolean
  /** And whether with its tokens. */
  metered?: boolean
  /** What the beginning was told with; more of it is told again. */
  toldWith?: { taskId: string | undefined; turnId?: string | undefined }
}

export interface Trace {
  id: string
  nodes: Map<string, Node>
  children: Map<string, Node[]>
  /** Nodes whose owner depends on a parent that has not come. */
  waiting: Map<string, Set<Node>>
  /** Tool calls by the id the model gave them -> the model's span; and calls that wait for theirs. */
  asked: Map<string, Node>
  unasked: Map<string, Node>
  handovers: Node[]
  agents: Node[]
  sessionId: string | undefined
  /** Conversations that came too late to be the session. */
  told?: Set<string>
  /** Server's clock or arrival count, for forgetting. */
  touched: number
  /** All parents that will ever come have come. */
  complete: boolean
  /** Ids of the events told that belong to no node. */
  agentsTold?: Set<string>
  sessionTold?: { ids: Set<string>; facts: Set<string>; at: number | undefined }
}

export function newTrace(id: string): Trace {
  return {
    id,
    nodes: new Map(),
    children: new Map(),
    waiting: new Map(),
    asked: new Map(),
    unasked: new Map(),
    handovers: [],
    agents: [],
    sessionId: undefined,
    touched: 0,
    complete: false,
  }
}

/**
 * Whose work something is. `missing`: a parent that has not come stands between it and its agent.
 * `root`: it has come all the way up and met no agent.
 */
export type Owner = { kind: 'agent'; key: string; node: Node | undefined } | { kind: 'missing'; parentId: string } | { kind: 'root'; node: Node }

export function parentOf(node: Node): string | undefined {
  return node.adopted ?? node.work.parentId
}

/** The nearest agent: an agent's span above, or the one that the span names itself. */
export function ownerOf(node: Node): Owner {
  const named = node.work.kind === 'agent' ? undefined : agentKey(node.work.agent)
  let at: Node = node
  let fallback: Owner | undefined
  for (let depth = 0; depth < 10_000; depth++) {
    if (at.work.kind === 'agent' && at !== node) {
      const key = keyOf(at)
      if (named === undefined || same(named, key) || same(named, at.work.agent?.id)) return { kind: 'agent', key, node: at }
      fallback ??= { kind: 'agent', key: named, node: undefined }
    } else if (at !== node && named === undefined) {
      // a step between that names its agent (a graph's node)
      const own = agentKey(at.work.agent)
      if (own !== undefined && at.work.kind === 'container') return { kind: 'agent', key: own, node: undefined }
    }
    const parentId = parentOf(at)
    if (parentId === undefined) return named === undefined ? { kind: 'root', node: at } : (fallback ?? { kind: 'agent', key: named, node: undefined })
    const parent = node.trace.nodes.get(parentId)
    if (!parent) {
      if (named !== undefined) return { kind: 'agent', key: named, node: undefined }
      return { kind: 'missing', parentId }
    }
    at = parent
  }
  return { kind: 'root', node: at }
}

export function keyOf(agent: Node): string {
  return agentKey(agent.work.agent) ?? agent.work.name
}

export type Delegation =
  | { kind: 'delegated'; taskId: string; by: Owner; call: Node | undefined }
  /** Nobody above: it works for nobody here. */
  | { kind: 'none' }
  | { kind: 'missing'; parentId: string }

/** What an agent's run was asked for by: the nearest other agent above it, through the call between them. */
export function delegationOf(agent: Node): Delegation {
  const key = keyOf(agent)
  if (agent.handedOver)
    return {
      kind: 'delegated',
      taskId: agent.handedOver.work.id,
      by: ownerOf(agent.handedOver),
      call: agent.handedOver.work.kind === 'tool' ? agent.handedOver : undefined,
    }
  const declared = agent.work.parentAgent
  let at: Node = agent
  let call: Node | undefined
  for (let depth = 0; depth < 10_000; depth++) {
    const parentId = parentOf(at)
    if (parentId === undefined) {
      if (declared !== undefined)
        return { kind: 'delegated', taskId: call?.work.id ?? agent.work.id, by: { kind: 'agent', key: declared, node: undefined }, call }
      return call ? { kind: 'delegated', taskId: call.work.id, by: ownerOf(call), call } : { kind: 'none' }
    }
    const parent = agent.trace.nodes.get(parentId)
    if (!parent) {
      if (declared !== undefined)
        return { kind: 'delegated', taskId: call?.work.id ?? agent.work.id, by: { kind: 'agent', key: declared, node: undefined }, call }
      return call ? { kind: 'delegated', taskId: call.work.id, by: ownerOf(call), call } : { kind: 'missing', parentId }
    }
    at = parent
    if (at.work.kind === 'tool') call ??= at
    else if (at.work.kind === 'agent') {
      // the same agent wrapped twice by two layers of instrumentation is one run
      if (same(keyOf(at), key) && !call) return delegationOf(at)
      return { kind: 'delegated', taskId: call?.work.id ?? agent.work.id, by: { kind: 'agent', key: keyOf(at), node: at }, call }
    }
  }
  return { kind: 'none' }
}

/** Whom a hand-over or a delegating call names. */
export function targetOf(node: Node): { to: string; passesControl: boolean } | undefined {
  const { handoff, tool } = node.work
  if (handoff) return { to: handoff.to, passesControl: handoff.returns !== true }
  return tool ? delegationTarget(tool) : undefined
}

/**
 * The delegating call that this work, which names its agent itself, was done for: the nearest one above that another
 * agent made. `missing`: it may be a parent that has not come.
 */
export function callFor(node: Node): { call: Node } | { missing: string } | undefined {
  const own = agentKey(node.work.agent)
  if (own === undefined) return undefined
  let at: Node = node
  for (let depth = 0; depth < 10_000; depth++) {
    const parentId = parentOf(at)
    if (parentId === undefined) return undefined
    const parent = node.trace.nodes.get(parentId)
    if (!parent) return { missing: parentId }
    at = parent
    if (at.work.kind === 'agent') return undefined
    const target = at.work.kind === 'tool' ? targetOf(at) : undefined
    if (target && !target.passesControl && !same(agentKey(at.work.agent), own)) return { call: at }
  }
  return undefined
}

/** Who did the work below a delegating call, where spans there name an agent and none is the agent's own. */
export function answererOf(call: Node): Node | undefined {
  const caller = agentKey(call.work.agent)
  const open = [...(call.trace.children.get(call.work.id) ?? [])]
  for (let at = open.shift(); at; at = open.shift()) {
    if (at.work.kind === 'agent') return undefined
    const own = agentKey(at.work.agent)
    if (own !== undefined && !same(own, caller)) return at
    open.push(...(at.trace.children.get(at.work.id) ?? []))
  }
  return undefined
}

/**
 * The call of the model inside this one, which two layers of instrumentation tell twice: the inner one counts,
 * because it ends and so comes first. Not where the outer one had come, and was told, before.
 */
export function innerModelOf(node: Node): Node | undefined {
  const open = [...(node.trace.children.get(node.work.id) ?? [])]
  for (let at = open.shift(); at; at = open.shift()) {
    if (at.work.kind === 'model') return at
    if (at.work.kind === 'container') open.push(...(at.trace.children.get(at.work.id) ?? []))
  }
  return undefined
}

export function outerModelOf(node: Node): Node | undefined {
  let at: Node | undefined = node
  for (let depth = 0; at && depth < 10_000; depth++) {
    const parentId = parentOf(at)
    at = parentId === undefined ? undefined : node.trace.nodes.get(parentId)
    if (at?.work.kind === 'model') return at
    if (at && at.work.kind !== 'container') return undefined
  }
  return undefined
}

/** Names are written differently in tool names: `transfer_to_symphony_composer` leads to "Symphony Composer". */
export function same(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && (a === b || plain(a) === plain(b))
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
}
