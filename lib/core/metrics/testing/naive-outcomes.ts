import { contentChars, isContentRef } from '../../content'
import type { Intervention, InterventionKind } from '../../interventions'
import type { SessionState, Task, ToolCall, Write } from '../../session'
import { OUTCOME_LEVELS, type Outcome, type OutcomeLevel, type TaskRecord } from '../task-record'

const REWRITES: ReadonlySet<InterventionKind> = new Set(['overwrite', 'revise'])
const CHANGES: ReadonlySet<InterventionKind> = new Set([
  'overwrite',
  'revise',
  'reject',
  'takeover',
  'rename',
  'touch',
  'append',
  'merge',
  'move',
  'opaque_change',
])
const BURST_TURNS = 3

/** Outcomes as first written, walking over everything for each task: what the fast ones must agree with. */
export class NaiveOutcomes {
  private checks: Ran[] = []
  private writes: Write[]

  constructor(state: SessionState) {
    for (const call of state.calls.values()) {
      const ran = ranOf(call)
      if (ran) this.checks.push(ran)
    }
    this.checks.sort((a, b) => a.from - b.from)
    this.writes = this.checks.length === 0 ? [] : [...state.writes.values()].sort((a, b) => a.at - b.at || a.order - b.order || (a.id < b.id ? -1 : 1))
  }

  of(task: Task, own: readonly Intervention[]): TaskRecord['outcomes'] {
    if (this.checks.length === 0) return {}
    const about = this.artifactsOf(task, own)
    if (about.size === 0) return {}
    const writes = this.writes.filter((write) => about.has(write.path))
    const change = own.find((finding) => CHANGES.has(finding.kind))
    const rewrite = own.find((finding) => REWRITES.has(finding.kind))
    // fragments have no outcome: work cut off before it was finished is not a bug
    const fragment = own.some((finding) => finding.headline && finding.phase === 'pre_unit')
    const outcomes: TaskRecord['outcomes'] = {}
    for (const level of OUTCOME_LEVELS) {
      const outcome: Outcome = {}
      const before = fragment ? [] : this.stateBefore(task, writes, change?.occurredAt ?? Number.POSITIVE_INFINITY, level)
      const after = rewrite && rewrite.occurredAt === change?.occurredAt ? this.stateAfter(writes, rewrite, level) : []
      const shared = after.filter(({ command }) => before.some((ran) => ran.command === command)).map(({ command }) => command)
      const judged = judge(shared.length > 0 ? before.filter(({ command }) => shared.includes(command)) : before)
      const judgedAfter = judge(after.filter(({ command }) => shared.includes(command)))
      if (judged === 'flaky' || judgedAfter === 'flaky') outcome.flaky = true
      else {
        if (judged) outcome.before = judged
        if (judged && judgedAfter) outcome.after = judgedAfter
      }
      if (outcome.before || outcome.flaky) outcomes[level] = outcome
    }
    return outcomes
  }

  private stateBefore(task: Task, writes: readonly Write[], change: number, level: OutcomeLevel): Ran[] {
    let last: Write | undefined
    for (const write of writes) {
      if (write.at >= change) break
      last = write
    }
    // somebody else's write was the last: the state is not the task's alone
    if (!last || (task.to !== undefined && last.agentId !== task.to)) return []
    const next = writes.find((write) => write.at > (last?.at ?? 0))?.at ?? Number.POSITIVE_INFINITY
    return this.ranBetween(last.at, Math.min(next, change), level)
  }

  private stateAfter(writes: readonly Write[], rewrite: Intervention, level: OutcomeLevel): Ran[] {
    const start = writes.findIndex((write) => write.id === rewrite.master.eventId)
    if (start < 0) return []
    const turns = new Set<string>()
    let last = writes[start] as Write
    for (const write of writes.slice(start)) {
      if (write.agentId !== rewrite.master.agentId) break
      turns.add(write.turnId ?? write.id)
      if (turns.size > BURST_TURNS) break
      last = write
    }
    const next = writes.find((write) => write.at > last.at)?.at ?? Number.POSITIVE_INFINITY
    return this.ranBetween(last.at, next, level)
  }

  private ranBetween(from: number, to: number, level: OutcomeLevel): Ran[] {
    return this.checks.filter((ran) => ran.level === level && ran.from >= from && ran.to <= to)
  }

  private artifactsOf(task: Task, own: readonly Intervention[]): Set<string> {
    const about = new Set<string>()
    const from = task.delegatedAt ?? Number.NEGATIVE_INFINITY
    const to = task.endedAt ?? Number.POSITIVE_INFINITY
    for (const write of this.writes)
      if (write.taskId === task.id || (write.taskId === undefined && write.agentId === task.to && write.at >= from && write.at <= to)) about.add(write.path)
    for (const { artifact, kind } of own) if (artifact !== undefined && kind !== 'rederive') about.add(artifact)
    return about
  }
}

interface Ran {
  level: OutcomeLevel
  ok: boolean
  command: string
  from: number
  to: number
}

function ranOf({ check, name, arguments: words, calledAt, returnedAt }: ToolCall): Ran | undefined {
  if (check?.ok === undefined || check.kind === 'other') return undefined
  const to = returnedAt ?? calledAt
  const from = calledAt ?? returnedAt
  if (to === undefined || from === undefined) return undefined
  const command = words === undefined ? '' : isContentRef(words) ? `${words.hash}:${contentChars(words)}` : words
  return { level: check.kind, ok: check.ok, command: `${name ?? ''} ${command}`, from, to: Math.max(from, to) }
}

function judge(ran: readonly Ran[]): 'good' | 'bad' | 'flaky' | undefined {
  if (ran.length === 0) return undefined
  const answers = new Map<string, boolean>()
  for (const { command, ok } of ran) {
    const known = answers.get(command)
    if (known !== undefined && known !== ok) return 'flaky'
    answers.set(command, ok)
  }
  return [...answers.values()].every((ok) => ok) ? 'good' : 'bad'
}
