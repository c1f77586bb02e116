import { describe, expect, it } from 'vitest'
import { meanCumulativeAt, type RecurrentData } from './mean-cumulative'
import { type Random, seededRandom } from './random'
import { meanCumulative, type RecurrentUnit } from './recurrent'

function columns(units: readonly (RecurrentUnit & { over?: boolean; cluster: number })[]): RecurrentData {
  return {
    n: units.length,
    end: Float64Array.from(units, ({ end }) => end),
    over: Uint8Array.from(units, ({ over }) => (over ? 1 : 0)),
    cluster: Int32Array.from(units, ({ cluster }) => cluster),
    clusters: Math.max(-1, ...units.map(({ cluster }) => cluster)) + 1,
    unit: Int32Array.from(units.flatMap(({ events }, i) => events.map(() => i))),
    at: Float64Array.from(units.flatMap(({ events }) => [...events])),
  }
}

/** Tasks in sessions of three that share a pace; over after some steps, or out of sight before. */
function simulated(random: Random, sessions: number): (RecurrentUnit & { over: boolean; cluster: number; whole: number })[] {
  return Array.from({ length: sessions }).flatMap((_, cluster) => {
    const pace = -0.12 * Math.log(1 - random())
    return Array.from({ length: 3 }, () => {
      const [ends, lost] = [1 + Math.floor(random() * 20), 1 + Math.floor(random() * 30)]
      const all = Array.from({ length: ends }, (__, i) => i + 1).filter(() => random() < pace)
      const end = Math.min(ends, lost)
      return { events: all.filter((t) => t <= end), end, over: ends <= lost, cluster, whole: all.filter((t) => t <= 12).length }
    })
  })
}

describe('mean cumulative function', () => {
  it('is Nelson’s where watching only stops, with the same spread', () => {
    const random = seededRandom(4)
    const units = simulated(random, 25).map((unit) => ({ ...unit, over: false }))
    const naive = meanCumulative(units)
    const points = meanCumulativeAt(
      columns(units),
      naive.map(({ t }) => t),
    )
    points.forEach(({ mean, events, atRisk }, i) => {
      expect(mean).toBeCloseTo(naive[i]?.mean ?? 0, 12)
      expect(atRisk).toBe(naive[i]?.atRisk)
      expect(events).toBe(naive.slice(0, i + 1).reduce((sum, one) => sum + one.events, 0))
    })
    // the naive one has no G/(G-1); limits are exp(± t se / mean)
    const [point, known] = [points.at(-1), naive.at(-1)]
    const se = (Math.log((point?.high ?? 0) / (point?.mean ?? 1)) * (known?.mean ?? 0)) / 2.0638985616280205 // qt(.975, 24)
    expect(se / Math.sqrt(25 / 24)).toBeCloseTo(known?.se ?? 0, 9)
  })

  it('is the plain average where nobody looks away', () => {
    const units = simulated(seededRandom(8), 20).map((unit) => ({ ...unit, over: true }))
    const average = units.reduce((sum, { events }) => sum + events.filter((t) => t <= 12).length, 0) / units.length
    expect(meanCumulativeAt(columns(units), [12])[0]?.mean).toBeCloseTo(average, 12)
  })

  it('of five tasks, by hand', () => {
    // at 1: 5 watched, 2 events; at 2: one over, so 4 of 5 go on (S .8); at 3: 3 watched (one out of sight at 2.5), 1 event
    const points = meanCumulativeAt(
      columns([
        { events: [1, 3], end: 5, cluster: 0 },
        { events: [1], end: 2, over: true, cluster: 0 },
        { events: [], end: 2.5, cluster: 1 },
        { events: [], end: 4, cluster: 1 },
        { events: [], end: 6, cluster: 2 },
      ]),
      [0, 1, 2, 3, 9],
    )
    expect(points.map(({ mean }) => Number(mean.toFixed(6)))).toEqual([0, 0.4, 0.4, 0.666667, 0.666667])
    expect(points.map(({ atRisk }) => atRisk)).toEqual([5, 5, 5, 3, 0])
    // three sessions without an event so far: ln(40) / 3
    expect(points[0]?.low).toBe(0)
    expect(points[0]?.high).toBeCloseTo(Math.log(40) / 3, 9)
    expect(meanCumulativeAt(columns([]), [1])).toEqual([{ t: 1, atRisk: 0, events: 0, mean: 0 }])
  })

  it('holds the truth in about 95 of 100 simulated studies of 20 sessions', () => {
    const random = seededRandom(17)
    // by very many tasks watched to their end
    const truth = simulated(random, 40_000).reduce((sum, { whole }) => sum + whole, 0) / 120_000
    let held = 0
    const runs = 400
    for (let run = 0; run < runs; run++) {
      const { low = 0, high = 0 } = meanCumulativeAt(columns(simulated(random, 20)), [12])[0] ?? {}
      if (low <= truth && truth <= high) held++
    }
    expect(held / runs).toBeGreaterThan(0.92)
    expect(held / runs).toBeLessThan(0.985)
  })
})
