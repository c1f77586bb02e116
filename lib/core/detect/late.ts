import type { Event, EventOf } from '../event'
import type { AgentId } from '../ids'
import { compareStamps, type Stamp, stampOf } from '../order'
import { stepsToHorizon } from './clocks'
import { argumentsOf } from './exchanges'
import type { Inquiry } from './inquiry'
import { waitsForAnswers } from './results'
import type { TextOf } from './text'
import { agentIn, currentTask, type World } from './world'

/**
 * What has been taken, as far as something that lies before it would have to be read differently. The
 * log of a session of many files comes a little out of order all the time, and reading it again from
 * the beginning for every event would be too much.
 */
export class Reached {
  private last: Stamp | undefined
  private finding: Stamp | undefined
  private written: Stamp | undefined
  /** The newest event that changed what anybody's work counts for, or who is whose master; by the agents whom it concerns. */
  private readonly turningPoints = new Map<AgentId, Stamp>()
  private turningPoint: Stamp | undefined
  private turningPointOfAll: Stamp | undefined
  private over = false

  /** Something was concluded from this event. */
  concluded(event: Event): void {
    this.finding = stampOf(event)
  }

  /** To be called before the event is taken. */
  note(world: World, event: Event, stamp: Stamp): void {
    this.last = newer(this.last, stamp)
    if (event.type === 'artifact.written') this.written = newer(this.written, stamp)
    if (event.type === 'session.ended') this.over = true
    const concerned = concernedBy(world, event)
    if (concerned === undefined) return
    this.turningPoint = newer(this.turningPoint, stamp)
    if (concerned === 'all') this.turningPointOfAll = newer(this.turningPointOfAll, stamp)
    else for (const id of concerned) this.turningPoints.set(id, newer(this.turningPoints.get(id), stamp))
  }

  /** Whether the event comes after all that has been taken, or adds up the same as if it had come in its place. */
  takes(inquiry: Inquiry, event: Event, stamp: Stamp, text: TextOf): boolean {
    const isBehind = (other: Stamp | undefined) => other !== undefined && compareStamps(other, stamp) > 0
    if (!isBehind(this.last) || event.type === 'session.started') return true
    if (isBehind(this.finding)) return false
    const { world, calls } = inquiry
    const turned = (agentId: AgentId | undefined) =>
      isBehind(this.turningPointOfAll) || (agentId === undefined ? isBehind(this.turningPoint) : isBehind(this.turningPoints.get(agentId)))
    switch (event.type) {
      case 'tool.returned':
        return true
      case 'artifact.read':
        return !this.over
      case 'turn.started':
      case 'turn.streamed':
        return !turned(speakerOf(world, event)) && keepsOpportunities(world, event, isBehind)
      case 'turn.ended':
        // may be an answer: that has its place in time
        return !waitsForAnswers(inquiry) && !this.over && !turned(speakerOf(world, event)) && keepsOpportunities(world, event, isBehind)
      case 'tool.called': {
        // may use an answer, or be the call that another repeated, with a write between the two
        if (waitsForAnswers(inquiry) || this.over || turned(event.agentId)) return false
        const key = calls.keyOf(event.name, argumentsOf(event, text))
        return key === undefined || (!calls.wasMade(key) && !isBehind(this.written))
      }
      case 'artifact.written': {
        if (world.artifacts.has(event.path) || world.expected.candidates(event.path).length > 0) return false
        if (isBehind(this.turningPoint) || isBehind(calls.newest)) return false
        return event.change.kind === 'content' && currentTask(world, event.agentId)?.status === 'open'
      }
      default:
        return false
    }
  }
}

function newer(a: Stamp | undefined, b: Stamp): Stamp {
  return a && compareStamps(a, b) > 0 ? a : b
}

function concernedBy(world: World, event: Event): 'all' | AgentId[] | undefined {
  switch (event.type) {
    case 'agent.joined': {
      const known = world.agents.get(event.agentId)
      return known && known.parentId !== event.parentId ? 'all' : [event.agentId]
    }
    case 'task.delegated':
      return [event.by, event.to]
    case 'task.blocked':
    case 'task.ended':
    case 'task.accepted': {
      const task = world.tasks.get(event.taskId)
      return [event.by, task?.by, task?.to].flatMap((id) => id ?? [])
    }
    case 'message.sent':
      return event.to === undefined ? 'all' : [event.from, event.to]
    case 'verdict.given':
      return 'all'
    default:
      return undefined
  }
}

type TurnEvent = EventOf<'turn.started' | 'turn.streamed' | 'turn.ended'>

function speakerOf(world: World, event: TurnEvent): AgentId | undefined {
  return world.turns.get(event.turnId)?.agentId ?? event.agentId
}

/** Whether the turn counts as it would have in its place: before or after what its agent's own masters and sub-agents did meanwhile. */
function keepsOpportunities(world: World, event: TurnEvent, isBehind: (other: Stamp | undefined) => boolean): boolean {
  const agentId = speakerOf(world, event)
  if (agentId === undefined) return true
  // it would be the turn at which work is accepted in silence, and in its place it was not
  for (const task of world.awaiting.get(agentId) ?? []) if (stepsToHorizon(world, task) <= 1) return false
  for (const task of agentIn(world, agentId).open)
    if ((!task.firstOutput || isBehind(task.firstOutput)) && isBehind(agentIn(world, task.by).lastTurn)) return false
  for (const { open } of world.agents.values()) for (const task of open) if (task.by === agentId && isBehind(task.firstOutput)) return false
  return true
}
