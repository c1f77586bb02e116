import { COUNTED_KINDS, type Intervention, type InterventionKind } from '@/lib/core/interventions'
import { callBorn, findFirstSigns, taskBorn, turnBorn } from '@/lib/core/moment'
import { type SessionState, type Turn, turnOutputTokens } from '@/lib/core/session'
import { standingFindings } from '@/lib/core/set-aside'
import { A_FEW, type Slices } from '@/lib/core/slices'
import { countUpTo } from '@/lib/core/sorted'
import { fieldsOf } from '@/lib/core/table'
import { isCounted, type RunSums } from './differences'

/**
 * What a run comes to at any moment: `at(t)` is `sumsOf(stateAt(state, t), findingsAt(findings, t))`, but a
 * replay asks some times a second, and that reads every turn each time. Here they are read once; then a
 * moment costs O(log n + findings). Of the session as it was when it was made.
 */
export class Course {
  private readonly agents: Float64Array
  private readonly tasks: Float64Array

  private constructor(
    private readonly state: SessionState,
    firstSigns: ReadonlyMap<string, number>,
    private readonly turns: Float64Array,
    private readonly calls: Float64Array,
    private readonly output: readonly Steps[],
    private readonly findings: readonly Pick<Intervention, 'kind' | 'artifact' | 'occurredAt'>[],
  ) {
    const always = Number.NEGATIVE_INFINITY
    this.agents = Float64Array.from([...state.agents.values()].filter(isCounted), ({ id }) => firstSigns.get(id) ?? always).sort()
    this.tasks = Float64Array.from(state.tasks.values(), taskBorn).sort()
  }

  static *of(state: SessionState, findings: Iterable<Intervention>): Slices<Course> {
    const turns: number[] = []
    const calls: number[] = []
    // nearly in order each, and so quick to put in order
    const born = new Steps()
    const streamed = new Steps()
    const ended = new Steps()
    let n = 0
    for (const turn of fieldsOf(state.turns, TURN_FIELDS)) {
      if (++n % A_FEW === 0) yield
      const from = turnBorn(turn)
      turns.push(from)
      const streamedAt = Math.max(from, turn.streamedAt ?? from)
      const endedAt = Math.max(from, turn.endedAt ?? from)
      const at = (moment: number) => (moment < from ? undefined : outputAt(turn, moment >= endedAt, moment >= streamedAt))
      born.add(from, undefined, at(from))
      // whichever comes first
      if (streamedAt > from) streamed.add(streamedAt, endedAt < streamedAt ? at(endedAt) : at(from), at(streamedAt))
      if (endedAt > from && endedAt !== streamedAt) ended.add(endedAt, streamedAt < endedAt ? at(streamedAt) : at(from), at(endedAt))
    }
    for (const call of fieldsOf(state.calls, ['calledAt', 'returnedAt'])) {
      if (++n % A_FEW === 0) yield
      calls.push(callBorn(call))
    }
    yield
    for (const steps of [born, streamed, ended]) {
      steps.close()
      yield
    }
    const firstSigns = yield* findFirstSigns(state)
    const standing: Pick<Intervention, 'kind' | 'artifact' | 'occurredAt'>[] = []
    for (const { kind, artifact, occurredAt } of standingFindings(state, findings)) standing.push({ kind, artifact, occurredAt })
    yield
    return new Course(state, firstSigns, Float64Array.from(turns).sort(), Float64Array.from(calls).sort(), [born, streamed, ended], standing)
  }

  /** `moment`: epoch ms. */
  at(moment: number): RunSums {
    const interventions = new Map<InterventionKind, number>()
    const overwritten = new Set<string>()
    for (const { kind, artifact, occurredAt } of this.findings) {
      if (occurredAt > moment) continue
      if (COUNTED_KINDS.has(kind)) interventions.set(kind, (interventions.get(kind) ?? 0) + 1)
      if (kind === 'overwrite' && artifact !== undefined) overwritten.add(artifact)
    }
    const turns = countUpTo(this.turns, moment)
    const sum = { tokens: 0, estimated: 0, untold: 0 }
    for (const steps of this.output) steps.addTo(sum, moment)
    const { firstAt, lastAt, facts } = this.state
    const { startedAt, endedAt } = facts
    return {
      agents: countUpTo(this.agents, moment),
      tasks: countUpTo(this.tasks, moment),
      turns,
      calls: countUpTo(this.calls, moment),
      output: { ...sum, tokens: turns > sum.untold ? sum.tokens : undefined },
      duration:
        firstAt === undefined || lastAt === undefined
          ? undefined
          : (endedAt !== undefined && endedAt <= moment ? endedAt : Math.min(lastAt, moment)) - (startedAt ?? firstAt),
      interventions,
      overwritten,
    }
  }
}

const TURN_FIELDS = ['startedAt', 'streamedAt', 'endedAt', 'usage', 'streamedTokens'] as const

interface Output {
  tokens: number
  estimated: number
  untold: number
}

const NONE: Output = { tokens: 0, estimated: 0, untold: 0 }

/** What a turn adds once it is there: of its two counts each has a moment from which on it is known. */
function outputAt({ usage, streamedTokens }: Pick<Turn, 'usage' | 'streamedTokens'>, ended: boolean, streamed: boolean): Output {
  const known = { usage: ended ? usage : undefined, streamedTokens: streamed ? streamedTokens : undefined }
  const tokens = turnOutputTokens(known)
  return {
    tokens: tokens ?? 0,
    estimated: known.usage?.outputTokens !== undefined && known.usage.estimated ? 1 : 0,
    untold: tokens === undefined ? 1 : 0,
  }
}

/** A sum that changes at moments: all changes up to one, together. */
class Steps {
  private moments: number[] = []
  private changes: Output[] = []
  private times = new Float64Array(0)
  private tokens = new Float64Array(0)
  private estimated = new Int32Array(0)
  private untold = new Int32Array(0)

  add(at: number, before: Output | undefined, after: Output | undefined): void {
    const change = minus(after ?? NONE, before ?? NONE)
    if (change.tokens === 0 && change.estimated === 0 && change.untold === 0) return
    this.moments.push(at)
    this.changes.push(change)
  }

  /** Nothing more will be added. */
  close(): void {
    const { moments, changes } = this
    const order = [...moments.keys()].sort((a, b) => (moments[a] as number) - (moments[b] as number))
    this.times = Float64Array.from(order, (i) => moments[i] as number)
    this.tokens = new Float64Array(order.length)
    this.estimated = new Int32Array(order.length)
    this.untold = new Int32Array(order.length)
    let sum = NONE
    for (const [i, at] of order.entries()) {
      sum = plus(sum, changes[at] as Output)
      this.tokens[i] = sum.tokens
      this.estimated[i] = sum.estimated
      this.untold[i] = sum.untold
    }
    this.moments = []
    this.changes = []
  }

  addTo(sum: Output, moment: number): void {
    const i = countUpTo(this.times, moment) - 1
    if (i < 0) return
    sum.tokens += this.tokens[i] as number
    sum.estimated += this.estimated[i] as number
    sum.untold += this.untold[i] as number
  }
}

function plus(a: Output, b: Output): Output {
  return { tokens: a.tokens + b.tokens, estimated: a.estimated + b.estimated, untold: a.untold + b.untold }
}

function minus(a: Output, b: Output): Output {
  return { tokens: a.tokens - b.tokens, estimated: a.estimated - b.estimated, untold: a.untold - b.untold }
}
