import type { TaskLedger } from '../detect/ledger'
import { HEADLINE_KINDS, type Intervention } from '../interventions'
import type { PriceBook } from '../models/price'
import type { SessionState, Task } from '../session'
import { standingFindings } from '../set-aside'
import { judgementsOf } from '../verdict'
import { SessionClocks } from './clocks'
import { groupsOf, Models } from './groups-of'
import { Outcomes } from './outcomes'
import { Spending } from './spending'
import type { CensorReason, ClockReadings, InterventionFact, TaskEnd, TaskFate, TaskRecord } from './task-record'

/**
 * The delegated tasks of a session as records. Pure; tasks that were only mentioned and never
 * delegated are not among them. `ledger` (`Detector.ledger()`) adds what only token ownership knows: it
 * is at hand where sessions are ingested or analysed, not in the browser. Findings that were set aside
 * are in no record. `book` prices turns whose cost the source does not tell.
 */
export function tasksOf(state: SessionState, found: readonly Intervention[], ledger?: ReadonlyMap<string, TaskLedger>, book?: PriceBook): TaskRecord[] {
  return [...eachTaskOf(state, found, ledger, book)].filter((record) => record !== undefined)
}

/**
 * The same one by one, for whoever must not be away for long: `undefined` is a place to pause at. A
 * state that grows meanwhile gives records of which some know more than others; take them anew then.
 */
export function* eachTaskOf(
  state: SessionState,
  found: readonly Intervention[],
  ledger?: ReadonlyMap<string, TaskLedger>,
  book?: PriceBook,
): Generator<TaskRecord | undefined, void, void> {
  const findings = standingFindings(state, found)
  const clocks = yield* SessionClocks.of(state)
  const models = yield* Models.of(state)
  const spending = yield* Spending.of(state, findings, book)
  const outcomes = yield* Outcomes.of(state)
  const verdicts = verdictsOf(state)
  const byTask = new Map<string, Intervention[]>()
  for (const finding of findings) {
    const list = byTask.get(finding.taskId)
    if (list) list.push(finding)
    else byTask.set(finding.taskId, [finding])
  }
  for (const task of state.tasks.values()) {
    if (task.delegatedAt === undefined) continue
    const own = (byTask.get(task.id) ?? []).sort((a, b) => a.occurredAt - b.occurredAt)
    const endWithoutCut = endOf(state, task, own, clocks, false)
    const end = own.some((finding) => finding.headline) ? endOf(state, task, own, clocks, true) : endWithoutCut
    const fate = fateOf(state, task, own, clocks, end)
    const shown = clocks.firstOutputAt(task)
    const tokens = clocks.tokensOf(task, task.endedAt ?? Number.POSITIVE_INFINITY)
    const first = own.find((finding) => finding.headline)
    yield {
      sessionId: state.id,
      taskId: task.id,
      title: task.title,
      groups: groupsOf(state.facts, models, task.by, task.to),
      simulated: state.facts.simulated === true,
      delegatedAt: task.delegatedAt,
      started: shown !== undefined,
      alternative: task.group !== undefined,
      tokensKnown: tokens.known,
      tokensEstimated: tokens.estimated || own.some((finding) => finding.clocks.tokensEstimated),
      end,
      endWithoutCut,
      fate,
      firstOpportunity: firstOpportunity(task, shown, clocks, first),
      opportunitiesBeforeEnd: end.how === 'cut_short' ? Math.max(1, end.clocks.opportunity) : end.clocks.opportunity,
      interventions: own.map((finding) => factOf(finding, verdicts.get(finding.id))),
      spend: spending.ofTask(task, own, ledger?.get(task.id)),
      outcomes: outcomes.ofTask(task, own),
    }
  }
}

type Moment<T> = { at: number; rank: number; what: T }

/**
 * Whatever comes first. At one instant what was cut short before completion comes before the
 * completion because the detector, who saw the order of events, says so by its phase.
 */
function earliest<T extends { at?: number }>(moments: Moment<T>[]): T | undefined {
  const first = moments.sort((a, b) => a.at - b.at || a.rank - b.rank)[0]
  return first && { ...first.what, at: first.at }
}

function endOf(state: SessionState, task: Task, own: readonly Intervention[], clocks: SessionClocks, withCuts: boolean): TaskEnd {
  const moments = censorings<TaskEnd>(task, own, clocks)
  for (const finding of own) {
    if (!withCuts || !finding.headline || !(finding.phase === 'pre_unit' || finding.phase === 'pre_completion')) continue
    moments.push({ at: finding.occurredAt, rank: 0, what: { how: 'cut_short', kind: finding.kind, phase: finding.phase, clocks: readingsOf(finding) } })
  }
  if (task.endedAt !== undefined) {
    const read = clocks.atEnd(task, task.endedAt)
    if (task.endStatus === 'completed') moments.push({ at: task.endedAt, rank: 2, what: { how: 'completed', clocks: read } })
    // a result that is turned down in the act of ending never became one
    else if (task.endStatus === 'failed' || task.endStatus === 'rejected') moments.push({ at: task.endedAt, rank: 2, what: { how: 'failed', clocks: read } })
  } else if (task.acceptedAt !== undefined) {
    moments.push({ at: task.acceptedAt, rank: 2, what: { how: 'completed', clocks: clocks.atEnd(task, task.acceptedAt) } })
  }
  return earliest(moments) ?? { how: 'censored', why: openWhy(state), clocks: clocks.atEnd(task, Number.POSITIVE_INFINITY) }
}

function fateOf(state: SessionState, task: Task, own: readonly Intervention[], clocks: SessionClocks, end: TaskEnd): TaskFate {
  if (end.how !== 'completed') return end
  const moments = censorings<TaskFate>(task, own, clocks)
  for (const finding of own) {
    const read = readingsOf(finding)
    if (finding.headline) moments.push({ at: finding.occurredAt, rank: 0, what: { how: 'cut_short', kind: finding.kind, phase: finding.phase, clocks: read } })
    else if (finding.kind === 'accept') moments.push({ at: finding.occurredAt, rank: 2, what: { how: 'accepted', clocks: read } })
    else if (finding.kind === 'reject' && finding.artifact === undefined)
      moments.push({ at: finding.occurredAt, rank: 2, what: { how: 'failed', clocks: read } })
  }
  if (task.acceptedAt !== undefined) moments.push({ at: task.acceptedAt, rank: 2, what: { how: 'accepted', clocks: clocks.atEnd(task, task.acceptedAt) } })
  return earliest(moments) ?? { how: 'censored', why: openWhy(state), clocks: clocks.atEnd(task, Number.POSITIVE_INFINITY) }
}

/** Where someone else stepped in, or the assignee had asked: from then on nobody knows what the master would have done. */
function censorings<T extends TaskEnd | TaskFate>(task: Task, own: readonly Intervention[], clocks: SessionClocks): Moment<T>[] {
  const moments: Moment<T>[] = []
  const censor = (at: number, why: CensorReason, read: ClockReadings) => moments.push({ at, rank: 1, what: { how: 'censored', why, clocks: read } as T })
  for (const finding of own) {
    if (finding.kind === 'censor_human') censor(finding.occurredAt, 'human', readingsOf(finding))
    else if (finding.kind === 'censor_harness') censor(finding.occurredAt, 'harness', readingsOf(finding))
    else if (HEADLINE_KINDS.has(finding.kind) && !finding.headline) {
      if (finding.flags.includes('requested')) censor(finding.occurredAt, 'requested', readingsOf(finding))
      else if (task.group !== undefined) censor(finding.occurredAt, 'alternative', readingsOf(finding))
    }
  }
  if (task.endedAt !== undefined && task.endStatus === 'cancelled') {
    // behind everything that explains the cancellation
    moments.push({ at: task.endedAt, rank: 3, what: { how: 'censored', why: 'stopped', clocks: clocks.atEnd(task, task.endedAt) } as T })
  }
  return moments
}

function firstOpportunity(task: Task, shown: number | undefined, clocks: SessionClocks, headline: Intervention | undefined): ClockReadings | undefined {
  const turn = shown === undefined ? undefined : clocks.nextMasterTurn(task, shown)
  const read = turn === undefined ? undefined : clocks.at(task, turn)
  if (!headline) return read
  // stepping in proves that it could
  const there = readingsOf(headline)
  if (!read) return there
  return { tokens: Math.min(read.tokens, there.tokens), step: Math.min(read.step, there.step), opportunity: Math.min(read.opportunity, there.opportunity) }
}

function openWhy(state: SessionState): CensorReason {
  return state.facts.endedAt === undefined ? 'running' : 'session_ended'
}

/** A turn that ends with fewer tokens than it had streamed can take a clock below its start: no time is negative. */
function readingsOf({ clocks: { tokens, step, opportunity } }: Intervention): ClockReadings {
  return { tokens: Math.max(0, tokens), step: Math.max(0, step), opportunity: Math.max(0, opportunity) }
}

function factOf(finding: Intervention, verdicts: InterventionFact['verdicts'] | undefined): InterventionFact {
  const { id, kind, phase, flags, trigger, headline, occurredAt, distance, artifact, survival, cumulativeSurvival, destroyed } = finding
  return {
    id,
    kind,
    phase,
    flags: [...flags],
    trigger: trigger.kind,
    headline,
    occurredAt,
    distance,
    clocks: readingsOf(finding),
    artifact,
    survival,
    cumulativeSurvival,
    destroyed,
    verdicts: verdicts ?? { justified: 0, unjustified: 0, unsure: 0 },
  }
}

/** The newest verdict of each person on each intervention. */
function verdictsOf(state: SessionState): Map<string, InterventionFact['verdicts']> {
  const counts = new Map<string, InterventionFact['verdicts']>()
  for (const [interventionId, judgements] of judgementsOf(state.verdicts.values())) {
    const count = { justified: 0, unjustified: 0, unsure: 0 }
    for (const { verdict } of judgements) count[verdict] += 1
    counts.set(interventionId, count)
  }
  return counts
}
