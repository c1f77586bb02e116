import { COUNTED_KINDS, type InterventionKind } from '../interventions'
import { A_FEW, atOnce, type Slices } from '../slices'
import { confidenceSequence } from '../stats/confidence-sequence'
import { wilson } from '../stats/proportion'
import { watchedFrom } from '../stats/survival-data'
import { displayOf, type Measured, type NotMeasurable } from './estimate'
import type { TaskRecord } from './task-record'
import { packTasks } from './tasks'
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
  return atOnce(countFigures(records, ended, level))
}

/** The same for whoever must not be away for long. */
export function* countFigures(records: readonly TaskRecord[], ended: boolean, level = 0.95): Slices<SessionFigures> {
  const sums = { begun: 0, cut: 0, undecidedCut: 0, clean: 0, undecidedClean: 0, untouchedOpen: 0, open: 0 }
  const kinds = new Map<InterventionKind, number>()
  const afterAcceptance = new Map<InterventionKind, number>()
  const destroyed = { tokens: 0, tasks: 0, atLeast: false }
  const cutTokens: number[] = []
  let tokensEstimated = false
  let n = 0
  for (const record of records) {
    if (++n % A_FEW === 0) yield
    const { started, end, fate, interventions, spend } = record
    if (spend.destroyed > 0) {
      destroyed.tokens += spend.destroyed
      destroyed.tasks += 1
      // what was only known in part may have been more
      destroyed.atLeast ||= interventions.some(({ flags }) => flags.includes('partial_view') || flags.includes('approximate'))
    }
    if (!started) continue
    sums.begun += 1
    const undecided = fate.how === 'censored'
    if (undecided) sums.undecidedCut += 1
    if (fate.how === 'cut_short') {
      sums.cut += 1
      countOne(kinds, fate.kind)
    } else if (fate.how === 'accepted') for (const { headline, kind } of interventions) if (headline) countOne(afterAcceptance, kind)
    if (end.how === 'cut_short' && record.tokensKnown) {
      cutTokens.push(end.clocks.tokens)
      tokensEstimated ||= record.tokensEstimated
    }
    if (end.how === 'completed' && !wasTouched(record)) {
      sums.clean += 1
      if (undecided) sums.undecidedClean += 1
    }
    if (end.how !== 'censored') continue
    if (!wasTouched(record)) sums.untouchedOpen += 1
    if (end.why === 'running' || end.why === 'session_ended') sums.open += 1
  }
  const { begun, cut, undecidedCut, clean, untouchedOpen } = sums
  // a completed task can still be rewritten while the session runs; an ended session's open task could have become anything
  const undecidedClean = ended ? 0 : sums.undecidedClean
  // packed once for all that is estimated from it
  const tasks = yield* packTasks(records)
  const { data } = watch(tasks, { clock: 'tokens', phases: 'before' })
  const from = watchedFrom(data, FEWEST_AT_RISK)
  yield
  return {
    cutShort: between(cut, undecidedCut, begun, ended, level),
    kinds: mostFirst(kinds),
    afterAcceptance: mostFirst(afterAcceptance),
    pace: paceOfInterruption(from > 0 ? stillGoingAt(tasks, from) : tasks),
    cutTokens: cutTokens.sort((a, b) => a - b),
    tokensEstimated,
    watched: data.n,
    // what is clean now may be spoilt, what is open may become clean
    untouched: between(clean - undecidedClean, undecidedClean + untouchedOpen, begun, ended, level, clean),
    destroyed,
    open: sums.open,
    notStarted: records.length - begun,
  }
}

function countOne(counts: Map<InterventionKind, number>, kind: InterventionKind): void {
  counts.set(kind, (counts.get(kind) ?? 0) + 1)
}

function mostFirst(counts: ReadonlyMap<InterventionKind, number>): [InterventionKind, number][] {
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
