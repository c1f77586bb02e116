import { type ClusterCounts, clusteredWilsonOf } from '../stats/clustered'
import { confidenceSequence } from '../stats/confidence-sequence'
import { wilson } from '../stats/proportion'

/** A figure and how far it can be trusted. Shares are 0..1. */
export interface Estimate {
  value: number
  /** Limits; absent where none can be given (a single session, too few events): then `note` says why. */
  low?: number
  high?: number
  /** Of the interval, 0.95 unless asked otherwise. */
  level: number
  /** Tasks (or whatever `method` names) it rests on. */
  n: number
  /** Sessions that they come from. */
  clusters: number
  /** What clustering and censoring left of n: so many independent units would tell as much. */
  effectiveN?: number
  /** Of the n, how many met the event, where that is what is counted. */
  events?: number
  /** How it was made, in words for a footer. */
  method: string
  note?: string
  display: Display
}

/** The honest alternative to a number: never 0 %. */
export interface NotMeasurable {
  /** A sentence for the place where the number would stand. */
  reason: string
  code: 'no_tasks' | 'no_opportunity' | 'no_tokens' | 'no_outcomes' | 'no_prices' | 'no_baseline' | 'not_over' | 'no_ledger' | 'nobody_at_risk'
}

export type Measured = Estimate | NotMeasurable

export function isEstimate(measured: Measured): measured is Estimate {
  return 'value' in measured
}

/**
 * `counts`: "3 of 7", no interval, no share. `grey`: interval, drawn grey, no ranking. `full`.
 */
export type Display = 'counts' | 'grey' | 'full'

export const FEWEST_TASKS = 10
export const FEWEST_SESSIONS = 5
export const FULL_FROM = 30

/**
 * What the figure is about. `session`: this one run, its tasks taken as independent draws, which is
 * all that one session allows. `sessions`: what such sessions do in general; tasks of one session
 * count as a cluster.
 */
export type Scope = 'session' | 'sessions'

export interface EstimateOptions {
  level?: number
  scope?: Scope
  /** It still grows and is being watched: limits that hold at every look. Session scope only. */
  running?: boolean
}

export function displayOf(n: number, clusters: number, scope: Scope = 'sessions'): Display {
  if (n < FEWEST_TASKS || (scope === 'sessions' && clusters < FEWEST_SESSIONS)) return 'counts'
  return n < FULL_FROM ? 'grey' : 'full'
}

/** A share of units that are over, counted by session. */
export function shareOf(counts: ClusterCounts, nothing: NotMeasurable, { level = 0.95, scope = 'sessions', running = false }: EstimateOptions = {}): Measured {
  const { x, n, clusters } = counts
  if (n === 0) return nothing
  const base = { value: x / n, level, n, clusters, events: x, display: displayOf(n, clusters, scope) }
  if (scope === 'session') {
    if (running) return { ...base, ...confidenceSequence(x, n, 1 - level), method: 'confidence sequence (beta mixture)', note: 'while it runs' }
    return { ...base, ...wilson(x, n, level), method: 'Wilson' }
  }
  if (clusters < 2) return { ...base, method: 'count', note: 'one session: no telling what others do' }
  // one task a session: nothing is clustered
  if (clusters === n) return { ...base, ...wilson(x, n, level), method: 'Wilson', note: noneNote(x, n) }
  const limits = clusteredWilsonOf(counts, level)
  return {
    ...base,
    low: limits?.low,
    high: limits?.high,
    effectiveN: limits?.effectiveN,
    method: 'Wilson, clustered by session (Rao-Scott, t)',
    note: noneNote(x, n),
  }
}

export function noneNote(x: number, n: number): string | undefined {
  return x === 0 ? `0 of ${n}: the upper limit is what is known` : undefined
}
