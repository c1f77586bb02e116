import { costPerSuccess, delegationYield, wasteShare, type WasteStrip } from './costs'
import type { EstimateOptions, Measured, NotMeasurable } from './estimate'
import { type Group, type GroupKey, groupSessions } from './groups'
import { delegationMultiplier } from './multiplier'
import type { SessionRecord } from './task-record'
import type { Tasks } from './tasks'

/**
 * Figures over whole sessions: a master's own tokens belong to no one task. One rule for the page, the
 * report and the policy: sessions in which something was delegated, each with all its tasks, whoever
 * delegated them; a session is of the master that delegates most of its tasks. Sessions in which nothing
 * was delegated are only what the multiplier is held against.
 */
export interface SessionCosts {
  waste: WasteStrip | NotMeasurable
  yield: Measured
  /** In US dollars, and in tokens. */
  costPerSuccess: Measured
  tokensPerSuccess: Measured
  multiplier: Measured
}

export function sessionCosts(
  { delegating, tasks }: { delegating: readonly SessionRecord[]; tasks: Tasks },
  alone: readonly SessionRecord[],
  options: EstimateOptions = {},
): SessionCosts {
  return {
    waste: wasteShare(delegating, tasks, options),
    yield: delegationYield(delegating, tasks, options),
    costPerSuccess: costPerSuccess(delegating, options),
    tokensPerSuccess: costPerSuccess(delegating, { ...options, currency: 'tokens' }),
    multiplier: delegationMultiplier(delegating, alone, options),
  }
}

/** Sessions that delegate, and those that do not. */
export function splitSessions(sessions: readonly SessionRecord[]): { delegating: SessionRecord[]; alone: SessionRecord[] } {
  return { delegating: sessions.filter(({ tasks }) => tasks > 0), alone: sessions.filter(({ tasks }) => tasks === 0) }
}

export type SessionsWithTasks = Group<SessionRecord[]> & { delegating: SessionRecord[]; tasks: Tasks }

/** Delegating sessions by what their own records say, with all their tasks. */
export function groupDelegating(delegating: readonly SessionRecord[], tasks: Tasks, by: readonly GroupKey[]): SessionsWithTasks[] {
  return groupSessions(delegating, by).map((group) => ({ ...group, delegating: group.members, tasks: tasksOfSessions(tasks, group.members) }))
}

function tasksOfSessions(tasks: Tasks, sessions: readonly SessionRecord[]): Tasks {
  const ids = new Set(sessions.map(({ sessionId }) => sessionId))
  const { session, sessionIds } = tasks.table
  let last = -1
  let has = false
  return tasks.filter((row) => {
    const number = session[row] as number
    if (number !== last) has = ids.has(sessionIds[number] ?? '')
    last = number
    return has
  })
}
