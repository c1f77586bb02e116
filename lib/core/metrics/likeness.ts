import { intraclassCorrelation } from '../stats/clustered'
import { STARTED } from './packed-session'
import { HOW } from './task-columns'
import type { Tasks } from './tasks'

/**
 * How much more alike two tasks of one session are than two of different sessions, in whether they were
 * cut short: why intervals are clustered, and what one more task of the same session is worth.
 */
export interface Likeness {
  /** Tasks that were begun, a session. */
  perSession: number
  /** By analysis of variance; can be below 0. Absent where no session has two tasks, or all fared alike. */
  correlation?: number
  /** 1 + (m - 1) of it, at least 1: so many times the tasks are needed for the same certainty. */
  designEffect?: number
}

export function likeness({ table, rows, ends }: Tasks): Likeness | undefined {
  const [cut, begun]: [number[], number[]] = [[], []]
  let last = -1
  for (const row of rows) {
    if (((table.flags[row] as number) & STARTED) === 0) continue
    const session = table.session[row] as number
    if (session !== last) {
      cut.push(0)
      begun.push(0)
    }
    last = session
    const at = begun.length - 1
    begun[at] = (begun[at] as number) + 1
    if (ends.how[row] === HOW.cut_short) cut[at] = (cut[at] as number) + 1
  }
  if (begun.length === 0) return undefined
  const perSession = begun.reduce((sum, n) => sum + n, 0) / begun.length
  const correlation = intraclassCorrelation(cut, begun)
  return correlation === undefined ? { perSession } : { perSession, correlation, designEffect: Math.max(1, 1 + (perSession - 1) * correlation) }
}
