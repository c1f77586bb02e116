import { describe, expect, it } from 'vitest'
import { fisherAbove, studentAbove } from './distributions'
import { type GrayGroup, grayTest } from './gray'
import { logRank } from './log-rank'
import { quadraticForm } from './quadratic-form'
import { type Random, seededRandom } from './random'
import { type Observation, survivalData } from './survival-data'

/** Three groups of twelve; 0 censored, 1 and 2 causes. The expected figures below: `cmprsk::cuminc` 2.2-11 on R 4.2.2. */
const TIME = [6, 42, 80, 69, 48, 21, 6, 30, 34, 80, 1, 15, 33, 21, 36, 19, 25, 12, 21, 9, 16, 10, 78, 211, 33, 20, 14, 8, 3, 11, 2, 2, 8, 30, 10, 53]
const CAUSE = [1, 1, 1, 2, 0, 2, 2, 2, 1, 1, 2, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0, 1, 0, 2, 0, 0, 2, 1, 0, 1, 1, 2, 1, 1, 2, 2]

function groupsOf(
  cause: number,
  { groups = [0, 1, 2], stratum = (_: number) => true }: { groups?: number[]; stratum?: (i: number) => boolean } = {},
): GrayGroup[] {
  return groups.map((group) => {
    const members = TIME.map((_, i) => i).filter((i) => Math.floor(i / 12) === group && stratum(i))
    const observed = members.map((i): Observation => ({ time: TIME[i] ?? 0, cause: CAUSE[i] === 0 ? 0 : CAUSE[i] === cause ? 1 : 2 }))
    return { data: survivalData(observed), cluster: members }
  })
}

describe('Gray’s test', () => {
  it('is that of R’s cmprsk: three groups, two groups, and within strata', () => {
    const strata = (cause: number) => [groupsOf(cause, { stratum: (i) => i % 2 === 0 }), groupsOf(cause, { stratum: (i) => i % 2 === 1 })]
    const found = [
      grayTest([groupsOf(1)], 2),
      grayTest([groupsOf(2)], 2),
      grayTest([groupsOf(1, { groups: [0, 1] })], 2),
      grayTest([groupsOf(2, { groups: [0, 1] })], 2),
      grayTest(strata(1), 2),
      grayTest(strata(2), 2),
    ]
    const expected = [
      [1.9978045592, 0.368283491666, 2],
      [6.00143361872, 0.0497513933189, 2],
      [2.15664904926, 0.1419539658901, 1],
      [5.18113895391, 0.0228333518311, 1],
      [2.34749565392, 0.3092059166942, 2],
      [4.67462028595, 0.0965870945989, 2],
    ]
    found.forEach((test, i) => {
      expect(test?.chi2).toBeCloseTo(expected[i]?.[0] ?? 0, 9)
      expect(test?.p).toBeCloseTo(expected[i]?.[1] ?? 0, 10)
      expect(test?.df).toBe(expected[i]?.[2])
    })
  })

  it('does not depend on the order of groups, counts no group twice, and has scores that add up to nothing', () => {
    const [a, b, c] = groupsOf(1) as [GrayGroup, GrayGroup, GrayGroup]
    const [one, other] = [grayTest([[a, b, c]], 2), grayTest([[c, a, b]], 2)]
    expect(one?.chi2).toBeCloseTo(other?.chi2 ?? 0, 9)
    expect(one?.clustered?.f).toBeCloseTo(other?.clustered?.f ?? 0, 9)
    expect(one?.scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(0, 9)
  })

  it('has the log-rank test’s score where nothing competes', () => {
    const alone = groupsOf(1, { groups: [0, 2] }).map(({ data, cluster }) => ({
      data: { ...data, cause: data.cause.map((by) => (by === 2 ? 0 : by)) },
      cluster,
    }))
    const [first, second] = alone as [GrayGroup, GrayGroup]
    expect(grayTest([alone], 2)?.scores[0]).toBeCloseTo(logRank(first.data, second.data)?.score ?? 0, 9)
  })

  it('takes a group without events, or with nobody, for what it is', () => {
    const [a, b] = groupsOf(1) as [GrayGroup, GrayGroup]
    const nobody: GrayGroup = { data: survivalData([]), cluster: [] }
    expect(grayTest([[a, b, nobody]], 2)).toMatchObject({ df: 1, chi2: grayTest([[a, b]], 2)?.chi2 })
    expect(grayTest([[a, nobody]], 2)).toBeUndefined()
    expect(grayTest([], 2)).toBeUndefined()
    const quiet: GrayGroup = { data: survivalData([{ time: 90, cause: 0 }]), cluster: [99] }
    expect(grayTest([[quiet, quiet]], 2)).toBeUndefined()
  })

  it('finds what is there: 30 sessions a group, five times the pace', () => {
    const random = seededRandom(3)
    const tests = Array.from({ length: 60 }, () => grayTest([simulated(random, [30, 30], 5)], 2))
    expect(tests.filter((test) => (test?.clustered?.p ?? 1) < 0.05).length).toBeGreaterThan(40)
  })

  /** Of 1,000 runs each elsewhere: 8 to 15 % of unclustered tests, 2.4 to 6.5 % of clustered ones (docs/metrics.md). */
  it('keeps its promise where tasks of a session are alike; taking tasks as independent does not', () => {
    const random = seededRandom(5)
    let [plain, clustered] = [0, 0]
    const runs = 300
    for (let run = 0; run < runs; run++) {
      const test = grayTest([simulated(random, [15, 15, 15, 15], 1)], 2)
      if ((test?.p ?? 1) < 0.05) plain++
      if ((test?.clustered?.p ?? 1) < 0.05) clustered++
    }
    expect(plain / runs).toBeGreaterThan(0.07)
    expect(clustered / runs).toBeLessThan(0.075)
  })
})

/** Sessions of three tasks that share a pace of being cut short; half of the tasks come under watch late. `ratio`: of the second group's pace to the first's. */
function simulated(random: Random, sessions: readonly number[], ratio: number): GrayGroup[] {
  let cluster = 0
  const after = (rate: number) => -Math.log(1 - random()) / rate
  return sessions.map((count, group) => {
    const observed: Observation[] = []
    const clusters: number[] = []
    for (let s = 0; s < count; s++) {
      cluster += 1
      const rate = 0.01 * after(1) * (group === 0 ? 1 : ratio)
      for (let i = 0; i < 3; i++) {
        const [cut, end, lost] = [after(rate), after(0.012), random() * 300]
        const entry = random() < 0.5 ? undefined : random() * 40
        const time = Math.ceil(Math.min(cut, end, lost))
        if (entry !== undefined && entry >= time) continue
        observed.push({ time, cause: time >= lost ? 0 : cut < end ? 1 : 2, entry })
        clusters.push(cluster)
      }
    }
    return { data: survivalData(observed), cluster: clusters }
  })
}

describe('what it rests on', () => {
  it('quadratic forms: by hand, and undefined where a matrix has no inverse', () => {
    // [[4, 2], [2, 3]]^-1 = [[3, -2], [-2, 4]] / 8
    expect(
      quadraticForm(
        [
          [4, 2],
          [2, 3],
        ],
        [1, 2],
      ),
    ).toBeCloseTo((3 - 8 + 16) / 8, 12)
    expect(
      quadraticForm(
        [
          [1, 1],
          [1, 1],
        ],
        [1, 2],
      ),
    ).toBeUndefined()
  })

  it('F: the square of Student’s t, chi-squared in the limit, and R’s pf', () => {
    expect(fisherAbove(2.5 ** 2, 1, 9)).toBeCloseTo(2 * studentAbove(2.5, 9), 12)
    expect(fisherAbove(3, 2, Number.POSITIVE_INFINITY)).toBeCloseTo(Math.exp(-3), 12)
    // pf(2.5, 3, 17, lower.tail = FALSE)
    expect(fisherAbove(2.5, 3, 17)).toBeCloseTo(0.094282805078948, 10)
    expect(fisherAbove(0, 3, 17)).toBe(1)
  })
})
