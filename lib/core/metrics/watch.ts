import { INTERVENTION_KINDS, type InterventionKind, type Phase } from '../interventions'
import { aalenJohansen, type CompetingRisks, effectiveSize, incidenceAt, type Spread } from '../stats/aalen-johansen'
import { studentQuantile, zOf } from '../stats/distributions'
import { followedUntil, type KaplanMeier, kaplanMeier } from '../stats/kaplan-meier'
import { wilsonAt } from '../stats/proportion'
import type { SurvivalData } from '../stats/survival-data'
import { displayOf, type Estimate, type EstimateOptions, type NotMeasurable, noneNote } from './estimate'
import { STARTED, TOKENS_KNOWN } from './packed-session'
import { NO_TURN } from './shared-reason'
import { type EndColumns, PHASES } from './task-columns'
import type { Clock } from './task-record'
import { type TaskList, type Tasks, tasksIn } from './tasks'

/**
 * Tasks under watch: who is at risk of being cut short, from when, until what.
 *
 *   D0' all delegated tasks
 *   D0  those whose assignee put something out
 *   D1  those of D0 that the master had at least one chance to step into; default, because where a
 *       call blocks the master nothing can happen, and 0 % would praise the harness
 *
 * On the opportunity clock a task of D1 is watched from 0; on the step and token clocks it comes
 * under watch at its first opportunity, else fast tasks would look immune.
 */
export interface WatchOptions {
  clock: Clock
  /** `before`: completion ends the watch. `any`: only acceptance, failure or the end of the session do. */
  phases: 'before' | 'any'
  population?: 'D0' | 'D1'
  /** Count only such events as the event; other ways of being cut short then compete (cause 4). */
  only?: (cut: Cut) => boolean
}

export interface Cut {
  kind: InterventionKind
  phase: Phase
}

/** Causes in the order of the disposition bar. 4 exists only with `only`. */
export const CUT_SHORT = 1
export const COMPLETED = 2
export const FAILED = 3
export const CUT_OTHERWISE = 4
export const CAUSES = 4

/** Fewer than this watched and a curve is one or two tasks' story. */
export const FEWEST_AT_RISK = 10

export interface Watch {
  data: SurvivalData
  /** Made when asked for. */
  readonly curve: CompetingRisks
  /** Of cause 1 alone, other ends taken as censoring. */
  readonly pace: KaplanMeier
  /** Beyond it fewer than ten tasks are watched. */
  readonly trustedUntil: number | undefined
  /** Tasks behind the data, and the row of each observation. */
  n: number
  rows: Int32Array
  clock: Clock
  left: {
    /** Never put anything out. */
    notStarted: number
    /** The master had no chance. */
    noOpportunity: number
    /** No token counts, on the token clock. */
    noTokens: number
  }
}

/** Several figures ask for the same watch of the same tasks. */
const known = new WeakMap<Tasks, Map<string, Watch>>()

export function watch(list: TaskList, options: WatchOptions): Watch {
  const tasks = tasksIn(list)
  if (options.only) return onlyOf(watch(tasks, { ...options, only: undefined }), tasks, options.phases, options.only)
  const own = watchesOf(tasks)
  const key = keyOf(options)
  let watched = own.get(key)
  if (!watched) {
    watched = watchTasks(tasks, options)
    own.set(key, watched)
  }
  return watched
}

function watchesOf(tasks: Tasks): Map<string, Watch> {
  let own = known.get(tasks)
  if (!own) {
    own = new Map()
    known.set(tasks, own)
  }
  return own
}

function keyOf({ clock, phases, population = 'D1' }: WatchOptions): string {
  return `${clock} ${phases} ${population}`
}

/** The tasks that were still going at so many tokens. Their watch is a part of that of all. */
export function stillGoingAt(tasks: Tasks, from: number): Tasks {
  const { tokens } = tasks.ends
  const later = tasks.filter((row) => (tokens[row] as number) >= from)
  const options: WatchOptions = { clock: 'tokens', phases: 'before' }
  watchesOf(later).set(keyOf(options), watchFrom(watch(tasks, options), from))
  return later
}

/** The same watch with some cuts as the event and the others competing. */
function onlyOf(watched: Watch, tasks: Tasks, phases: WatchOptions['phases'], only: (cut: Cut) => boolean): Watch {
  const { data, n, rows, clock, left } = watched
  const until = phases === 'before' ? tasks.ends : tasks.table.fates
  const counts = countedCuts(only)
  const cause = data.cause.map((own, i) => (own === CUT_SHORT ? causeOfCut(counts, until, rows[i] as number) : own))
  return watchOf({ ...data, cause }, n, rows, clock, left)
}

/** Those of a watch before completion that were still under watch at `from`: as if only they had been watched. */
function watchFrom(watched: Watch, from: number): Watch {
  const { data, rows, clock, left } = watched
  const kept = new Int32Array(data.n)
  let n = 0
  for (let i = 0; i < data.n; i++) if ((data.time[i] as number) >= from) kept[n++] = i
  const pick = <T extends Float64Array | Uint8Array | Int32Array>(column: T, to: T): T => {
    for (let i = 0; i < n; i++) to[i] = column[kept[i] as number] as number
    return to
  }
  const cluster = pick(data.cluster, new Int32Array(n))
  let clusters = 0
  let clustered = false
  let last = -1
  for (let i = 0; i < n; i++) {
    const own = cluster[i] as number
    if (own === last) clustered = true
    else clusters += 1
    last = own
    cluster[i] = clusters - 1
  }
  const own: SurvivalData = {
    n,
    time: pick(data.time, new Float64Array(n)),
    entry: pick(data.entry, new Float64Array(n)),
    cause: pick(data.cause, new Uint8Array(n)),
    cluster,
    clusters,
    clustered,
    neverAtRisk: 0,
  }
  return watchOf(own, n, pick(rows, new Int32Array(n)), clock, left)
}

function watchTasks(tasks: Tasks, { clock, phases, population = 'D1' }: WatchOptions): Watch {
  const { table, rows } = tasks
  const until = phases === 'before' ? tasks.ends : table.fates
  const left = { notStarted: 0, noOpportunity: 0, noTokens: 0 }
  const most = rows.length
  const [time, entry] = [new Float64Array(most), new Float64Array(most)]
  const [cause, cluster, rowOf] = [new Uint8Array(most), new Int32Array(most), new Int32Array(most)]
  const ends = until[clock]
  const firsts = population === 'D1' && clock !== 'opportunity' ? tasks.firsts[clock] : undefined
  const chances = phases === 'before' ? tasks.chances : until.opportunity
  const { flags: flagsOf, session: sessionOf } = table
  const { how } = until
  let n = 0
  let at = 0
  let clusters = 0
  let last = -1
  let clustered = false
  for (let i = 0; i < most; i++) {
    const row = rows[i] as number
    const flags = flagsOf[row] as number
    if ((flags & STARTED) === 0) {
      left.notStarted += 1
      continue
    }
    const cut = how[row] === CUT_SHORT
    if (population === 'D1' && !((chances[row] as number) >= 1) && (phases === 'before' || !cut)) {
      left.noOpportunity += 1
      continue
    }
    if (clock === 'tokens' && (flags & TOKENS_KNOWN) === 0) {
      left.noTokens += 1
      continue
    }
    n += 1
    const end = ends[row] as number
    // stepping in is itself an opportunity, also where the log shows no turn for it
    const watchedTo = clock === 'opportunity' && population === 'D1' ? Math.max(1, end) : end
    const first = firsts ? (firsts[row] as number) : Number.NaN
    // half a unit before the first opportunity: an event at that very reading is one that could be seen
    const from = Number.isNaN(first) ? Number.NEGATIVE_INFINITY : Math.min(first, end) - 0.5
    if (!(from < watchedTo)) continue
    time[at] = watchedTo
    entry[at] = from
    cause[at] = how[row] as number
    rowOf[at] = row
    const session = sessionOf[row] as number
    if (session === last) clustered = true
    else clusters += 1
    last = session
    cluster[at++] = clusters - 1
  }
  const data: SurvivalData = {
    n: at,
    time: time.subarray(0, at),
    entry: entry.subarray(0, at),
    cause: cause.subarray(0, at),
    cluster: cluster.subarray(0, at),
    clusters,
    clustered,
    neverAtRisk: n - at,
  }
  return watchOf(data, n, rowOf.subarray(0, at), clock, left)
}

function watchOf(data: SurvivalData, n: number, rows: Int32Array, clock: Clock, left: Watch['left']): Watch {
  let curve: CompetingRisks | undefined
  let pace: KaplanMeier | undefined
  let trusted: { until: number | undefined } | undefined
  return {
    data,
    get pace() {
      pace ??= kaplanMeier(data)
      return pace
    },
    get trustedUntil() {
      trusted ??= { until: followedUntil(data, FEWEST_AT_RISK) }
      return trusted.until
    },
    get curve() {
      curve ??= aalenJohansen(data, CAUSES)
      return curve
    },
    n,
    rows,
    clock,
    left,
  }
}

/** Of every phase and kind, whether it is the event. */
function countedCuts(only: (cut: Cut) => boolean): Uint8Array {
  return Uint8Array.from({ length: PHASES.length * INTERVENTION_KINDS.length }, (_, i) => {
    const [kind, phase] = [INTERVENTION_KINDS[i % INTERVENTION_KINDS.length], PHASES[Math.floor(i / INTERVENTION_KINDS.length)]]
    return kind !== undefined && phase !== undefined && only({ kind, phase }) ? 1 : 0
  })
}

function causeOfCut(counts: Uint8Array, { phase, why }: EndColumns, row: number): number {
  return counts[(phase[row] as number) * INTERVENTION_KINDS.length + (why[row] as number)] === 1 ? CUT_SHORT : CUT_OTHERWISE
}

/** "…, so in none of these 10 tasks could it have stepped in. 31 of 41 tasks were never begun." */
function saysNoOpportunity({ noOpportunity, notStarted }: Watch['left']): string {
  const which = noOpportunity === 1 ? 'it could not have stepped into this one task' : `in none of these ${noOpportunity} tasks could it have stepped in`
  const begun = notStarted > 0 ? ` ${notStarted} of ${notStarted + noOpportunity} tasks ${notStarted === 1 ? 'was' : 'were'} never begun.` : ''
  return `${NO_TURN}, so ${which}.${begun}`
}

/** Why a watch can say nothing; undefined where it can. */
export function unwatched({ data, left, clock }: Watch): NotMeasurable | undefined {
  if (data.n > 0) return undefined
  if (left.noTokens > 0) return { code: 'no_tokens', reason: 'Not measurable here: the source gives no token counts.' }
  if (left.noOpportunity > 0) return { code: 'no_opportunity', reason: saysNoOpportunity(left) }
  return { code: 'no_tasks', reason: clock === 'tokens' ? 'No task has put out a token yet.' : 'No task has been worked on yet.' }
}

/**
 * F_cause(t) with its interval: Wilson at the number of independent tasks that would say as much,
 * Student's t on the sessions. `spread`: of F at t, where it is already known.
 */
export function incidenceEstimate(watched: Watch, cause: number, t: number, options: EstimateOptions = {}, spread?: Spread): Estimate {
  const { data, n } = watched
  const { level = 0.95, scope = 'sessions' } = options
  const { value, effectiveN, clusters, clustered, low, high } = incidenceLimits(watched, cause, t, options, spread)
  const { cause: causes, time: times } = data
  let events = 0
  for (let i = 0; i < causes.length; i++) if (causes[i] === cause && (times[i] as number) <= t) events++
  const base = { value, level, n, clusters, effectiveN, events, display: displayOf(n, clusters, scope) }
  const method = 'Aalen-Johansen'
  if (effectiveN <= 0) return { ...base, method, note: 'no task was watched that far' }
  if (low === undefined) return { ...base, method, note: 'one session: no telling what others do' }
  return {
    ...base,
    low,
    high,
    method: `${method}; Wilson at the effective size${clustered ? ', clustered by session (t)' : ''}`,
    note: noneNote(events, n),
  }
}

/** The same without counting: for the many points of a band. */
export function incidenceLimits(
  { data, curve }: Watch,
  cause: number,
  t: number,
  { level = 0.95, scope = 'sessions' }: EstimateOptions,
  spread?: Spread,
): { value: number; effectiveN: number; clusters: number; clustered: boolean; low?: number; high?: number } {
  const value = Math.min(1, Math.max(0, incidenceAt(curve, cause, t)))
  const { effectiveN, clusters } = effectiveSize(curve, data, cause, t, spread)
  const clustered = scope === 'sessions' && data.clustered
  if (effectiveN <= 0 || (scope === 'sessions' && clusters < 2)) return { value, effectiveN, clusters, clustered }
  const multiplier = clustered ? studentQuantile(1 - (1 - level) / 2, clusters - 1) : zOf(level)
  return { value, effectiveN, clusters, clustered, ...wilsonAt(value * effectiveN, effectiveN, multiplier) }
}
