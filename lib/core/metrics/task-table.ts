import { NAMED, type NamedKey, type PackedSession, packSession, VERDICTS } from './packed-session'
import { RowRuns } from './row-runs'
import { type ClockColumns, Dictionary, type EndColumns, grown, grownClocks, grownEnds, newClocks, newCuts, newEnds, newStepIns } from './task-columns'
import type { TaskRecord } from './task-record'

/**
 * Task records as columns: hundreds of thousands of tasks in tens of megabytes, of which a figure is
 * one pass over numbers. Holds what figures need; ids and titles stay with the records.
 */

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
  readonly verdicts: Record<(typeof VERDICTS)[number], Uint16Array>
  /** What could be the first cut at some threshold, and every unsolicited intervention that counts. */
  readonly cuts = new RowRuns(newCuts)
  readonly stepIns = new RowRuns(newStepIns)
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
    const { words, tasks } = packSession(NO_SESSION, [record])
    this.put(row, tasks[0] ?? [], words, session, record.sessionId)
    return row
  }

  /** The number for the `number`th of a session's words; 0 is "the source does not say". */
  private numberOf(key: NamedKey | 'tag', words: readonly string[], number: number): number {
    return number === 0 ? 0 : this.dictionaries[key].of(words[number - 1])
  }

  /** In place of what the row held. */
  put(row: number, packed: PackedSession['tasks'][number], words: readonly string[], session: number, sessionId: string): void {
    this.session[row] = session
    this.sessionIds[session] = sessionId
    let at = 0
    const next = () => packed[at++] ?? Number.NaN
    this.flags[row] = next()
    for (const columns of [this.ends, this.plain, this.fates]) {
      columns.how[row] = next()
      columns.why[row] = next()
      columns.phase[row] = next()
      columns.tokens[row] = next()
      columns.step[row] = next()
      columns.opportunity[row] = next()
    }
    this.firsts.tokens[row] = next()
    this.firsts.step[row] = next()
    this.firsts.opportunity[row] = next()
    this.chances[row] = next()
    this.outputTokens[row] = next()
    this.lost[row] = next()
    this.cancelled[row] = next()
    this.redone[row] = next()
    this.surviving[row] = next()
    this.costUsd[row] = next()
    this.outcomes[row] = next()
    this.trigger[row] = next()
    for (const key of VERDICTS) this.verdicts[key][row] = next()
    for (const key of NAMED) this.names[key][row] = this.numberOf(key, words, next())
    const tags: number[] = []
    for (let left = next(); left > 0; left--) tags.push(this.numberOf('tag', words, next()))
    this.tags[row] = this.tagSetOf(tags)
    const cuts = next()
    const firstCut = this.cuts.put(row, cuts, this.n)
    const { above, own, kind, phase, tokens, step, opportunity } = this.cuts.columns
    for (let i = firstCut; i < firstCut + cuts; i++) {
      above[i] = next()
      own[i] = next()
      kind[i] = next()
      phase[i] = next()
      tokens[i] = next()
      step[i] = next()
      opportunity[i] = next()
    }
    const stepIns = next()
    const firstStepIn = this.stepIns.put(row, stepIns, this.n)
    const columns = this.stepIns.columns
    for (let i = firstStepIn; i < firstStepIn + stepIns; i++) {
      columns.step[i] = next()
      columns.opportunity[i] = next()
    }
  }

  /** Nothing is there any more. */
  clear(row: number): void {
    this.cuts.clear(row)
    this.stepIns.clear(row)
  }

  private tagSetOf(tags: readonly number[]): number {
    if (tags.length === 0) return 0
    const key = tags.join(' ')
    let number = this.tagSetNumbers.get(key)
    if (number === undefined) {
      number = this.tagSets.push(Int32Array.from(tags)) - 1
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
    for (const key of VERDICTS) this.verdicts[key] = grown(this.verdicts[key], new Uint16Array(capacity))
    this.cuts.growRows(capacity)
    this.stepIns.growRows(capacity)
  }
}

const NO_SESSION: PackedSession['session'] = {
  sessionId: '',
  groups: { tags: [] },
  simulated: false,
  ended: false,
  outputTokens: 0,
  inputTokens: 0,
  turns: 0,
  turnsWithoutUsage: 0,
  tasks: 0,
}
