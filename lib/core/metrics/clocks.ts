import type { AgentId } from '../ids'
import type { SessionState, Task } from '../session'
import { A_FEW, type Slices } from '../slices'
import { fieldsOf } from '../table'
import { AgentTurns, countBefore, TURN_FIELDS } from './agent-turns'
import type { ClockReadings } from './task-record'

/**
 * Clocks of tasks at any moment, from the folded state. The detector reads the same clocks event by
 * event; where it has read one (at an intervention) its reading is used, because it also knows how
 * far a stream had come. Here a turn under way counts by the share of its time that has passed.
 */
export class SessionClocks {
  private readonly agents = new Map<AgentId, AgentTurns>()
  private readonly writes = new Map<AgentId, number[]>()

  private constructor() {}

  static *of(state: SessionState): Slices<SessionClocks> {
    const clocks = new SessionClocks()
    const { agents, writes } = clocks
    let n = 0
    for (const turn of fieldsOf(state.turns, TURN_FIELDS)) {
      if (++n % A_FEW === 0) yield
      if (turn.agentId === undefined) continue
      let own = agents.get(turn.agentId)
      if (!own) {
        own = new AgentTurns()
        agents.set(turn.agentId, own)
      }
      own.add(turn)
    }
    for (const own of agents.values()) yield* own.sort()
    for (const write of fieldsOf(state.writes, ['agentId', 'at'])) {
      if (++n % A_FEW === 0) yield
      const first = writes.get(write.agentId)
      if (first) first.push(write.at)
      else writes.set(write.agentId, [write.at])
    }
    for (const times of writes.values()) {
      times.sort((a, b) => a - b)
      yield
    }
    return clocks
  }

  /** Whether any turn of the task's assignee since the delegation reports tokens, and whether any of them are estimated. */
  tokensOf(task: Task, until: number): { known: boolean; estimated: boolean } {
    const own = task.to === undefined ? undefined : this.agents.get(task.to)
    return own?.tokensIn(task.delegatedAt ?? Number.NEGATIVE_INFINITY, until) ?? { known: false, estimated: false }
  }

  /** When the assignee first showed something that its master could have reacted to. */
  firstOutputAt(task: Task): number | undefined {
    if (task.to === undefined) return undefined
    const from = task.delegatedAt ?? Number.NEGATIVE_INFINITY
    const writes = this.writes.get(task.to)
    const written = writes?.[countBefore(writes, from, false)]
    const told = this.agents.get(task.to)?.firstOutputAt(from)
    return written === undefined ? told : told === undefined ? written : Math.min(written, told)
  }

  /** When the task's master first began a turn after `after`. */
  nextMasterTurn(task: Task, after: number): number | undefined {
    return task.by === undefined ? undefined : this.agents.get(task.by)?.nextAfter(after)
  }

  /** At a moment between events: a turn under way counts by the share of its time that has passed. */
  at(task: Task, moment: number): ClockReadings {
    return this.read(task, moment, false, true)
  }

  /**
   * At the end of the task itself: the assignee's turn under way is the one that ended it and counts
   * in full; a master's turn that begins in this very instant begins because of it, and came too late.
   */
  atEnd(task: Task, moment: number): ClockReadings {
    return this.read(task, moment, true, false)
  }

  private read(task: Task, moment: number, whole: boolean, including: boolean): ClockReadings {
    const from = task.delegatedAt ?? Number.NEGATIVE_INFINITY
    const assignee = task.to === undefined ? undefined : this.agents.get(task.to)
    const master = task.by === undefined ? undefined : this.agents.get(task.by)
    const shown = this.firstOutputAt(task)
    // the master's turn that delegates began before; an assignee's may begin in the same millisecond
    const masterTurns = (after: number) => master?.begunAfter(after, moment, including) ?? 0
    return {
      tokens: assignee?.tokensBetween(from, moment, whole) ?? 0,
      step: (assignee?.begunFrom(from, moment) ?? 0) + masterTurns(from),
      opportunity: shown === undefined || shown > moment ? 0 : masterTurns(shown),
    }
  }
}
