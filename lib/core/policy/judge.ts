import { appropriateness } from '../metrics/appropriateness'
import { autonomousCompletion, leftAlone } from '../metrics/completion'
import { destroyedShare } from '../metrics/costs'
import { discrimination } from '../metrics/discrimination'
import { type Estimate, FEWEST_SESSIONS, isEstimate, type Measured } from '../metrics/estimate'
import { type GroupKey, groupTasks } from '../metrics/groups'
import { overwriteRate, overwriteRateAny, overwriteRateUnit } from '../metrics/overwrite-rate'
import { cutsPerOpportunity, cutsPerThousandTokens } from '../metrics/rates'
import { rewriteValue } from '../metrics/rewriting'
import { groupDelegating, sessionCosts, splitSessions } from '../metrics/session-costs'
import type { SessionRecord } from '../metrics/task-record'
import { SIMULATED } from '../metrics/packed-session'
import { type TaskList, type Tasks, tasksIn } from '../metrics/tasks'
import { restrictedTokens } from '../metrics/tokens-before'
import { nameOf, type Policy, type Rule } from './policy'

/**
 * A rule fails only if the data show that the bound is crossed, and passes only if they show that it
 * is kept: one-sided limits, clustered by session.
 *
 *   max:   ──[ value ]──┤bound      passed          upper limit below
 *          bound├──[ value ]──      failed          lower limit above
 *          ──[ bound value ]──      undecided       needs about so many more sessions
 */
export interface Judgement {
  rule: string
  /** The group's label, absent where the rule has no groups. */
  group?: string
  verdict: 'passed' | 'failed' | 'undecided'
  measured: Measured
  bound: { kind: 'max' | 'min'; value: number }
  /** About so many more sessions like these would decide it; absent where that cannot be said. */
  moreSessions?: number
  sentence: string
}

export interface PolicyResult {
  judgements: Judgement[]
  /** 0: all passed. 1: something failed. 2: nothing failed, something is undecided. */
  exitCode: 0 | 1 | 2
}

/** What a policy was judged over, besides. POST /api/v1/check. */
export interface CheckAnswer extends PolicyResult {
  tasks: number
  sessions: number
  /** Of these tasks, those of simulated sessions. */
  simulatedTasks: number
  /** Simulated tasks that would have been judged, too, had the policy asked for them. */
  simulatedLeftOut: number
}

/** `simulated`: how many of the tasks that match are. */
export function saidOfSimulated(policy: Policy, simulated: number): Pick<CheckAnswer, 'simulatedTasks' | 'simulatedLeftOut'> {
  return policy.simulated ? { simulatedTasks: simulated, simulatedLeftOut: 0 } : { simulatedTasks: 0, simulatedLeftOut: simulated }
}

export function judgePolicy(policy: Policy, list: TaskList, sessions: readonly SessionRecord[]): PolicyResult {
  const all = tasksIn(list)
  const tasks = policy.simulated ? all : all.filter((row) => ((all.table.flags[row] as number) & SIMULATED) === 0)
  const counted = policy.simulated ? sessions : sessions.filter(({ simulated }) => !simulated)
  const judgements = policy.rules.flatMap((rule) => judgeRule(rule, tasks, counted))
  const exitCode = judgements.some(({ verdict }) => verdict === 'failed') ? 1 : judgements.every(({ verdict }) => verdict === 'passed') ? 0 : 2
  return { judgements, exitCode }
}

function judgeRule(rule: Rule, tasks: Tasks, sessions: readonly SessionRecord[]): Judgement[] {
  const own = tasks.where(rule.where ?? {})
  const { delegating, alone } = splitSessions(sessions.filter((record) => matches(record, rule.where)))
  if (!rule.groupBy) return [judge(rule, undefined, measure(rule, { tasks: own, delegating }, alone))]
  const groups = OVER_SESSIONS.has(rule.metric)
    ? groupDelegating(delegating, own, rule.groupBy)
    : groupTasks(own, rule.groupBy).map((group) => ({ ...group, tasks: group.members, delegating }))
  if (groups.length === 0) return [judge(rule, undefined, { code: 'no_tasks', reason: 'No task matches.' })]
  return groups.map((group) => judge(rule, group.label, measure(rule, group, alone)))
}

/** Of whole sessions: a master's own tokens belong to no one task. */
const OVER_SESSIONS: ReadonlySet<Rule['metric']> = new Set<Rule['metric']>([
  'wasteShare',
  'delegationYield',
  'costPerSuccess',
  'tokensPerSuccess',
  'delegationMultiplier',
])

function matches({ groups }: SessionRecord, where: Rule['where']): boolean {
  return Object.entries(where ?? {}).every(([key, value]) => (key === 'tag' ? groups.tags.includes(value) : groups[key as Exclude<GroupKey, 'tag'>] === value))
}

/** A one-sided limit at 95 % is an end of a two-sided interval at 90 %. */
function measure(rule: Rule, whole: { tasks: Tasks; delegating: readonly SessionRecord[] }, alone: readonly SessionRecord[]): Measured {
  const { tasks } = whole
  const options = { level: 2 * rule.level - 1 }
  const k = rule.k === undefined ? {} : { k: rule.k }
  const part = <T extends object>(found: T | { code: never; reason: string } | Measured, pick: (whole: T) => Measured): Measured =>
    'reason' in found ? (found as Measured) : pick(found as T)
  switch (rule.metric) {
    case 'overwriteRate':
      return overwriteRate(tasks, { ...options, ...k })
    case 'overwriteRateAny':
      return overwriteRateAny(tasks, { ...options, ...k })
    case 'overwriteRateUnit':
      return overwriteRateUnit(tasks, { ...options, ...k })
    case 'autonomousCompletion':
      return autonomousCompletion(tasks, { ...options, clock: 'opportunity' })
    case 'leftAlone':
      return leftAlone(tasks, options)
    case 'cutsPerOpportunity':
      return cutsPerOpportunity(tasks, options)
    case 'cutsPerThousandTokens':
      return cutsPerThousandTokens(tasks, options)
    case 'restrictedTokens':
      return restrictedTokens(tasks, options)
    case 'harm':
      return part(rewriteValue(tasks, options), ({ harm }) => harm)
    case 'repair':
      return part(rewriteValue(tasks, options), ({ repair }) => repair)
    case 'netValue':
      return part(rewriteValue(tasks, options), ({ net }) => net)
    case 'caught':
      return part(discrimination(tasks, options), ({ caught }) => caught)
    case 'respected':
      return part(discrimination(tasks, options), ({ respected }) => respected)
    case 'justified':
      return appropriateness(tasks, options).justified
    case 'destroyedShare':
      return destroyedShare(tasks, options)
    case 'wasteShare':
      return part(sessionCosts(whole, alone, options).waste, ({ share }) => share)
    case 'delegationYield':
      return sessionCosts(whole, alone, options).yield
    case 'costPerSuccess':
      return sessionCosts(whole, alone, options).costPerSuccess
    case 'tokensPerSuccess':
      return sessionCosts(whole, alone, options).tokensPerSuccess
    case 'delegationMultiplier':
      return sessionCosts(whole, alone, options).multiplier
    case 'discrimination':
      return part(discrimination(tasks, options), ({ sensitivity }) => sensitivity)
    case 'bias':
      return part(discrimination(tasks, options), ({ bias }) => bias)
  }
}

function judge(rule: Rule, group: string | undefined, measured: Measured): Judgement {
  const bound = rule.max !== undefined ? { kind: 'max' as const, value: rule.max } : { kind: 'min' as const, value: rule.min ?? 0 }
  const base = { rule: nameOf(rule), ...(group === undefined ? {} : { group }), measured, bound }
  const who = group === undefined ? '' : `${group}: `
  const undecided = (why: string, moreSessions?: number): Judgement => ({
    ...base,
    verdict: 'undecided',
    ...(moreSessions === undefined ? {} : { moreSessions }),
    sentence: `${who}${why}`,
  })
  if (!isEstimate(measured)) return undecided(measured.reason)
  const { low, high, n, clusters } = measured
  const said = saysFigure(rule, measured)
  const within = low === undefined || high === undefined ? '' : `, one-sided limits ${show(low)} to ${show(high)}`
  if (n < rule.minTasks) {
    const more = n > 0 ? Math.ceil(((rule.minTasks - n) * clusters) / n) : undefined
    return undecided(
      `${said}${within}: the rule asks for ${rule.minTasks}${more === undefined ? '' : `, which takes about ${more} more ${more === 1 ? 'session' : 'sessions'}`}.`,
      more,
    )
  }
  if (clusters < FEWEST_SESSIONS || low === undefined || high === undefined)
    return undecided(`${said}: it takes ${FEWEST_SESSIONS} sessions to tell chance from habit.`, Math.max(1, FEWEST_SESSIONS - clusters))
  const crossed = bound.kind === 'max' ? low > bound.value : high < bound.value
  const kept = bound.kind === 'max' ? high <= bound.value : low >= bound.value
  const against = `${bound.kind === 'max' ? 'at most' : 'at least'} ${show(bound.value)}`
  if (crossed) return { ...base, verdict: 'failed', sentence: `${who}${said}${within}; the rule asks for ${against}.` }
  if (kept) return { ...base, verdict: 'passed', sentence: `${who}${said}${within}; the rule asks for ${against}.` }
  const more = sessionsToDecide(measured, bound.value)
  return undecided(
    `${said}${within}, and the bound of ${show(bound.value)} lies between them${more === undefined ? ': too near to be decided' : `; about ${more} more ${more === 1 ? 'session' : 'sessions'} like these would decide it`}.`,
    more,
  )
}

const COUNTED_SHARES: ReadonlySet<Rule['metric']> = new Set<Rule['metric']>([
  'overwriteRate',
  'overwriteRateAny',
  'autonomousCompletion',
  'leftAlone',
  'harm',
  'repair',
  'caught',
  'respected',
  'justified',
])

/** "6 of 28 tasks in 2 sessions; estimated with competing risks (Aalen-Johansen): 0.4": a figure with the counts it stands on. */
function saysFigure(rule: Rule, { value, n, clusters, events, method }: Estimate): string {
  const [unit, sessions] = [unitOf(rule), `${clusters} ${clusters === 1 ? 'session' : 'sessions'}`]
  if (events === undefined || !COUNTED_SHARES.has(rule.metric)) return `${show(value)} (${unit === 'sessions' ? `${n} ${unit}` : `${n} ${unit}, ${sessions}`})`
  const how = method.startsWith('Aalen-Johansen') ? 'estimated with competing risks (Aalen-Johansen):' : 'a share of'
  return `${events} of ${n} ${unit} in ${sessions}; ${how} ${show(value)}`
}

/** More than this and the honest answer is that the figure sits on the bound. */
const MOST_SESSIONS = 10_000

/** Limits shrink with the root of the number of sessions: until the nearer one has reached the bound. */
function sessionsToDecide({ value, low = value, high = value, clusters }: Estimate, bound: number): number | undefined {
  const reach = bound > value ? high - value : value - low
  const distance = Math.abs(bound - value)
  if (distance === 0) return undefined
  const more = Math.ceil(clusters * ((reach / distance) ** 2 - 1))
  return more <= MOST_SESSIONS ? Math.max(1, more) : undefined
}

function unitOf({ metric }: Rule): string {
  if (OVER_SESSIONS.has(metric) || metric === 'destroyedShare') return 'sessions'
  if (metric === 'justified') return 'judged interventions'
  return 'tasks'
}

function show(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : String(Math.round(value * 1000) / 1000)
}
