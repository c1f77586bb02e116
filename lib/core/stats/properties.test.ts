import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aalenJohansen, effectiveSize, incidenceAt, incidenceSpread } from './aalen-johansen'
import { clusteredWilson } from './clustered'
import { confidenceSequence } from './confidence-sequence'
import { studentQuantile } from './distributions'
import { newcombe } from './difference'
import { kaplanMeier, restrictedMean, survivalLimits } from './kaplan-meier'
import { newcombePaired } from './paired'
import { clopperPearson, jeffreys, wilson, wilsonAt, wilsonContinuity } from './proportion'
import { type Random, seededRandom } from './random'
import { type Observation, survivalData } from './survival-data'

const counts = fc.integer({ min: 1, max: 400 }).chain((n) => fc.record({ x: fc.integer({ min: 0, max: n }), n: fc.constant(n) }))
const observation = fc.record({
  time: fc.integer({ min: 1, max: 12 }),
  cause: fc.integer({ min: 0, max: 3 }),
  late: fc.integer({ min: 0, max: 8 }),
  cluster: fc.integer({ min: 0, max: 5 }),
})
const observations = fc
  .array(observation, { minLength: 1, maxLength: 60 })
  .map((list) => list.map(({ late, ...rest }): Observation => ({ ...rest, entry: late < 4 ? undefined : late - 4.5 })))

describe('intervals', () => {
  it('lie in 0..1, hold the share, mirror when counting the other outcome, and shrink as n grows', () => {
    fc.assert(
      fc.property(counts, ({ x, n }) => {
        for (const interval of [wilson, wilsonContinuity, jeffreys, clopperPearson]) {
          const { low, high } = interval(x, n)
          const mirrored = interval(n - x, n)
          expect(low).toBeGreaterThanOrEqual(0)
          expect(high).toBeLessThanOrEqual(1)
          expect(low).toBeLessThanOrEqual(x / n)
          expect(high).toBeGreaterThanOrEqual(x / n)
          expect(mirrored.low).toBeCloseTo(1 - high, 9)
          const doubled = interval(2 * x, 2 * n)
          expect(doubled.high - doubled.low).toBeLessThan(high - low)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('a confidence sequence is wider than Wilson, and rises with x', () => {
    fc.assert(
      fc.property(counts, ({ x, n }) => {
        const watched = confidenceSequence(x, n)
        const once = wilson(x, n)
        expect(watched.high - watched.low).toBeGreaterThan(once.high - once.low - 1e-9)
        if (x < n) expect(confidenceSequence(x + 1, n).low).toBeGreaterThanOrEqual(watched.low)
      }),
      { numRuns: 200 },
    )
  })

  it('a difference turns its sign with its arms; paired likewise', () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const there = newcombe(a.x, a.n, b.x, b.n)
        const back = newcombe(b.x, b.n, a.x, a.n)
        expect(there.low).toBeCloseTo(-back.high, 10)
        expect(there.low).toBeGreaterThanOrEqual(-1 - 1e-9)
      }),
    )
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), fc.nat(50), fc.nat(50), (a, b, c, d) => {
        fc.pre(a + b + c + d > 0)
        expect(newcombePaired({ a, b, c, d }).low).toBeCloseTo(-newcombePaired({ a, b: c, c: b, d }).high, 10)
      }),
    )
  })
})

describe('competing risks', () => {
  it('every unit is somewhere at every time: F1 + F2 + F3 + S = 1, each between 0 and 1 and never falling', () => {
    fc.assert(
      fc.property(observations, (list) => {
        const curve = aalenJohansen(survivalData(list), 3)
        let before: number[] = [0, 0, 0]
        for (const t of [0, ...curve.times, 99]) {
          const f = [1, 2, 3].map((cause) => incidenceAt(curve, cause, t))
          expect(f.reduce((total, value) => total + value, incidenceAt(curve, 0, t))).toBeCloseTo(1, 12)
          f.forEach((value, j) => expect(value).toBeGreaterThanOrEqual((before[j] ?? 0) - 1e-12))
          before = f
        }
      }),
    )
  })

  it('the influences are the derivative: moving one weight a little moves the estimate as they say', () => {
    fc.assert(
      fc.property(observations, fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 12 }), (list, cause, t) => {
        const data = survivalData(list.map((row, i) => ({ ...row, cluster: i })))
        fc.pre(data.n >= 2)
        const exact = incidenceSpread(aalenJohansen(data, 3), data, cause, t).independent
        const weights = list.filter((row) => row.entry === undefined || row.entry < row.time)
        let sum = 0
        for (let i = 0; i < weights.length; i++) {
          const by = 1e-4
          const up = weighted(weights, i, 1 + by, cause, t)
          const down = weighted(weights, i, 1 - by, cause, t)
          sum += ((up - down) / (2 * by)) ** 2
        }
        expect(exact).toBeCloseTo(sum, 5)
      }),
      { numRuns: 60 },
    )
  })

  it('one minus Kaplan-Meier of one cause is never below its incidence', () => {
    fc.assert(
      fc.property(observations, (list) => {
        const curve = aalenJohansen(survivalData(list), 3)
        const only = kaplanMeier(survivalData(list.map((row) => ({ ...row, cause: row.cause === 1 ? 1 : 0 }))))
        only.times.forEach((t, k) => expect(1 - (only.survival[k] ?? 0)).toBeGreaterThanOrEqual(incidenceAt(curve, 1, t) - 1e-12))
      }),
    )
  })

  it('a restricted mean grows with its horizon, by no more than the horizon grows; limits hold the curve', () => {
    fc.assert(
      fc.property(observations, fc.integer({ min: 1, max: 12 }), (list, tau) => {
        const data = survivalData(list)
        const step = restrictedMean(data, tau + 1).value - restrictedMean(data, tau).value
        expect(step).toBeGreaterThanOrEqual(-1e-12)
        expect(step).toBeLessThanOrEqual(1 + 1e-12)
        const curve = kaplanMeier(data)
        curve.survival.forEach((s, k) => {
          const limits = survivalLimits(s, curve.se[k] ?? Number.NaN, 'log-log')
          if (limits) expect(limits.low <= s && s <= limits.high).toBe(true)
        })
      }),
    )
  })
})

/** Aalen-Johansen with one unit's weight changed, straight from the definition. */
function weighted(rows: Observation[], index: number, weight: number, cause: number, t: number): number {
  const w = (i: number) => (i === index ? weight : 1)
  const times = [...new Set(rows.filter((row) => row.cause > 0).map((row) => row.time))].sort((a, b) => a - b)
  let left = 1
  let reached = 0
  for (const u of times) {
    if (u > t) break
    let n = 0
    let own = 0
    let any = 0
    rows.forEach((row, i) => {
      if ((row.entry ?? Number.NEGATIVE_INFINITY) < u && row.time >= u) n += w(i)
      if (row.time === u && row.cause > 0) any += w(i)
      if (row.time === u && row.cause === cause) own += w(i)
    })
    reached += (left * own) / n
    // rounding must not let an emptied risk set come back to life
    left *= Math.abs(n - any) < 1e-12 ? 0 : 1 - any / n
  }
  return cause === 0 ? left : reached
}

describe('coverage, simulated with a fixed seed', () => {
  const LEVEL = 0.95
  /** Tasks of a session share a probability drawn from a Beta with this mean and correlation. */
  function sessions(random: Random, count: number, size: number, p: number, correlation: number): { y: number[]; n: number[] } {
    const y: number[] = []
    for (let g = 0; g < count; g++) {
      // Polya's urn gives the beta-binomial exactly
      let ones = 0
      const strength = (1 - correlation) / correlation
      for (let i = 0; i < size; i++) if (random() < (p * strength + ones) / (strength + i)) ones++
      y.push(ones)
    }
    return { y, n: new Array<number>(count).fill(size) }
  }

  it('independent tasks: Wilson covers about as often as it says', () => {
    const random = seededRandom(20_260_522)
    for (const [n, p] of [
      [20, 0.3],
      [50, 0.72],
      [200, 0.12],
    ] as const) {
      let covered = 0
      for (let run = 0; run < 2000; run++) {
        let x = 0
        for (let i = 0; i < n; i++) if (random() < p) x++
        const { low, high } = wilson(x, n)
        if (low <= p && p <= high) covered++
      }
      expect(covered / 2000, `${n} tasks at ${p}`).toBeGreaterThan(LEVEL - 0.025)
      expect(covered / 2000).toBeLessThan(0.985)
    }
  })

  it('three tasks a session, correlation 0.3: the clustered interval covers from five sessions on, the naive one does not', () => {
    const random = seededRandom(20_261_122)
    for (const [count, p] of [
      [5, 0.72],
      [10, 0.12],
      [20, 0.72],
      [40, 0.72],
    ] as const) {
      let covered = 0
      let naive = 0
      for (let run = 0; run < 1000; run++) {
        const { y, n } = sessions(random, count, 3, p, 0.3)
        const x = y.reduce((sum, value) => sum + value, 0)
        const clustered = clusteredWilson(y, n)
        const plain = wilson(x, count * 3)
        if (clustered && clustered.low <= p && p <= clustered.high) covered++
        if (plain.low <= p && p <= plain.high) naive++
      }
      expect(covered / 1000, `${count} sessions at ${p}`).toBeGreaterThan(0.93)
      expect(naive / 1000).toBeLessThan(0.925)
    }
  })

  it('watched from the tenth task to the three hundredth: Wilson loses the truth in far more than 5 % of runs, the sequence in fewer', () => {
    const random = seededRandom(3)
    let lostWilson = 0
    let lostSequence = 0
    const runs = 250
    for (let run = 0; run < runs; run++) {
      let x = 0
      let wilsonHeld = true
      let sequenceHeld = true
      for (let n = 1; n <= 300; n++) {
        if (random() < 0.72) x++
        if (n < 10) continue
        const once = wilson(x, n)
        if (once.low > 0.72 || once.high < 0.72) wilsonHeld = false
        // the sequence only at every fifth look: it can only lose less
        if (n % 5 !== 0 || !sequenceHeld) continue
        const watched = confidenceSequence(x, n)
        if (watched.low > 0.72 || watched.high < 0.72) sequenceHeld = false
      }
      if (!wilsonHeld) lostWilson++
      if (!sequenceHeld) lostSequence++
    }
    expect(lostWilson / runs).toBeGreaterThan(0.25)
    expect(lostSequence / runs).toBeLessThan(0.05)
  })

  it('cumulative incidence by the fifth step, 30 % censored, three tasks a session: the interval at the effective size covers', () => {
    const random = seededRandom(20_260_601)
    const runs = 400
    const intervals: { low: number; high: number }[] = []
    let cutByFive = 0
    let tasks = 0
    for (let run = 0; run < runs; run++) {
      const rows: Observation[] = []
      for (let g = 0; g < 20; g++) {
        const pace = 0.05 + 0.35 * random()
        for (let i = 0; i < 3; i++) {
          let end = 12
          let cause = 0
          for (let t = 1; t < 12 && cause === 0; t++) {
            const u = random()
            if (u < pace) cause = 1
            else if (u < pace + 0.12) cause = 2
            if (cause > 0) end = t
          }
          tasks++
          if (cause === 1 && end <= 5) cutByFive++
          const lost = random() < 0.3 ? 1.5 + Math.floor(random() * 8) : 99
          rows.push(lost < end ? { time: lost, cause: 0, cluster: g } : { time: end, cause, cluster: g })
        }
      }
      const data = survivalData(rows)
      const curve = aalenJohansen(data, 2)
      const { effectiveN, clusters } = effectiveSize(curve, data, 1, 5)
      intervals.push(wilsonAt(incidenceAt(curve, 1, 5) * effectiveN, effectiveN, studentQuantile(0.975, clusters - 1)))
    }
    const truth = cutByFive / tasks
    const covered = intervals.filter(({ low, high }) => low <= truth && truth <= high).length / runs
    expect(covered).toBeGreaterThan(0.925)
    expect(covered).toBeLessThan(0.99)
  })

  it('cumulative incidence with censoring and clusters: the clustered variance is the true one', () => {
    const random = seededRandom(11)
    const estimates: number[] = []
    const variances: number[] = []
    for (let run = 0; run < 300; run++) {
      const rows: Observation[] = []
      for (let g = 0; g < 40; g++) {
        const pace = 0.1 + 0.4 * random()
        for (let i = 0; i < 4; i++) {
          let time = 1
          let cause = 0
          while (time < 9 && cause === 0) {
            const u = random()
            if (u < pace) cause = 1
            else if (u < pace + 0.15) cause = 2
            else if (u < pace + 0.2) break
            else time++
          }
          rows.push({ time, cause, cluster: g })
        }
      }
      const data = survivalData(rows)
      const curve = aalenJohansen(data, 2)
      estimates.push(incidenceAt(curve, 1, 5))
      variances.push(incidenceSpread(curve, data, 1, 5).clustered ?? 0)
    }
    const mean = estimates.reduce((sum, value) => sum + value, 0) / estimates.length
    const spread = estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (estimates.length - 1)
    const average = variances.reduce((sum, value) => sum + value, 0) / variances.length
    expect(average / spread).toBeGreaterThan(0.8)
    expect(average / spread).toBeLessThan(1.25)
  })
})
