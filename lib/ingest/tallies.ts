import type { AgentId, TaskId, TurnId } from '@/lib/core/ids'
import { cutsShort, type Intervention } from '@/lib/core/interventions'
import { canonicalModel } from '@/lib/core/models/name'
import { ModelSpending } from '@/lib/core/models/spend'
import { type SessionState, type Task, type Touched, type Turn, taskStatus, turnOutputTokens } from '@/lib/core/session'
import { isAboutStanding, type SetAside, setAsideOf, standingFindings } from '@/lib/core/set-aside'
import type { SessionSummary } from '@/lib/live/protocol'
import { boundedCount, type TaskRow } from '@/lib/store/task-row'

interface TaskTally {
  open: boolean
  turns: number
  turnsWithTokens: number
  outputTokens: number
  turnsWithEstimate: number
  writes: number
  findings: Map<string, Intervention>
}

interface Counted {
  taskId: TaskId
  tokens: number | undefined
  estimated: boolean
}

/**
 * Counts beside a state, kept up to date from what each fold step touched, so that neither a
 * session's summary nor a task's row ever costs a walk over 100,000 turns.
 */
export class Tallies {
  private readonly tasks = new Map<TaskId, TaskTally>()
  private readonly counted = new Map<TurnId, Counted>()
  private readonly openByAssignee = new Map<AgentId, TaskId[]>()
  private readonly modelOf = new Map<AgentId, string>()
  private readonly kinds = new Map<string, number>()
  private readonly spending = new ModelSpending()
  /** Output tokens that turns have told while they ran, of those that have told no sum: running ones, and ones that were cut. */
  private readonly streamed = new Map<TurnId, number>()
  private streamedTokens = 0
  /** Turns that name no model themselves, by the agent whose it is. */
  private readonly unnamed = new Map<AgentId, Set<Turn>>()
  readonly findings = new Map<string, Intervention>()
  private aside: ReadonlyMap<string, SetAside>
  private openTasks = 0
  private cutShort = 0
  private agents = 0
  private master: AgentId | undefined

  constructor(
    private readonly state: SessionState,
    findings: Iterable<Intervention>,
  ) {
    const { tasks, turns, writes, agents } = state
    this.aside = setAsideOf(state)
    const everything = {
      session: true,
      agents: new Set(agents.values()),
      tasks: new Set(tasks.values()),
      turns: new Set(turns.values()),
      writes: new Set(writes.values()),
    }
    this.take({ ...everything, calls: new Set(), messages: new Set(), verdicts: new Set() })
    for (const finding of findings) this.putFinding(finding)
  }

  /** Returns the ids of the tasks whose rows have changed. */
  take(touched: Touched): Set<TaskId> {
    const changed = new Set<TaskId>()
    for (const task of touched.tasks) {
      const tally = this.tallyOf(task.id)
      const status = taskStatus(task)
      const open = status === 'open' || status === 'blocked'
      if (open !== tally.open) this.openTasks += open ? 1 : -1
      tally.open = open
      if (task.to !== undefined) {
        const list = this.openByAssignee.get(task.to)
        if (!list) this.openByAssignee.set(task.to, [task.id])
        else if (!list.includes(task.id)) list.push(task.id)
      }
      changed.add(task.id)
    }
    for (const turn of touched.turns) {
      if (turn.agentId !== undefined && turn.model !== undefined) this.modelOf.set(turn.agentId, turn.model)
      this.spend(turn)
      this.countStreamed(turn)
      const taskId = this.countTurn(turn)
      if (taskId !== undefined) changed.add(taskId)
    }
    for (const write of touched.writes) {
      if (write.taskId === undefined || !this.state.tasks.has(write.taskId)) continue
      this.tallyOf(write.taskId).writes++
      changed.add(write.taskId)
    }
    for (const verdict of touched.verdicts) {
      if (verdict.interventionId === undefined || !isAboutStanding(verdict)) continue
      this.aside = setAsideOf(this.state)
      const finding = this.findings.get(verdict.interventionId)
      if (finding) changed.add(finding.taskId)
    }
    for (const { id, model } of touched.agents) if (model !== undefined) for (const turn of this.unnamed.get(id) ?? []) this.spending.count(turn, model)
    if (touched.agents.size > 0 || touched.tasks.size > 0) this.findMaster()
    return changed
  }

  putFinding(finding: Intervention): void {
    this.removeFinding(finding.id)
    this.findings.set(finding.id, finding)
    this.kinds.set(finding.kind, (this.kinds.get(finding.kind) ?? 0) + 1)
    const tally = this.tallyOf(finding.taskId)
    if (cutsShort(finding) && !isCutShort(tally)) this.cutShort++
    tally.findings.set(finding.id, finding)
  }

  removeFinding(id: string): Intervention | undefined {
    const finding = this.findings.get(id)
    if (!finding) return undefined
    this.findings.delete(id)
    this.kinds.set(finding.kind, (this.kinds.get(finding.kind) ?? 1) - 1)
    const tally = this.tallyOf(finding.taskId)
    tally.findings.delete(id)
    if (cutsShort(finding) && !isCutShort(tally)) this.cutShort--
    return finding
  }

  /** The findings that count: all but those set aside. */
  standing(): Iterable<Intervention> {
    return this.aside.size === 0 ? this.findings.values() : standingFindings(this.state, this.findings.values())
  }

  /** Counted anew where something is set aside: that is rare, and then there are few. */
  private counts(): { kinds: ReadonlyMap<string, number>; cutShort: number } {
    if (this.aside.size === 0) return { kinds: this.kinds, cutShort: this.cutShort }
    const kinds = new Map<string, number>()
    const cut = new Set<string>()
    for (const finding of this.standing()) {
      kinds.set(finding.kind, (kinds.get(finding.kind) ?? 0) + 1)
      if (cutsShort(finding)) cut.add(finding.taskId)
    }
    return { kinds, cutShort: cut.size }
  }

  /** `receivedAt` by the server's clock, ms. */
  summary(head: number, receivedAt: number): SessionSummary {
    const { id, facts, totals, lastAt } = this.state
    const master = this.master === undefined ? undefined : this.state.agents.get(this.master)
    const interventions: Record<string, number> = {}
    const { kinds, cutShort } = this.counts()
    for (const [kind, count] of kinds) if (count > 0) interventions[kind] = count
    return {
      id,
      title: facts.title,
      framework: facts.framework,
      format: facts.format,
      workflow: facts.workflow,
      promptVariant: facts.promptVariant,
      tags: facts.tags ?? [],
      simulated: facts.simulated ?? false,
      startedAt: facts.startedAt,
      endedAt: facts.endedAt,
      endStatus: facts.endStatus,
      lastAt,
      receivedAt,
      head,
      masterModel: canonicalModel(master && (master.model ?? this.modelOf.get(master.id))),
      masterName: master && (master.name ?? master.id),
      agents: this.agents,
      tasks: this.state.tasks.size,
      openTasks: this.openTasks,
      turns: this.state.turns.size,
      toolCalls: this.state.calls.size,
      inputTokens: boundedCount(totals.inputTokens),
      outputTokens: boundedCount(totals.outputTokens + this.streamedTokens),
      tokensEstimated: totals.turnsWithEstimate > 0,
      costUsd: totals.turnsWithCost > 0 ? totals.costUsd : undefined,
      spent: this.spending.sums(),
      interventions,
      tasksCutShort: cutShort,
      setAside: this.aside.size > 0 ? this.aside.size : undefined,
    }
  }

  taskRow(id: TaskId): TaskRow | undefined {
    const task = this.state.tasks.get(id)
    if (!task) return undefined
    const tally = this.tallyOf(id)
    const standing = this.aside.size === 0 ? [...tally.findings.values()] : standingFindings(this.state, tally.findings.values())
    const headline = standing.find((finding) => finding.headline)
    const interventions: Record<string, number> = {}
    for (const { kind } of standing) interventions[kind] = (interventions[kind] ?? 0) + 1
    return {
      id,
      by: task.by,
      to: task.to,
      by_model: this.modelOfAgent(task.by),
      to_model: this.modelOfAgent(task.to),
      title: task.title,
      parent_task_id: task.parentTaskId,
      group: task.group,
      background: task.background ?? false,
      delegated_at: task.delegatedAt,
      blocked_at: task.blockedAt,
      ended_at: task.endedAt,
      accepted_at: task.acceptedAt,
      status: taskStatus(task),
      ended_by: task.endedBy,
      turns: tally.turns,
      output_tokens: tally.turnsWithTokens > 0 ? boundedCount(tally.outputTokens) : undefined,
      tokens_estimated: tally.turnsWithEstimate > 0,
      writes: tally.writes,
      headline_id: headline?.id,
      headline_kind: headline?.kind,
      headline_phase: headline?.phase,
      headline_at: headline?.occurredAt,
      headline_tokens: headline?.clocks.tokens,
      headline_step: headline?.clocks.step,
      headline_opportunity: headline?.clocks.opportunity,
      interventions,
    }
  }

  /** The root master, by whom the list names the session. */
  masterId(): AgentId | undefined {
    return this.master
  }

  private modelOfAgent(id: AgentId | undefined): string | undefined {
    return id === undefined ? undefined : canonicalModel(this.state.agents.get(id)?.model ?? this.modelOf.get(id))
  }

  private spend(turn: Turn): void {
    if (turn.model !== undefined || turn.agentId === undefined) {
      this.spending.count(turn, turn.model)
      return
    }
    this.spending.count(turn, this.state.agents.get(turn.agentId)?.model)
    const own = this.unnamed.get(turn.agentId)
    if (own) own.add(turn)
    else this.unnamed.set(turn.agentId, new Set([turn]))
  }

  private countStreamed({ id, usage, streamedTokens }: Turn): void {
    const now = usage?.outputTokens === undefined ? (streamedTokens ?? 0) : 0
    const before = this.streamed.get(id) ?? 0
    if (now === before) return
    this.streamedTokens += now - before
    if (now > 0) this.streamed.set(id, now)
    else this.streamed.delete(id)
  }

  private tallyOf(id: TaskId): TaskTally {
    let tally = this.tasks.get(id)
    if (!tally) {
      tally = { open: false, turns: 0, turnsWithTokens: 0, outputTokens: 0, turnsWithEstimate: 0, writes: 0, findings: new Map() }
      this.tasks.set(id, tally)
    }
    return tally
  }

  /** Takes back what this turn counted for before and counts it anew, once it has ended. Returns the task it counts for. */
  private countTurn(turn: Turn): TaskId | undefined {
    // A task's row is not rewritten with every token that streams.
    if (turn.endedAt === undefined) return undefined
    const before = this.counted.get(turn.id)
    const taskId = this.taskOfTurn(turn)
    const tokens = turnOutputTokens(turn)
    const estimated = turn.usage?.estimated ?? false
    if (before && before.taskId === taskId && before.tokens === tokens && before.estimated === estimated) return undefined
    if (before) this.addTurn(before, -1)
    if (taskId === undefined) {
      this.counted.delete(turn.id)
      return undefined
    }
    const now = { taskId, tokens, estimated }
    this.counted.set(turn.id, now)
    this.addTurn(now, 1)
    return taskId
  }

  private addTurn({ taskId, tokens, estimated }: Counted, sign: 1 | -1): void {
    const tally = this.tallyOf(taskId)
    tally.turns += sign
    if (estimated) tally.turnsWithEstimate += sign
    if (tokens === undefined) return
    tally.turnsWithTokens += sign
    tally.outputTokens += sign * tokens
  }

  /** As the source says, else the newest task that the turn's agent had been given by then. */
  private taskOfTurn(turn: Turn): TaskId | undefined {
    if (turn.taskId !== undefined) return this.state.tasks.has(turn.taskId) ? turn.taskId : undefined
    const given = turn.agentId === undefined ? undefined : this.openByAssignee.get(turn.agentId)
    if (!given) return undefined
    const at = turn.startedAt ?? turn.endedAt ?? Number.POSITIVE_INFINITY
    let newest: Task | undefined
    for (const id of given) {
      const task = this.state.tasks.get(id)
      if (task?.delegatedAt === undefined || task.delegatedAt > at) continue
      if (newest?.delegatedAt === undefined || task.delegatedAt > newest.delegatedAt) newest = task
    }
    return newest?.id
  }

  /**
   * The root master: an agent that delegates and has no master itself; failing that, one without a
   * parent. The earliest, so that the answer does not depend on the order of arrival.
   */
  private findMaster(): void {
    const delegators = new Set<AgentId>()
    const assignees = new Set<AgentId>()
    for (const { by, to } of this.state.tasks.values()) {
      if (by !== undefined) delegators.add(by)
      if (to !== undefined) assignees.add(to)
    }
    this.agents = 0
    let best: { score: number; joinedAt: number; id: AgentId } | undefined
    for (const agent of this.state.agents.values()) {
      if (agent.role === 'human' || agent.role === 'harness') continue
      this.agents++
      const score = (delegators.has(agent.id) ? 4 : 0) + (assignees.has(agent.id) ? 0 : 2) + (agent.parentId === undefined ? 1 : 0)
      const joinedAt = agent.joinedAt ?? Number.POSITIVE_INFINITY
      if (!best || score > best.score || (score === best.score && (joinedAt < best.joinedAt || (joinedAt === best.joinedAt && agent.id < best.id)))) {
        best = { score, joinedAt, id: agent.id }
      }
    }
    this.master = best?.id
  }
}

function isCutShort(tally: TaskTally): boolean {
  for (const finding of tally.findings.values()) if (cutsShort(finding)) return true
  return false
}
