import { INTERVENTION_KINDS } from '../interventions'
import { type Appropriateness, appropriateness } from './appropriateness'
import { destroyedShare, type WasteStrip } from './costs'
import { type Discrimination, discrimination } from './discrimination'
import { type Estimate, isEstimate, type Measured, type NotMeasurable, shareOf } from './estimate'
import { type IncidenceTest, incidenceTest } from './incidence-test'
import { type JointRates, type JointSweep, jointSweep, ratesAt, sweptSteps } from './joint-sweep'
import { type Likeness, likeness } from './likeness'
import { overwriteRate, overwriteRateAny, overwriteRateByK } from './overwrite-rate'
import { type PaceContrast, paceContrasts } from './pace-contrasts'
import { STARTED } from './packed-session'
import { type PromptEffect, promptEffect } from './prompt-effect'
import { destroyedCost, type GroupReport, keptGroups, type ReportOptions } from './report'
import { type RewriteValue, rewriteValue } from './rewriting'
import { saysDiscrimination, saysRewriting, saysThreshold } from './sentences'
import { groupDelegating, type SessionCosts, sessionCosts } from './session-costs'
import { saysStepIns, type StepIns, stepIns } from './step-ins'
import { tallies } from './tally'
import { HOW, REASONS, TRIGGERS } from './task-columns'
import type { SessionRecord } from './task-record'
import { type TaskList, type Tasks, tasksIn } from './tasks'
import { THRESHOLDS } from './threshold'
import { overwriteTrend, type Trend } from './trend'

/** What the compare page shows below its first screen, for the largest groups of the report and in its order. Plain JSON. */
export interface CompareDetails {
  groups: GroupDetails[]
  /** All tasks of the choice: the line that groups are read against. */
  pooled: Pooled
  prompt: PromptEffect
  /** Empty where groups overlap (tags). */
  paces: PaceContrast[]
  trend: Trend | NotMeasurable
  /** Absent with fewer than two curves, or where groups overlap. */
  incidenceTest?: IncidenceTest
  joint: JointSweep
  stepIns: Record<StepInClock, { sentences: string[] }>
  discrimination: { sentences: string[] }
  thresholds: { sentences: string[] }
}

export interface Pooled {
  overwriteRate: Measured
  overwriteRateAny: Measured
  rewriting: RewriteValue | NotMeasurable
  rewritingSays: string
  waste: WasteStrip | NotMeasurable
  yield: Measured
  multiplier: Measured
  destroyedShare: Measured
  destroyedCost: GroupReport['destroyedCost']
  /** Money of the sessions whose cost is known; undefined where none is. */
  cost: { usd: number; sessions: number; of: number } | undefined
}

export interface GroupDetails extends SessionCosts {
  label: string
  values: (string | undefined)[]
  /** OR@k for k = 1 … `MOST_K`. */
  byK: Point[] | NotMeasurable
  /** OR_any@k, by the master's opportunities. */
  byKAny: Point[] | NotMeasurable
  byTheta: Point[] | NotMeasurable
  /** Of the tasks that were begun: each with its own interval; the values sum to 1. */
  disposition: Record<'cutShort' | 'completed' | 'failed' | 'open' | 'stopped', Measured>
  /** What cut tasks short, and what set it off: counts. */
  kinds: Record<string, number>
  triggers: Record<string, number>
  discrimination: Discrimination | NotMeasurable
  appropriate: Appropriateness
  likeness: Likeness | undefined
  /** Interventions a task over time, events that come again. */
  stepIns: Record<StepInClock, StepIns | NotMeasurable>
}

export const STEP_IN_CLOCKS = ['step', 'opportunity'] as const
export type StepInClock = (typeof STEP_IN_CLOCKS)[number]

/** One point of a curve over k or theta. */
export interface Point {
  at: number
  value: number
  low?: number
  high?: number
}

export interface DetailsOptions extends ReportOptions {
  /** Of the equivalence test of prompts, set before looking. */
  margin: number
}

const MOST_K = 20
/** As many as charts draw. */
const MOST_GROUPS = 8

/** `sessions`: those of the tasks. `alone`: those in which nothing was delegated. */
export function compareDetails(list: TaskList, sessions: readonly SessionRecord[], alone: readonly SessionRecord[], options: DetailsOptions): CompareDetails {
  const tasks = tasksIn(list)
  const { judged, kept } = keptGroups(tasks, options)
  const drawn = kept.slice(0, MOST_GROUPS)
  const overlapping = options.by.includes('tag')
  const everyone = drawn.map(({ members }) => members)
  const swept = sweepThresholds(tasks, everyone, options.k)
  const [steps, opportunities] = [stepIns(everyone, 'step'), stepIns(everyone, 'opportunity')]
  const bySession = new Map(groupDelegating(sessions, judged, options.by).map((group) => [group.label, group]))
  const ofSessions = !options.by.includes('subAgentModel')
  const groups = drawn.map(({ label, values, members }, i): GroupDetails => {
    const own = ofSessions ? bySession.get(label) : undefined
    return {
      label,
      values,
      byK: pointsByK(members, 'before'),
      byKAny: pointsByK(members, 'any'),
      byTheta: swept.byTheta[i] ?? NEVER_BEGUN,
      disposition: dispositionShares(members),
      ...whatCut(members),
      discrimination: discrimination(members),
      appropriate: appropriateness(members),
      likeness: likeness(members),
      stepIns: { step: steps[i] ?? NEVER_BEGUN, opportunity: opportunities[i] ?? NEVER_BEGUN },
      ...(own ? sessionCosts(own, alone) : ofSessions ? NO_SESSIONS : NOT_OF_SESSIONS),
    }
  })
  const saysOf = (clock: StepInClock, unit: string) => ({
    sentences: saysStepIns(
      groups.map(({ label, stepIns: { [clock]: found } }) => ({ label, found })),
      unit,
    ),
  })
  return {
    groups,
    pooled: pooledOf(judged, sessions, alone, options.k),
    prompt: promptEffect(judged, options),
    paces: overlapping ? [] : paceContrasts(drawn),
    trend: overwriteTrend(judged, sessions, options.k),
    incidenceTest: overlapping ? undefined : incidenceTest(drawn, { byWorkflow: options.by.includes('workflow') }),
    joint: jointSweep(
      drawn.map(({ label }) => label),
      swept.ks,
      swept.joint,
      overlapping,
    ),
    stepIns: { step: saysOf('step', 'steps'), opportunity: saysOf('opportunity', 'opportunities of their masters') },
    discrimination: { sentences: groups.map(({ label, discrimination: found }) => saysDiscrimination(label, found)) },
    thresholds: {
      sentences: groups.map(({ label, byTheta }) =>
        'reason' in byTheta
          ? `${label}: ${byTheta.reason}`
          : `${label}: ${lowerFirst(saysThreshold(byTheta.map((point) => ({ theta: point.at, measured: estimateOf(point) }))))}`,
      ),
    },
  }
}

function pooledOf(tasks: Tasks, sessions: readonly SessionRecord[], alone: readonly SessionRecord[], k: number): Pooled {
  const rewriting = rewriteValue(tasks)
  const { waste, yield: kept, multiplier } = sessionCosts({ delegating: sessions, tasks }, alone)
  const priced = sessions.filter(({ costUsd }) => costUsd !== undefined)
  return {
    overwriteRate: overwriteRate(tasks, { k }),
    overwriteRateAny: overwriteRateAny(tasks, { k }),
    rewriting,
    rewritingSays: saysRewriting(rewriting),
    waste,
    yield: kept,
    multiplier,
    destroyedShare: destroyedShare(tasks),
    destroyedCost: destroyedCost(tasks),
    cost: priced.length > 0 ? { usd: priced.reduce((sum, { costUsd = 0 }) => sum + costUsd, 0), sessions: priced.length, of: sessions.length } : undefined,
  }
}

const NO_SESSIONS = noCosts({ code: 'no_tasks', reason: 'No session of its own: here another model delegates most of the tasks.' })
const NOT_OF_SESSIONS = noCosts({ code: 'no_tokens', reason: 'Not measurable by sub-agent model: a session’s tokens belong to no one of them.' })

function noCosts(why: NotMeasurable): Record<keyof SessionCosts, NotMeasurable> {
  return { waste: why, yield: why, costPerSuccess: why, tokensPerSuccess: why, multiplier: why }
}

function pointsByK(members: Tasks, phases: 'before' | 'any'): Point[] | NotMeasurable {
  const points = overwriteRateByK(members, { upTo: MOST_K, phases, clock: phases === 'any' ? 'opportunity' : 'step' })
  if (!Array.isArray(points)) return points
  // before the masters' first chances nobody was watched
  const known = points.filter(({ estimate }) => estimate.effectiveN)
  if (known.length === 0) return { code: 'nobody_at_risk', reason: `Not measurable here: no task was watched through the first ${MOST_K} steps.` }
  return known.map(({ k, estimate }) => ({ at: k, ...numbersOf(estimate) }))
}

const NEVER_BEGUN: NotMeasurable = { code: 'no_tasks', reason: 'No task has been worked on yet.' }

/** Of each group. Thresholds are swept over the tasks as they were found, not as judged at one of them, and judged once for all groups. */
function sweepThresholds(
  tasks: Tasks,
  groups: readonly Tasks[],
  k: number,
): { byTheta: (Point[] | NotMeasurable)[]; ks: number[]; joint: JointRates['rates'][] } {
  const points = groups.map((): Point[] => [])
  const nothing = groups.map(() => NEVER_BEGUN)
  const ks = sweptSteps(k)
  const joint = groups.map((): JointRates['rates'] => [])
  for (const { theta, tasks: judged } of tasks.atEach(THRESHOLDS)) {
    groups.forEach(({ rows }, i) => {
      const members = judged.withRows(rows)
      const measured = overwriteRate(members, { k })
      if (isEstimate(measured)) points[i]?.push({ at: theta, ...numbersOf(measured) })
      else nothing[i] = measured
      joint[i]?.push(ratesAt(members, ks))
    })
  }
  return { byTheta: points.map((own, i) => (own.length > 0 ? own : (nothing[i] ?? NEVER_BEGUN))), ks, joint }
}

function numbersOf({ value, low, high, display }: Estimate): { value: number; low?: number; high?: number } {
  return display === 'counts' ? { value } : { value, low, high }
}

function estimateOf({ value }: Point): Measured {
  return { value, level: 0.95, n: 0, clusters: 0, method: '', display: 'full' }
}

function dispositionShares(members: Tasks): GroupDetails['disposition'] {
  const { how, why } = members.ends
  const begun = members.filter((row) => ((members.table.flags[row] as number) & STARTED) !== 0)
  const of = (is: (row: number) => boolean) => shareOf(tallies(begun, is), { code: 'no_tasks', reason: 'No task has been worked on yet.' })
  const ended = (as: keyof typeof HOW) => of((row) => how[row] === HOW[as])
  const open = (row: number) => OPEN.has(REASONS[why[row] as number] ?? 'stopped')
  return {
    cutShort: ended('cut_short'),
    completed: ended('completed'),
    failed: ended('failed'),
    open: of((row) => how[row] === HOW.censored && open(row)),
    stopped: of((row) => how[row] === HOW.censored && !open(row)),
  }
}

const OPEN: ReadonlySet<(typeof REASONS)[number]> = new Set(['running', 'session_ended'])

function whatCut({ table, rows }: Tasks): Pick<GroupDetails, 'kinds' | 'triggers'> {
  const kinds: Record<string, number> = {}
  const triggers: Record<string, number> = {}
  for (const row of rows) {
    if (table.fates.how[row] !== HOW.cut_short) continue
    const kind = INTERVENTION_KINDS[table.fates.why[row] as number] ?? 'overwrite'
    kinds[kind] = (kinds[kind] ?? 0) + 1
    const trigger = TRIGGERS[(table.trigger[row] as number) - 1]
    if (trigger !== undefined) triggers[trigger] = (triggers[trigger] ?? 0) + 1
  }
  return { kinds, triggers }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
