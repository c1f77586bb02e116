import { formatCount, formatPercent, plural } from '@/components/text/count'
import type { InterventionKind } from '@/lib/core/interventions'
import { isEstimate, type Measured } from '@/lib/core/metrics/estimate'
import type { SessionFigures } from '@/lib/core/metrics/session-figures'
import type { SessionState, ToolCall } from '@/lib/core/session'
import type { Slices } from '@/lib/core/slices'
import { countsBy } from '@/lib/core/tally'
import { kindNoun } from './kinds'

/** One of the five figures over a session: what was counted, or why it cannot be. */
export interface Figure {
  key: 'cut' | 'tokens' | 'autonomous' | 'discarded' | 'checks'
  title: string
  value: FigureValue
  /** Beside the number: how sure it is. */
  note: string
  /** Under it: what it is made of, what was left out. */
  detail: string
  /** It counts destroyed or cut work, and there is some. */
  loud: boolean
  /** What exactly is counted. */
  explains: string
}

export type FigureValue = { kind: 'share'; x: number; n: number } | { kind: 'number'; text: string } | { kind: 'absent'; why: string }

/** The strip's words for what lib/core/metrics/session-figures.ts has counted. `delegated`: tasks handed out, begun or not. */
export function figuresOf(figures: SessionFigures, checks: CheckCounts, delegated: number, ended: boolean): Figure[] {
  return [
    cutShort(figures, delegated, ended),
    tokensBefore(figures, delegated, ended),
    autonomous(figures, delegated, ended),
    discarded(figures, delegated, ended),
    checksPassed(checks),
  ]
}

function cutShort({ cutShort, kinds, afterAcceptance, notStarted }: SessionFigures, delegated: number, ended: boolean): Figure {
  const x = isEstimate(cutShort) ? (cutShort.events ?? 0) : 0
  return {
    key: 'cut',
    title: 'Tasks overwritten or cut',
    value: shareOf(cutShort, delegated, ended),
    note: intervalNote(cutShort, ended),
    detail: join(
      kindCounts(kinds),
      afterAcceptance.length > 0 && `${kindCounts(afterAcceptance)} after acceptance`,
      notStarted > 0 && delegated > notStarted && `${formatCount(notStarted)} not begun`,
    ),
    loud: x > 0,
    explains: `Tasks that their sub-agent had begun and whose work a master overwrote, interrupted or took over without being asked to. Each counts once, by the first such event; what came after the work was accepted is not counted here. ${intervalExplained(ended)}`,
  }
}

function kindCounts(kinds: readonly [InterventionKind, number][]): string {
  return kinds.map(([kind, count]) => plural(count, kindNoun(kind))).join(', ')
}

/**
 * Output tokens that a sub-agent had written when its master stepped in, before completion. Kaplan-Meier:
 * a task that nobody cut says only "at least this many", and counts as that.
 */
function tokensBefore({ pace, cutTokens, tokensEstimated, watched }: SessionFigures, delegated: number, ended: boolean): Figure {
  const figure = {
    key: 'tokens' as const,
    title: 'Tokens before interruption',
    loud: false,
    explains:
      'Output tokens of the sub-agent between the delegation and the moment its master overwrote, interrupted or took over the unfinished task. The median is a Kaplan-Meier estimate over the tasks in which the master had a chance to step in, from where ten of them are watched at once: tasks that nobody cut count as "at least so many".',
  }
  const sign = tokensEstimated ? '~' : ''
  if (delegated === 0) return { ...figure, value: { kind: 'absent', why: nothingDelegated(ended) }, note: '', detail: '' }
  if ('reason' in pace)
    return {
      ...figure,
      value: { kind: 'absent', why: pace.code === 'no_tasks' ? nothingBegun(ended) : 'not measurable here' },
      note: '',
      detail: shortReason(pace.reason),
    }
  const uncut = watched - cutTokens.length
  const rest = uncut > 0 ? `${formatCount(uncut)} not cut` : ''
  if (cutTokens.length === 0)
    return { ...figure, value: { kind: 'absent', why: 'not interrupted' }, note: '', detail: `up to ${plural(pace.watchedUntil, 'token')} without one` }
  if (watched < FEWEST_FOR_MEDIAN)
    return {
      ...figure,
      value: { kind: 'number', text: `${sign}${cutTokens.slice(0, 3).map(formatCount).join(', ')}${cutTokens.length > 3 ? ' …' : ''}` },
      note: 'too few for a median',
      detail: rest,
    }
  const { value, low, high } = pace.median
  if (value === undefined)
    return { ...figure, value: { kind: 'number', text: `>${sign}${formatCount(pace.watchedUntil)}` }, note: 'median not reached', detail: rest }
  const limits = low === undefined ? '' : `, 95% CI ${formatCount(low)}${high === undefined ? ' or more' : `–${formatCount(high)}`}`
  return { ...figure, value: { kind: 'number', text: `${sign}${formatCount(value)}` }, note: `median${limits}`, detail: rest }
}

/** As in core: fewer are one or two tasks' story. */
const FEWEST_FOR_MEDIAN = 10

function autonomous({ untouched, open }: SessionFigures, delegated: number, ended: boolean): Figure {
  return {
    key: 'autonomous',
    title: 'Completed untouched',
    value: shareOf(untouched, delegated, ended),
    note: intervalNote(untouched, ended),
    detail: open > 0 ? `${formatCount(open)} still open` : '',
    loud: false,
    explains: `Tasks that their sub-agent completed and of which no master changed, stopped or repeated anything unasked, out of those that were begun. Stricter than the autonomous completion of the compare page, for which a task must only not have been cut short. Help that the sub-agent asked for is not held against it. ${intervalExplained(ended)}`,
  }
}

function discarded({ destroyed: { tokens, tasks, atLeast } }: SessionFigures, delegated: number, ended: boolean): Figure {
  return {
    key: 'discarded',
    title: 'Tokens discarded',
    value: delegated === 0 ? { kind: 'absent', why: nothingDelegated(ended) } : { kind: 'number', text: `${atLeast ? '≥' : ''}${formatCount(tokens)}` },
    note: '',
    detail: tasks === 0 ? '' : `of ${plural(tasks, 'task')}`,
    loud: tokens > 0,
    explains: 'Code tokens (words, numbers, operators; not layout) that sub-agents had written into artifacts and that a master destroyed.',
  }
}

export interface CheckCounts {
  passed: number
  known: number
  unknown: number
  /** Most frequent first. */
  kinds: [string, number][]
}

/** By kind and outcome. */
const checks = countsBy<ToolCall, 'check'>(['check'], ({ check }) => check && `${check.ok === undefined ? '?' : check.ok ? '+' : '-'}${check.kind}`)

/** Sums what `countChecks` counts of what lies in columns, which it does at once where nobody has. */
export const sumChecks = ({ calls }: Pick<SessionState, 'calls'>): Slices<void> => checks.sumUp(calls)

export function countChecks({ calls }: Pick<SessionState, 'calls'>): CheckCounts {
  const counts = { passed: 0, known: 0, unknown: 0 }
  const kinds = new Map<string, number>()
  for (const [key, count] of checks.of(calls)) {
    const kind = key.slice(1)
    kinds.set(kind, (kinds.get(kind) ?? 0) + count)
    if (key.startsWith('?')) counts.unknown += count
    else counts.known += count
    if (key.startsWith('+')) counts.passed += count
  }
  return { ...counts, kinds: [...kinds].sort((a, b) => b[1] - a[1]) }
}

function checksPassed({ passed, known, unknown, kinds }: CheckCounts): Figure {
  return {
    key: 'checks',
    title: 'Checks passed',
    value: known > 0 ? { kind: 'share', x: passed, n: known } : { kind: 'absent', why: unknown > 0 ? 'outcome not known' : 'none run' },
    note: '',
    detail: join(
      kinds.map(([kind, count]) => `${formatCount(count)} ${kind}`).join(', '),
      unknown > 0 && known > 0 && `${formatCount(unknown)} of unknown outcome`,
    ),
    loud: false,
    explains: 'Runs of tests, linters, type checks and builds that the log shows, and how many of them succeeded.',
  }
}

function nothingDelegated(ended: boolean): string {
  return ended ? 'nothing delegated' : 'nothing delegated yet'
}

function nothingBegun(ended: boolean): string {
  return ended ? 'no task begun in this recording' : 'no task begun yet'
}

function shareOf(measured: Measured, delegated: number, ended: boolean): FigureValue {
  if (isEstimate(measured)) return { kind: 'share', x: measured.events ?? 0, n: measured.n }
  return { kind: 'absent', why: delegated === 0 ? nothingDelegated(ended) : nothingBegun(ended) }
}

function intervalNote(measured: Measured, ended: boolean): string {
  if (!isEstimate(measured) || measured.n < 3) return ''
  const share = formatPercent(measured.value)
  const { display, low, high } = measured
  if (display === 'counts' || low === undefined || high === undefined) return `${share}; n too small for an interval`
  return `${share}${ended ? '' : ' so far'}, 95% ${ended ? 'CI' : 'CS'} ${Math.round(low * 100)}–${Math.round(high * 100)}`
}

function intervalExplained(ended: boolean): string {
  return ended
    ? 'Interval: Wilson, for this session alone; tasks that are not decided count both ways.'
    : 'While the session runs the interval is a confidence sequence (CS): it holds at every look, not only at one. Tasks that are not decided yet count both ways.'
}

/** "Not measurable here: the master had no turn …" without what stands above it already. */
function shortReason(reason: string): string {
  const rest = reason.replace(/^Not measurable here: /, '')
  return rest === reason ? '' : rest.replace(/\.$/, '')
}

function join(...parts: (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(' · ')
}
