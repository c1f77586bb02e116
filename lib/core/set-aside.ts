import type { EventId, TaskId } from './ids'
import { HEADLINE_KINDS, type Intervention } from './interventions'
import type { SessionState, Verdict } from './session'

/**
 * A person says that a finding is none. The finding stays where it is, struck through; what is counted
 * is counted without it. It is an event of the log (`verdict.given` with `set_aside`, taken back by
 * `restored`), so it reaches viewers live, is exported, and holds for every later reading that comes to
 * the same finding: ids of findings are functions of the log.
 */
export const SET_ASIDE_REASONS = ['not_delegated', 'asked_for', 'integration', 'wrong_owner', 'survives', 'generated', 'other'] as const
export type SetAsideReason = (typeof SET_ASIDE_REASONS)[number]

export interface SetAside {
  reason: SetAsideReason
  note?: string
  /** Epoch ms: when it was said. */
  at: number
  eventId: EventId
  /** The person, as the server knows them; who imported the verdict may have named an agent instead. */
  by?: string
}

const NONE: ReadonlyMap<string, SetAside> = new Map()

/** By the finding's id; the newest word on each counts, whatever order they arrived in. */
export function setAsideOf(state: Pick<SessionState, 'verdicts'>): ReadonlyMap<string, SetAside> {
  if (state.verdicts.size === 0) return NONE
  const newest = new Map<string, Verdict>()
  for (const verdict of state.verdicts.values()) {
    if (verdict.interventionId === undefined || !isAboutStanding(verdict)) continue
    const known = newest.get(verdict.interventionId)
    if (!known || isLater(verdict, known)) newest.set(verdict.interventionId, verdict)
  }
  const aside = new Map<string, SetAside>()
  for (const [id, { verdict, reason, note, at, id: eventId, reviewer, by }] of newest) {
    if (verdict === 'set_aside') aside.set(id, { reason: reason ?? 'other', note, at, eventId, by: reviewer ?? by })
  }
  return aside
}

/** Whether a verdict says if a finding counts, and not how good a decision it was. */
export function isAboutStanding({ verdict }: Pick<Verdict, 'verdict'>): boolean {
  return verdict === 'set_aside' || verdict === 'restored'
}

function isLater(a: Verdict, b: Verdict): boolean {
  return a.at !== b.at ? a.at > b.at : a.order !== b.order ? a.order > b.order : a.id > b.id
}

/**
 * What is counted: the findings without those set aside, in the order they came. Where a task's headline
 * is set aside, the next that could have been it takes its place, as if the first had never been found.
 */
export function standingFindings(state: Pick<SessionState, 'verdicts' | 'tasks'>, findings: Iterable<Intervention>): Intervention[] {
  const aside = setAsideOf(state)
  if (aside.size === 0) return [...findings]
  const standing: Intervention[] = []
  const bereft = new Set<TaskId>()
  for (const finding of findings) {
    if (!aside.has(finding.id)) standing.push(finding)
    else if (finding.headline) bereft.add(finding.taskId)
  }
  if (bereft.size === 0) return standing
  const heirs = new Map<TaskId, Intervention>()
  for (const finding of standing) {
    if (!bereft.has(finding.taskId) || !couldBeHeadline(finding) || state.tasks.get(finding.taskId)?.group !== undefined) continue
    const known = heirs.get(finding.taskId)
    if (!known || finding.occurredAt < known.occurredAt) heirs.set(finding.taskId, finding)
  }
  return standing.map((finding) => (heirs.get(finding.taskId) === finding ? { ...finding, headline: true } : finding))
}

/** Help that was asked for and a collision that nobody saw are no distrust. */
function couldBeHeadline({ kind, flags }: Intervention): boolean {
  return HEADLINE_KINDS.has(kind) && !flags.includes('requested') && !flags.includes('race')
}
