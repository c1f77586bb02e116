import { compareReadings } from './detect/compare-readings'
import type { SessionId } from './ids'
import type { DetectorParameters, Intervention, InterventionKind } from './interventions'
import { autonomousCompletion } from './metrics/completion'
import type { Measured, NotMeasurable } from './metrics/estimate'
import { overwriteRate, overwriteRateAny } from './metrics/overwrite-rate'
import type { TaskRecord } from './metrics/task-record'
import { tasksOf } from './metrics/tasks-of'
import { type PaceCurve, paceOfInterruption } from './metrics/tokens-before'
import type { SessionState } from './session'

/** What other parameters make of the whole log, before anybody keeps them. Plain JSON, over the wire as it is. */
export interface ParametersAnswer {
  active: { version: number; parameters: DetectorParameters; keptAt?: number }
  builtIn: DetectorParameters
  /** Sets that were in force before, newest first. */
  earlier: { version: number; parameters: DetectorParameters; keptAt: number }[]
  trial?: Trial
  /** Findings are being put in place of those of another set, or of an older detector. */
  applying?: Progress
}

export interface Trial {
  parameters: DetectorParameters
  begunAt: number
  state: 'reading' | 'ready' | 'failed'
  /** Of `failed`: what went wrong. Nothing was changed. */
  problem?: string
  progress: Progress
  /** So far; the figures only once all is read. */
  outcome: TrialOutcome
}

export interface Progress {
  sessions: { done: number; all: number }
  /** Events of the log: what the time goes into. */
  events: { done: number; all: number }
  /** Events a second, and seconds to go; absent until known. */
  rate?: number
  remaining?: number
}

export interface TrialOutcome {
  gained: number
  lost: number
  changed: number
  /** "revise → overwrite" and how often; most frequent first. */
  moves: { from: InterventionKind | undefined; to: InterventionKind | undefined; count: number }[]
  /** Sessions with a difference, most changed first; at most `MOST_SESSIONS`. */
  sessions: TrialSessionSummary[]
  sessionsChanged: number
  figures?: { before: TrialFigures; after: TrialFigures }
}

export const MOST_SESSIONS = 200
const MOST_EXAMPLES = 20

export interface TrialSessionSummary {
  id: SessionId
  title?: string
  simulated: boolean
  gained: number
  lost: number
  changed: number
  cutBefore: number
  cutAfter: number
  tasks: number
  /** At most `MOST_EXAMPLES`. */
  examples: TrialExample[]
}

export interface TrialExample {
  id: string
  from?: InterventionKind
  to?: InterventionKind
  artifact?: string
  /** By the new reading, or the old one where it finds nothing. */
  sentence: string
}

export interface TrialFigures {
  overwriteRate: Measured
  overwriteRateAny: Measured
  completion: Measured
  /** Median tokens before interruption; absent where half are not reached, and then it is above `watchedUntil`. */
  pace: { median?: number; low?: number; high?: number; watchedUntil: number } | NotMeasurable
}

/** Of one session, as it is kept until the trial ends. */
export interface TrialSession {
  summary: TrialSessionSummary
  moves: TrialOutcome['moves']
  before: TaskRecord[]
  after: TaskRecord[]
}

export function trialOf(state: SessionState, before: readonly Intervention[], after: readonly Intervention[]): TrialSession {
  const { gained, lost, changed } = compareReadings(before, after)
  const records = { before: tasksOf(state, before), after: tasksOf(state, after) }
  const examples: TrialExample[] = [
    ...changed.map(({ before: was, after: is }) => exampleOf(is, was.kind, is.kind)),
    ...gained.map((is) => exampleOf(is, undefined, is.kind)),
    ...lost.map((was) => exampleOf(was, was.kind, undefined)),
  ]
  return {
    summary: {
      id: state.id,
      title: state.facts.title,
      simulated: state.facts.simulated === true,
      gained: gained.length,
      lost: lost.length,
      changed: changed.length,
      cutBefore: cutOf(records.before),
      cutAfter: cutOf(records.after),
      tasks: records.after.length,
      examples: examples.slice(0, MOST_EXAMPLES),
    },
    moves: countMoves(examples.map(({ from, to }) => ({ from, to, count: 1 }))),
    ...records,
  }
}

/** Everything together. `figures` costs as much as a comparison: asked for once, at the end. */
export function outcomeOf(sessions: Iterable<TrialSession>, withFigures: boolean): TrialOutcome {
  const outcome: TrialOutcome = { gained: 0, lost: 0, changed: 0, moves: [], sessions: [], sessionsChanged: 0 }
  const before: TaskRecord[] = []
  const after: TaskRecord[] = []
  const moves: TrialOutcome['moves'] = []
  for (const session of sessions) {
    const { gained, lost, changed, cutBefore, cutAfter } = session.summary
    outcome.gained += gained
    outcome.lost += lost
    outcome.changed += changed
    moves.push(...session.moves)
    if (gained + lost + changed > 0 || cutBefore !== cutAfter) outcome.sessions.push(session.summary)
    if (!withFigures) continue
    for (const record of session.before) before.push(record)
    for (const record of session.after) after.push(record)
  }
  const size = ({ gained, lost, changed }: TrialSessionSummary) => gained + lost + changed
  outcome.sessions.sort((a, b) => size(b) - size(a) || (a.id < b.id ? -1 : 1))
  outcome.sessionsChanged = outcome.sessions.length
  outcome.sessions = outcome.sessions.slice(0, MOST_SESSIONS)
  outcome.moves = countMoves(moves)
  if (withFigures) outcome.figures = { before: figuresOf(before), after: figuresOf(after) }
  return outcome
}

function figuresOf(records: readonly TaskRecord[]): TrialFigures {
  return {
    overwriteRate: overwriteRate(records),
    overwriteRateAny: overwriteRateAny(records),
    completion: autonomousCompletion(records, { clock: 'opportunity' }),
    pace: paceOf(paceOfInterruption(records)),
  }
}

function paceOf(pace: PaceCurve | NotMeasurable): TrialFigures['pace'] {
  if ('reason' in pace) return pace
  const { value, low, high } = pace.median
  return { median: value, low, high, watchedUntil: pace.watchedUntil }
}

function countMoves(moves: TrialOutcome['moves']): TrialOutcome['moves'] {
  const counts = new Map<string, TrialOutcome['moves'][number]>()
  for (const { from, to, count } of moves) {
    const key = `${from ?? ''} ${to ?? ''}`
    const known = counts.get(key)
    if (known) known.count += count
    else counts.set(key, { from, to, count })
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)
}

function exampleOf({ id, artifact, explanation }: Intervention, from: InterventionKind | undefined, to: InterventionKind | undefined): TrialExample {
  return { id, from, to, artifact, sentence: explanation.sentence }
}

/** Tasks that a master cut short at any phase. */
function cutOf(records: readonly TaskRecord[]): number {
  return records.filter(({ fate }) => fate.how === 'cut_short').length
}
