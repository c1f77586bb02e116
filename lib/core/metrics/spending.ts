import type { TaskLedger } from '../detect/ledger'
import type { AgentId, TaskId } from '../ids'
import type { Intervention } from '../interventions'
import type { PriceBook } from '../models/price'
import { turnCost } from '../models/spend'
import { type SessionState, type Task, type Turn, turnOutputTokens } from '../session'
import type { TaskSpend } from './task-record'

/** What each task cost, and what of it was for nothing. */
export class Spending {
  private turns = new Map<TaskId, Turn[]>()
  private paths = new Map<TaskId, Set<string>>()
  private turnsWithWrites = new Set<string>()

  private redone: Map<TaskId, number>

  /** `book`: without one a cost is known only where the source tells it. */
  constructor(
    private readonly state: SessionState,
    findings: readonly Intervention[],
    private readonly book?: PriceBook,
  ) {
    const given = tasksByAssignee(state)
    const taskAt = (agentId: AgentId | undefined, at: number) => (agentId === undefined ? undefined : newestBy(given.get(agentId) ?? [], at)?.id)
    for (const turn of state.turns.values()) {
      // a turn that names no task works on the newest one that its agent had been given
      const id = turn.taskId ?? taskAt(turn.agentId, turn.startedAt ?? turn.endedAt ?? Number.NEGATIVE_INFINITY)
      if (id !== undefined) push(this.turns, id, turn)
    }
    for (const write of state.writes.values()) {
      if (write.turnId !== undefined) this.turnsWithWrites.add(write.turnId)
      const id = write.taskId ?? taskAt(write.agentId, write.at)
      if (id === undefined) continue
      const paths = this.paths.get(id)
      if (paths) paths.add(write.path)
      else this.paths.set(id, new Set([write.path]))
    }
    this.redone = redoneByTask(state, findings)
  }

  of(task: Task, own: readonly Intervention[], ledger: TaskLedger | undefined): TaskSpend {
    const spend: TaskSpend = {
      outputTokens: 0,
      inputTokens: 0,
      turns: 0,
      turnsWithoutUsage: 0,
      destroyed: destroyedOf(own),
      cancelledTokens: 0,
      redoneTokens: this.redone.get(task.id) ?? 0,
    }
    let cost = 0
    let costKnown = true
    for (const turn of this.turns.get(task.id) ?? []) {
      const output = turnOutputTokens(turn)
      spend.turns += 1
      spend.outputTokens += output ?? 0
      spend.inputTokens += turn.usage?.inputTokens ?? 0
      if (output === undefined) spend.turnsWithoutUsage += 1
      const usd = turnCost(turn, this.state, this.book)
      if (usd === undefined) costKnown = false
      else cost += usd
      const cancelled = turn.finish === 'cancelled' || (task.endStatus === 'cancelled' && turn.endedAt === undefined)
      if (cancelled && !this.turnsWithWrites.has(turn.id)) spend.cancelledTokens += (output ?? 0) + (turn.usage?.inputTokens ?? 0)
    }
    if (costKnown && spend.turns > 0) spend.costUsd = cost
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
    const turn = state.turns.get(turnId)
    const tokens = turn && turnOutputTokens(turn)
    if (tokens === undefined) continue
    seen.add(turnId)
    sums.set(finding.taskId, (sums.get(finding.taskId) ?? 0) + tokens)
  }
  return sums
}

function tasksByAssignee(state: SessionState): Map<AgentId, Task[]> {
  const given = new Map<AgentId, Task[]>()
  for (const task of [...state.tasks.values()].sort((a, b) => (a.delegatedAt ?? 0) - (b.delegatedAt ?? 0) || (a.id < b.id ? -1 : 1))) {
    if (task.to !== undefined && task.delegatedAt !== undefined) push(given, task.to, task)
  }
  return given
}

/** The last of an assignee's tasks, in the order in which they were given, that it had been given by then. */
function newestBy(tasks: readonly Task[], moment: number): Task | undefined {
  let low = 0
  let high = tasks.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((tasks[middle]?.delegatedAt ?? 0) <= moment) low = middle + 1
    else high = middle
  }
  return tasks[low - 1]
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
