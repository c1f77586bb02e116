import type { Random } from '../../stats/random'
import { clocks, fact } from './records'
import { OUTCOME_LEVELS, type InterventionFact, type SessionRecord, type TaskEnd, type TaskFate, type TaskGroups, type TaskRecord } from '../task-record'

export interface MadeSession {
  session: SessionRecord
  tasks: TaskRecord[]
}

const MASTERS = ['model-a', 'model-b', 'model-c', 'model-d', undefined]
const WORKERS = ['worker-x', 'worker-y', 'worker-z']
const FRAMEWORKS = ['agents', 'crew', 'graph']
const WORKFLOWS = ['rest-api', 'docs', 'migration', 'tests', 'review', 'site']
const VARIANTS = ['neutral', 'trust', undefined]
const TAGS = ['nightly', 'ci', 'pilot', 'team-a', 'team-b']

/** A made-up session with what real ones have: every way to end, outcomes, verdicts, tasks that nobody could step into. */
export function randomSession(sessionId: string, random: Random, startedAt: number, taskCount = Math.floor(random() * 7)): MadeSession {
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const below = (n: number) => Math.floor(random() * n)
  const master = one(MASTERS)
  const groups: TaskGroups = {
    masterModel: master,
    framework: one(FRAMEWORKS),
    workflow: one(WORKFLOWS),
    promptVariant: one(VARIANTS),
    format: 'native',
    tags: TAGS.filter(() => random() < 0.2),
  }
  const simulated = random() < 0.05
  const ended = random() < 0.9
  const hasty = 0.1 + 0.15 * MASTERS.indexOf(master)
  const tasks = Array.from({ length: taskCount }, (_, i) => randomTask(`t${i}`))
  const outputTokens = tasks.reduce((sum, { spend }) => sum + spend.outputTokens, 200)
  const session: SessionRecord = {
    sessionId,
    groups,
    simulated,
    startedAt,
    ended,
    succeeded: ended && random() < 0.8 ? random() < 0.6 : undefined,
    outputTokens,
    inputTokens: outputTokens * 6,
    costUsd: random() < 0.7 ? outputTokens * 0.00002 : undefined,
    turns: 100,
    turnsWithoutUsage: 0,
    tasks: taskCount,
  }
  return { session, tasks }

  function randomTask(taskId: string): TaskRecord {
    const started = random() < 0.95
    const tokensKnown = random() < 0.9
    const steps = 2 + below(12)
    const tokens = below(20) === 0 ? 20_000 + below(60_000) : 40 + below(2_000)
    const opportunity = random() < 0.15 ? 0 : 1 + below(6)
    const whole = clocks(steps, { tokens, opportunity })
    const roll = random()
    const plain: TaskEnd =
      roll < 0.7
        ? { how: 'completed', clocks: whole, at: startedAt + 60_000 }
        : roll < 0.8
          ? { how: 'failed', clocks: whole, at: startedAt + 60_000 }
          : { how: 'censored', why: one(['running', 'session_ended', 'human', 'harness', 'requested', 'stopped'] as const), clocks: whole }
    const cutClocks = clocks(1 + below(steps), { tokens: below(tokens), opportunity: 1 + below(Math.max(1, opportunity)) })
    const before: InterventionFact[] = []
    const cut = random() < hasty
    const happened = cut ? 1 + below(2) : random() < 0.2 ? 1 : 0
    for (let i = 0; i < happened; i++) {
      const kind = cut && i === 0 ? one(['overwrite', 'overwrite', 'interrupt', 'takeover'] as const) : one(['revise', 'touch', 'redelegate'] as const)
      const survival =
        kind === 'overwrite' ? random() * 0.69 : kind === 'revise' ? 0.7 + random() * 0.25 : kind === 'touch' ? 0.95 + random() * 0.05 : undefined
      before.push(
        fact({
          id: `${sessionId} ${taskId} ${i}`,
          kind,
          survival,
          cumulativeSurvival: survival,
          phase: one(['pre_unit', 'pre_completion'] as const),
          flags: kind === 'overwrite' || random() > 0.1 ? [] : [one(['requested', 'comments_only', 'race'] as const)],
          trigger: one(['self', 'review', 'tool_failure'] as const),
          headline: cut && i === 0,
          occurredAt: startedAt + 1_000 * (1 + below(50)) + i,
          clocks: cutClocks,
          destroyed: below(200),
          verdicts: random() < 0.1 ? { justified: below(2), unjustified: below(2), unsure: below(2) } : { justified: 0, unjustified: 0, unsure: 0 },
        }),
      )
    }
    before.sort((a, b) => a.occurredAt - b.occurredAt)
    const headline = before.find((found) => found.headline)
    const end: TaskEnd = headline ? { how: 'cut_short', kind: headline.kind, phase: headline.phase, clocks: headline.clocks, at: headline.occurredAt } : plain
    const fate: TaskFate =
      end.how !== 'completed'
        ? end
        : random() < 0.2
          ? { how: 'cut_short', kind: 'overwrite', phase: 'post_completion', clocks: clocks(steps + 2, { tokens, opportunity: opportunity + 1 }) }
          : random() < 0.7
            ? { how: 'accepted', clocks: clocks(steps + 4, { tokens, opportunity: opportunity + 2 }) }
            : { how: 'censored', why: 'running', clocks: clocks(steps + 4, { tokens, opportunity: opportunity + 2 }) }
    const shown = opportunity > 0 || headline || fate.clocks.opportunity > 0
    const destroyed = before.reduce((sum, found) => sum + found.destroyed, 0)
    const spent = end.clocks.tokens
    const outcomes: TaskRecord['outcomes'] = {}
    for (const level of OUTCOME_LEVELS)
      if (random() < 0.3) {
        outcomes[level] =
          random() < 0.05
            ? { flaky: true }
            : { before: one(['good', 'good', 'bad'] as const), ...(random() < 0.7 ? { after: one(['good', 'bad'] as const) } : {}) }
      }
    return {
      sessionId,
      taskId,
      groups: { ...groups, subAgentModel: one(WORKERS) },
      simulated,
      delegatedAt: startedAt,
      started,
      alternative: random() < 0.02,
      tokensKnown,
      tokensEstimated: false,
      end,
      endWithoutCut: plain,
      fate,
      firstOpportunity: shown ? clocks(Math.min(2, end.clocks.step), { tokens: Math.min(below(300), end.clocks.tokens), opportunity: 1 }) : undefined,
      opportunitiesBeforeEnd: end.how === 'cut_short' ? Math.max(1, end.clocks.opportunity) : end.clocks.opportunity,
      interventions: before,
      spend: {
        outputTokens: spent,
        inputTokens: spent * 5,
        costUsd: random() < 0.8 ? spent * 0.00003 : undefined,
        turns: steps,
        turnsWithoutUsage: 0,
        destroyed,
        written: random() < 0.7 ? destroyed + below(300) : undefined,
        surviving: random() < 0.7 ? below(300) : undefined,
        cancelledTokens: below(20) === 0 ? below(100) : 0,
        redoneTokens: below(20) === 0 ? below(100) : 0,
      },
      outcomes,
    }
  }
}
