import type { Contrast, EquivalenceTest, Named } from './compare'
import type { Disposition } from './completion'
import type { Discrimination } from './discrimination'
import { type Estimate, isEstimate, type Measured, type NotMeasurable } from './estimate'
import { REPORTED_LABEL, type ReportedFigures } from './reported'
import type { RewriteValue } from './rewriting'
import type { OutcomeLevel } from './task-record'
import type { InterruptionCurve, PaceComparison, PaceCurve } from './tokens-before'
import { UNCERTAIN_THRESHOLDS } from './threshold'

/**
 * The sentence under each chart, made from the numbers in it, for whoever repeats one sentence and
 * for whoever cannot see the chart. No sentence says more than the interval allows.
 */

/** "36 of 50 tasks cut short, 58 to 83 %"; counts alone where there are too few; why, where there is nothing. */
export function saysShare(label: string, measured: Measured, what: string, unit = 'tasks'): string {
  const who = label === '' ? '' : `${label}: `
  if (!isEstimate(measured)) return `${who}${measured.reason}`
  const { events, n, low, high, display, value, note } = measured
  // with censoring the share is not the count over n
  const counted = events !== undefined && Math.abs(events / n - value) < 0.005
  const count = events === undefined ? `${n} ${unit}` : `${events} of ${n} ${unit} ${what}`
  if (display === 'counts' || low === undefined || high === undefined) return `${who}${count}; too few for a rate.`
  const share = counted ? count : `an estimated ${percent(value)} of ${n} ${unit} ${what}`
  return `${who}${share}, ${range(low, high)}${note?.startsWith('while') ? ' so far' : ''}.`
}

/** Best known first; who can be told apart from whom, and how small a difference could have been seen. */
export function saysComparison(groups: readonly Named[], contrasts: readonly Contrast[], what: string): string[] {
  const sentences = groups.map(({ label, estimate }) => saysShare(label, estimate, what))
  if (contrasts.length === 0) return [...sentences, groups.length > 1 ? 'Too few tasks or sessions to compare the groups.' : ''].filter(Boolean)
  const apart = contrasts.filter((contrast) => contrast.holm < 0.05)
  const family = contrasts.length > 1 ? ` (adjusted for ${contrasts.length} comparisons)` : ''
  for (const { first, second, difference, low, high } of apart) {
    const [more, less, from, to] = difference > 0 ? [first, second, low, high] : [second, first, -high, -low]
    sentences.push(`${more} above ${less} by ${points(Math.abs(difference))}, ${signedRange(from, to)} points${family}.`)
  }
  if (apart.length === 0) {
    const detectable = Math.min(...contrasts.map((contrast) => contrast.detectable ?? 1))
    const names = contrasts.length === 1 ? `${contrasts[0]?.first} is not distinguishable from ${contrasts[0]?.second}` : 'no two of them can be told apart'
    sentences.push(`At this n ${names}${family}${detectable < 1 ? `; a difference of ${points(detectable)} would show in four of five such comparisons` : ''}.`)
  }
  return sentences
}

export function saysEquivalence(first: string, second: string, { difference, interval, margin, verdict }: EquivalenceTest): string {
  const range = `${signedPoints(difference)} (${signedRange(interval.low, interval.high)})`
  switch (verdict) {
    case 'equivalent':
      return `${first} and ${second} differ by less than ${points(margin)}: ${range}.`
    case 'different_but_small':
      return `${first} and ${second} differ, but by less than ${points(margin)}: ${range}.`
    case 'different':
      return `${first} and ${second} differ: ${range}.`
    case 'undecided':
      return `Undecided whether ${first} and ${second} differ: ${range} reaches beyond ${points(margin)} and includes none.`
  }
}

export function saysDisposition({ n, cutShort, completed, failed, open, stopped, notStarted }: Disposition): string {
  if (n === 0) return notStarted > 0 ? `${notStarted} tasks were delegated and none was begun.` : 'Nothing was delegated.'
  const parts = [
    [cutShort, 'cut short by a master'],
    [completed, 'completed'],
    [failed, 'failed'],
    [open, 'left open'],
    [stopped, 'stopped by others or on request'],
  ] as const
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  return `Of ${n} ${n === 1 ? 'task' : 'tasks'} ${list(said)}${notStarted > 0 ? `; ${notStarted} more never begun` : ''}.`
}

export function saysCurve(label: string, curve: InterruptionCurve | NotMeasurable, at: number): string {
  if ('reason' in curve) return `${label === '' ? '' : `${label}: `}${curve.reason}`
  const point = curve.points.findLast(({ t }) => t <= at)
  const limits = curve.band.findLast(({ t }) => t <= at)
  const unit = curve.clock === 'tokens' ? 'tokens' : curve.clock === 'step' ? 'steps' : 'opportunities'
  const shares = point
    ? `${percent(point.cutShort)} of ${curve.n} tasks cut short, ${percent(point.completed)} completed, ${percent(point.failed)} failed, ${percent(point.open)} still going`
    : 'nothing had ended'
  const interval = limits?.low !== undefined && limits.high !== undefined ? ` (cut short: ${range(limits.low, limits.high)})` : ''
  return `${label === '' ? '' : `${label}: `}by ${count(at)} ${unit} ${shares}${interval}.`
}

export function saysPace(label: string, pace: PaceCurve | NotMeasurable): string {
  const who = label === '' ? '' : `${label}: `
  if ('reason' in pace) return `${who}${pace.reason}`
  const { value, low, high } = pace.median
  if (value === undefined)
    return `${who}if work went on, fewer than half would be interrupted within ${count(pace.watchedUntil)} tokens; beyond that there are too few tasks to tell.`
  return `${who}if work went on, half would be interrupted within ${count(value)} tokens (${between(low, high)}).`
}

/** The limits of a median, of which either may lie outside of what was watched. */
function between(low: number | undefined, high: number | undefined): string {
  if (low !== undefined && high !== undefined) return `${count(low)} to ${count(high)}`
  if (low !== undefined) return `${count(low)} or more`
  return high === undefined ? 'too few tasks for limits' : `${count(high)} at most`
}

export function saysPaceComparison(first: string, second: string, compared: PaceComparison | NotMeasurable): string {
  if ('reason' in compared) return compared.reason
  const { difference, low, high, tau, p } = compared
  if (low === undefined || high === undefined)
    return `${first} against ${second}: ${count(Math.abs(difference))} tokens apart within the first ${count(tau)}; too few sessions for an interval.`
  const later =
    difference > 0
      ? `${first} lets its sub-agents write ${count(difference)} tokens more than ${second}`
      : `${first} lets its sub-agents write ${count(-difference)} tokens less than ${second}`
  return p !== undefined && p < 0.05
    ? `Within the first ${count(tau)} tokens ${later} (${signedCount(low)} to ${signedCount(high)}).`
    : `At this n ${first} and ${second} are not distinguishable: ${signedCount(difference)} tokens (${signedCount(low)} to ${signedCount(high)}) within the first ${count(tau)}.`
}

const LEVEL_WORDS: Record<OutcomeLevel, [string, string]> = {
  test: ['passes its tests', 'fails its tests'],
  build: ['builds', 'does not build'],
  type: ['passes the type check', 'fails the type check'],
  lint: ['passes the linter', 'fails the linter'],
}

export function saysRewriting(value: RewriteValue | NotMeasurable): string {
  if ('reason' in value) return value.reason
  const { kept, harmed, repaired, stillBad, net, p, coverage, level } = value
  const [passes, fails] = LEVEL_WORDS[level]
  const n = kept + harmed + repaired + stillBad
  const known = `Outcome known for ${coverage.known} of ${coverage.rewrites} rewritten tasks: ${harmed} went from "${passes}" to "${fails}", ${repaired} the other way.`
  if (net.display === 'counts' || net.low === undefined || net.high === undefined) return `${known} Too few to say whether rewriting helps.`
  const verdict = p >= 0.05 ? 'Whether rewriting helps or hurts cannot be told' : net.value < 0 ? 'Rewriting did harm' : 'Rewriting helped'
  return `${known} ${verdict}: net ${signedPoints(net.value)} (${signedRange(net.low, net.high)}) over ${n}.`
}

export function saysDiscrimination(label: string, found: Discrimination | NotMeasurable): string {
  const who = label === '' ? 'It' : label
  if ('reason' in found) return `${label === '' ? '' : `${label}: `}${found.reason}`
  const { badTouched, bad, goodTouched, good, sensitivity, bias } = found
  const counts = `${who} stepped in on ${badTouched} of ${bad} tasks with bad work and on ${goodTouched} of ${good} with good work`
  if (sensitivity.display === 'counts' || sensitivity.low === undefined) return `${counts}; too few to say more.`
  const tells =
    sensitivity.low > 0
      ? 'it tells them apart'
      : sensitivity.high !== undefined && sensitivity.high < 0
        ? 'it steps in on the good rather than the bad'
        : 'no better than guessing, as far as can be told'
  const leans =
    bias.low !== undefined && bias.low > 0
      ? ', and leans towards leaving alone'
      : bias.high !== undefined && bias.high < 0
        ? ', and leans towards stepping in'
        : ''
  return `${counts}: ${tells}${leans} (d′ ${decimal(sensitivity.value)}, c ${decimal(bias.value)}).`
}

/** For the overlay of a published table. */
export function saysReported({ master, overwriteRate }: ReportedFigures): string {
  return `${master}: ${percent(overwriteRate)} (${REPORTED_LABEL}).`
}

/** Whether the conclusion of a comparison depends on what "overwrite" means. */
export function saysThreshold(byTheta: readonly { theta: number; measured: Measured }[]): string {
  const inside = byTheta.filter(({ theta, measured }) => theta >= UNCERTAIN_THRESHOLDS.low && theta <= UNCERTAIN_THRESHOLDS.high && isEstimate(measured))
  const values = inside.map(({ measured }) => (measured as Estimate).value)
  if (values.length === 0) return 'No rate at any threshold.'
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const spread = most - least < 0.005 ? `is the same, ${percent(least)},` : `moves from ${percent(least)} to ${percent(most)}`
  return `The rate ${spread} as "overwritten" is taken to mean that less than 60 % to less than 80 % of a sub-agent's tokens survive.`
}

export function percent(share: number): string {
  const value = share * 100
  return `${value > 0 && value < 1 ? '<1' : value > 99 && value < 100 ? '>99' : Math.round(value)} %`
}

function range(low: number, high: number): string {
  return `${Math.round(low * 100)} to ${Math.round(high * 100)} %`
}

function points(share: number): string {
  const value = share * 100
  const rounded = Math.abs(value) < 1 ? Math.round(value * 10) / 10 : Math.round(value)
  return `${rounded} ${Math.abs(rounded) === 1 ? 'point' : 'points'}`
}

function signedPoints(share: number): string {
  return `${share < 0 ? '−' : '+'}${points(Math.abs(share))}`
}

function signedRange(low: number, high: number): string {
  const signed = (share: number) => `${share < 0 ? '−' : '+'}${Math.abs(Math.round(share * 100))}`
  return `${signed(low)} to ${signed(high)}`
}

function signedCount(value: number): string {
  return `${value < 0 ? '−' : '+'}${count(Math.abs(value))}`
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

function decimal(value: number): string {
  return `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(2)}`
}

function list(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
