import type { TaskLedger } from '../detect/ledger'
import type { AgentId, TaskId } from '../ids'
import type { Intervention } from '../interventions'
import type { PriceBook } from '../models/price'
import { turnCost } from '../models/spend'
import { type SessionState, type Task, turnOutputTokens } from '../session'
import { A_FEW, type Slices } from '../slices'
import { fieldsOf, look } from '../table'
import type { TaskSpend } from './task-record'

/** What is read of a turn; nothing of it is kept. */
const FIELDS = ['id', 'agentId', 'taskId', 'model', 'startedAt', 'endedAt', 'usage', 'streamedTokens', 'finish'] as const

/** Sums over a task's turns. */
interface Used {
  outputTokens: number
  inputTokens: number
  turns: number
  turnsWithoutUsage: number
  /** Undefined where a turn's cost is not known. */
  costUsd: number | undefined
  /** Tokens of turns that left nothing: of those that were cancelled, and of those of which nobody says that they ended. */
  cancelled: number
  unended: number
}

/** What each task cost, and what of it was for nothing. */
export class Spending {
  private readonly used = new Map<TaskId, Used>()
  private readonly paths = new Map<TaskId, Set<string>>()
  private redone: ReadonlyMap<TaskId, number> = new Map()

  private constructor() {}

  /** `book`: without one a cost is known only where the source tells it. */
  static *of(state: SessionState, findings: readonly Intervention[], book?: PriceBook): Slices<Spending> {
    const spending = new Spending()
    const { used, paths } = spending
    const given = yield* tasksByAssignee(state)
    const taskAt = (agentId: AgentId | undefined, at: number) => (agentId === undefined ? undefined : newestBy(given.get(agentId) ?? [], at)?.id)
    const turnsWithWrites = new Set<string>()
    let n = 0
    for (const write of fieldsOf(state.writes, ['turnId', 'taskId', 'agentId', 'at', 'path'])) {
      if (++n % A_FEW === 0) yield
      if (write.turnId !== undefined) turnsWithWrites.add(write.turnId)
      const id = write.taskId ?? taskAt(write.agentId, write.at)
      if (id === undefined) continue
      const own = paths.get(id)
      if (own) own.add(write.path)
      else paths.set(id, new Set([write.path]))
    }
    for (const turn of fieldsOf(state.turns, FIELDS)) {
      if (++n % A_FEW === 0) yield
      // a turn that names no task works on the newest one that its agent had been given
      const id = turn.taskId ?? taskAt(turn.agentId, turn.startedAt ?? turn.endedAt ?? Number.NEGATIVE_INFINITY)
      if (id === undefined) continue
      let sum = used.get(id)
      if (!sum) {
        sum = { outputTokens: 0, inputTokens: 0, turns: 0, turnsWithoutUsage: 0, costUsd: 0, cancelled: 0, unended: 0 }
        used.set(id, sum)
      }
      const output = turnOutputTokens(turn)
      const input = turn.usage?.inputTokens ?? 0
      sum.turns += 1
      sum.outputTokens += output ?? 0
      sum.inputTokens += input
      if (output === undefined) sum.turnsWithoutUsage += 1
      const usd = turnCost(turn, state, book)
      sum.costUsd = usd === undefined || sum.costUsd === undefined ? undefined : sum.costUsd + usd
      if (turnsWithWrites.has(turn.id)) continue
      if (turn.finish === 'cancelled') sum.cancelled += (output ?? 0) + input
      else if (turn.endedAt === undefined) sum.unended += (output ?? 0) + input
    }
    spending.redone = redoneByTask(state, findings)
    yield
    return spending
  }

  ofTask(task: Task, own: readonly Intervention[], ledger: TaskLedger | undefined): TaskSpend {
    const used = this.used.get(task.id)
    const spend: TaskSpend = {
      outputTokens: used?.outputTokens ?? 0,
      inputTokens: used?.inputTokens ?? 0,
      turns: used?.turns ?? 0,
      turnsWithoutUsage: used?.turnsWithoutUsage ?? 0,
      destroyed: destroyedOf(own),
      // with its task ended what had not ended yet
      cancelledTokens: used ? used.cancelled + (task.endStatus === 'cancelled' ? used.unended : 0) : 0,
      redoneTokens: this.redone.get(task.id) ?? 0,
    }
    if (used?.costUsd !== undefined) spend.costUsd = used.costUsd
    if (ledger) {
      spend.written = ledger.written
      spend.surviving = ledger.surviving
    } else spend.written = this.writtenOf(task, own)
    return spend
  }

  /**
   * Significant tokens that the task wrote, from what masters' changes say of them: known where every
   * artifact that it wrote was changed by a master at least once (or it wrote none).
   */
  private writtenOf(task: Task, own: readonly Intervention[]): number | undefined {
    const paths = this.paths.get(task.id)
    if (!paths) return undefined
    const byPath = new Map<string, { most: number; destroyed: number }>()
    for (const finding of own) {
      if (finding.artifact === undefined || finding.owned === undefined) continue
      const known = byPath.get(finding.artifact) ?? { most: 0, destroyed: 0 }
      known.most = Math.max(known.most, finding.owned + known.destroyed)
      if (isMastersChange(finding)) known.destroyed += finding.destroyed
      byPath.set(finding.artifact, known)
    }
    let sum = 0
    for (const path of paths) {
      const known = byPath.get(path)
      if (!known) return undefined
      sum += known.most
    }
    return sum
  }
}

function isMastersChange(finding: Intervention): boolean {
  return finding.kind !== 'peer_overwrite' && finding.kind !== 'censor_human' && finding.kind !== 'censor_harness'
}

/** What was asked for, or moved elsewhere, is no loss. */
function destroyedOf(own: readonly Intervention[]): number {
  let sum = 0
  for (const finding of own) if (isMastersChange(finding) && finding.kind !== 'merge' && !finding.flags.includes('requested')) sum += finding.destroyed
  return sum
}

/** Output of the master turns that made calls again, each turn once. */
function redoneByTask(state: SessionState, findings: readonly Intervention[]): Map<TaskId, number> {
  const seen = new Set<string>()
  const sums = new Map<TaskId, number>()
  for (const finding of findings) {
    const turnId = finding.master.turnId
    if (finding.kind !== 'rederive' || turnId === undefined || seen.has(turnId)) continue
    const turn = look(state.turns, turnId)
    const tokens = turn && turnOutputTokens(turn)
    if (tokens === undefined) continue
    seen.add(turnId)
    sums.set(finding.taskId, (sums.get(finding.taskId) ?? 0) + tokens)
  }
  return sums
}

interface Given {
  id: TaskId
  delegatedAt: number
}

/** Each assignee's tasks in the order in which they were given. */
function* tasksByAssignee(state: SessionState): Slices<Map<AgentId, Given[]>> {
  const given = new Map<AgentId, Given[]>()
  let n = 0
  for (const { id, to, delegatedAt } of fieldsOf(state.tasks, ['id', 'to', 'delegatedAt'])) {
    if (++n % A_FEW === 0) yield
    if (to === undefined || delegatedAt === undefined) continue
    const own = given.get(to)
    if (own) own.push({ id, delegatedAt })
    else given.set(to, [{ id, delegatedAt }])
  }
  for (const own of given.values()) {
    own.sort((a, b) => a.delegatedAt - b.delegatedAt || (a.id < b.id ? -1 : 1))
    yield
  }
  return given
}

/** The last of an assignee's tasks, in the order in which they were given, that it had been given by then. */
function newestBy(tasks: readonly Given[], moment: number): Given | undefined {
  let low = 0
  let high = tasks.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((tasks[middle] as Given).delegatedAt <= moment) low = middle + 1
    else high = middle
  }
  return tasks[low - 1]
}
