import type { AgentId } from '../../ids'
import { type SessionState, type Task, type Turn, turnOutputTokens } from '../../session'
import type { ClockReadings } from '../task-record'

/** Clocks as first written, walking over an agent's turns for each reading: what the fast ones must agree with. */
export class NaiveClocks {
  private agents = new Map<AgentId, AgentTurns>()
  private writes = new Map<AgentId, number[]>()

  constructor(state: SessionState) {
    for (const turn of state.turns.values()) {
      if (turn.agentId === undefined) continue
      let own = this.agents.get(turn.agentId)
      if (!own) {
        own = new AgentTurns()
        this.agents.set(turn.agentId, own)
      }
      own.add(turn)
    }
    for (const own of this.agents.values()) own.sort()
    for (const write of state.writes.values()) {
      const first = this.writes.get(write.agentId)
      if (first) first.push(write.at)
      else this.writes.set(write.agentId, [write.at])
    }
    for (const times of this.writes.values()) times.sort((a, b) => a - b)
  }

  tokensOf(task: Task, until: number): { known: boolean; estimated: boolean } {
    const own = task.to === undefined ? undefined : this.agents.get(task.to)
    return own?.tokensIn(task.delegatedAt ?? Number.NEGATIVE_INFINITY, until) ?? { known: false, estimated: false }
  }

  firstOutputAt(task: Task): number | undefined {
    if (task.to === undefined) return undefined
    const from = task.delegatedAt ?? Number.NEGATIVE_INFINITY
    const written = this.writes.get(task.to)?.find((at) => at >= from)
    const told = this.agents.get(task.to)?.firstOutputAt(from)
    return written === undefined ? told : told === undefined ? written : Math.min(written, told)
  }

  nextMasterTurn(task: Task, after: number): number | undefined {
    return task.by === undefined ? undefined : this.agents.get(task.by)?.nextAfter(after)
  }

  at(task: Task, moment: number): ClockReadings {
    return this.read(task, moment, false, true)
  }

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

interface Span {
  begun: number
  over: number
  tokens: number | undefined
  streamed: boolean
  estimated: boolean
}

class AgentTurns {
  private spans: Span[] = []
  private latestOver: number[] = []

  add(turn: Turn): void {
    const begun = turn.startedAt ?? turn.streamedAt ?? turn.endedAt
    if (begun === undefined) return
    const over = Math.max(begun, turn.endedAt ?? turn.streamedAt ?? begun)
    this.spans.push({ begun, over, tokens: turnOutputTokens(turn), streamed: turn.streamedTokens !== undefined, estimated: turn.usage?.estimated === true })
  }

  sort(): void {
    this.spans.sort((a, b) => a.begun - b.begun)
    let latest = Number.NEGATIVE_INFINITY
    this.latestOver = this.spans.map((span) => (latest = Math.max(latest, span.over)))
  }

  begunFrom(from: number, to: number): number {
    return Math.max(0, this.countBegun(to, true) - this.countBegun(from, false))
  }

  begunAfter(after: number, to: number, including: boolean): number {
    return Math.max(0, this.countBegun(to, including) - this.countBegun(after, true))
  }

  nextAfter(moment: number): number | undefined {
    return this.spans[this.countBegun(moment, true)]?.begun
  }

  firstOutputAt(from: number): number | undefined {
    let first: number | undefined
    for (let k = this.firstOverFrom(from); k < this.spans.length; k++) {
      const span = this.spans[k] as Span
      if (first !== undefined && span.begun >= first) break
      if (span.over < from || !span.tokens) continue
      // a stream shows its first tokens soon after it begins; anything else shows them when it is over
      const shown = span.streamed ? Math.max(span.begun, from) : span.over
      if (first === undefined || shown < first) first = shown
    }
    return first
  }

  tokensBetween(from: number, until: number, whole: boolean): number {
    const to = Math.max(from, until)
    let sum = 0
    for (let k = this.firstOverFrom(from); k < this.spans.length; k++) {
      const span = this.spans[k] as Span
      if (span.begun > to) break
      if (span.over < from || span.tokens === undefined) continue
      if (span.over <= to || whole) sum += span.tokens
      else if (span.streamed) sum += Math.round((span.tokens * (to - span.begun)) / (span.over - span.begun))
    }
    return sum
  }

  tokensIn(from: number, until: number): { known: boolean; estimated: boolean } {
    const to = Math.max(from, until)
    let known = false
    let estimated = false
    for (let k = this.firstOverFrom(from); k < this.spans.length; k++) {
      const span = this.spans[k] as Span
      if (span.begun > to) break
      if (span.over < from || span.tokens === undefined) continue
      known = true
      if (span.estimated) estimated = true
    }
    return { known, estimated }
  }

  private countBegun(moment: number, including: boolean): number {
    let low = 0
    let high = this.spans.length
    while (low < high) {
      const middle = (low + high) >> 1
      const begun = (this.spans[middle] as Span).begun
      if (including ? begun <= moment : begun < moment) low = middle + 1
      else high = middle
    }
    return low
  }

  private firstOverFrom(moment: number): number {
    let low = 0
    let high = this.spans.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.latestOver[middle] as number) < moment) low = middle + 1
      else high = middle
    }
    return low
  }
}
