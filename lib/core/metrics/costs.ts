import { studentQuantile } from '../stats/distributions'
import { wilsonAt } from '../stats/proportion'
import { ratioOfTotals } from '../stats/ratio'
import { waste } from '../stats/waste'
import { displayOf, type Estimate, type EstimateOptions, type Measured, type NotMeasurable } from './estimate'
import { LOSS_EXACT, TOKENS_KNOWN } from './packed-session'
import type { SessionRecord } from './task-record'
import { type TaskList, type Tasks, tasksIn } from './tasks'

/** Tokens spent for nothing, in parts; all tokens in and out. The rest is not "useful", only not known to be wasted. */
export interface WasteStrip {
  total: number
  destroyed: number
  cancelled: number
  redone: number
  rest: number
  /** Share of `total` in the three. */
  share: Measured
  /** Tasks that lost something of which it is not known how much they had written: counted by the tokens destroyed alone, so at least so much. */
  atLeast: number
}

/** Of whole sessions: a master's own tokens belong to no one task. */
export function wasteShare(sessions: readonly SessionRecord[], list: TaskList, options: EstimateOptions = {}): WasteStrip | NotMeasurable {
  const bySession = new Map(
    sessions.map((session) => [session.sessionId, { total: session.inputTokens + session.outputTokens, destroyed: 0, cancelled: 0, redone: 0 }]),
  )
  let atLeast = 0
  const tasks = tasksIn(list)
  const { table } = tasks
  const ownOf = sessionsOf(tasks, bySession)
  for (const row of tasks.rows) {
    const own = ownOf(row)
    if (!own) continue
    own.destroyed += table.lost[row] as number
    own.cancelled += table.cancelled[row] as number
    own.redone += table.redone[row] as number
    if (((table.flags[row] as number) & LOSS_EXACT) === 0) atLeast += 1
  }
  const rows = [...bySession.values()].filter(({ total }) => total > 0)
  if (rows.length === 0) return { code: 'no_tokens', reason: 'Not measurable here: the source gives no token counts.' }
  const sum = (part: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + part(row), 0)
  const whole = waste({
    total: sum((row) => row.total),
    destroyed: sum((row) => row.destroyed),
    cancelled: sum((row) => row.cancelled),
    redone: sum((row) => row.redone),
  })
  const share = shareOfTotals(
    rows.map((row) => Math.min(row.total, row.destroyed + row.cancelled + row.redone)),
    rows.map((row) => row.total),
    options,
  )
  return {
    ...whole,
    rest: Math.max(0, whole.total - whole.wasted),
    share:
      atLeast > 0 && 'value' in share
        ? { ...share, note: `at least: of ${atLeast} ${atLeast === 1 ? 'task' : 'tasks'} only the tokens destroyed are known` }
        : share,
    atLeast,
  }
}

/** Share of the sub-agents' own output that masters destroyed: per task, so it can be grouped by sub-agent model. */
export function destroyedShare(list: TaskList, options: EstimateOptions = {}): Measured {
  const { table, rows: all } = tasksIn(list)
  const lost: number[] = []
  const put: number[] = []
  let at = -1
  let last = -1
  for (let i = 0; i < all.length; i++) {
    const row = all[i] as number
    const tokens = table.outputTokens[row] as number
    // what put out nothing has nothing to lose
    if (((table.flags[row] as number) & TOKENS_KNOWN) === 0 || !(tokens > 0)) continue
    const session = table.session[row] as number
    if (session !== last) {
      at = lost.push(0) - 1
      put.push(0)
    }
    last = session
    lost[at] = (lost[at] as number) + Math.min(tokens, table.lost[row] as number)
    put[at] = (put[at] as number) + tokens
  }
  if (put.length === 0) return { code: 'no_tokens', reason: 'Not measurable here: the source gives no token counts.' }
  return shareOfTotals(lost, put, options)
}

/** Delegation yield: sub-agents' significant tokens that are there at the end, out of all tokens spent. Weights nothing. */
export function delegationYield(sessions: readonly SessionRecord[], list: TaskList, options: EstimateOptions = {}): Measured {
  const bySession = new Map(
    sessions.map((session) => [session.sessionId, { surviving: 0, total: session.inputTokens + session.outputTokens, known: session.tasks > 0 }]),
  )
  const tasks = tasksIn(list)
  const ownOf = sessionsOf(tasks, bySession)
  for (const row of tasks.rows) {
    const own = ownOf(row)
    if (!own) continue
    const surviving = tasks.table.surviving[row] as number
    if (Number.isNaN(surviving)) own.known = false
    else own.surviving += surviving
  }
  const rows = [...bySession.values()].filter(({ known, total }) => known && total > 0)
  if (rows.length === 0)
    return {
      code: 'no_ledger',
      reason: 'Not measurable here: it takes token counts, and the ownership of every token, which is kept where sessions are ingested.',
    }
  return shareOfTotals(
    rows.map((row) => Math.min(row.total, row.surviving)),
    rows.map((row) => row.total),
    options,
  )
}

/** What is kept for the session of a row; asked of the map once a session. */
function sessionsOf<T>({ table }: Tasks, bySession: ReadonlyMap<string, T>): (row: number) => T | undefined {
  let last = -1
  let own: T | undefined
  return (row) => {
    const session = table.session[row] as number
    if (session !== last) own = bySession.get(table.sessionIds[session] ?? '')
    last = session
    return own
  }
}

/** A ratio of two totals that is a share: Wilson at the size that its spread between sessions amounts to. */
function shareOfTotals(y: readonly number[], x: readonly number[], { level = 0.95, scope = 'sessions' }: EstimateOptions): Estimate {
  const { ratio, variance, clusters } = ratioOfTotals(y, x)
  const base = { value: ratio, level, n: clusters, clusters, method: 'ratio of totals over sessions', display: displayOf(clusters, clusters, scope) }
  if (variance === undefined || scope === 'session')
    return {
      ...base,
      display: scope === 'session' ? 'full' : base.display,
      note: scope === 'session' ? 'a total, not a sample' : 'one session: no telling what others do',
    }
  if (variance === 0 || ratio <= 0 || ratio >= 1) return base
  const effectiveN = (ratio * (1 - ratio)) / variance
  const limits = wilsonAt(ratio * effectiveN, effectiveN, studentQuantile(1 - (1 - level) / 2, clusters - 1))
  return { ...base, ...limits, method: 'ratio of totals over sessions; Wilson at the effective size (t)' }
}

/** Money (or tokens) for each session that succeeded: what all of them cost over how many did. */
export function costPerSuccess(
  sessions: readonly SessionRecord[],
  { level = 0.95, currency = 'usd' }: EstimateOptions & { currency?: 'usd' | 'tokens' } = {},
): Measured {
  const costOf = (session: SessionRecord) => (currency === 'usd' ? session.costUsd : session.inputTokens + session.outputTokens || undefined)
  const known = sessions.filter((session) => session.ended && session.succeeded !== undefined && costOf(session) !== undefined)
  const leftOut = sessions.length - known.length
  const successes = known.filter((session) => session.succeeded).length
  if (known.length === 0)
    return {
      code: currency === 'usd' ? 'no_prices' : 'no_tokens',
      reason: currency === 'usd' ? 'No ended session has both its costs and how it ended.' : 'No ended session has both token counts and how it ended.',
    }
  if (successes === 0) return { code: 'no_outcomes', reason: `None of ${known.length} sessions succeeded: no cost per success.` }
  const { ratio, variance, clusters } = ratioOfTotals(
    known.map((session) => costOf(session) ?? 0),
    known.map((session) => (session.succeeded ? 1 : 0)),
  )
  const base = {
    value: ratio,
    level,
    n: known.length,
    clusters,
    events: successes,
    method: 'total cost over successes',
    display: displayOf(known.length, clusters),
    note: leftOut > 0 ? `${leftOut} sessions left out: cost or outcome not known` : undefined,
  }
  if (variance === undefined || !(ratio > 0)) return base
  const spread = (studentQuantile(1 - (1 - level) / 2, clusters - 1) * Math.sqrt(variance)) / ratio
  return { ...base, low: ratio * Math.exp(-spread), high: ratio * Math.exp(spread), method: 'total cost over successes; linearised, t on the logarithm' }
}
