import type { Intervention, InterventionKind } from '../interventions'
import type { SessionState, Task, Write } from '../session'
import { A_FEW, type Slices } from '../slices'
import { fieldsOf, look } from '../table'
import { Checks, type Judged } from './checks'
import { OUTCOME_LEVELS, type Outcome, type OutcomeLevel, type TaskRecord } from './task-record'

/** The master's own new text in place of the sub-agent's: what "after" is about. */
export const REWRITES: ReadonlySet<InterventionKind> = new Set(['overwrite', 'revise'])
/** Any change of a master's that ends "untouched". */
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
/** A burst of one master's writes is one rewrite: so many of its turns, nobody else in between. */
const BURST_TURNS = 3

/** What is read of a write. */
const FIELDS = ['id', 'path', 'agentId', 'taskId', 'turnId', 'at', 'order'] as const
type Written = Pick<Write, (typeof FIELDS)[number]>

/** From a write to the next: the state of the files in which a check speaks for it. */
interface Standing {
  from: number
  to: number
}

/**
 * Good or bad, by checks that the log shows, without a judge:
 *
 *   … task's last write ──── check ────┤ master's first change … its last in the burst ├──── check ──── next write …
 *                            before                                                          after
 *
 * A check speaks for a state only if nothing the task is about was written between. Before and after
 * are compared only by the same command. Tests before builds before types before lint, never mixed.
 */
export class Outcomes {
  // Each list in the order of time. A long session has many thousands of tasks: none may walk over all of it.
  private readonly byTask = new Map<string, Written[]>()
  /** Of writes that name no task. */
  private readonly byAgent = new Map<string, Written[]>()
  private readonly byPath = new Map<string, Written[]>()

  private constructor(
    private readonly checks: Checks,
    private readonly byId: SessionState['writes'],
  ) {}

  static *of(state: SessionState): Slices<Outcomes> {
    const outcomes = new Outcomes(yield* Checks.of(state), state.writes)
    if (outcomes.checks.none) return outcomes
    const { byTask, byAgent, byPath } = outcomes
    let n = 0
    for (const { id, path, agentId, taskId, turnId, at, order } of fieldsOf(state.writes, FIELDS)) {
      if (++n % A_FEW === 0) yield
      const write = { id, path, agentId, taskId, turnId, at, order }
      addTo(byPath, path, write)
      if (taskId === undefined) addTo(byAgent, agentId, write)
      else addTo(byTask, taskId, write)
    }
    for (const lists of [byTask, byAgent, byPath])
      for (const writes of lists.values()) {
        writes.sort(inTime)
        if (++n % A_FEW === 0 || writes.length > A_FEW) yield
      }
    return outcomes
  }

  ofTask(task: Task, own: readonly Intervention[]): TaskRecord['outcomes'] {
    if (this.checks.none) return {}
    const paths = this.artifactsOf(task, own)
    if (paths.length === 0) return {}
    const change = own.find((finding) => CHANGES.has(finding.kind))
    const rewrite = own.find((finding) => REWRITES.has(finding.kind))
    // fragments have no outcome: work cut off before it was finished is not a bug
    const fragment = own.some((finding) => finding.headline && finding.phase === 'pre_unit')
    const before = fragment ? undefined : this.standingBefore(task, paths, change?.occurredAt ?? Number.POSITIVE_INFINITY)
    const after = before && rewrite && rewrite.occurredAt === change?.occurredAt ? this.standingAfter(paths, rewrite) : undefined
    const outcomes: TaskRecord['outcomes'] = {}
    if (!before) return outcomes
    for (const level of OUTCOME_LEVELS) {
      const outcome = this.outcomeOf(level, before, after)
      if (outcome.before || outcome.flaky) outcomes[level] = outcome
    }
    return outcomes
  }

  private outcomeOf(level: OutcomeLevel, before: Standing, after: Standing | undefined): Outcome {
    // what ran on both sides is compared; where nothing did, the state before speaks for itself
    const shared = after
      ? [...this.checks.commands(level, before.from, before.to)].filter(
          (command) => this.checks.judgeCommand(level, command, after.from, after.to) !== undefined,
        )
      : []
    const over = ({ from, to }: Standing) => together(shared.map((command) => this.checks.judgeCommand(level, command, from, to)))
    const judged = shared.length > 0 ? over(before) : this.checks.judge(level, before.from, before.to)
    const judgedAfter = after && shared.length > 0 ? over(after) : undefined
    if (judged === 'flaky' || judgedAfter === 'flaky') return { flaky: true }
    return judged ? { before: judged, ...(judgedAfter ? { after: judgedAfter } : {}) } : {}
  }

  /** The task's last own state before `change`. */
  private standingBefore(task: Task, paths: readonly string[], change: number): Standing | undefined {
    let last: Written | undefined
    for (const path of paths) {
      const writes = this.byPath.get(path) ?? []
      const write = writes[firstFrom(writes, change) - 1]
      if (write && (!last || inTime(write, last) > 0)) last = write
    }
    // somebody else's write was the last: the state is not the task's alone
    if (!last || (task.to !== undefined && last.agentId !== task.to)) return undefined
    return { from: last.at, to: Math.min(this.nextWriteAfter(paths, last.at), change) }
  }

  private standingAfter(paths: readonly string[], rewrite: Intervention): Standing | undefined {
    const start: Written | undefined = look(this.byId, rewrite.master.eventId as Write['id'])
    if (!start || !paths.includes(start.path)) return undefined
    const turns = new Set<string>()
    let last = start
    for (const write of this.writesFrom(paths, start)) {
      if (write.agentId !== rewrite.master.agentId) break
      turns.add(write.turnId ?? write.id)
      if (turns.size > BURST_TURNS) break
      last = write
    }
    return { from: last.at, to: this.nextWriteAfter(paths, last.at) }
  }

  /** Of several artifacts, in the order of time. */
  private *writesFrom(paths: readonly string[], start: Written): Generator<Written, void, void> {
    const lists = paths.map((path) => this.byPath.get(path) ?? []).map((writes) => ({ writes, at: firstFrom(writes, start.at) }))
    for (;;) {
      let next: { writes: Written[]; at: number } | undefined
      for (const list of lists) {
        const write = list.writes[list.at]
        const best = next?.writes[next.at]
        if (write && (!best || inTime(write, best) < 0)) next = list
      }
      const write = next?.writes[next.at]
      if (!next || !write) return
      next.at += 1
      if (inTime(write, start) >= 0) yield write
    }
  }

  private nextWriteAfter(paths: readonly string[], moment: number): number {
    let next = Number.POSITIVE_INFINITY
    for (const path of paths) {
      const writes = this.byPath.get(path) ?? []
      next = Math.min(next, writes[firstAfter(writes, moment)]?.at ?? next)
    }
    return next
  }

  private artifactsOf(task: Task, own: readonly Intervention[]): string[] {
    const about = new Set<string>()
    const from = task.delegatedAt ?? Number.NEGATIVE_INFINITY
    const to = task.endedAt ?? Number.POSITIVE_INFINITY
    for (const write of this.byTask.get(task.id) ?? []) about.add(write.path)
    const others = task.to === undefined ? [] : (this.byAgent.get(task.to) ?? [])
    for (let at = firstFrom(others, from); at < others.length; at++) {
      const write = others[at] as Written
      if (write.at > to) break
      about.add(write.path)
    }
    for (const { artifact, kind } of own) if (artifact !== undefined && kind !== 'rederive') about.add(artifact)
    return [...about]
  }
}

/** Of several commands: any that gave both answers is flaky; good if all are. */
function together(judged: readonly Judged[]): Judged {
  if (judged.includes('flaky')) return 'flaky'
  return judged.includes('bad') ? 'bad' : judged.includes('good') ? 'good' : undefined
}

function addTo<K, T>(lists: Map<K, T[]>, key: K, value: T): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

function inTime(a: Written, b: Written): number {
  return a.at - b.at || a.order - b.order || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

/** Where in a list in the order of time the first write at or after a moment stands. */
function firstFrom(writes: readonly Written[], moment: number): number {
  return firstWhere(writes, (write) => write.at >= moment)
}

function firstAfter(writes: readonly Written[], moment: number): number {
  return firstWhere(writes, (write) => write.at > moment)
}

/** The first of which `true`, when all behind it are true as well. */
function firstWhere(writes: readonly Written[], reached: (write: Written) => boolean): number {
  let low = 0
  let high = writes.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (reached(writes[middle] as Written)) high = middle
    else low = middle + 1
  }
  return low
}
