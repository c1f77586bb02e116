import { normalDensity, normalQuantile, zOf } from './distributions'
import { type Interval, requireShare } from './interval'

export interface Detection {
  /** Share of bad work acted on, share of good work acted on; log-linear corrected so that neither is 0 or 1. */
  hits: number
  falseAlarms: number
  /** d': tells bad from good; 0 is guessing. */
  sensitivity: number
  /** c: below 0 leans towards acting, above 0 towards leaving alone. */
  bias: number
  /** For d', large-sample; too narrow below some 30 of each class. */
  sensitivityInterval: Interval
}

/**
 * Signal detection: the master as a detector of bad work. Log-linear correction of Hautus (1995)
 * Behav Res Methods 27:46; variance of d' by Gourevitch & Galanter (1967) Psychometrika 32:25.
 */
export function detection(hit: number, bad: number, falseAlarm: number, good: number, level = 0.95): Detection {
  requireShare(hit, bad)
  requireShare(falseAlarm, good)
  const hits = (hit + 0.5) / (bad + 1)
  const falseAlarms = (falseAlarm + 0.5) / (good + 1)
  const zHit = normalQuantile(hits)
  const zFalse = normalQuantile(falseAlarms)
  const sensitivity = zHit - zFalse
  const part = (p: number, z: number, n: number) => (p * (1 - p)) / (n * normalDensity(z) ** 2)
  const spread = zOf(level) * Math.sqrt(part(hits, zHit, bad) + part(falseAlarms, zFalse, good))
  return { hits, falseAlarms, sensitivity, bias: -(zHit + zFalse) / 2, sensitivityInterval: { low: sensitivity - spread, high: sensitivity + spread } }
}
