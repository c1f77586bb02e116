import type { Event } from '../event'
import type { AgentId, EventId } from '../ids'
import type { Trigger } from '../interventions'
import type { KnownTask, World } from './world'

/**
 * What moved the master. Most rewrites in real runs answer something outside the master: a user, a
 * failed check, a reviewer. Only what reached this master after the work was done can have moved it.
 */
export interface Stimulus {
  kind: 'user_request' | 'tool_failure' | 'review'
  at: number
  /** Who got it; undefined: the root master. */
  to: AgentId | undefined
  because: string
  eventId: EventId
}

/** Kept a master; older ones are never the newest. */
const KEPT = 64
const STALL_MS = 120_000

const REVIEWER = /review|critic|audit|verif|inspect|\bqa\b|tester/i

export class Stimuli {
  private newest: Stimulus[] = []

  add(stimulus: Stimulus): void {
    this.newest.push(stimulus)
    if (this.newest.length > KEPT * 2) this.newest = this.newest.slice(-KEPT)
  }

  /** The newest that reached `masterId` between `since` and `until`. */
  triggerOf(world: World, masterId: AgentId, since: number, until: number): Trigger {
    const root = world.agents.get(masterId)?.parentId === undefined
    let best: Stimulus | undefined
    for (const stimulus of this.newest) {
      if (stimulus.at < since || stimulus.at > until) continue
      if (stimulus.to === undefined ? !root : stimulus.to !== masterId) continue
      if (!best || stimulus.at >= best.at) best = stimulus
    }
    if (!best) return { kind: 'self', because: 'nothing reached the master between the work and this' }
    return { kind: best.kind, because: best.because, eventId: best.eventId }
  }
}

const TRIGGERS: readonly Trigger['kind'][] = ['user_request', 'tool_failure', 'review', 'stall', 'self']

/** What the source itself says had moved the master: `attributes.trigger`. */
export function declaredTrigger(event: Event): Trigger | undefined {
  const kind = TRIGGERS.find((one) => one === event.attributes?.trigger)
  if (kind === undefined) return undefined
  return {
    kind,
    because: kind === 'stall' ? 'the source says that the work had stalled' : `the source gives this reason: ${kind.replace('_', ' ')}`,
    eventId: event.id,
  }
}

/** How an event was concluded, where the source does not say it. */
export function inferredIn(event: Event): string | undefined {
  return event.evidence?.kind === 'inferred' ? (event.evidence.how ?? 'the source does not say it') : undefined
}

export function isReviewer(world: World, task: KnownTask): boolean {
  const agent = world.agents.get(task.to)
  return REVIEWER.test(`${agent?.agentType ?? ''} ${agent?.name ?? ''} ${task.title ?? ''}`)
}

/** A task whose assignee has been silent for long enough that stopping it is no distrust. */
export function stallTrigger(world: World, task: KnownTask, now: number): Trigger | undefined {
  const silent = now - Math.max(world.agents.get(task.to)?.lastAt ?? task.delegatedAt, task.delegatedAt)
  if (silent < STALL_MS) return undefined
  return { kind: 'stall', because: `the sub-agent had shown no sign of life for ${Math.round(silent / 1000)} s` }
}
