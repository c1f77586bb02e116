import { COUNTED_KINDS, DETECTOR_PARAMETERS, INTERVENTION_KINDS, type InterventionFlag, type InterventionKind, type Phase } from '../interventions'
import { destroyedTokens } from './destroyed'
import {
  type CensorReason,
  type Clock,
  type ClockReadings,
  type InterventionFact,
  OUTCOME_LEVELS,
  type OutcomeLevel,
  type TaskEnd,
  type TaskFate,
  type TaskRecord,
} from './task-record'

/**
 * Task records as columns: hundreds of thousands of tasks in tens of megabytes, of which a figure is
 * one pass over numbers. Holds what figures need; ids and titles stay with the records.
 */

/** How a task ended, as numbers; an acceptance is the completion of a fate. The causes of watch.ts. */
export const HOW = { censored: 0, cut_short: 1, completed: 2, failed: 3 } as const

export const PHASES = ['pre_unit', 'pre_completion', 'post_completion', 'post_acceptance'] as const satisfies readonly Phase[]
export const REASONS = ['running', 'session_ended', 'human', 'harness', 'requested', 'alternative', 'stopped'] as const satisfies readonly CensorReason[]
export const TRIGGERS = ['user_request', 'tool_failure', 'review', 'stall', 'self'] as const satisfies readonly InterventionFact['trigger'][]
const KIND_NUMBERS = new Map<InterventionKind, number>(INTERVENTION_KINDS.map((kind, i) => [kind, i]))

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

export type ClockColumns = Record<Clock, Float64Array>

export interface EndColumns extends ClockColumns {
  how: Uint8Array
  /** Of `REASONS` where censored, of `INTERVENTION_KINDS` where cut short. */
  why: Uint8Array
  /** Of `PHASES`, where cut short. */
  phase: Uint8Array
}

/** What a reader may group and filter by; 0 stands for "the source does not say". */
export const NAMED = ['masterModel', 'subAgentModel', 'framework', 'workflow', 'promptVariant', 'format'] as const
export type NamedKey = (typeof NAMED)[number]

/** A cut under some threshold: one that counts at theta > `above`, or from the detector's own theta on if `own`. */
export interface CutColumns extends ClockColumns {
  above: Float64Array
  own: Uint8Array
  kind: Uint8Array
  phase: Uint8Array
}

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

const GOODNESS = [undefined, 'good', 'bad'] as const

function packedOutcomes(outcomes: TaskRecord['outcomes']): number {
  let packed = 0
  OUTCOME_LEVELS.forEach((level, i) => {
    const outcome = outcomes[level]
    if (!outcome) return
    packed |= (GOODNESS.indexOf(outcome.before) | (GOODNESS.indexOf(outcome.after) << 2) | (outcome.flaky ? 16 : 0)) << (5 * i)
  })
  return packed
}

/** Of `packed` outcomes: before, after and flaky at one level. */
export function outcomeBefore(packed: number, level: OutcomeLevel): 'good' | 'bad' | undefined {
  return GOODNESS[(packed >> (5 * OUTCOME_LEVELS.indexOf(level))) & 3]
}

export function outcomeAfter(packed: number, level: OutcomeLevel): 'good' | 'bad' | undefined {
  return GOODNESS[(packed >> (5 * OUTCOME_LEVELS.indexOf(level) + 2)) & 3]
}

export function outcomeFlaky(packed: number, level: OutcomeLevel): boolean {
  return ((packed >> (5 * OUTCOME_LEVELS.indexOf(level) + 4)) & 1) === 1
}

class Dictionary {
  /** 0 stands for nothing. */
  readonly words: (string | undefined)[] = [undefined]
  private readonly numbers = new Map<string, number>()

  of(word: string | undefined): number {
    if (word === undefined) return 0
    let number = this.numbers.get(word)
    if (number === undefined) {
      number = this.words.push(word) - 1
      this.numbers.set(word, number)
    }
    return number
  }

  find(word: string): number | undefined {
    return this.numbers.get(word)
  }
}

function putClocks(columns: ClockColumns, row: number, { tokens, step, opportunity }: ClockReadings): void {
  columns.tokens[row] = tokens
  columns.step[row] = step
  columns.opportunity[row] = opportunity
}

function putEnd(columns: EndColumns, row: number, end: TaskEnd | TaskFate): void {
  putClocks(columns, row, end.clocks)
  columns.how[row] = end.how === 'accepted' ? HOW.completed : HOW[end.how]
  columns.why[row] = end.how === 'cut_short' ? (KIND_NUMBERS.get(end.kind) ?? 0) : end.how === 'censored' ? REASONS.indexOf(end.why) : 0
  columns.phase[row] = end.how === 'cut_short' ? PHASES.indexOf(end.phase) : 0
}

export function newClocks(n: number): ClockColumns {
  return { tokens: new Float64Array(n), step: new Float64Array(n), opportunity: new Float64Array(n) }
}

export function newEnds(n: number): EndColumns {
  return { ...newClocks(n), how: new Uint8Array(n), why: new Uint8Array(n), phase: new Uint8Array(n) }
}

function newCuts(n: number): CutColumns {
  return { ...newClocks(n), above: new Float64Array(n), own: new Uint8Array(n), kind: new Uint8Array(n), phase: new Uint8Array(n) }
}

function grown<T extends { set(from: T): void }>(old: T, bigger: T): T {
  bigger.set(old)
  return bigger
}

function grownClocks({ tokens, step, opportunity }: ClockColumns, n: number): ClockColumns {
  const bigger = newClocks(n)
  return { tokens: grown(tokens, bigger.tokens), step: grown(step, bigger.step), opportunity: grown(opportunity, bigger.opportunity) }
}

function grownEnds(old: EndColumns, n: number): EndColumns {
  const bigger = newEnds(n)
  return { ...grownClocks(old, n), how: grown(old.how, bigger.how), why: grown(old.why, bigger.why), phase: grown(old.phase, bigger.phase) }
}

function grownCuts(old: CutColumns, n: number): CutColumns {
  const bigger = newCuts(n)
  return {
    ...grownClocks(old, n),
    above: grown(old.above, bigger.above),
    own: grown(old.own, bigger.own),
    kind: grown(old.kind, bigger.kind),
    phase: grown(old.phase, bigger.phase),
  }
}
