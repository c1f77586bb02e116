import { COUNTED_KINDS, DETECTOR_PARAMETERS, type InterventionFlag, type InterventionKind } from '../interventions'
import { destroyedTokens } from './destroyed'
import { packedOutcomes } from './packed-outcomes'
import {
  type ClockColumns,
  type CutColumns,
  Dictionary,
  type EndColumns,
  grown,
  grownClocks,
  grownCuts,
  grownEnds,
  KIND_NUMBERS,
  newClocks,
  newCuts,
  newEnds,
  PHASES,
  putClocks,
  putEnd,
  TRIGGERS,
} from './task-columns'
import type { ClockReadings, InterventionFact, TaskRecord } from './task-record'

/**
 * Task records as columns: hundreds of thousands of tasks in tens of megabytes, of which a figure is
 * one pass over numbers. Holds what figures need; ids and titles stay with the records.
 */

/** Bits of `flags`. */
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

/** What a reader may group and filter by; 0 stands for "the source does not say". */
export const NAMED = ['masterModel', 'subAgentModel', 'framework', 'workflow', 'promptVariant', 'format'] as const
export type NamedKey = (typeof NAMED)[number]

const STEPPING_IN: ReadonlySet<InterventionKind> = new Set(['overwrite', 'interrupt', 'takeover', 'reject'])

export class TaskTable {
  /** Rows in use; taken-back ones among them are in no session. */
  n = 0
  /** A number for each session. Rows of a session stand together. */
  session = new Int32Array(0)
  readonly sessionIds: string[] = []
  flags = new Uint8Array(0)
  readonly names: Record<NamedKey, Int32Array>
  /** Of `tagSets`. */
  tags = new Int32Array(0)
  ends: EndColumns = newEnds(0)
  /** The same if no cut had counted. */
  plain: EndColumns = newEnds(0)
  fates: EndColumns = newEnds(0)
  /** NaN: never. */
  firsts: ClockColumns = newClocks(0)
  /** Opportunities before the end. */
  chances = new Float64Array(0)
  outputTokens = new Float64Array(0)
  /** Output tokens that went into what a master destroyed. */
  lost = new Float64Array(0)
  cancelled = new Float64Array(0)
  redone = new Float64Array(0)
  /** NaN: not known. */
  surviving = new Float64Array(0)
  costUsd = new Float64Array(0)
  /** Five bits a level of `OUTCOME_LEVELS`. */
  outcomes = new Int32Array(0)
  /** Trigger of the headline, of `TRIGGERS`, plus one; 0: none. */
  trigger = new Uint8Array(0)
  /** Interventions judged justified, unjustified, by both, by nobody sure; headlines not judged at all. */
  readonly verdicts: Record<'justified' | 'unjustified' | 'disagreed' | 'unsure' | 'unjudged', Uint16Array>
  /** First of the row's cuts in `cuts`, and how many. */
  cutsFrom = new Int32Array(0)
  cutsCount = new Uint16Array(0)
  cuts: CutColumns = newCuts(0)
  cutsUsed = 0
  private readonly dictionaries: Record<NamedKey | 'tag', Dictionary>
  readonly tagSets: Int32Array[] = [new Int32Array(0)]
  private readonly tagSetNumbers = new Map<string, number>([['', 0]])
  private capacity = 0

  constructor() {
    const none = () => new Int32Array(0)
    this.names = { masterModel: none(), subAgentModel: none(), framework: none(), workflow: none(), promptVariant: none(), format: none() }
    const few = () => new Uint16Array(0)
    this.verdicts = { justified: few(), unjustified: few(), disagreed: few(), unsure: few(), unjudged: few() }
    const words = () => new Dictionary()
    this.dictionaries = {
      masterModel: words(),
      subAgentModel: words(),
      framework: words(),
      workflow: words(),
      promptVariant: words(),
      format: words(),
      tag: words(),
    }
  }

  /** The word behind a number; undefined: the source does not say. */
  word(key: NamedKey | 'tag', number: number): string | undefined {
    return this.dictionaries[key].words[number]
  }

  /** Undefined: no task has it. */
  number(key: NamedKey | 'tag', word: string): number | undefined {
    return this.dictionaries[key].find(word)
  }

  words(key: NamedKey | 'tag'): number {
    return this.dictionaries[key].words.length
  }

  /** Makes room for so many rows, and returns the first. */
  take(rows: number): number {
    const first = this.n
    this.n += rows
    if (this.n > this.capacity) this.grow(Math.max(16, this.capacity * 2, this.n))
    return first
  }

  /** Returns the new row. */
  add(record: TaskRecord, session: number): number {
    const row = this.take(1)
    this.put(row, record, session)
    return row
  }

  /** In place of what the row held. */
  put(row: number, record: TaskRecord, session: number): void {
    this.session[row] = session
    this.sessionIds[session] = record.sessionId
    for (const key of NAMED) this.names[key][row] = this.dictionaries[key].of(record.groups[key])
    this.tags[row] = this.tagSetOf(record.groups.tags)
    putEnd(this.ends, row, record.end)
    putEnd(this.plain, row, record.endWithoutCut)
    putEnd(this.fates, row, record.fate)
    putClocks(this.firsts, row, record.firstOpportunity ?? NEVER)
    this.chances[row] = record.opportunitiesBeforeEnd
    const { spend } = record
    const loss = destroyedTokens(record)
    this.outputTokens[row] = spend.outputTokens
    this.lost[row] = loss.tokens
    this.cancelled[row] = spend.cancelledTokens
    this.redone[row] = spend.redoneTokens
    this.surviving[row] = spend.surviving ?? Number.NaN
    this.costUsd[row] = spend.costUsd ?? Number.NaN
    this.outcomes[row] = packedOutcomes(record.outcomes)
    let flags = 0
    if (record.started) flags |= STARTED
    if (record.alternative) flags |= ALTERNATIVE
    if (record.tokensKnown) flags |= TOKENS_KNOWN
    if (record.simulated) flags |= SIMULATED
    if (loss.exact) flags |= LOSS_EXACT
    let headline: InterventionFact | undefined
    const verdicts = { justified: 0, unjustified: 0, disagreed: 0, unsure: 0, unjudged: 0 }
    for (const fact of record.interventions) {
      const asked = fact.flags.includes('requested')
      const solicited = asked || fact.flags.includes('race')
      if (fact.kind === 'overwrite' && !asked) flags |= OVERWRITTEN
      if (!solicited && STEPPING_IN.has(fact.kind)) flags |= STEPPED_IN
      if (!solicited && COUNTED_KINDS.has(fact.kind)) flags |= TOUCHED
      if (fact.headline) headline ??= fact
      verdicts[judgedAs(fact) ?? 'unjudged'] += judgedAs(fact) || fact.headline ? 1 : 0
    }
    this.flags[row] = flags
    this.trigger[row] = headline ? TRIGGERS.indexOf(headline.trigger) + 1 : 0
    for (const key of ['justified', 'unjustified', 'disagreed', 'unsure', 'unjudged'] as const) this.verdicts[key][row] = Math.min(65_535, verdicts[key])
    this.addCuts(row, record)
  }

  /** Nothing is there any more. */
  clear(row: number): void {
    this.cutsCount[row] = 0
  }

  /**
   * Of the interventions before completion those that could be the first cut at some threshold: each
   * counts at lower thresholds than all before it.
   */
  private addCuts(row: number, { alternative, endWithoutCut, interventions }: TaskRecord): void {
    this.cutsCount[row] = 0
    this.cutsFrom[row] = this.cutsUsed
    let [least, own, count] = [Number.POSITIVE_INFINITY, false, 0]
    for (const fact of alternative ? [] : interventions) {
      if (!(fact.phase === 'pre_unit' || fact.phase === 'pre_completion')) continue
      const counts = countsAbove(fact)
      if (!counts || !(counts.above < least || (counts.own && !own))) continue
      // behind the end none is first any more
      if (endWithoutCut.at !== undefined && fact.occurredAt > endWithoutCut.at) break
      least = Math.min(least, counts.above)
      own ||= counts.own
      if (this.cutsUsed === this.cuts.above.length) this.makeRoomForCuts(row, count)
      const at = this.cutsUsed++
      this.cuts.above[at] = counts.above
      this.cuts.own[at] = counts.own ? 1 : 0
      this.cuts.kind[at] = KIND_NUMBERS.get(fact.kind) ?? 0
      this.cuts.phase[at] = PHASES.indexOf(fact.phase)
      putClocks(this.cuts, at, fact.clocks)
      if (++count === 65_535) break
    }
    this.cutsCount[row] = count
  }

  /** Rows that were put anew left their old cuts behind: moves what is in use together, else makes the columns longer. */
  private makeRoomForCuts(row: number, soFar: number): void {
    this.cutsCount[row] = soFar
    let used = 0
    for (let other = 0; other < this.n; other++) used += this.cutsCount[other] as number
    const old = this.cuts
    if (used * 2 >= this.cutsUsed) {
      this.cuts = grownCuts(old, Math.max(16, this.cutsUsed * 2))
      return
    }
    const kept = newCuts(old.above.length)
    let at = 0
    // the row under way last, so that its cuts stay together
    for (let i = 0; i <= this.n; i++) {
      if (i === row) continue
      const other = i === this.n ? row : i
      const from = this.cutsFrom[other] as number
      this.cutsFrom[other] = at
      for (let k = from; k < from + (this.cutsCount[other] as number); k++, at++) {
        for (const name of ['tokens', 'step', 'opportunity', 'above', 'own', 'kind', 'phase'] as const) kept[name][at] = old[name][k] as number
      }
    }
    this.cuts = kept
    this.cutsUsed = at
  }

  private tagSetOf(tags: readonly string[]): number {
    if (tags.length === 0) return 0
    const numbers = Int32Array.from(tags, (tag) => this.dictionaries.tag.of(tag))
    const key = numbers.join(' ')
    let number = this.tagSetNumbers.get(key)
    if (number === undefined) {
      number = this.tagSets.push(numbers) - 1
      this.tagSetNumbers.set(key, number)
    }
    return number
  }

  private grow(capacity: number): void {
    this.capacity = capacity
    this.session = grown(this.session, new Int32Array(capacity))
    this.flags = grown(this.flags, new Uint8Array(capacity))
    for (const key of NAMED) this.names[key] = grown(this.names[key], new Int32Array(capacity))
    this.tags = grown(this.tags, new Int32Array(capacity))
    this.ends = grownEnds(this.ends, capacity)
    this.plain = grownEnds(this.plain, capacity)
    this.fates = grownEnds(this.fates, capacity)
    this.firsts = grownClocks(this.firsts, capacity)
    this.chances = grown(this.chances, new Float64Array(capacity))
    this.outputTokens = grown(this.outputTokens, new Float64Array(capacity))
    this.lost = grown(this.lost, new Float64Array(capacity))
    this.cancelled = grown(this.cancelled, new Float64Array(capacity))
    this.redone = grown(this.redone, new Float64Array(capacity))
    this.surviving = grown(this.surviving, new Float64Array(capacity))
    this.costUsd = grown(this.costUsd, new Float64Array(capacity))
    this.outcomes = grown(this.outcomes, new Int32Array(capacity))
    this.trigger = grown(this.trigger, new Uint8Array(capacity))
    for (const key of ['justified', 'unjustified', 'disagreed', 'unsure', 'unjudged'] as const)
      this.verdicts[key] = grown(this.verdicts[key], new Uint16Array(capacity))
    this.cutsFrom = grown(this.cutsFrom, new Int32Array(capacity))
    this.cutsCount = grown(this.cutsCount, new Uint16Array(capacity))
  }
}

const NEVER: ClockReadings = { tokens: Number.NaN, step: Number.NaN, opportunity: Number.NaN }

/** At which thresholds a fact is a cut; undefined: at none. Rises with theta; at the detector's own it says what the detector said. */
function countsAbove({ kind, flags, survival = 1, cumulativeSurvival = 1, destroyed }: InterventionFact): { above: number; own: boolean } | undefined {
  const { overwriteBelow, minDestroyed } = DETECTOR_PARAMETERS
  const has = (flag: InterventionFlag) => flags.includes(flag)
  if (has('requested') || has('race')) return undefined
  if (kind === 'interrupt' || kind === 'takeover') return { above: Number.NEGATIVE_INFINITY, own: true }
  if (kind === 'overwrite') return { above: has('cumulative') ? Math.min(survival, cumulativeSurvival) : survival, own: true }
  if ((kind !== 'revise' && kind !== 'touch') || has('comments_only') || destroyed < minDestroyed) return undefined
  return { above: Math.max(overwriteBelow, survival), own: false }
}

/** How people judged an intervention; undefined: nobody has. */
function judgedAs({ verdicts: { justified, unjustified, unsure } }: InterventionFact): 'justified' | 'unjustified' | 'disagreed' | 'unsure' | undefined {
  if (justified > 0 && unjustified > 0) return 'disagreed'
  if (justified > 0) return 'justified'
  if (unjustified > 0) return 'unjustified'
  return unsure > 0 ? 'unsure' : undefined
}
