import { describe, expect, it } from 'vitest'
import { cohenKappa, f1Interval, gwetAc1 } from './agreement'
import { clusteredShare } from './clustered'
import { detection } from './detection'
import { interruptedMean } from './exponential'
import type { Interval } from './interval'
import { benjaminiHochberg, bonferroni, holm } from './multiplicity'
import { bonettPrice, mcNemar, newcombePaired, obuchowski, signFlip } from './paired'
import { garwood } from './poisson'
import { detectableDifference, eventsLogRank, powerTwoShares, sizeEquivalence, sizePairs, sizePrecision, sizeTwoShares } from './power'
import { seededRandom } from './random'
import { geometricMeanRatio, ratioOfTotals } from './ratio'
import { meanCumulative } from './recurrent'
import { waste } from './waste'

/** Published or enumerated numbers. Where a source prints four decimals the digits beyond were computed independently. */
function limits(got: Interval, low: number, high: number, digits = 9): void {
  expect(got.low).toBeCloseTo(low, digits)
  expect(got.high).toBeCloseTo(high, digits)
}

describe('paired shares', () => {
  it('McNemar, presidential approval (Agresti 1990): without correction unless asked', () => {
    const found = mcNemar(150, 86)
    expect(found.chi2).toBeCloseTo(17.35593220338983, 9)
    expect(found.p).toBeCloseTo(3.0992934410452196e-5, 12)
    expect(found.chi2Corrected).toBeCloseTo(16.81779661016949, 9)
    expect(found.pCorrected).toBeCloseTo(4.1145622813459415e-5, 12)
    expect(found.exact).toBeCloseTo(3.7159361395712944e-5, 12)
    expect(found.midP).toBeCloseTo(2.8933895176154485e-5, 12)
  })

  it('McNemar and its intervals, Cavo (Fagerland et al. 2017, ch. 8)', () => {
    const found = mcNemar(6, 16)
    expect(found.p).toBeCloseTo(0.03300625766123251, 10)
    expect(found.pCorrected).toBeCloseTo(0.05500883362926577, 10)
    expect(found.exact).toBeCloseTo(0.05247879028320304, 10)
    expect(found.midP).toBeCloseTo(0.03468966484069817, 10)
    limits(newcombePaired({ a: 59, b: 6, c: 16, d: 80 }), -0.11862119563870993, -0.004625113933050075)
    limits(bonettPrice(6, 16, 161), -0.11949881106651189, -0.0032005754365555736)
    limits(newcombePaired({ a: 1, b: 0, c: 0, d: 1 }), -0.5734194679697172, 0.5734194679697172)
  })

  it('22 % bad before and 34 % after: significant or not, depending on what the margins do not tell', () => {
    // good to bad, bad to good; the difference counts repairs minus harms
    const nvi = (a: number, harmed: number, repaired: number, d: number) => newcombePaired({ a, b: repaired, c: harmed, d })
    limits(nvi(51, 27, 15, 7), -0.241174833151323, 0.006081631026866735)
    limits(nvi(60, 18, 6, 16), -0.21374750543517396, -0.02415022636323226)
    expect(mcNemar(27, 15).exact).toBeCloseTo(0.08842954698775382, 10)
    expect(mcNemar(27, 15).midP).toBeCloseTo(0.06599403445579796, 10)
    expect(mcNemar(18, 6).chi2).toBeCloseTo(6, 12)
    expect(mcNemar(18, 6).exact).toBeCloseTo(0.02265584468841557, 10)
    expect(mcNemar(18, 6).midP).toBeCloseTo(0.014633297920227072, 10)
  })

  it('no discordant pair, no evidence', () => expect(mcNemar(0, 0)).toMatchObject({ p: 1, exact: 1, midP: 1 }))

  it('clusters that flip together are one fact: sign flips know it, McNemar does not', () => {
    const b = [10, 0, 0]
    const c = [0, 0, 0]
    expect(mcNemar(10, 0).exact).toBeLessThan(0.01)
    expect(signFlip([10, 0, 0], seededRandom(1)).p).toBe(1)
    expect(obuchowski(b, c)?.p).toBeGreaterThan(0.3)
    expect(signFlip([1, 1, 1, 1, 1], seededRandom(1))).toEqual({ p: 2 / 32, exact: true })
    const many = signFlip(new Array<number>(20).fill(1), seededRandom(1))
    expect(many).toEqual({ p: 2 / 2 ** 20, exact: true })
    const uneven = signFlip([3, -2, 0.5, ...new Array<number>(17).fill(1)], seededRandom(1))
    expect(uneven.exact).toBe(false)
    expect(uneven.p).toBeLessThan(0.01)
  })
})

describe('many tests', () => {
  it('Holm', () => {
    const expected = [0.03, 0.06, 0.06, 0.02]
    holm([0.01, 0.04, 0.03, 0.005]).forEach((value, k) => expect(value).toBeCloseTo(expected[k] ?? 0, 12))
  })

  it('Benjamini & Hochberg 1995, section 4.1: BH rejects four of fifteen, Bonferroni and Holm three', () => {
    const p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1]
    const expected = [
      0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714285714286, 0.06385714285714286, 0.0645, 0.0765, 0.486, 0.5811818181818182, 0.714875,
      0.7532307692307694, 0.8132142857142857, 1,
    ]
    const rejected = (adjusted: number[]) => adjusted.filter((q) => q <= 0.05).length
    benjaminiHochberg(p).forEach((value, k) => expect(value).toBeCloseTo(expected[k] ?? 0, 9))
    expect([rejected(benjaminiHochberg(p)), rejected(bonferroni(p)), rejected(holm(p))]).toEqual([4, 3, 3])
  })

  it('order of the input does not matter', () => {
    const p = [0.04, 0.001, 0.9, 0.02]
    const turned = [...p].reverse()
    expect(holm(turned).reverse()).toEqual(holm(p))
    expect(benjaminiHochberg(turned).reverse()).toEqual(benjaminiHochberg(p))
  })
})

describe('sizes', () => {
  it('two shares: JMP 2554; R power.prop.test 76.7; a table of published contrasts', () => {
    expect(Math.ceil(sizeTwoShares(0.08, 0.06))).toBe(2554)
    expect(sizeTwoShares(0.5, 0.75, 0.9)).toBeCloseTo(76.70692845177743, 8)
    expect(
      [
        [0.65, 0.72],
        [0.72, 0.78],
        [0.65, 0.78],
        [0.72, 0.81],
        [0.65, 0.81],
        [0.78, 0.81],
        [0.22, 0.34],
      ].map(([a = 0, b = 0]) => Math.ceil(sizeTwoShares(a, b))),
    ).toEqual([691, 817, 189, 348, 120, 2842, 219])
  })

  it('equivalence: TOSTER 542; ten and five points around 72 % and 15 %', () => {
    expect(sizeEquivalence(0.5, 0.5, 0.1, 0.9)).toBeCloseTo(541.1086908190821, 8)
    expect(
      [sizeEquivalence(0.72, 0.72, 0.1), sizeEquivalence(0.72, 0.72, 0.05), sizeEquivalence(0.15, 0.15, 0.1), sizeEquivalence(0.15, 0.15, 0.05)].map(Math.ceil),
    ).toEqual([346, 1382, 219, 874])
  })

  it('events for a log-rank test (Schoenfeld), pairs for McNemar (Connor), precision', () => {
    expect([1.2, 1.3, 1.5, 2].map((ratio) => Math.ceil(eventsLogRank(ratio)))).toEqual([945, 457, 191, 66])
    expect([sizePairs(0.12, 0), sizePairs(0.18, 0.06), sizePairs(0.78 * 0.34, 0.22 * 0.66)].map(Math.ceil)).toEqual([63, 129, 222])
    // Wald's size for five points around 72 %
    expect(Math.round(sizePrecision(0.72, 0.05))).toBe(310)
  })

  it('the smallest detectable difference undoes the size, and power at that size is what was asked', () => {
    const difference = detectableDifference(0.65, 300) ?? Number.NaN
    expect(difference).toBeCloseTo(0.1, 1)
    expect(Math.min(sizeTwoShares(0.65, 0.65 + difference), sizeTwoShares(0.65, 0.65 - difference))).toBeCloseTo(300, 4)
    expect(powerTwoShares(0.5, 0.75, sizeTwoShares(0.5, 0.75, 0.9))).toBeCloseTo(0.9, 10)
    expect(detectableDifference(0.5, 3)).toBeUndefined()
  })
})

describe('counts, ratios, agreement, detection', () => {
  it.each([
    [0, 0, 3.688879454113933],
    [1, 0.02531780798428989, 5.571643390938895],
    [10, 4.795388696132431, 18.39035604201777],
  ])('Garwood 1936: %d events', (x, low, high) => limits(garwood(x), low, high))

  it('mean cumulative function, by hand: 1/4, 1/2, 1, 4/3, 11/6', () => {
    const rows = meanCumulative([
      { events: [2, 5], end: 8 },
      { events: [3], end: 6 },
      { events: [], end: 4 },
      { events: [1, 3, 7], end: 7 },
    ])
    expect(rows.map(({ t, atRisk, events }) => [t, atRisk, events])).toEqual([
      [1, 4, 1],
      [2, 4, 1],
      [3, 4, 2],
      [5, 3, 1],
      [7, 2, 1],
    ])
    const means = [1 / 4, 1 / 2, 1, 4 / 3, 11 / 6]
    rows.forEach((row, k) => expect(row.mean).toBeCloseTo(means[k] ?? 0, 12))
  })

  it('geometric mean of the ratios 15, 20, 12, 40, 20', () => {
    const found = geometricMeanRatio([30_000, 52_000, 18_000, 64_000, 24_000], [2000, 2600, 1500, 1600, 1200])
    expect(found.ratio).toBeCloseTo(19.582967247219532, 9)
    expect(found.ratioOfSums).toBeCloseTo(21.123595505617978, 9)
    limits(found.interval as Interval, 11.154125192109834, 34.38123560572429, 8)
  })

  it('a ratio of totals has the variance of Rao & Scott where it is a share', () => {
    const y = [4, 1, 3, 2, 0]
    const n = [6, 6, 6, 6, 6]
    expect(ratioOfTotals(y, n).variance).toBeCloseTo(clusteredShare(y, n).variance ?? 0, 15)
  })

  it('waste: 2,400 destroyed, 5,900 cancelled, 900 redone of 40,000', () => {
    expect(waste({ total: 40_000, destroyed: 2400, cancelled: 5900, redone: 900 })).toMatchObject({ wasted: 9200, share: 0.23 })
    expect(waste({ total: 0, destroyed: 0, cancelled: 0, redone: 0 }).share).toBeUndefined()
  })

  it('kappa by its textbook example; and collapsing where AC1 does not (Gwet 2008)', () => {
    expect(
      cohenKappa([
        [20, 5],
        [10, 15],
      ]),
    ).toBeCloseTo(0.4, 12)
    const skewed = [
      [118, 5],
      [2, 0],
    ]
    expect(cohenKappa(skewed)).toBeCloseTo(-0.02339181286549608, 12)
    expect(gwetAc1(skewed)).toBeCloseTo(0.9407763376087177, 12)
  })

  it('F1 with an interval', () => {
    expect(f1Interval(95, 3, 5).f1).toBeCloseTo(0.9595959595959597, 12)
    limits(f1Interval(95, 3, 5), 0.9213508343429389, 0.979654121087461)
    limits(f1Interval(285, 9, 15), 0.9401364145064451, 0.9729121492240745)
  })

  it("d' and c (Hautus 1995): a master that cannot tell, and one that can", () => {
    const blind = detection(18, 22, 60, 78)
    expect([blind.hits, blind.falseAlarms]).toEqual([18.5 / 23, 60.5 / 79])
    expect(blind.sensitivity).toBeCloseTo(0.13209521917808908, 10)
    expect(blind.bias).toBeCloseTo(-0.7912067106321339, 10)
    const keen = detection(20, 22, 20, 78)
    expect(keen.sensitivity).toBeCloseTo(1.8784017369551043, 10)
    expect(keen.bias).toBeCloseTo(-0.2942936934911391, 10)
  })
})

describe('the mean over the interrupted only', () => {
  it('moves from 34 to 49 tokens while the true median moves from 35 to 693', () => {
    const naive = [34.34823572503343, 41.802329313067354, 45.85059174632016, 47.22735268428707, 48.33444338730061, 49.16680552249568]
    const rates = [0.8646647167633873, 0.6321205588285577, 0.3934693402873666, 0.28346868942621073, 0.18126924692201818, 0.09516258196404048]
    for (const [k, theta] of [50, 100, 200, 300, 500, 1000].entries()) {
      const found = interruptedMean(theta, 100)
      expect(found.naiveMean).toBeCloseTo(naive[k] ?? 0, 9)
      expect(found.interrupted).toBeCloseTo(rates[k] ?? 0, 12)
      expect(found.median).toBeCloseTo(theta * Math.log(2), 12)
    }
  })

  it.each([
    [82.03326150391257, 124.2088362411446, 47, 56.86112392357369, 63.9859439730518],
    [104.95926741217548, 133.60954477416553, 53, 72.75222028038678, 75.57067253676634],
    [63.887739342210075, 106.10036245889562, 39, 44.283606397401606, 51.74906886719016],
  ])('true mean %d in tasks of %d tokens looks like a mean of %d', (theta, length, naive, median, restricted) => {
    const found = interruptedMean(theta, length)
    expect(found.naiveMean).toBeCloseTo(naive, 8)
    expect(found.median).toBeCloseTo(median, 8)
    expect(found.restrictedMean).toBeCloseTo(restricted, 8)
  })
})
