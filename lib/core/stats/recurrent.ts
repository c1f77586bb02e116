export interface MeanCumulative {
  t: number
  atRisk: number
  events: number
  /** Mean number of events per unit up to and with t. */
  mean: number
  /** Of the mean, by the spread between clusters (units, unless told). */
  se: number
}

/** One unit: the times of its events and when watching ended. Same clock, same unit. */
export interface RecurrentUnit {
  events: readonly number[]
  end: number
  cluster?: string | number
}

/**
 * Mean number of events per unit over time, events that can happen again. Nelson (1988) J Qual
 * Technol 20:24; robust variance of Lawless & Nadeau (1995) Technometrics 37:158, summed per cluster.
 */
export function meanCumulative(units: readonly RecurrentUnit[]): MeanCumulative[] {
  const times = [...new Set(units.flatMap((unit) => unit.events.filter((t) => t <= unit.end)))].sort((a, b) => a - b)
  const influence = new Map<string | number, number>()
  const keyOf = (unit: RecurrentUnit, index: number) => unit.cluster ?? `unit ${index}`
  let mean = 0
  return times.map((t) => {
    const atRisk = units.reduce((count, unit) => count + (unit.end >= t ? 1 : 0), 0)
    const events = units.reduce((count, unit) => count + (unit.end >= t ? unit.events.filter((at) => at === t).length : 0), 0)
    const step = events / atRisk
    mean += step
    units.forEach((unit, index) => {
      if (unit.end < t) return
      const own = unit.events.filter((at) => at === t).length
      influence.set(keyOf(unit, index), (influence.get(keyOf(unit, index)) ?? 0) + (own - step) / atRisk)
    })
    let squares = 0
    for (const value of influence.values()) squares += value * value
    return { t, atRisk, events, mean, se: Math.sqrt(squares) }
  })
}
