import type { Coverage, Outcome, Pairs } from '@/lib/core/checks/pairs'
import type { Source } from '@/lib/core/event'
import { type FindingGroup, groupOfKind, type Intervention, type UnitLosses } from '@/lib/core/interventions'
import type { NotMeasurable } from '@/lib/core/metrics/estimate'
import { type SessionFigures, sessionFigures } from '@/lib/core/metrics/session-figures'
import { tasksOf } from '@/lib/core/metrics/tasks-of'
import type { PaceCurve } from '@/lib/core/metrics/tokens-before'
import { type Agent, type SessionState, taskStatus, turnOutputTokens } from '@/lib/core/session'
import { NO_TIMES } from '@/lib/formats/telling'

/** A session as `backseat analyze --json` prints it. Times are milliseconds since 1970; what is not known is null. */
export interface AnalysedSession {
  id: string
  title: string | null
  startedAt: number | null
  /** As the source says; null where it does not, as on disk of Claude Code. */
  endedAt: number | null
  /** The newest event. */
  lastAt: number | null
  masterModel: string | null
  agents: {
    id: string
    name: string | null
    parentId: string | null
    role: string
    agentType: string | null
    model: string | null
    turns: number
    /** Null where no turn of it has a count. */
    outputTokens: number | null
    evidence: string | null
  }[]
  tasks: {
    id: string
    title: string | null
    by: string | null
    to: string | null
    parentTaskId: string | null
    status: string
    delegatedAt: number | null
    endedAt: number | null
    endedBy: string | null
    background: boolean
    turns: number
    writes: number
  }[]
  turns: number
  toolCalls: number
  /** Tokens are null where no turn has a count. */
  usage: {
    inputTokens: number | null
    cachedInputTokens: number | null
    outputTokens: number | null
    turnsWithUsage: number
    turnsEstimated: number
    costUsd: number | null
  }
  /** How many of the findings below are interventions; the rest is accepted work and what is noted beside. */
  interventionCount: number
  interventions: AnalysedIntervention[]
  /** How many changes of delegated work have a check before and after. */
  checks: Coverage
  /** What the session page's strip shows: `lib/core/metrics/session-figures.ts`, without the points of the curve. */
  figures: AnalysedFigures
}

export type AnalysedFigures = Omit<SessionFigures, 'pace'> & { pace: Pick<PaceCurve, 'median' | 'watchedUntil'> | NotMeasurable }

export interface AnalysedIntervention {
  kind: string
  group: FindingGroup
  phase: string
  trigger: string
  flags: string[]
  master: string
  assignee: string
  masterTurn: string | null
  targetTurn: string | null
  taskId: string
  artifact: string | null
  /** Share of the task's tokens in the artifact that were left, 0 to 1. */
  survival: number | null
  /** Tokens of the task's that were destroyed. */
  destroyed: number
  destroyedLines: number
  headline: boolean
  /** Null where the file has no times. */
  occurredAt: number | null
  /** Of the whole logical units that held something of the task's: how many would be overwrites alone. */
  units: UnitLosses | null
  /** Whether the source names the roles and the write, or we concluded one; what moved the master; the sentence with the figures. */
  evidence: { confidence: string; inferences: string[]; because: string; sentence: string; rule: string }
  /** What the foreign file calls the two places. */
  sources: { master: Source | null; target: Source | null }
  /** By checks that the log shows, before and after; null where none ran and no text can be read. */
  outcome: Outcome | null
}

export function analysedSession(state: SessionState, findings: readonly Intervention[], { outcomes, coverage }: Pairs): AnalysedSession {
  const timed = !state.facts.tags?.includes(NO_TIMES)
  const time = (at: number | undefined) => (timed ? (at ?? null) : null)
  const turnsOf = new Map<string, { turns: number; outputTokens: number | null }>()
  const taskTurns = new Map<string, number>()
  for (const turn of state.turns.values()) {
    if (turn.taskId !== undefined) taskTurns.set(turn.taskId, (taskTurns.get(turn.taskId) ?? 0) + 1)
    if (turn.agentId === undefined) continue
    const sum = turnsOf.get(turn.agentId) ?? { turns: 0, outputTokens: null }
    const tokens = turnOutputTokens(turn)
    turnsOf.set(turn.agentId, { turns: sum.turns + 1, outputTokens: tokens === undefined ? sum.outputTokens : (sum.outputTokens ?? 0) + tokens })
  }
  const taskWrites = new Map<string, number>()
  for (const write of state.writes.values()) if (write.taskId !== undefined) taskWrites.set(write.taskId, (taskWrites.get(write.taskId) ?? 0) + 1)
  const { facts, totals } = state
  const counted = (tokens: number) => (totals.turnsWithUsage > 0 ? tokens : null)
  return {
    id: state.id,
    title: facts.title ?? null,
    startedAt: time(facts.startedAt ?? state.firstAt),
    endedAt: time(facts.endedAt),
    lastAt: time(state.lastAt),
    masterModel: masterOf(state)?.model ?? null,
    agents: [...state.agents.values()].map((agent) => ({
      id: agent.id,
      name: agent.name ?? null,
      parentId: agent.parentId ?? null,
      role: agent.role ?? 'agent',
      agentType: agent.agentType ?? null,
      model: agent.model ?? null,
      turns: turnsOf.get(agent.id)?.turns ?? 0,
      outputTokens: turnsOf.get(agent.id)?.outputTokens ?? null,
      evidence: agent.evidence?.kind ?? null,
    })),
    tasks: [...state.tasks.values()].map((task) => ({
      id: task.id,
      title: task.title ?? null,
      by: task.by ?? null,
      to: task.to ?? null,
      parentTaskId: task.parentTaskId ?? null,
      status: taskStatus(task),
      delegatedAt: time(task.delegatedAt),
      endedAt: time(task.endedAt),
      endedBy: task.endedBy ?? null,
      background: task.background === true,
      turns: taskTurns.get(task.id) ?? 0,
      writes: taskWrites.get(task.id) ?? 0,
    })),
    turns: state.turns.size,
    toolCalls: state.calls.size,
    usage: {
      inputTokens: counted(totals.inputTokens),
      cachedInputTokens: counted(totals.cachedInputTokens),
      outputTokens: counted(totals.outputTokens),
      turnsWithUsage: totals.turnsWithUsage,
      turnsEstimated: totals.turnsWithEstimate,
      costUsd: totals.turnsWithCost > 0 ? totals.costUsd : null,
    },
    interventionCount: findings.filter(({ kind }) => groupOfKind(kind) === 'intervention').length,
    interventions: findings.map((finding) => analysedIntervention(finding, time(finding.occurredAt), outcomes.get(finding.id))),
    checks: coverage,
    figures: analysedFigures(state, findings),
  }
}

function analysedFigures(state: SessionState, findings: readonly Intervention[]): AnalysedFigures {
  // a file is looked at once, whether its session went on or not
  const figures = sessionFigures(tasksOf(state, findings), true)
  const { pace } = figures
  return { ...figures, pace: 'reason' in pace ? pace : { median: pace.median, watchedUntil: pace.watchedUntil } }
}

/** The agent that nobody directs: the one that most others stand below. */
function masterOf(state: SessionState): Agent | undefined {
  let master: Agent | undefined
  for (const agent of state.agents.values()) {
    if (agent.parentId !== undefined || (agent.role ?? 'agent') !== 'agent') continue
    if (!master || (agent.joinedAt ?? Number.POSITIVE_INFINITY) < (master.joinedAt ?? Number.POSITIVE_INFINITY)) master = agent
  }
  return master
}

function analysedIntervention(finding: Intervention, occurredAt: number | null, outcome: Outcome | undefined): AnalysedIntervention {
  const { kind, phase, trigger, flags, master, target, explanation } = finding
  return {
    kind,
    group: groupOfKind(kind),
    phase,
    trigger: trigger.kind,
    flags,
    master: master.agentId,
    assignee: finding.assigneeId,
    masterTurn: master.turnId ?? null,
    targetTurn: target?.turnId ?? null,
    taskId: finding.taskId,
    artifact: finding.artifact ?? null,
    survival: finding.survival ?? null,
    destroyed: finding.destroyed,
    destroyedLines: finding.destroyedLines,
    headline: finding.headline,
    occurredAt,
    units: finding.units ?? null,
    evidence: {
      confidence: explanation.confidence,
      inferences: explanation.inferences,
      because: trigger.because,
      sentence: explanation.sentence,
      rule: explanation.rule,
    },
    sources: { master: master.source ?? null, target: target?.source ?? null },
    outcome: outcome ?? null,
  }
}
