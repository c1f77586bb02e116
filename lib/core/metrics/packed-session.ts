import { COUNTED_KINDS, DETECTOR_PARAMETERS, type InterventionFlag, type InterventionKind } from '../interventions'
import { destroyedTokens } from './destroyed'
import { packedOutcomes } from './packed-outcomes'
import { HOW, KIND_NUMBERS, PHASES, REASONS, TRIGGERS } from './task-columns'
import type { ClockReadings, InterventionFact, SessionRecord, TaskEnd, TaskFate, TaskGroups, TaskRecord } from './task-record'

/**
 * What figures read of one session, as numbers in a fixed order: the columns of task-table.ts take them as they are.
 * A fifth of its records as JSON, and parsed in a third of the time. Plain JSON: null stands for "not known".
 */
export interface PackedSession {
  session: SessionRecord
  /** Names that tasks have; tasks give their number, from 1. */
  words: string[]
  /** `PACKED_NUMBERS` numbers, then as many names as `NAMED` has, then runs with their length before them: tags, cuts, step-ins. */
  tasks: (number | null)[][]
}

/** Raised whenever any of it means something else: what was packed before is packed anew from the records. */
export const PACKED_VERSION = 1

/** What a reader may group and filter by; 0 stands for "the source does not say". */
export const NAMED = ['masterModel', 'subAgentModel', 'framework', 'workflow', 'promptVariant', 'format'] as const
export type NamedKey = (typeof NAMED)[number]

/** Bits of a task's flags. */
export const STARTED = 1
export const ALTERNATIVE = 2
export const TOKENS_KNOWN = 4
export const SIMULATED = 8
/** Overwritten, and not because it had asked for it. */
export const OVERWRITTEN = 16
/** A cut in any phase, or a rejection, unsolicited. */
export const STEPPED_IN = 32
/** How many output tokens its destroyed work took is known, not only a lower bound. */
export const LOSS_EXACT = 64
/** Any unsolicited intervention that counts. */
export const TOUCHED = 128

export const VERDICTS = ['justified', 'unjustified', 'disagreed', 'unsure', 'unjudged'] as const

const STEPPING_IN: ReadonlySet<InterventionKind> = new Set(['overwrite', 'interrupt', 'takeover', 'reject'])
/** As many as 16 bits count. */
const MOST = 65_535

export function packSession(session: SessionRecord, tasks: readonly TaskRecord[]): PackedSession {
  const words: string[] = []
  const numberOf = (word: string | undefined) => {
    if (word === undefined) return 0
    const known = words.indexOf(word)
    return known >= 0 ? known + 1 : words.push(word)
  }
  return { session, words, tasks: tasks.map((task) => packTask(task, numberOf)) }
}

function packTask(record: TaskRecord, numberOf: (word: string | undefined) => number): (number | null)[] {
  const { spend, outcomes, interventions, groups } = record
  const loss = destroyedTokens(record)
  const { flags, trigger, verdicts } = judged(record, loss.exact)
  const cuts = cutsOf(record)
  const stepIns = stepInsOf(interventions)
  return [
    flags,
    ...packedEnd(record.end),
    ...packedEnd(record.endWithoutCut),
    ...packedEnd(record.fate),
    ...packedClocks(record.firstOpportunity),
    record.opportunitiesBeforeEnd,
    spend.outputTokens,
    loss.tokens,
    spend.cancelledTokens,
    spend.redoneTokens,
    spend.surviving ?? null,
    spend.costUsd ?? null,
    packedOutcomes(outcomes),
    trigger,
    ...verdicts,
    ...NAMED.map((key) => numberOf(groups[key])),
    groups.tags.length,
    ...tagsOf(groups, numberOf),
    cuts.length,
    ...cuts.flat(),
    stepIns.length,
    ...stepIns.flat(),
  ]
}

function tagsOf({ tags }: TaskGroups, numberOf: (word: string) => number): number[] {
  return tags.map(numberOf)
}

function packedClocks(clocks: ClockReadings | undefined): (number | null)[] {
  return clocks ? [clocks.tokens, clocks.step, clocks.opportunity] : [null, null, null]
}

/** How, why, phase, clocks; an acceptance is the completion of a fate. */
function packedEnd(end: TaskEnd | TaskFate): (number | null)[] {
  const how = end.how === 'accepted' ? HOW.completed : HOW[end.how]
  const why = end.how === 'cut_short' ? (KIND_NUMBERS.get(end.kind) ?? 0) : end.how === 'censored' ? REASONS.indexOf(end.why) : 0
  return [how, why, end.how === 'cut_short' ? PHASES.indexOf(end.phase) : 0, ...packedClocks(end.clocks)]
}

function judged(record: TaskRecord, exact: boolean): { flags: number; trigger: number; verdicts: number[] } {
  let flags = 0
  if (record.started) flags |= STARTED
  if (record.alternative) flags |= ALTERNATIVE
  if (record.tokensKnown) flags |= TOKENS_KNOWN
  if (record.simulated) flags |= SIMULATED
  if (exact) flags |= LOSS_EXACT
  let headline: InterventionFact | undefined
  const verdicts = { justified: 0, unjustified: 0, disagreed: 0, unsure: 0, unjudged: 0 }
  for (const fact of record.interventions) {
    const asked = fact.flags.includes('requested')
    const unsolicited = isUnsolicited(fact)
    if (fact.kind === 'overwrite' && !asked) flags |= OVERWRITTEN
    if (unsolicited && STEPPING_IN.has(fact.kind)) flags |= STEPPED_IN
    if (unsolicited && COUNTED_KINDS.has(fact.kind)) flags |= TOUCHED
    if (fact.headline) headline ??= fact
    verdicts[judgedAs(fact) ?? 'unjudged'] += judgedAs(fact) || fact.headline ? 1 : 0
  }
  return { flags, trigger: headline ? TRIGGERS.indexOf(headline.trigger) + 1 : 0, verdicts: VERDICTS.map((key) => Math.min(MOST, verdicts[key])) }
}

/** The sub-agent had not asked for it, and the master saw what it did. */
function isUnsolicited({ flags }: InterventionFact): boolean {
  return !flags.includes('requested') && !flags.includes('race')
}

/**
 * Of the interventions before completion those that could be the first cut at some threshold, each with the
 * threshold above which it counts, whether the detector's own counts it, kind, phase and clocks: each counts at
 * lower thresholds than all before it.
 */
function cutsOf({ alternative, endWithoutCut, interventions }: TaskRecord): number[][] {
  const cuts: number[][] = []
  let [least, own] = [Number.POSITIVE_INFINITY, false]
  for (const fact of alternative ? [] : interventions) {
    if (!(fact.phase === 'pre_unit' || fact.phase === 'pre_completion')) continue
    const counts = countsAbove(fact)
    if (!counts || !(counts.above < least || (counts.own && !own))) continue
    // behind the end none is first any more
    if (endWithoutCut.at !== undefined && fact.occurredAt > endWithoutCut.at) break
    least = Math.min(least, counts.above)
    own ||= counts.own
    const { tokens, step, opportunity } = fact.clocks
    cuts.push([counts.above, counts.own ? 1 : 0, KIND_NUMBERS.get(fact.kind) ?? 0, PHASES.indexOf(fact.phase), tokens, step, opportunity])
    if (cuts.length === MOST) break
  }
  return cuts
}

/** Below every threshold. */
const ALWAYS = -1

/** At which thresholds a fact is a cut; undefined: at none. Rises with theta; at the detector's own it says what the detector said. */
function countsAbove({ kind, flags, survival = 1, cumulativeSurvival = 1, destroyed }: InterventionFact): { above: number; own: boolean } | undefined {
  const { overwriteBelow, minDestroyed } = DETECTOR_PARAMETERS
  const has = (flag: InterventionFlag) => flags.includes(flag)
  if (has('requested') || has('race')) return undefined
  if (kind === 'interrupt' || kind === 'takeover') return { above: ALWAYS, own: true }
  if (kind === 'overwrite') return { above: has('cumulative') ? Math.min(survival, cumulativeSurvival) : survival, own: true }
  if ((kind !== 'revise' && kind !== 'touch') || has('comments_only') || destroyed < minDestroyed) return undefined
  return { above: Math.max(overwriteBelow, survival), own: false }
}

/** Steps and opportunities at every unsolicited intervention that counts. */
function stepInsOf(interventions: readonly InterventionFact[]): number[][] {
  return interventions
    .filter((fact) => COUNTED_KINDS.has(fact.kind) && isUnsolicited(fact))
    .slice(0, MOST)
    .map(({ clocks }) => [clocks.step, clocks.opportunity])
}

/** How people judged an intervention; undefined: nobody has. */
function judgedAs({ verdicts: { justified, unjustified, unsure } }: InterventionFact): (typeof VERDICTS)[number] | undefined {
  if (justified > 0 && unjustified > 0) return 'disagreed'
  if (justified > 0) return 'justified'
  if (unjustified > 0) return 'unjustified'
  return unsure > 0 ? 'unsure' : undefined
}
