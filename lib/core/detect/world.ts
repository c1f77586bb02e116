import type { Event, EventOf, Source } from '../event'
import type { AgentId, ArtifactPath, CallId, EventId, TaskId, TurnId } from '../ids'
import type { Clocks, DetectorParameters, Phase } from '../interventions'
import { compareStamps, type Stamp, stampOf } from '../order'
import type { Artifact } from '../provenance/artifact'
import type { UnitReader } from '../units/units'
import type { ExpectedOutputs } from './expected'
import type { KnownResult } from './results'
import { hasWholeUnit, type UnreadText } from './whole-unit'

/** What the detector knows of the session so far: who directs whom, who works on what, how far. */
export interface World {
  parameters: DetectorParameters
  readUnits: UnitReader
  agents: Map<AgentId, KnownAgent>
  tasks: Map<TaskId, KnownTask>
  artifacts: Map<ArtifactPath, KnownArtifact>
  /** In the order of their delegation. */
  delegations: KnownTask[]
  /** Completed and neither accepted nor taken back yet, by assignee and by master. */
  awaiting: Map<AgentId, Set<KnownTask>>
  /** Tasks with declared outputs that a master may still take over. */
  expected: ExpectedOutputs
  /** `works`: it made calls or handed out work, so what it says is no answer. */
  turns: Map<TurnId, { agentId: AgentId | undefined; tokens: number; works?: true }>
  /** Index is the owner number of lib/core/provenance; 0 is whoever was there before. */
  owners: (Owner | undefined)[]
}

export interface KnownAgent {
  id: AgentId
  parentId?: AgentId
  role: 'agent' | 'human' | 'harness'
  /** Its beginning has been told, so its name and type are known as far as they ever will be. */
  joined?: true
  name?: string
  agentType?: string
  /** How its place was concluded, where the source does not say it. */
  inferred?: string
  tasks: KnownTask[]
  /** Of these, the open ones. */
  open: Set<KnownTask>
  /** Output tokens so far, and whether some are estimated. */
  tokens: number
  tokensEstimated: boolean
  /** Distinct turns seen so far. */
  turns: number
  /** The newest place in the log where one of them was first seen. */
  lastTurn?: Stamp
  /** Last sign of life. */
  lastAt: number
}

export interface KnownTask {
  id: TaskId
  by: AgentId
  to: AgentId
  title?: string
  brief?: string
  briefShingles?: Set<string>
  outputs: string[]
  outputSet: ReadonlySet<string>
  group?: string
  /** The order, until it is known who took it: only then can it be compared with earlier ones. */
  order?: EventOf<'task.delegated'>
  /** The order itself, and its answer in words, to know the same again. */
  ordered?: EventOf<'task.delegated'>
  answer?: string
  /** Writes of the whole session when it ended. */
  writesAtEnd?: number
  /** How the delegation was concluded, where the source does not say it. */
  inferred?: string
  delegatedAt: number
  status: 'open' | 'completed' | 'failed' | 'cancelled' | 'rejected'
  endedAt?: number
  accepted: boolean
  /** Asked for help and not answered yet. */
  blocked: boolean
  /** A unit of its work was complete at some moment; asked for with `hasWholeUnit`, for it may still be unread. */
  unitComplete: boolean
  unread: UnreadText[]
  /** It makes no file: a whole tool call or a finished turn is its first unit. */
  spoke: boolean
  /** The master wants it done again. */
  sentBack: boolean
  /** Phase where the work was stopped. */
  frozen?: { phase: Phase; clocks: Clocks }
  headline: boolean
  censored: boolean
  start: { assigneeTokens: number; assigneeTurns: number; masterTurns: number; writes: number }
  /** The master's turns when the assignee first showed any output. */
  masterTurnsAtFirstOutput?: number
  firstOutput?: Stamp
  /** Steps on its clock when it completed, for the horizon of implicit acceptance. */
  stepsAtCompletion?: number
  /** A master destroyed or rejected something of it since it completed. */
  disturbed: boolean
  artifacts: Map<ArtifactPath, { everDestroyed: number; cumulative: boolean; appended: Set<AgentId>; hashBefore: string | undefined }>
  /** Its answer, until the master's own answer shows what became of it; tasks that wrote files are judged by these. */
  result?: KnownResult
  newestOwner?: Owner
  /** It gave an answer in words: making a file of it takes nothing over. */
  answered: boolean
  /** Declared outputs that a master has made in its place. */
  takenOver: Set<string>
}

export interface KnownArtifact {
  path: ArtifactPath
  text: Artifact
  /** Number of the event that wrote last, in the detector's own count. */
  lastWrite: number
  lastWriter?: AgentId
  /** Everyone who wrote it, with the number of their last write. */
  writers: Map<AgentId, number>
  lastOwner?: number
}

/** Who wrote a token, and where it says so. */
export interface Owner {
  agentId: AgentId
  task: KnownTask | undefined
  eventId: EventId
  turnId?: TurnId
  callId?: CallId
  source?: Source
  at: number
  /** How the write, or whose task it belongs to, was concluded. */
  inferred?: string
}

export type Relation = { kind: 'self' } | { kind: 'master'; distance: number } | { kind: 'peer' } | { kind: 'human' } | { kind: 'harness' }

export function agentIn(world: World, id: AgentId): KnownAgent {
  let agent = world.agents.get(id)
  if (!agent) {
    agent = { id, role: 'agent', tasks: [], open: new Set(), tokens: 0, tokensEstimated: false, turns: 0, lastAt: Number.NEGATIVE_INFINITY }
    world.agents.set(id, agent)
  }
  return agent
}

/**
 * How an actor stands to a delegated task, by walking the tree of agents: in a nested hierarchy the
 * middle agent is the worker of one task and the master of another.
 */
export function relationTo(world: World, actorId: AgentId, task: KnownTask): Relation {
  const actor = agentIn(world, actorId)
  if (actor.role === 'human') return { kind: 'human' }
  if (actor.role === 'harness') return { kind: 'harness' }
  if (actorId === task.to || isBelow(world, actorId, task.to)) return { kind: 'self' }
  if (actorId === task.by) return { kind: 'master', distance: 1 }
  const distance = distanceUp(world, task.by, actorId)
  if (distance !== undefined) return { kind: 'master', distance: distance + 1 }
  const fromAssignee = distanceUp(world, task.to, actorId)
  if (fromAssignee !== undefined) return { kind: 'master', distance: fromAssignee }
  return { kind: 'peer' }
}

function isBelow(world: World, id: AgentId, above: AgentId): boolean {
  return distanceUp(world, id, above) !== undefined
}

/** Steps from `id` up to `above`; undefined if it is not above. Guards against circles in bad data. */
function distanceUp(world: World, id: AgentId, above: AgentId): number | undefined {
  let at: AgentId | undefined = world.agents.get(id)?.parentId
  for (let steps = 1; at !== undefined && steps < 64; steps++) {
    if (at === above) return steps
    at = world.agents.get(at)?.parentId
  }
  return undefined
}

/** The task that an agent works on now: the newest still open, else the newest. */
export function currentTask(world: World, agentId: AgentId): KnownTask | undefined {
  const agent = world.agents.get(agentId)
  let newest: KnownTask | undefined
  for (const task of agent?.open ?? []) newest = task
  return newest ?? agent?.tasks.at(-1)
}

export function phaseOf(world: World, task: KnownTask): Phase {
  if (task.frozen) return task.frozen.phase
  if (task.accepted) return 'post_acceptance'
  if (task.status === 'completed') return 'post_completion'
  const wordsOnly = task.outputs.length === 0 && task.artifacts.size === 0
  return (wordsOnly && task.spoke) || hasWholeUnit(world, task) ? 'pre_completion' : 'pre_unit'
}

export function clocksOf(world: World, task: KnownTask): Clocks {
  if (task.frozen) return task.frozen.clocks
  const assignee = agentIn(world, task.to)
  const master = agentIn(world, task.by)
  return {
    // a turn may end with fewer tokens than its stream had promised
    tokens: Math.max(0, assignee.tokens - task.start.assigneeTokens),
    tokensEstimated: assignee.tokensEstimated,
    step: assignee.turns - task.start.assigneeTurns + (master.turns - task.start.masterTurns),
    opportunity: task.masterTurnsAtFirstOutput === undefined ? 0 : master.turns - task.masterTurnsAtFirstOutput,
  }
}

export function freeze(world: World, task: KnownTask): void {
  task.frozen ??= { phase: phaseOf(world, task), clocks: clocksOf(world, task) }
}

/** The assignee has shown something: from now on each turn of the master's is an opportunity. */
export function noteOutput(world: World, task: KnownTask, event: Event): void {
  task.masterTurnsAtFirstOutput ??= agentIn(world, task.by).turns
  const stamp = stampOf(event)
  if (!task.firstOutput || compareStamps(stamp, task.firstOutput) < 0) task.firstOutput = stamp
}

/** Completed work that waits for its horizon; see `acceptSilently`. */
export function awaitAcceptance(world: World, task: KnownTask): void {
  for (const id of [task.to, task.by]) {
    const tasks = world.awaiting.get(id)
    if (tasks) tasks.add(task)
    else world.awaiting.set(id, new Set([task]))
  }
}

export function awaitNoLonger(world: World, task: KnownTask): void {
  world.awaiting.get(task.to)?.delete(task)
  world.awaiting.get(task.by)?.delete(task)
}

/** Whether the assignee, or anyone it gave the work on to, has written the artifact since it was ordered. */
export function hasProduced(world: World, task: KnownTask, artifact: KnownArtifact): boolean {
  for (const [writer, at] of artifact.writers) {
    if (at > task.start.writes && (writer === task.to || isBelow(world, writer, task.to))) return true
  }
  return false
}
