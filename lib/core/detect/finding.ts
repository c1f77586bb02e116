import type { Event } from '../event'
import type { AgentId, ArtifactPath, TaskId } from '../ids'
import {
  type Explanation,
  HEADLINE_KINDS,
  type Intervention,
  type InterventionFlag,
  type InterventionKind,
  type InterventionSide,
  type Trigger,
  type UnitLosses,
} from '../interventions'
import { declaredTrigger, inferredIn } from './trigger'
import { agentIn, clocksOf, type KnownTask, type Owner, phaseOf, type World } from './world'
import { readable } from './wording'

/** Everything about a finding that its rule knows; the rest follows from the task's state. */
export interface Draft {
  kind: InterventionKind
  task: KnownTask
  event: Event
  actorId: AgentId
  trigger: Trigger
  distance: number
  rule: string
  sentence: string
  thresholds: Record<string, number>
  target?: Owner
  artifact?: ArtifactPath
  flags?: InterventionFlag[]
  survival?: number
  cumulativeSurvival?: number
  owned?: number
  destroyed?: number
  destroyedComments?: number
  destroyedLines?: number
  units?: UnitLosses
  excerpt?: Pick<Explanation, 'before' | 'after' | 'firstLine' | 'whole'>
  unit?: { name: string; complete: boolean }
  inferences?: string[]
}

/** Completes a draft, and claims the headline of its task if it is the first to cut it short. */
export function toFinding(world: World, draft: Draft): Intervention {
  const { task, event, kind } = draft
  const flags = [...(draft.flags ?? [])]
  if (task.blocked && kind !== 'accept') flags.push('requested')
  // Help that was asked for, a collision nobody saw, and alternatives made to be chosen from are no distrust.
  const unsolicited = !flags.includes('requested') && !flags.includes('race') && task.group === undefined
  const headline = HEADLINE_KINDS.has(kind) && unsolicited && !task.headline
  if (headline) task.headline = true
  const inferences = inferencesOf(world, draft)
  return {
    id: `${kind}:${event.id}:${task.id}`,
    kind,
    phase: phaseOf(world, task),
    trigger: declaredTrigger(event) ?? draft.trigger,
    flags,
    occurredAt: event.occurredAt,
    taskId: task.id as TaskId,
    artifact: draft.artifact,
    master: sideOf(event, draft.actorId),
    target: draft.target && ownerSide(draft.target),
    assigneeId: task.to,
    distance: draft.distance,
    survival: draft.survival,
    cumulativeSurvival: draft.cumulativeSurvival,
    owned: draft.owned,
    destroyed: draft.destroyed ?? 0,
    ...(draft.destroyedComments ? { destroyedComments: draft.destroyedComments } : {}),
    destroyedLines: draft.destroyedLines ?? 0,
    ...(draft.units ? { units: draft.units } : {}),
    clocks: { ...clocksOf(world, task) },
    headline,
    explanation: {
      sentence: readable(world, draft.sentence, [draft.actorId, task.by, task.to, draft.target?.agentId]),
      rule: draft.rule,
      thresholds: draft.thresholds,
      confidence: inferences.length === 0 ? 'declared' : 'inferred',
      inferences,
      ...draft.excerpt,
      ...(draft.unit ? { unitFinished: draft.unit.complete, unitName: draft.unit.name } : {}),
    },
  }
}

/** Everything that had to be concluded for this finding, each with how. */
function inferencesOf(world: World, { task, event, target, inferences = [] }: Draft): string[] {
  const told = new Set(inferences)
  const add = (what: string, how: string | undefined) => how !== undefined && told.add(`${what}: ${how}`)
  add(`that ${task.by} gave ${task.to} this work`, task.inferred)
  add(`the place of ${task.to}`, agentIn(world, task.to).inferred)
  add('the work', target?.inferred)
  // a turn or the end of a session only says when
  if (!event.type.startsWith('turn.') && event.type !== 'session.ended') add('this change', inferredIn(event))
  return [...told]
}

function sideOf(event: Event, agentId: AgentId): InterventionSide {
  const turnId = 'turnId' in event ? event.turnId : undefined
  const callId = 'callId' in event ? event.callId : undefined
  return { agentId, turnId, callId, eventId: event.id, source: event.source }
}

function ownerSide(owner: Owner): InterventionSide {
  return { agentId: owner.agentId, turnId: owner.turnId, callId: owner.callId, eventId: owner.eventId, source: owner.source }
}
