import { DETECTOR_PARAMETERS } from '../interventions'
import { riskAt, watchedFrom } from '../stats/survival-data'
import { type Contrast, comparePairs, type Named } from './compare'
import { autonomousCompletion, type Disposition, disposition } from './completion'
import { destroyedShare } from './costs'
import { type Estimate, isEstimate, type Measured, type NotMeasurable, shareOf } from './estimate'
import { type Group, type GroupKey, groupTasks } from './groups'
import { overwriteRate, overwriteRateAny, overwriteRateUnit } from './overwrite-rate'
import { outcomeAfter, outcomeBefore } from './packed-outcomes'
import { SIMULATED } from './packed-session'
import { type RewriteValue, rewriteValue, rewrittenIn } from './rewriting'
import { saysComparison, saysDisposition, saysPace, saysRewriting, saysShare } from './sentences'
import { tallies } from './tally'
import { type TaskList, type Tasks, tasksIn } from './tasks'
import { interruptionCurve, type PaceCurve, paceOfInterruption, restrictedTokens } from './tokens-before'
import { CAUSES, FEWEST_AT_RISK, stillGoingAt, unwatched, watch } from './watch'

/** What a comparison is asked for. */
export interface ReportOptions {
  by: GroupKey[]
  /** Steps within which a cut counts. */
  k: number
  /** Less of a sub-agent's tokens surviving than this share is an overwrite. */
  theta: number
  /** Groups with fewer tasks are left out. */
  min: number
}

/** Every figure of the compare page; plain JSON. Groups: largest first. */
export interface CompareReport {
  options: ReportOptions
  tasks: number
  sessions: number
  simulatedTasks: number
  groups: GroupReport[]
  /** Groups with fewer tasks than `min`, or beyond the largest `MOST_GROUPS`. */
  leftOut: { groups: number; tasks: number }
  overwrite: { contrasts: Contrast[]; sentences: string[] }
  completion: { contrasts: Contrast[]; sentences: string[] }
  pace: { sentences: string[]; riskTable: RiskColumn[] }
  rewriting: { sentences: string[] }
  /** One task can be in several groups (tags): then nothing is tested against each other. */
  overlapping: boolean
  /** Of every parameter that the figures depend on. */
  parameters: string
}

export interface GroupReport {
  label: string
  values: (string | undefined)[]
  tasks: number
  sessions: number
  simulatedTasks: number
  overwriteRate: Measured
  overwriteRateAny: Measured
  overwriteRateUnit: Measured
  completion: Measured
  disposition: Disposition
  disposed: string
  /** By tokens: cut short, completed, failed, open; thinned to at most `MOST_POINTS`, and none beyond the largest `MOST_CURVES` groups. */
  incidence: { t: number; cutShort: number; completed: number; failed: number; open: number }[] | NotMeasurable
  incidenceBand: { t: number; low?: number; high?: number }[]
  pace: PaceCurve | NotMeasurable
  censored: number[]
  /** Fewer than ten tasks are watched beyond it. */
  trustedUntil: number | undefined
  /** The curves, the median and the mean are of tasks that were still going at so many tokens: before, fewer than ten were watched at once. */
  watchedFrom: number
  endedBefore: number
  restricted: Measured & { tau?: number }
  rewriting: RewriteValue | NotMeasurable
  /** Share of overwritten work that failed its check, as the sub-agent left it and as the master left it: the same tasks. */
  failedBefore: Measured
  failedAfter: Measured
  destroyedShare: Measured
  /** Money that went into what was destroyed, where costs are known. */
  destroyedCost: { usd: number; known: number; of: number } | NotMeasurable
}

/** Of the risk table: one time, each group's counts in the order of the groups. */
export interface RiskColumn {
  t: number
  groups: { atRisk: number; cutShort: number; censored: number }[]
}

const MOST_GROUPS = 24
/** Curves are drawn, and sent, for so many of them. */
export const MOST_CURVES = 8
const MOST_POINTS = 120
const MOST_TICKS = 60
const RISK_COLUMNS = 5

export function compareReport(list: TaskList, options: ReportOptions): CompareReport {
  const { by, k, theta } = options
  const tasks = tasksIn(list)
  const { all, kept } = keptGroups(tasks, options)
  const groups = kept.map((group, i) => groupReport(group, k, i < MOST_CURVES ? MOST_POINTS : 0))
  const overlapping = by.includes('tag')
  const rates = named(groups, (group) => group.overwriteRate)
  const completions = named(groups, (group) => group.completion)
  const contrastsOf = (list: Named[]) => (overlapping ? [] : comparePairs(list))
  const [rateContrasts, completionContrasts] = [contrastsOf(rates), contrastsOf(completions)]
  const unmeasured = (of: (group: GroupReport) => Measured, what: string) =>
    groups.filter((group) => !isEstimate(of(group))).map((group) => saysShare(group.label, of(group), what))
  const overlap = overlapping && groups.length > 1 ? ['A task can carry several tags, so these groups are not tested against each other.'] : []
  const says = (list: Named[], contrasts: Contrast[], what: string) =>
    overlapping ? list.map(({ label, estimate }) => saysShare(label, estimate, what)) : saysComparison(list, contrasts, what)
  return {
    options,
    tasks: tasks.length,
    sessions: tasks.sessions(),
    simulatedTasks: simulatedIn(tasks),
    groups,
    leftOut: { groups: all.length - kept.length, tasks: all.filter((group) => !kept.includes(group)).reduce((sum, { members }) => sum + members.length, 0) },
    overwrite: {
      contrasts: rateContrasts,
      sentences: [...says(rates, rateContrasts, `cut short within ${k} steps`), ...unmeasured((group) => group.overwriteRate, 'cut short'), ...overlap],
    },
    completion: {
      contrasts: completionContrasts,
      sentences: [...says(completions, completionContrasts, 'completed on their own'), ...unmeasured((group) => group.completion, 'completed'), ...overlap],
    },
    pace: { sentences: groups.map(({ label, pace }) => saysPace(label, pace)), riskTable: riskTable(kept, groups) },
    rewriting: { sentences: groups.map(({ label, rewriting }) => `${label}: ${saysRewriting(rewriting)}`) },
    overlapping,
    parameters: hashOf(JSON.stringify({ ...DETECTOR_PARAMETERS, k, theta })),
  }
}

/** The groups that are reported, of tasks as judged at `theta` (undefined: as the detector judged them). */
export function keptGroups(
  list: TaskList,
  { by, theta, min }: { by: GroupKey[]; theta: number | undefined; min: number },
): { judged: Tasks; all: Group<Tasks>[]; kept: Group<Tasks>[] } {
  const tasks = tasksIn(list)
  const judged = theta === undefined ? tasks : tasks.at(theta)
  const all = groupTasks(judged, by)
  return { judged, all, kept: all.filter(({ members }) => members.length >= min).slice(0, MOST_GROUPS) }
}

function groupReport({ label, values, members }: Group<Tasks>, k: number, points: number): GroupReport {
  const from = watchedFrom(watch(members, { clock: 'tokens', phases: 'before' }).data, FEWEST_AT_RISK)
  const later = from > 0 ? stillGoingAt(members, from) : members
  const watched = watch(later, { clock: 'tokens', phases: 'before' })
  const curve = points > 0 ? interruptionCurve(later, { most: points }) : (unwatched(watched) ?? { points: [], band: [], censored: [] })
  const pace = paceOfInterruption(later, { most: points })
  const rewriting = rewriteValue(members)
  const ends = disposition(members)
  return {
    label,
    values,
    tasks: members.length,
    sessions: members.sessions(),
    simulatedTasks: simulatedIn(members),
    overwriteRate: overwriteRate(members, { k }),
    overwriteRateAny: overwriteRateAny(members, { k }),
    overwriteRateUnit: overwriteRateUnit(members, { k }),
    completion: autonomousCompletion(members, { clock: 'opportunity' }),
    disposition: ends,
    disposed: saysDisposition(ends),
    incidence: 'reason' in curve ? curve : curve.points,
    incidenceBand: 'reason' in curve ? [] : curve.band,
    pace,
    censored: 'reason' in curve ? [] : thin(curve.censored, MOST_TICKS),
    trustedUntil: 'reason' in curve ? undefined : watched.trustedUntil,
    watchedFrom: from,
    endedBefore: members.length - later.length,
    restricted: restrictedTokens(later),
    rewriting,
    ...failures(members, rewriting),
    destroyedShare: destroyedShare(members),
    destroyedCost: destroyedCost(members),
  }
}

/** Both shares over the pairs that `rewriteValue` counted. */
function failures(members: Tasks, value: RewriteValue | NotMeasurable): { failedBefore: Measured; failedAfter: Measured } {
  if ('reason' in value) return { failedBefore: value, failedAfter: value }
  const { outcomes } = members.table
  const pairs = rewrittenIn(members).filter((row) => outcomeAfter(outcomes[row] as number, value.level) !== undefined)
  const none: NotMeasurable = { code: 'no_outcomes', reason: 'No pair of checks.' }
  const share = (of: typeof outcomeBefore) =>
    shareOf(
      tallies(pairs, (row) => of(outcomes[row] as number, value.level) === 'bad'),
      none,
    )
  return { failedBefore: share(outcomeBefore), failedAfter: share(outcomeAfter) }
}

export function destroyedCost({ table, rows }: Tasks): GroupReport['destroyedCost'] {
  let [usd, known] = [0, 0]
  for (const row of rows) {
    const cost = table.costUsd[row] as number
    const put = table.outputTokens[row] as number
    if (Number.isNaN(cost) || !(put > 0)) continue
    known += 1
    usd += (cost * Math.min(put, table.lost[row] as number)) / put
  }
  return known === 0 ? { code: 'no_prices', reason: 'The source gives no costs.' } : { usd, known, of: rows.length }
}

/** One grid of times for all groups, as far as any of them is trusted. */
function riskTable(kept: readonly Group<Tasks>[], groups: readonly GroupReport[]): RiskColumn[] {
  const end = Math.max(0, ...groups.map(({ trustedUntil }) => trustedUntil ?? 0))
  if (end === 0) return []
  const unit = 10 ** Math.floor(Math.log10(end / RISK_COLUMNS))
  // the finest round step that does not need more columns
  const step = ([1, 2, 2.5, 5, 10, 20].find((m) => end / (m * unit) < RISK_COLUMNS + 1) ?? 20) * unit
  const grid = Array.from({ length: RISK_COLUMNS }, (_, i) => (i + 1) * step).filter((t) => t <= end)
  const byGroup = kept.map(({ members }, i) => {
    if (i >= MOST_CURVES) return []
    const watched = watch(members, { clock: 'tokens', phases: 'before' })
    return unwatched(watched) ? [] : riskAt(watched.data, grid, CAUSES)
  })
  return grid.map((t, i) => ({
    t,
    groups: byGroup.map((rows) => ({ atRisk: rows[i]?.atRisk ?? 0, cutShort: rows[i]?.events[0] ?? 0, censored: rows[i]?.censored ?? 0 })),
  }))
}

function named(groups: readonly GroupReport[], of: (group: GroupReport) => Measured): Named[] {
  return groups.flatMap((group) => {
    const measured = of(group)
    return isEstimate(measured) ? [{ label: group.label, estimate: measured satisfies Estimate }] : []
  })
}

/** Evenly spaced, first and last kept. */
function thin<T>(points: readonly T[], most: number): T[] {
  if (points.length <= most) return [...points]
  return Array.from({ length: most }, (_, i) => points[Math.round((i * (points.length - 1)) / (most - 1))] as T)
}

function simulatedIn(tasks: Tasks): number {
  return tasks.count((row) => ((tasks.table.flags[row] as number) & SIMULATED) !== 0)
}

/** FNV-1a, 32 bits: enough to see at a glance that two charts were made alike. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
