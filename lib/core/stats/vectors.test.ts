import { describe, expect, it } from 'vitest'
import { cohenKappa, f1Interval, gwetAc1 } from './agreement'
import { clusterBootstrap } from './bootstrap'
import { clusteredShare, clusteredWilson, intraclassCorrelation } from './clustered'
import { confidenceSequence } from './confidence-sequence'
import { detection } from './detection'
import { agrestiCaffo, newcombe, pooledZ } from './difference'
import { equivalence } from './equivalence'
import { interruptedMean } from './exponential'
import { fisher } from './fisher'
import { exactFunnelLimits, funnelLimits } from './funnel'
import type { Interval } from './interval'
import { benjaminiHochberg, bonferroni, holm } from './multiplicity'
import { bonettPrice, mcNemar, newcombePaired, obuchowski, signFlip } from './paired'
import { garwood, rateRatio } from './poisson'
import { detectableDifference, eventsLogRank, powerTwoShares, sizeEquivalence, sizePairs, sizePrecision, sizeTwoShares } from './power'
import { clopperPearson, jeffreys, wilson, wilsonContinuity } from './proportion'
import { seededRandom } from './random'
import { geometricMeanRatio, ratioOfTotals } from './ratio'
import { meanCumulative } from './recurrent'
import { waste } from './waste'

/** Published or enumerated numbers. Where a source prints four decimals the digits beyond were computed independently. */
function limits(got: Interval, low: number, high: number, digits = 9): void {
  expect(got.low).toBeCloseTo(low, digits)
  expect(got.high).toBeCloseTo(high, digits)
}

describe('one share', () => {
  it.each([
    ['Newcombe 1998, table I', 81, 263, 0.2552885198782743, 0.3662095769828001],
    ['Newcombe 1998, table I', 15, 148, 0.0623863995307363, 0.160487241723308],
    ['Newcombe 1998, table I', 1, 29, 0.006113214292762653, 0.17175521879320282],
    ['Fagerland, Lydersen & Laake 2017, ch. 2', 13, 16, 0.5699111903802587, 0.9340840092857186],
    ['a reported 72 % if it came from 30', 21.6, 30, 0.5417040346145496, 0.8483500723889041],
    ['a reported 65 % if it came from 30', 19.5, 30, 0.47137405544031274, 0.7945719266074966],
    ['a reported 78 % if it came from 100', 78, 100, 0.6892964648501421, 0.8499871761539459],
    ['a reported 72 % if it came from 100', 72, 100, 0.6251197129007884, 0.7986031478881379],
    ['a reported 81 % if it came from 100', 81, 100, 0.7222115462093562, 0.8748524849023126],
    ['a reported 78 % if it came from 300', 234, 300, 0.7297473820840871, 0.8231725540301672],
    ['a reported 65 % if it came from 300', 195, 300, 0.5944391111549903, 0.7017679974776458],
    ['a reported 81 % if it came from 300', 243, 300, 0.7617962081751881, 0.8503651496655933],
  ])('Wilson, %s: %d of %d', (_, x, n, low, high) => limits(wilson(x, n), low, high))

  it.each([
    ['Newcombe 1998, table I', 81, 263, 0.2535086822951852, 0.3681762010430035],
    ['Newcombe 1998, table I', 15, 148, 0.05977820842849812, 0.16444977936483693],
    ['Newcombe 1998, table I', 1, 29, 0.0018026402132796649, 0.1962817510097595],
    ['Fagerland et al. 2017', 13, 16, 0.5369234396890326, 0.9502687438919938],
  ])('Wilson with continuity correction, %s: %d of %d', (_, x, n, low, high) => limits(wilsonContinuity(x, n), low, high))

  it.each([
    [13, 16, 0.5792148277642926, 0.9441870161099912],
    [0, 10, 0, 0.2171962675092102],
    [1, 30, 0.0036204643737916264, 0.14541777735402053],
    [72, 100, 0.6266517866660997, 0.8008226518439541],
  ])('Jeffreys, Brown, Cai & DasGupta 2001: %d of %d', (x, n, low, high) => limits(jeffreys(x, n), low, high))

  it('Clopper-Pearson, Fagerland et al. 2017: 13 of 16', () => limits(clopperPearson(13, 16), 0.5435434537683883, 0.959526266094054))

  it.each([
    [7, 10, 0.2667405261641935, 0.9633597096244901],
    [72, 100, 0.5639297636897973, 0.8466038596520566],
    [0, 20, 0, 0.2606713509376575],
    [20, 20, 0.7393286490623425, 1],
  ])('confidence sequence, Robbins 1970: %d of %d', (x, n, low, high) => limits(confidenceSequence(x, n), low, high))

  it('funnel limits, Spiegelhalter 2005', () => {
    limits(funnelLimits(0.74, 10), 0.46813667457681063, 1)
    limits(funnelLimits(0.74, 10, 0.998), 0.3113590465377327, 1)
    limits(funnelLimits(0.74, 50), 0.6184190247529203, 0.8615809752470797)
    limits(funnelLimits(0.74, 50, 0.998), 0.5483059380236093, 0.9316940619763907)
    limits(funnelLimits(0.74, 200), 0.6792095123764602, 0.8007904876235398)
    limits(funnelLimits(0.74, 200, 0.998), 0.6441529690118046, 0.8358470309881953)
  })

  it('exact funnel limits lie near the normal ones at n = 200, and inside 0..1 at n = 3', () => {
    limits(exactFunnelLimits(0.74, 200), 0.679, 0.801, 1)
    const few = exactFunnelLimits(0.74, 3, 0.998)
    expect(few.low).toBeGreaterThanOrEqual(0)
    expect(few.high).toBeLessThanOrEqual(1)
  })
})

describe('shares in clusters, Rao & Scott 1992 (Weil 1970, rats)', () => {
  const controls = { y: [13, 12, 9, 9, 8, 8, 12, 11, 9, 9, 8, 11, 4, 5, 7, 7], n: [13, 12, 9, 9, 8, 8, 13, 12, 10, 10, 9, 13, 5, 7, 10, 10] }
  const treated = { y: [12, 11, 10, 9, 10, 9, 9, 8, 8, 4, 7, 4, 5, 3, 3, 0], n: [12, 11, 10, 9, 11, 10, 10, 9, 9, 5, 9, 7, 10, 6, 10, 7] }

  it.each([
    [
      'controls',
      controls,
      0.8987341772151899,
      0.000709941185145845,
      1.2324953943067687,
      128.19520521524458,
      0.029091385439862345,
      0.8276313690260187,
      0.9425429734127792,
    ],
    [
      'treated',
      treated,
      0.7724137931034483,
      0.004792249907274007,
      3.9528606259640737,
      36.68229510739088,
      0.3721348138143966,
      0.6000083742579952,
      0.8847786682387427,
    ],
  ])('%s: design effect, effective n, correlation, interval', (_, { y, n }, p, variance, deff, effective, icc, low, high) => {
    const share = clusteredShare(y, n)
    expect(share.p).toBeCloseTo(p, 12)
    expect(share.variance).toBeCloseTo(variance, 12)
    expect(share.designEffect).toBeCloseTo(deff, 9)
    expect(share.effectiveN).toBeCloseTo(effective, 8)
    expect(intraclassCorrelation(y, n)).toBeCloseTo(icc, 10)
    const interval = clusteredWilson(y, n)
    expect(interval?.t).toBeCloseTo(2.131449545559774, 10)
    limits(interval as Interval, low, high)
  })

  it('five sessions of six: design effect 15/8, so thirty tasks tell as much as sixteen', () => {
    const found = clusteredWilson([4, 1, 3, 2, 0], [6, 6, 6, 6, 6])
    expect(found?.effectiveN).toBeCloseTo(16, 10)
    expect(found?.t).toBeCloseTo(2.7764451051977908, 10)
    limits(found as Interval, 0.11331538084549841, 0.6617315360720561)
    expect(intraclassCorrelation([4, 1, 3, 2, 0], [6, 6, 6, 6, 6])).toBeCloseTo(0.15294117647058822, 12)
  })

  it('sessions more alike than chance: the design effect is floored at one', () => {
    const found = clusteredWilson([2, 2, 0, 2], [3, 3, 2, 3])
    expect(found?.rawDesignEffect).toBeCloseTo(0.7757575757575759, 12)
    expect(found?.designEffect).toBe(1)
    limits(found as Interval, 0.17823066210698463, 0.8690999740582726)
  })

  it('three of eleven completed in four sessions', () => {
    const found = clusteredWilson([1, 0, 1, 1], [3, 3, 2, 3])
    expect(found?.rawDesignEffect).toBeCloseTo(0.5757575757575757, 12)
    limits(found as Interval, 0.05464202633401927, 0.7087047928396946)
  })

  it('the bootstrap meets the full enumeration of its 256 draws', () => {
    const y = [2, 2, 0, 2]
    const n = [3, 3, 2, 3]
    const share = (drawn: readonly number[]) => drawn.reduce((sum, g) => sum + (y[g] ?? 0), 0) / drawn.reduce((sum, g) => sum + (n[g] ?? 0), 0)
    const found = clusterBootstrap(4, share, seededRandom(7), 20_000)
    expect(Math.abs(found.mean - 0.5358428030303031)).toBeLessThan(0.004)
    expect(Math.abs(found.sd - 0.12279590457772815)).toBeLessThan(0.004)
    expect(clusterBootstrap(4, share, seededRandom(7), 20_000)).toEqual(found)
  })
})

describe('two shares', () => {
  it.each([
    [56, 70, 48, 80, 0.05243147240236498, 0.33387265403690597],
    [9, 10, 3, 10, 0.17052272393450307, 0.809017973535488],
    [5, 56, 0, 29, -0.03813714790353685, 0.19256001385511157],
    [0, 10, 0, 20, -0.1611251580528193, 0.27753279986288915],
    [10, 10, 0, 20, 0.6790860371419147, 1],
    [10, 10, 0, 10, 0.6075093504305243, 1],
    [78, 100, 72, 100, -0.060023273353987425, 0.17790027016946264],
    [78, 100, 65, 100, 0.004761219546955353, 0.2499824669331343],
    [72, 100, 65, 100, -0.05829610173623059, 0.1952040031439957],
    [72, 100, 81, 100, -0.20492655775769808, 0.027835764846147068],
  ])('Newcombe 1998, table II: %d/%d against %d/%d', (x1, n1, x2, n2, low, high) => limits(newcombe(x1, n1, x2, n2), low, high))

  it('Agresti-Caffo, Fagerland et al. 2017', () => limits(agrestiCaffo(7, 34, 1, 34), 0.011611670142613995, 0.3217216631907193))

  it("Fisher's tea (1935), and mid-P by Fagerland et al. 2017", () => {
    expect(fisher(3, 1, 1, 3).p).toBeCloseTo(17 / 35, 12)
    expect(fisher(0, 16, 15, 57).p).toBeCloseTo(0.06286666463010752, 10)
    expect(fisher(0, 16, 15, 57).midP).toBeCloseTo(0.04465969120187395, 10)
  })

  it('six pairs of four reported rates, had each come from 100 tasks: none survives Holm', () => {
    const x = [78, 72, 65, 81]
    const p = [
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ].map(([i = 0, j = 0]) => pooledZ(x[i] ?? 0, 100, x[j] ?? 0, 100).p)
    const expected = [0.3271868777903051, 0.04171499719545624, 0.5992583230406663, 0.2866175177456789, 0.1333715001675575, 0.010822909253302093]
    p.forEach((value, k) => expect(value).toBeCloseTo(expected[k] ?? 0, 10))
    const adjusted = [0.8598525532370367, 0.2085749859772812, 0.8598525532370367, 0.8598525532370367, 0.53348600067023, 0.06493745551981256]
    holm(p).forEach((value, k) => expect(value).toBeCloseTo(adjusted[k] ?? 0, 9))
    const q = [0.3926242533483661, 0.12514499158636871, 0.5992583230406663, 0.3926242533483661, 0.266743000335115, 0.06493745551981256]
    benjaminiHochberg(p).forEach((value, k) => expect(value).toBeCloseTo(q[k] ?? 0, 9))
  })

  it('TOST, R package TOSTER: 65/100 against 70/100 within ten points is not shown', () => {
    const found = equivalence(65, 100, 70, 100, -0.1, 0.1)
    expect(found.zLow).toBeCloseTo(0.7559289460184555, 10)
    expect(found.pLow).toBeCloseTo(0.22484589898444518, 10)
    expect(found.zHigh).toBeCloseTo(-2.267786838055362, 10)
    expect(found.pHigh).toBeCloseTo(0.011671101006445472, 10)
    expect(found.equivalent).toBe(false)
    limits(found.interval, -0.15879684100040503, 0.05879684100040515)
  })

  it('TOST: 216/300 against 210/300 is equivalent within ten points and not within five', () => {
    expect(equivalence(216, 300, 210, 300, -0.1, 0.1).equivalent).toBe(true)
    const five = equivalence(216, 300, 210, 300, -0.05, 0.05)
    expect(five.p).toBeCloseTo(0.20899196572930212, 10)
    expect(five.equivalent).toBe(false)
    limits(five.interval, -0.04092623096022682, 0.08092623096022686)
  })

  it('rate ratio: equal rates give one, none in the second arm gives no upper limit', () => {
    expect(rateRatio(10, 100, 20, 200)?.ratio).toBeCloseTo(1, 12)
    expect(rateRatio(3, 100, 0, 100)?.high).toBe(Number.POSITIVE_INFINITY)
    expect(rateRatio(0, 100, 0, 100)).toBeUndefined()
  })
})

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
    expect(many.exact).toBe(false)
    expect(many.p).toBeLessThan(0.001)
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
