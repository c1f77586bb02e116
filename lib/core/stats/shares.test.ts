import { describe, expect, it } from 'vitest'
import { clusterBootstrap } from './bootstrap'
import { clusteredShare, clusteredWilson, intraclassCorrelation } from './clustered'
import { confidenceSequence } from './confidence-sequence'
import { agrestiCaffo, newcombe, pooledZ } from './difference'
import { equivalence } from './equivalence'
import { fisher } from './fisher'
import { drawnFunnelLimits, exactFunnelLimits, funnelLimits } from './funnel'
import type { Interval } from './interval'
import { benjaminiHochberg, holm } from './multiplicity'
import { rateRatio } from './poisson'
import { clopperPearson, jeffreys, wilson, wilsonContinuity } from './proportion'
import { seededRandom } from './random'

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
    expect(drawnFunnelLimits(0.74, 29)).toEqual(exactFunnelLimits(0.74, 29))
    expect(drawnFunnelLimits(0.74, 30)).toEqual(funnelLimits(0.74, 30))
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
