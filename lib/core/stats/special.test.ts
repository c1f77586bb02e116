import { describe, expect, it } from 'vitest'
import { binomialBelow, binomialDensity, gammaQuantile, normalBelow, normalQuantile, studentAbove, studentQuantile } from './distributions'
import { deviance, incompleteBeta, incompleteBetaUpper, incompleteGamma, incompleteGammaUpper, logBeta, logGamma } from './special'

// References: 40-digit arithmetic (mpmath), rounded to doubles.
const relative = (got: number, want: number) => Math.abs(got - want) / Math.max(Math.abs(want), 1e-300)

describe('special functions keep twelve digits and more', () => {
  it.each([
    [0.001, 6.907178885383853],
    [0.1, 2.252712651734206],
    [0.5, 0.5723649429247001],
    [1, 0],
    [1.5, -0.12078223763524522],
    [3.7, 1.428072326665388],
    [10, 12.801827480081469],
    [15.9, 27.625493215168692],
    [16.1, 28.173694494813546],
    [171, 706.5730622457874],
    [1e6, 12815504.569147611],
  ])('logGamma(%d)', (x, want) => expect(Math.abs(logGamma(x) - want)).toBeLessThan(1e-13 * Math.max(1, Math.abs(want))))

  it.each([
    [0.5, 0.5, 0.5, 0.5, 0.5],
    [0.1, 2, 3, 0.0523, 0.9477],
    [0.9, 2, 3, 0.9963, 0.0036999999999999976],
    [0.001, 0.5, 20, 0.1575838139836385, 0.8424161860163615],
    [0.72, 72, 28, 0.48694858271449254, 0.5130514172855075],
    [0.6, 72, 28, 0.0056734220617441185, 0.9943265779382559],
    [0.72, 7200, 2800, 0.4986968243140435, 0.5013031756859565],
    [0.725, 7200, 2800, 0.8674467816451791, 0.13255321835482092],
    [0.3, 1, 0.001, 0.00035661134299276153, 0.9996433886570072],
    [0.99, 1000, 2, 0.0004748837215172369, 0.9995251162784827],
    [0.5, 10_000, 10_000, 0.5, 0.5],
  ])('I_%d(%d, %d), below and above', (x, a, b, below, above) => {
    expect(relative(incompleteBeta(x, a, b), below)).toBeLessThan(1e-12)
    expect(relative(incompleteBetaUpper(x, a, b), above)).toBeLessThan(1e-12)
  })

  it.each([
    [0.5, 0.1, 0.345279153981423, 0.654720846018577],
    [0.5, 5, 0.9984345977419975, 0.0015654022580025497],
    [10, 3, 0.0011024881301154798, 0.9988975118698845],
    [10, 25, 0.9997785233617512, 0.00022147663824878357],
    [100, 100, 0.5132987982791487, 0.48670120172085135],
    [1000, 1100, 0.99894067674607, 0.0010593232539299773],
    [0.5, 40, 1, 3.744097384202899e-19],
    [3.5, 0.01, 8.530580469428509e-9, 0.9999999914694195],
  ])('P(%d, %d) and Q', (a, x, below, above) => {
    expect(relative(incompleteGamma(a, x), below)).toBeLessThan(1e-12)
    expect(relative(incompleteGammaUpper(a, x), above)).toBeLessThan(1e-12)
  })

  it.each([
    [-37, 5.725571222524577e-300],
    [-8, 6.220960574271784e-16],
    [-1.96, 0.024997895148220435],
    [0, 0.5],
    [1, 0.8413447460685429],
    [2.5, 0.9937903346742238],
  ])('normal distribution below %d', (z, want) => expect(relative(normalBelow(z), want)).toBeLessThan(1e-12))

  it.each([
    [1e-20, -9.262340089798407],
    [1e-5, -4.264890793922825],
    [0.025, -1.9599639845400543],
    [0.4999, -0.00025066283008800747],
    [0.7, 0.5244005127080407],
    [0.975, 1.9599639845400538],
  ])('normal quantile of %d', (p, want) => expect(Math.abs(normalQuantile(p) - want)).toBeLessThan(1e-13))

  it.each([
    [0.975, 1, 12.706204736174694],
    [0.975, 3, 3.1824463052837086],
    [0.975, 15, 2.131449545559775],
    [0.95, 7, 1.8945786050900069],
    [0.995, 1000, 2.5807546980659506],
    [0.6, 2, 0.2886751345948128],
  ])("Student's t quantile of %d with %d degrees of freedom", (p, df, want) => expect(relative(studentQuantile(p, df), want)).toBeLessThan(1e-12))

  it.each([
    [3, 10, 0.3, 0.266827932],
    [0, 5, 0.2, 0.32768],
    [72, 100, 0.72, 0.08855876923549726],
    [7200, 10_000, 0.71, 0.0007703592472751829],
    [50, 100, 0.001, 9.596841476810662e-122],
  ])('binomial P(X = %d | %d, %d)', (x, n, p, want) => expect(relative(binomialDensity(x, n, p), want)).toBeLessThan(2e-12))
})

describe('what must hold between them', () => {
  it('quantiles undo distribution functions', () => {
    for (const p of [1e-9, 0.003, 0.2, 0.5, 0.81, 0.9999]) {
      expect(normalBelow(normalQuantile(p))).toBeCloseTo(p, 12)
      for (const shape of [0.4, 1, 7.5, 300]) expect(incompleteGamma(shape, gammaQuantile(p, shape))).toBeCloseTo(p, 12)
      for (const df of [1, 2.5, 30]) expect(1 - studentAbove(studentQuantile(p, df), df)).toBeCloseTo(p, 11)
    }
  })

  it('binomial probabilities sum to the distribution function', () => {
    let running = 0
    for (let x = 0; x <= 40; x++) {
      running += binomialDensity(x, 40, 0.37)
      expect(binomialBelow(x, 40, 0.37)).toBeCloseTo(running, 12)
    }
  })

  it('logBeta agrees with three logGammas where those keep their digits, and across the switch of method', () => {
    for (const [a, b] of [
      [0.5, 3],
      [15.9, 16.1],
      [2, 40],
      [40, 50],
    ] as const)
      expect(logBeta(a, b)).toBeCloseTo(logGamma(a) + logGamma(b) - logGamma(a + b), 11)
  })

  it('the deviance is zero at equality, positive elsewhere, smooth where its two forms meet', () => {
    expect(deviance(5, 5)).toBe(0)
    for (const m of [4.0909, 4.091, 4.9, 5.1, 6.111, 6.112]) expect(deviance(5, m)).toBeCloseTo(5 * Math.log(5 / m) + m - 5, 12)
  })

  it('nonsense in, NaN out: never a number that looks right', () => {
    expect(normalQuantile(1.2)).toBeNaN()
    expect(incompleteBeta(0.5, 0, 1)).toBeNaN()
    expect(logGamma(-1)).toBeNaN()
  })
})
