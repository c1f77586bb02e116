import { withCanonicalAgents } from '../aliases'
import type { Event, EventOf } from '../event'
import type { AgentId, TaskId } from '../ids'
import { DETECTOR_PARAMETERS, type DetectorParameters, type Intervention } from '../interventions'
import { compareEvents, stampOf } from '../order'
import { readUnits, type UnitReader } from '../units/units'
import { written } from './artifacts'
import { Calls } from './calls'
import { noteSpoken, sign, turned } from './clocks'
import { CopyIndex } from './copies'
import { called, messaged, returned } from './exchanges'
import { ExpectedOutputs } from './expected'
import { type Draft, toFinding } from './finding'
import type { Inquiry } from './inquiry'
import { Reached } from './late'
import { ledgerOf, type TaskLedger } from './ledger'
import { Remakes, settleRemakes } from './remade'
import { heard, newTextResults, noteWords, noteWorking, settleResults } from './results'
import { accepted, acceptSilently, compareOrder, delegated, ended, judged } from './tasks'
import { inlineText, type TextOf } from './text'
import { inferredIn, Stimuli } from './trigger'
import { agentIn, type World } from './world'

export { inlineText, type TextOf }

/**
 * The detector: a fold over the events of one session, in the order of `compareEvents`, from content
 * to interventions. The same log gives the same findings, live, in import and in `analyze`.
 */
export interface Detector {
  /**
   * Takes one event. Returns false, and takes nothing, when the event lies before one already taken
   * and matters: the caller then starts a new detector and feeds the whole log in order.
   */
  apply(event: Event, text: TextOf): boolean
  /** All findings so far, oldest first. */
  findings(): Intervention[]
  /** The findings that are new or changed since the last call of `changes`. */
  changes(): Intervention[]
  /** How much each task wrote and what of it is there now. Takes a walk over all artifacts. */
  ledger(): Map<TaskId, TaskLedger>
}

/** `units`: who reads logical units; the same reader must be used wherever the same log is read. */
export function newDetector(parameters: DetectorParameters = DETECTOR_PARAMETERS, units: UnitReader = readUnits): Detector {
  return new SessionDetector(parameters, units)
}

/** Findings of a whole log, in any order, with its content inline or resolved by `text`. */
export function detectAll(
  events: readonly Event[],
  text: TextOf = inlineText,
  parameters: DetectorParameters = DETECTOR_PARAMETERS,
  units: UnitReader = readUnits,
): Intervention[] {
  const detector = newDetector(parameters, units)
  for (const event of [...events].sort(compareEvents)) detector.apply(event, text)
  return detector.findings()
}

class SessionDetector implements Detector, Inquiry {
  readonly world: World
  readonly stimuli = new Stimuli()
  readonly calls = new Calls()
  readonly copies = new CopyIndex()
  readonly results = newTextResults()
  readonly remakes = new Remakes()
  writes = 0
  private all: Intervention[] = []
  private told = 0
  private seen = new Set<string>()
  /** Told at their agent's beginning, so known before anything that uses them when the log is read in order. */
  private readonly aliases = new Map<AgentId, AgentId>()
  private readonly reached = new Reached()
  private now: Event | undefined

  constructor(parameters: DetectorParameters, units: UnitReader) {
    this.world = {
      parameters,
      readUnits: units,
      agents: new Map(),
      tasks: new Map(),
      artifacts: new Map(),
      delegations: [],
      awaiting: new Map(),
      expected: new ExpectedOutputs(),
      turns: new Map(),
      owners: [undefined],
    }
  }

  findings(): Intervention[] {
    return this.all
  }

  changes(): Intervention[] {
    const fresh = this.all.slice(this.told)
    this.told = this.all.length
    return fresh
  }

  ledger(): Map<TaskId, TaskLedger> {
    return ledgerOf(this.world)
  }

  apply(event: Event, text: TextOf): boolean {
    // Said about a finding, and not a part of what happened: it has no place in that order.
    if (event.type === 'verdict.given' && event.interventionId !== undefined) return true
    const stamp = stampOf(event)
    const own = withCanonicalAgents(event, this.aliases)
    if (!this.reached.takes(this, own, stamp, text)) return false
    this.reached.note(this.world, own, stamp)
    this.now = own
    this.take(own, text)
    return true
  }

  find(draft: Draft): void {
    this.keep(toFinding(this.world, draft))
  }

  keep(finding: Intervention): void {
    if (this.seen.has(finding.id)) return
    this.seen.add(finding.id)
    this.all.push(finding)
    if (this.now) this.reached.concluded(this.now)
  }

  private take(event: Event, text: TextOf): void {
    switch (event.type) {
      case 'session.started':
        return
      case 'artifact.read':
        return this.remakes.noteRead(event.agentId, event.path, event.occurredAt)
      case 'session.ended':
        settleResults(this)
        settleRemakes(this)
        for (const task of this.world.tasks.values()) acceptSilently(this, task, event, 'the session ended and nothing was taken back')
        return
      case 'agent.joined': {
        if (event.sameAs !== undefined) {
          if (event.sameAs !== event.agentId) this.aliases.set(event.agentId, event.sameAs)
          return
        }
        const agent = agentIn(this.world, event.agentId)
        agent.parentId = event.parentId ?? agent.parentId
        agent.role = event.role ?? agent.role
        agent.name = event.name ?? agent.name
        agent.agentType = event.agentType ?? agent.agentType
        agent.joined = true
        for (const task of agent.tasks) compareOrder(this, task)
        agent.inferred = event.evidence === undefined ? agent.inferred : inferredIn(event)
        return
      }
      case 'task.delegated':
        if (event.brief !== undefined) {
          const brief = text(event.brief)
          noteWords(this, event.by, brief)
          if (brief !== undefined) this.remakes.noteNames(event.by, brief, event.occurredAt)
        }
        noteWorking(this, event.turnId)
        return delegated(this, event, text)
      case 'task.blocked': {
        const task = this.world.tasks.get(event.taskId)
        if (task?.status === 'open') task.blocked = true
        return
      }
      case 'task.ended':
        return this.taskEnded(event, text)
      case 'task.accepted':
        return accepted(this, this.world.tasks.get(event.taskId), event, `${event.by ?? 'the master'} accepted it.`)
      case 'turn.started':
      case 'turn.streamed':
      case 'turn.ended':
        turned(this, event)
        if (event.type === 'turn.ended') {
          const agentId = this.world.turns.get(event.turnId)?.agentId
          const said = agentId === undefined || event.output === undefined ? undefined : text(event.output)
          if (agentId !== undefined && event.output !== undefined) noteSpoken(this, agentId, event.taskId, said)
          if (agentId !== undefined && said !== undefined) this.remakes.noteNames(agentId, said, event.occurredAt)
          if (agentId !== undefined) heard(this, event, agentId, text)
        }
        return
      case 'tool.called':
        sign(this, event.agentId, event.occurredAt)
        this.remakes.noteCall(event.agentId)
        if (event.arguments !== undefined) {
          const words = text(event.arguments)
          noteWords(this, event.agentId, words)
          if (words !== undefined) this.remakes.noteNames(event.agentId, words, event.occurredAt)
        }
        noteWorking(this, event.turnId)
        noteSpoken(this, event.agentId, event.taskId)
        return called(this, event, text)
      case 'tool.returned':
        return returned(this, event)
      case 'artifact.written':
        sign(this, event.agentId, event.occurredAt)
        return written(this, event, text)
      case 'message.sent':
        return messaged(this, event, text)
      case 'verdict.given':
        return judged(this, event)
    }
  }

  private taskEnded(event: EventOf<'task.ended'>, text: TextOf): void {
    // Whoever ends its own task has used what it wanted of the answers it had ordered.
    const assignee = this.world.tasks.get(event.taskId)?.to
    if (assignee !== undefined) settleResults(this, assignee)
    ended(this, event, text)
  }
}
