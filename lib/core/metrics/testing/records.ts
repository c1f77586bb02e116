import { ClusterCounts } from '../../stats/clustered'
import type { ClockReadings, InterventionFact, TaskEnd, TaskRecord } from '../task-record'

/** A task record with only what a test is about; the rest as of a task that could be stepped into from the start. */
export function taskRecord(about: Partial<TaskRecord> & Pick<TaskRecord, 'sessionId' | 'taskId'>): TaskRecord {
  const end: TaskEnd = about.end ?? { how: 'censored', why: 'running', clocks: clocks(0) }
  return {
    groups: { tags: [] },
    simulated: false,
    started: true,
    alternative: false,
    tokensKnown: true,
    tokensEstimated: false,
    end,
    endWithoutCut: end.how === 'cut_short' ? { how: 'censored', why: 'running', clocks: end.clocks } : end,
    fate: end.how === 'completed' ? { how: 'accepted', clocks: end.clocks } : end,
    firstOpportunity: clocks(0),
    opportunitiesBeforeEnd: 1,
    interventions: [],
    spend: { outputTokens: 0, inputTokens: 0, turns: 0, turnsWithoutUsage: 0, destroyed: 0, cancelledTokens: 0, redoneTokens: 0 },
    outcomes: {},
    ...about,
  }
}

/** All three clocks at one reading, unless told apart. */
export function clocks(reading: number, { tokens = reading, step = reading, opportunity = reading }: Partial<ClockReadings> = {}): ClockReadings {
  return { tokens, step, opportunity }
}

export function fact(about: Partial<InterventionFact> & Pick<InterventionFact, 'kind'>): InterventionFact {
  return {
    id: `${about.kind} ${about.occurredAt ?? 0}`,
    phase: 'pre_completion',
    flags: [],
    trigger: 'self',
    headline: false,
    occurredAt: 0,
    distance: 1,
    clocks: clocks(1),
    destroyed: 0,
    verdicts: { justified: 0, unjustified: 0, unsure: 0 },
    ...about,
  }
}

/** One task, cut short at these clocks, completed, failed or censored there. */
export function ended(sessionId: string, taskId: string, how: 'cut' | 'completed' | 'failed' | 'censored', at: ClockReadings): TaskRecord {
  const end: TaskEnd =
    how === 'cut'
      ? { how: 'cut_short', kind: 'overwrite', phase: 'pre_completion', clocks: at }
      : how === 'censored'
        ? { how, why: 'session_ended', clocks: at }
        : { how, clocks: at }
  return taskRecord({
    sessionId,
    taskId,
    end,
    opportunitiesBeforeEnd: Math.max(1, at.opportunity),
    interventions: how === 'cut' ? [fact({ kind: 'overwrite', headline: true, survival: 0.1, destroyed: 50, clocks: at })] : [],
  })
}

export function counted(tallies: readonly { x: number; n: number }[]): ClusterCounts {
  return ClusterCounts.of(
    tallies.map(({ x }) => x),
    tallies.map(({ n }) => n),
  )
}
