import { COUNTED_KINDS, type InterventionKind } from '../interventions'
import { confidenceSequence } from '../stats/confidence-sequence'
import { wilson } from '../stats/proportion'
import { watchedFrom } from '../stats/survival-data'
import { displayOf, type Measured, type NotMeasurable } from './estimate'
import type { TaskRecord } from './task-record'
import { tasksIn } from './tasks'
import { type PaceCurve, paceOfInterruption } from './tokens-before'
import { FEWEST_AT_RISK, stillGoingAt, watch } from './watch'

/** The figures over one session, while it runs and after. What is counted is counted over every task that was begun. */
export interface SessionFigures {
  /** Overwritten, interrupted or taken over unasked, at any phase: "3 of 7". */
  cutShort: Measured
  /** What cut them short, most frequent first. */
  kinds: [InterventionKind, number][]
  /** Overwrites, interrupts and takeovers of work that had been accepted: they cut nothing short, and are not in `cutShort`. */
  afterAcceptance: [InterventionKind, number][]
  /**
   * Tokens before interruption: Kaplan-Meier, tasks that nobody cut counting as "at least so many". Of
   * the tasks that were still going when ten were watched at once: before, one cut among two of them
   * would halve the curve for good.
   */
  pace: PaceCurve | NotMeasurable
  /** Where cuts before completion came, in tokens, least first; and whether any of these is our estimate. */
  cutTokens: number[]
  tokensEstimated: boolean
  /** Of the tasks begun, those that were watched on the token clock. */
  watched: number
  /** Completed, and no master had changed, stopped or repeated anything of it unasked. */
  untouched: Measured
  /** Significant tokens of sub-agents that masters destroyed, and of how many tasks. */
  destroyed: { tokens: number; tasks: number; atLeast: boolean }
  open: number
  notStarted: number
}

export function sessionFigures(records: readonly TaskRecord[], ended: boolean, level = 0.95): SessionFigures {
  const begun = records.filter(({ started }) => started)
  const cut = begun.filter(({ fate }) => fate.how === 'cut_short')
  const accepted = begun.filter(({ fate }) => fate.how === 'accepted')
  const clean = begun.filter((record) => record.end.how === 'completed' && !wasTouched(record))
  // a completed task can still be rewritten while the session runs; an ended session's open task could have become anything
  const undecidedCut = begun.filter(({ fate }) => fate.how === 'censored').length
  const undecidedClean = ended ? 0 : clean.filter(({ fate }) => fate.how === 'censored').length
  const open = begun.filter((record) => record.end.how === 'censored' && !wasTouched(record)).length
  const destroyed = records.filter(({ spend }) => spend.destroyed > 0)
  // packed once for all that is estimated from it
  const tasks = tasksIn(records)
  const { data } = watch(tasks, { clock: 'tokens', phases: 'before' })
  const from = watchedFrom(data, FEWEST_AT_RISK)
  const cutOnTokens = begun.filter(({ end, tokensKnown }) => end.how === 'cut_short' && tokensKnown)
  return {
    cutShort: between(cut.length, undecidedCut, begun.length, ended, level),
    kinds: countKinds(cut.flatMap(({ fate }) => (fate.how === 'cut_short' ? [fate.kind] : []))),
    afterAcceptance: countKinds(accepted.flatMap(({ interventions }) => interventions.filter(({ headline }) => headline).map(({ kind }) => kind))),
    pace: paceOfInterruption(from > 0 ? stillGoingAt(tasks, from) : tasks),
    cutTokens: cutOnTokens.map(({ end }) => end.clocks.tokens).sort((a, b) => a - b),
    tokensEstimated: cutOnTokens.some(({ tokensEstimated }) => tokensEstimated),
    watched: data.n,
    // what is clean now may be spoilt, what is open may become clean
    untouched: between(clean.length - undecidedClean, undecidedClean + open, begun.length, ended, level, clean.length),
    destroyed: {
      tokens: destroyed.reduce((sum, { spend }) => sum + spend.destroyed, 0),
      tasks: destroyed.length,
      // what was only known in part may have been more
      atLeast: destroyed.some(({ interventions }) => interventions.some(({ flags }) => flags.includes('partial_view') || flags.includes('approximate'))),
    },
    open: begun.filter(({ end }) => end.how === 'censored' && (end.why === 'running' || end.why === 'session_ended')).length,
    notStarted: records.length - begun.length,
  }
}

function countKinds(kinds: readonly InterventionKind[]): [InterventionKind, number][] {
  const counts = new Map<InterventionKind, number>()
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])
}

/**
 * `certain` of n have it for good, `undecided` may come to. Limits cover every way they may be decided:
 * the lower one as if none came to have it, the upper as if all did. While the session runs they
 * hold at every look.
 */
function between(certain: number, undecided: number, n: number, ended: boolean, level: number, now = certain): Measured {
  if (n === 0) return { code: 'no_tasks', reason: 'No task has been begun yet.' }
  const limits = (x: number) => (ended ? wilson(x, n, level) : confidenceSequence(x, n, 1 - level))
  return {
    value: now / n,
    low: limits(certain).low,
    high: limits(certain + undecided).high,
    level,
    n,
    clusters: 1,
    events: now,
    method: `${ended ? 'Wilson' : 'confidence sequence (beta mixture)'}${undecided > 0 ? ', undecided tasks both ways' : ''}`,
    note: undecided > 0 ? `${undecided} not decided${ended ? '' : ' yet'}` : undefined,
    display: displayOf(n, 1, 'session'),
  }
}

function wasTouched({ interventions }: TaskRecord): boolean {
  return interventions.some(({ kind, flags }) => COUNTED_KINDS.has(kind) && !flags.includes('requested') && !flags.includes('race'))
}
