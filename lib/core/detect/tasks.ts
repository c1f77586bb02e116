import type { Event, EventOf } from '../event'
import type { InterventionKind } from '../interventions'
import { type Inquiry, triggerFor } from './inquiry'
import { noteAskedAgain } from './remade'
import { awaitAnswer, knownBefore, readResult } from './results'
import { jaccard, shingles } from './similarity'
import type { TextOf } from './text'
import { inferredIn, isReviewer } from './trigger'
import { agentIn, awaitAcceptance, awaitNoLonger, freeze, type KnownAgent, type KnownTask, relationTo } from './world'
import { quoted } from './wording'

/** Rules on delegated tasks: given, given again, stopped, rejected, accepted. */

export function delegated(inquiry: Inquiry, event: EventOf<'task.delegated'>, text: TextOf): void {
  const known = inquiry.world.tasks.get(event.taskId)
  if (known) return
  const assignee = agentIn(inquiry.world, event.to)
  const master = agentIn(inquiry.world, event.by)
  if (assignee.parentId === undefined && event.by !== event.to && master.parentId !== event.to) assignee.parentId = event.by
  const brief = event.brief === undefined ? undefined : text(event.brief)
  const task: KnownTask = {
    id: event.taskId,
    by: event.by,
    to: event.to,
    title: event.title,
    brief: brief?.slice(0, 20_000),
    briefShingles: brief === undefined ? undefined : shingles(brief),
    outputs: event.outputs ?? [],
    outputSet: new Set(event.outputs),
    group: event.group,
    inferred: inferredIn(event),
    delegatedAt: event.occurredAt,
    status: 'open',
    accepted: false,
    blocked: false,
    unitComplete: false,
    unread: [],
    spoke: false,
    sentBack: false,
    headline: false,
    censored: false,
    start: { assigneeTokens: assignee.tokens, assigneeTurns: assignee.turns, masterTurns: master.turns, writes: inquiry.writes },
    disturbed: false,
    artifacts: new Map(),
    takenOver: new Set(),
    answered: false,
  }
  task.order = event
  task.ordered = event
  if (assignee.joined) compareOrder(inquiry, task)
  inquiry.world.tasks.set(task.id, task)
  inquiry.world.delegations.push(task)
  if (task.outputs.length > 0 && task.group === undefined) inquiry.world.expected.add(task)
  assignee.tasks.push(task)
  assignee.open.add(task)
}

/** Whoever took it has joined, or its work is over: now the order can be compared with earlier ones. */
export function compareOrder(inquiry: Inquiry, task: KnownTask): void {
  const { order } = task
  task.order = undefined
  if (order) again(inquiry, order, task)
}

/** Longer answers are not compared with later ones. */
const COMPARED_CHARS = 4_000

/** Delegations looked at for the same work. */
const LOOK_BACK = 50

/** The same work ordered again: after an end without success, or beside the first. */
function again(inquiry: Inquiry, event: EventOf<'task.delegated'>, task: KnownTask): void {
  const { outputsJaccard, briefSimilarity } = inquiry.world.parameters
  if (task.group !== undefined) return
  const { delegations } = inquiry.world
  const at = delegations.lastIndexOf(task)
  const before = at < 0 ? delegations.length : at
  for (const other of delegations.slice(Math.max(0, before - LOOK_BACK), before).reverse()) {
    if (other.by !== task.by) continue
    const gaveUp = other.status === 'cancelled' || other.status === 'failed' || other.status === 'rejected' || other.sentBack
    if (!gaveUp && other.status !== 'open') continue
    const outputs = jaccard(other.outputSet, task.outputSet)
    const brief = other.briefShingles && task.briefShingles ? jaccard(other.briefShingles, task.briefShingles) : 0
    const alike = outputs >= outputsJaccard || brief >= briefSimilarity
    if (!alike) continue
    const twice = other.status === 'open' && brief >= briefSimilarity
    if (!gaveUp && !twice) continue
    const sameHands = isSameHands(agentIn(inquiry.world, other.to), agentIn(inquiry.world, task.to))
    const kind: InterventionKind = twice ? 'duplicate' : sameHands ? 'retry' : 'redelegate'
    const similarity = `outputs ${Math.round(outputs * 100)} % alike, brief ${Math.round(brief * 100)} %`
    inquiry.find({
      kind,
      task: other,
      event,
      actorId: event.by,
      trigger: triggerFor(inquiry, other, event.by, event.occurredAt),
      distance: 1,
      rule: kind,
      sentence: twice
        ? `${event.by} gave ${task.to} the work that ${other.to} was still at (${similarity}).`
        : `${event.by} gave the work of ${other.id}, which ${endedHow(other)}, to ${task.to} (${similarity}).`,
      thresholds: { outputsJaccard, briefSimilarity },
    })
    return
  }
}

/** The same agent, or another one of the same name or type: many a harness makes a new one for each order. */
function isSameHands(one: KnownAgent, other: KnownAgent): boolean {
  return one.id === other.id || (one.name !== undefined && one.name === other.name) || (one.agentType !== undefined && one.agentType === other.agentType)
}

function endedHow(task: KnownTask): string {
  if (task.sentBack) return 'it had sent back'
  return task.status === 'failed' ? 'had failed' : `had been ${task.status}`
}

export function ended(inquiry: Inquiry, event: EventOf<'task.ended'>, text: TextOf): void {
  const task = inquiry.world.tasks.get(event.taskId)
  if (task?.status !== 'open') return
  compareOrder(inquiry, task)
  const by = event.by
  const relation = by === undefined ? undefined : relationTo(inquiry.world, by, task)
  if (event.status === 'cancelled' || event.status === 'rejected') {
    if (by !== undefined && relation?.kind === 'master') {
      const interrupted = event.status === 'cancelled'
      inquiry.find({
        kind: interrupted ? 'interrupt' : 'reject',
        task,
        event,
        actorId: by,
        trigger: triggerFor(inquiry, task, by, event.occurredAt),
        distance: relation.distance,
        target: task.newestOwner,
        rule: interrupted ? 'interrupt' : 'reject: verdict',
        sentence: interrupted
          ? `${by} cancelled the task while ${task.to} was at it${event.reason ? `: ${event.reason}` : ''}.`
          : `${by} rejected the result${event.reason ? `: ${event.reason}` : ''}.`,
        thresholds: {},
      })
    } else if (relation?.kind === 'human' || relation?.kind === 'harness') {
      task.censored = true
      inquiry.find({
        kind: relation.kind === 'human' ? 'censor_human' : 'censor_harness',
        task,
        event,
        actorId: by as NonNullable<typeof by>,
        trigger: { kind: 'user_request', because: relation.kind === 'human' ? 'a person stopped it' : 'a limit of the harness stopped it' },
        distance: 1,
        rule: 'censored',
        sentence: `${by} stopped the task: what the master would have done is not known.`,
        thresholds: {},
      })
    }
  }
  if (event.status !== 'completed') freeze(inquiry.world, task)
  task.status = event.status
  agentIn(inquiry.world, task.to).open.delete(task)
  task.endedAt = event.occurredAt
  task.writesAtEnd = inquiry.writes
  task.blocked = false
  if (event.status === 'failed')
    inquiry.stimuli.add({
      kind: 'tool_failure',
      at: event.occurredAt,
      to: task.by,
      because: `${task.to} had failed${event.reason ? `: ${quoted(event.reason, 80)}` : ''}`,
      eventId: event.id,
    })
  if (event.status === 'completed') {
    const answer = event.result === undefined || task.artifacts.size > 0 ? undefined : text(event.result)
    task.result = answer === undefined ? undefined : readResult(answer, knownBefore(inquiry, task))
    if (task.result) awaitAnswer(inquiry, task)
    task.answered = task.result !== undefined
    if (answer !== undefined && answer.length <= COMPARED_CHARS) task.answer = answer
    noteAskedAgain(inquiry, task)
    if (task.answered) inquiry.world.expected.delete(task)
    if (!task.disturbed && !task.censored) awaitAcceptance(inquiry.world, task)
    const assignee = agentIn(inquiry.world, task.to)
    const master = agentIn(inquiry.world, task.by)
    task.stepsAtCompletion = assignee.turns + master.turns
    if (isReviewer(inquiry.world, task)) {
      inquiry.stimuli.add({
        kind: 'review',
        at: event.occurredAt,
        to: task.by,
        because: `${agentIn(inquiry.world, task.to).name ?? task.to} had returned its review`,
        eventId: event.id,
      })
    }
  }
}

export function accepted(inquiry: Inquiry, task: KnownTask | undefined, event: Event, sentence: string, actorId = task?.by): void {
  if (!task || task.accepted || actorId === undefined) return
  inquiry.find({
    kind: 'accept',
    task,
    event,
    actorId,
    trigger: { kind: 'self', because: 'acceptance' },
    distance: 1,
    rule: 'accept',
    sentence,
    thresholds: { horizonSteps: inquiry.world.parameters.horizonSteps },
  })
  task.accepted = true
  awaitNoLonger(inquiry.world, task)
  inquiry.world.expected.delete(task)
}

export function acceptSilently(inquiry: Inquiry, task: KnownTask, event: Event, why: string): void {
  if (task.status !== 'completed' || task.accepted || task.disturbed || task.censored) return
  accepted(inquiry, task, event, `Accepted by leaving it alone: ${why}.`)
}

export function judged(inquiry: Inquiry, event: EventOf<'verdict.given'>): void {
  const task = event.taskId === undefined ? undefined : inquiry.world.tasks.get(event.taskId)
  if (!task || event.by === undefined) return
  const relation = relationTo(inquiry.world, event.by, task)
  if (event.verdict === 'accept') return accepted(inquiry, task, event, `${event.by} accepted it.`, event.by)
  if (event.verdict === 'revise' && relation.kind === 'master') {
    // not accepted, and what is ordered next is ordered again
    task.disturbed = true
    task.sentBack = true
    return
  }
  if (event.verdict === 'reject' && relation.kind === 'master') {
    inquiry.find({
      kind: 'reject',
      task,
      event,
      actorId: event.by,
      trigger: triggerFor(inquiry, task, event.by, event.occurredAt),
      distance: relation.distance,
      target: task.newestOwner,
      rule: 'reject: verdict',
      sentence: `${event.by} rejected the result${event.note ? `: ${event.note}` : ''}.`,
      thresholds: {},
    })
    task.disturbed = true
    if (task.status === 'completed') task.status = 'rejected'
  }
}
