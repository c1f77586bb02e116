import { describe, expect, it } from 'vitest'
import { aalenJohansen, effectiveSize, incidenceAt, incidenceSpread } from './aalen-johansen'
import { followedUntil, kaplanMeier, restrictedMean, survivalAt, survivalLimits, timeQuantile } from './kaplan-meier'
import { logRank, stratifiedLogRank } from './log-rank'
import { seededRandom } from './random'
import { riskAt, survivalData, watchedFrom } from './survival-data'

// Rows: time, at risk, events, S, Greenwood's standard error, log limits, log-log limits.
const MAINTAINED = {
  time: [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161],
  cause: [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0],
  rows: [
    [9, 11, 1, 0.9090909090909091, 0.08667841720414475, 0.7541338450815255, 1.0, 0.5080802057699298, 0.9866738226678231],
    [13, 10, 1, 0.8181818181818181, 0.11629129983033294, 0.6192489873993635, 1.0, 0.44742861468218137, 0.9511622285824917],
    [18, 8, 1, 0.7159090909090908, 0.13966497055722782, 0.48842628742212846, 1.0, 0.3501903859079384, 0.8990239741910534],
    [23, 7, 1, 0.6136363636363636, 0.15263233102731202, 0.3768670595016798, 0.9991576002284729, 0.2657520400012861, 0.8352992432502215],
    [31, 5, 1, 0.49090909090909096, 0.16419326722113584, 0.25485995119931737, 0.9455849552004294, 0.1673309097768508, 0.7533997903708114],
    [34, 4, 1, 0.3681818181818182, 0.16266888582709482, 0.1548771178971911, 0.8752606781439077, 0.0928295749369852, 0.6570408323981638],
    [48, 2, 1, 0.1840909090909091, 0.15349274578629368, 0.035917898489185245, 0.943525769474552, 0.011738480123189602, 0.5250148427266415],
  ],
}

const NOT_MAINTAINED = {
  time: [5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45],
  cause: [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1],
  rows: [
    [5, 12, 2, 0.8333333333333334, 0.1075828707279838, 0.6470369870133617, 1.0, 0.48171494219537886, 0.9555093657280649],
    [8, 10, 2, 0.6666666666666667, 0.13608276348795437, 0.446846081150264, 0.9946253602590915, 0.33701893254140197, 0.8597117990844398],
    [12, 8, 1, 0.5833333333333334, 0.14231876063832777, 0.3616137052103847, 0.9409980121738093, 0.27013892408549733, 0.8009401923333868],
    [23, 6, 1, 0.48611111111111116, 0.14813006255348293, 0.2675182488582666, 0.8833192253395576, 0.19187661961872826, 0.7296715697794854],
    [27, 5, 1, 0.38888888888888895, 0.1469861839480328, 0.18539652609555674, 0.8157357156912722, 0.1262720121953936, 0.6498174082893151],
    [30, 4, 1, 0.29166666666666674, 0.13871516913498738, 0.11483115015247042, 0.7408220185158038, 0.07240160890777184, 0.5608860526714093],
    [33, 3, 1, 0.1944444444444445, 0.12187450538044617, 0.056921552571604174, 0.6642236598825634, 0.031198642931211936, 0.4614294762381139],
    [43, 2, 1, 0.09722222222222225, 0.09186636496752053, 0.015256527170865208, 0.6195486291190557, 0.005746305695863839, 0.3489038611107497],
    [45, 1, 1, 0.0],
  ],
}

const PLACEBO = {
  time: [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23],
  cause: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
  rows: [
    [1, 21, 2, 0.9047619047619048, 0.0640564484890047, 0.787535047532568, 1.0, 0.6700458822350336, 0.9752941490381125],
    [2, 19, 2, 0.8095238095238095, 0.0856890867468988, 0.6578530624079789, 0.9961628753193028, 0.5689050599241726, 0.9238888285592948],
    [3, 17, 1, 0.7619047619047619, 0.09294286409033649, 0.5998804822130563, 0.9676908708074606, 0.5193914153284288, 0.8932571097824872],
    [4, 16, 2, 0.6666666666666666, 0.10286889997472794, 0.49268063367611636, 0.9020944077469424, 0.4253504355652473, 0.8250440087973401],
    [5, 14, 2, 0.5714285714285714, 0.10798984943120776, 0.39454812147806106, 0.8276065566391366, 0.3379769538594931, 0.7492407099432165],
    [8, 12, 4, 0.380952380952381, 0.10597116957413083, 0.22084536131823, 0.6571327361690367, 0.1830665488203944, 0.577788677745831],
    [11, 8, 2, 0.28571428571428575, 0.09858079419176491, 0.1452912703867743, 0.5618551812776731, 0.11656132643676469, 0.48181964800902555],
    [12, 6, 2, 0.19047619047619052, 0.08568908674689882, 0.07887013995773454, 0.4600115982774294, 0.05948170136117528, 0.3774348905851501],
    [15, 4, 1, 0.1428571428571429, 0.07636035483212128, 0.05010898396649088, 0.40727553524041876, 0.035657355190666734, 0.3211615746808693],
    [17, 3, 1, 0.09523809523809527, 0.06405644848900471, 0.025485828068471997, 0.3558956279627886, 0.016259260212247023, 0.26124998196868693],
    [22, 2, 1, 0.04761904761904764, 0.046471432045168265, 0.0070322298473955965, 0.32245443413442015, 0.003324463042531177, 0.1970449056989461],
    [23, 1, 1, 0.0],
  ],
}

const TREATED = {
  time: [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35],
  cause: [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0],
}

interface Arm {
  time: number[]
  cause: number[]
}
const dataOf = ({ time, cause }: Arm) => survivalData(time.map((t, i) => ({ time: t, cause: cause[i] ?? 0 })))

describe('Kaplan-Meier', () => {
  it.each([
    ['leukaemia, maintained (Miller; R survival)', MAINTAINED],
    ['leukaemia, not maintained', NOT_MAINTAINED],
    ['6-MP trial, placebo (Freireich 1963)', PLACEBO],
  ])('%s: every row, its error and both kinds of limits', (_, arm) => {
    const curve = kaplanMeier(dataOf(arm))
    expect(curve.times).toHaveLength(arm.rows.length)
    arm.rows.forEach(([t, n, d, s = 0, se, logLow = 0, logHigh = 0, loglogLow = 0, loglogHigh = 0], k) => {
      expect([curve.times[k], curve.atRisk[k], curve.anyEvent[k]]).toEqual([t, n, d])
      expect(curve.survival[k]).toBeCloseTo(s, 12)
      if (se === undefined) {
        expect(survivalLimits(curve.survival[k] ?? 0, curve.se[k] ?? 0, 'log')).toBeUndefined()
        return
      }
      expect(curve.se[k]).toBeCloseTo(se, 10)
      const log = survivalLimits(s, se, 'log')
      const loglog = survivalLimits(s, se, 'log-log')
      expect([log?.low, log?.high].map((x) => x?.toFixed(8))).toEqual([logLow, logHigh].map((x) => x.toFixed(8)))
      expect([loglog?.low, loglog?.high].map((x) => x?.toFixed(8))).toEqual([loglogLow, loglogHigh].map((x) => x.toFixed(8)))
    })
  })

  it('medians with Brookmeyer-Crowley limits; an upper limit that is not reached is said to be so', () => {
    const quantiles = (arm: Arm) => [timeQuantile(kaplanMeier(dataOf(arm)), 0.5, 'log'), timeQuantile(kaplanMeier(dataOf(arm)))]
    expect(quantiles(MAINTAINED)).toEqual([
      { value: 31, low: 18, high: undefined },
      { value: 31, low: 13, high: undefined },
    ])
    expect(quantiles(NOT_MAINTAINED)).toEqual([
      { value: 23, low: 8, high: undefined },
      { value: 23, low: 5, high: 33 },
    ])
    expect(quantiles(PLACEBO)).toEqual([
      { value: 8, low: 4, high: 12 },
      { value: 8, low: 4, high: 11 },
    ])
    expect(timeQuantile(kaplanMeier(dataOf({ time: [5, 6, 7, 8], cause: [1, 0, 0, 0] }))).value).toBeUndefined()
  })

  it('restricted means: R print(rmean) for leukaemia; the plain mean where nobody is censored', () => {
    const rmst = (arm: Arm, tau: number) => restrictedMean(dataOf(arm), tau)
    expect(rmst(MAINTAINED, 161)).toMatchObject({ value: expect.closeTo(52.64545454545455, 10), se: expect.closeTo(19.828602795562585, 10) })
    expect(rmst(MAINTAINED, 48)).toMatchObject({ value: expect.closeTo(31.84318181818182, 10), se: expect.closeTo(4.527884711750492, 10) })
    expect(rmst(NOT_MAINTAINED, 161)).toMatchObject({ value: expect.closeTo(22.708333333333336, 10), se: expect.closeTo(4.180941981033155, 10) })
    expect(rmst(PLACEBO, 35)).toMatchObject({ value: expect.closeTo(182 / 21, 12), se: expect.closeTo(1.3773900412645488, 10) })
    expect(rmst({ time: [1, 2, 3, 4, 10], cause: [1, 1, 1, 1, 1] }, 4.1).value).toBeCloseTo(2.82, 12)
    expect(rmst({ time: [10], cause: [0] }, 4).value).toBe(4)
  })

  it('the influence form of the variance of a restricted mean: Greenwood up to n/(n-1)', () => {
    const { se, clusteredSe } = restrictedMean(dataOf(PLACEBO), 35)
    expect(clusteredSe).toBeCloseTo(se * Math.sqrt(21 / 20), 10)
  })

  it('how far at least ten are watched', () => {
    expect(followedUntil(dataOf(PLACEBO), 10)).toBe(8)
    expect(followedUntil(dataOf(PLACEBO), 30)).toBeUndefined()
    expect(survivalAt(kaplanMeier(dataOf(PLACEBO)), 8.5)).toBeCloseTo(8 / 21, 12)
  })
})

describe('log-rank', () => {
  it('leukaemia: chi-squared 3.4', () => {
    expect(logRank(dataOf(MAINTAINED), dataOf(NOT_MAINTAINED))).toMatchObject({
      observed: 7,
      expected: expect.closeTo(10.689335992300723, 10),
      variance: expect.closeTo(4.007550745938734, 10),
      chi2: expect.closeTo(3.3963886989776015, 10),
      p: expect.closeTo(0.06533932204050498, 10),
    })
  })

  it('6-MP trial: 16.79 (Kleinbaum & Klein 2012), Gehan 13.46, Tarone-Ware 15.12 (lifelines)', () => {
    const chi2 = (weight?: 'gehan' | 'tarone-ware') => logRank(dataOf(TREATED), dataOf(PLACEBO), weight)?.chi2
    expect(chi2()).toBeCloseTo(16.792940989216532, 9)
    expect(chi2('gehan')).toBeCloseTo(13.457852049631065, 9)
    expect(chi2('tarone-ware')).toBeCloseTo(15.123575301872693, 9)
    expect(logRank(dataOf(TREATED), dataOf(PLACEBO))?.expected).toBeCloseTo(19.25050094803113, 9)
  })

  it('six units with ties and censoring (R survdiff)', () => {
    expect(logRank(dataOf({ time: [10, 20, 30], cause: [1, 0, 1] }), dataOf({ time: [10, 20, 50], cause: [1, 0, 1] }))).toMatchObject({
      score: expect.closeTo(0.5, 12),
      variance: expect.closeTo(0.65, 12),
      p: expect.closeTo(0.5351434523977505, 10),
    })
  })

  it('is symmetric in the groups, and a stratum cut off changes nothing of the rest', () => {
    const a = dataOf(MAINTAINED)
    const b = dataOf(NOT_MAINTAINED)
    expect(logRank(a, b)?.chi2).toBeCloseTo(logRank(b, a)?.chi2 ?? 0, 10)
    expect(
      stratifiedLogRank([
        [a, b],
        [dataOf({ time: [3], cause: [0] }), dataOf({ time: [4], cause: [0] })],
      ])?.chi2,
    ).toBeCloseTo(logRank(a, b)?.chi2 ?? 0, 12)
    expect(logRank(dataOf({ time: [3], cause: [0] }), dataOf({ time: [4], cause: [0] }))).toBeUndefined()
  })
})

describe('Aalen-Johansen', () => {
  it('worked by hand in R survival: (18/35, 1/7, 12/35) at 3, infinitesimal-jackknife errors', () => {
    const data = dataOf({ time: [1, 2, 2, 3, 3, 3, 5, 6], cause: [0, 1, 0, 2, 0, 2, 0, 2] })
    const curve = aalenJohansen(data, 2)
    const at = (t: number) => [0, 1, 2].map((cause) => incidenceAt(curve, cause, t))
    expect(at(2)).toEqual([6 / 7, 1 / 7, 0].map((x) => expect.closeTo(x, 12)))
    expect(at(3)).toEqual([18 / 35, 1 / 7, 12 / 35].map((x) => expect.closeTo(x, 12)))
    expect(at(6)).toEqual([0, 1 / 7, 6 / 7].map((x) => expect.closeTo(x, 12)))
    const se = (cause: number, t: number) => Math.sqrt(incidenceSpread(curve, data, cause, t).independent)
    expect([se(0, 3), se(1, 3), se(2, 3), se(2, 6), se(0, 6)]).toEqual(
      [0.20386927727282364, 0.13226001425322165, 0.19510033301276286, 0.13226001425322165, 0].map((x) => expect.closeTo(x, 9)),
    )
  })

  it('Satagopan 2004, table 2: at risk 304, 302, 301, 300, 298, 297; 1.32 % by the end', () => {
    const data = dataOf({
      time: [7, 10, 14, 16, 18, 23, 24, 26, 27, ...new Array<number>(296).fill(30)],
      cause: [0, 1, 0, 1, 2, 1, 0, 2, 1, ...new Array<number>(296).fill(0)],
    })
    const curve = aalenJohansen(data, 2)
    expect([...curve.atRisk]).toEqual([304, 302, 301, 300, 298, 297])
    expect(incidenceAt(curve, 1, 30)).toBeCloseTo(0.013201646681372973, 12)
    expect(Math.sqrt(incidenceSpread(curve, data, 1, 30).independent)).toBeCloseTo(0.006557180215556864, 9)
    expect(incidenceAt(curve, 2, 30)).toBeCloseTo(0.006611807015984336, 12)
  })

  it('without censoring it is the plain share, with its plain variance, and n counts in full', () => {
    const data = dataOf({ time: [1, 2, 2, 3, 4, 5, 5, 6], cause: [1, 2, 1, 1, 3, 2, 1, 3] })
    const curve = aalenJohansen(data, 3)
    expect(incidenceAt(curve, 1, 5)).toBeCloseTo(0.5, 12)
    expect(incidenceSpread(curve, data, 1, 5).independent).toBeCloseTo(0.25 / 8, 12)
    expect(effectiveSize(curve, data, 1, 3).effectiveN).toBeLessThanOrEqual(8 + 1e-9)
  })

  it('where nothing happened: late comers count by what was seen of them, those lost before not at all', () => {
    const size = (rows: { time: number; cause: number; entry?: number }[]) => {
      const data = survivalData(rows)
      return effectiveSize(aalenJohansen(data, 2), data, 1, 10).effectiveN
    }
    expect(
      size([
        { time: 12, cause: 0 },
        { time: 12, cause: 2, entry: 5 },
        { time: 4, cause: 0 },
        { time: 4, cause: 2 },
        { time: 30, cause: 2, entry: 20 },
      ]),
    ).toBe(2.5)
    expect(size([{ time: 30, cause: 1, entry: 20 }])).toBe(0)
  })

  it('clusters repeated ten times: ten times the rows, no more information', () => {
    const rows = [1, 2, 3, 4, 5, 6].map((t, i) => ({ time: t, cause: i % 3, cluster: i }))
    const once = survivalData(rows)
    const often = survivalData(Array.from({ length: 10 }, () => rows).flat())
    const variance = (data: typeof once) => incidenceSpread(aalenJohansen(data, 2), data, 1, 5).clustered
    expect(variance(often)).toBeCloseTo(variance(once) ?? 0, 12)
  })

  it('delayed entry: a unit that comes late is not at risk before, and does not look immune', () => {
    const late = survivalData([
      { time: 3, cause: 1, entry: 2.5 },
      { time: 4, cause: 2 },
      { time: 1, cause: 1 },
    ])
    const curve = aalenJohansen(late, 2)
    expect([...curve.atRisk]).toEqual([2, 2, 1])
    expect(incidenceAt(curve, 1, 1)).toBeCloseTo(1 / 2, 12)
    expect(incidenceAt(curve, 1, 3)).toBeCloseTo(1 / 2 + 1 / 4, 12)
    expect(survivalData([{ time: 3, cause: 1, entry: 3 }])).toMatchObject({ n: 0, neverAtRisk: 1 })
  })

  it('the table under a curve counts everybody once', () => {
    const rows = riskAt(dataOf(MAINTAINED), [0, 20, 200], 1)
    expect(rows).toEqual([
      { t: 0, atRisk: 11, events: [0], censored: 0 },
      { t: 20, atRisk: 7, events: [3], censored: 1 },
      { t: 200, atRisk: 0, events: [7], censored: 4 },
    ])
  })
})

describe('where a curve may begin and end, told from a few of the units', () => {
  it('is what looking at every time says, entries late and early, ties and few units included', () => {
    const random = seededRandom(5)
    for (let round = 0; round < 300; round++) {
      const n = 1 + Math.floor(random() * 150)
      const most = random() < 0.5 ? 8 : 400
      const data = survivalData(
        Array.from({ length: n }, () => {
          const time = 1 + Math.floor(random() * most)
          return { time, cause: 1, entry: random() < 0.4 ? undefined : Math.floor(random() * time) - 0.5 }
        }),
      )
      const atRisk = (t: number) => Array.from(data.time).filter((time, i) => time >= t && (data.entry[i] as number) < t).length
      const times = [...new Set(data.time)].sort((a, b) => b - a)
      expect(followedUntil(data, 10)).toBe(times.find((t) => atRisk(t) >= 10))
      const watched = (at: number) => Array.from(data.entry).filter((entry, i) => entry <= at && (data.time[i] as number) >= at).length
      const first = [...data.entry].sort((a, b) => a - b).find((at) => watched(at) >= 10)
      expect(watchedFrom(data, 10)).toBe(first === undefined ? 0 : Math.max(0, Math.ceil(first)))
    }
  })
})
