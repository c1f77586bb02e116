import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aalenJohansen, incidenceAt, incidenceSpread } from './aalen-johansen'
import { cohenKappa, f1Interval, gwetAc1 } from './agreement'
import { clusterBootstrap } from './bootstrap'
import { clusteredShare, clusteredWilson, intraclassCorrelation } from './clustered'
import { confidenceSequence } from './confidence-sequence'
import { detection } from './detection'
import { agrestiCaffo, newcombe } from './difference'
import { equivalence } from './equivalence'
import { interruptedMean } from './exponential'
import { fisher } from './fisher'
import { funnelLimits } from './funnel'
import type { Interval } from './interval'
import { kaplanMeier, restrictedMean, survivalLimits, timeQuantile } from './kaplan-meier'
import { logRank } from './log-rank'
import { benjaminiHochberg, bonferroni, holm } from './multiplicity'
import { bonettPrice, mcNemar, newcombePaired } from './paired'
import { garwood, eventRate } from './poisson'
import { eventsLogRank, sizeEquivalence, sizePairs, sizeTwoShares } from './power'
import { clopperPearson, jeffreys, wilson, wilsonContinuity } from './proportion'
import { seededRandom } from './random'
import { geometricMeanRatio } from './ratio'
import { meanCumulative } from './recurrent'
import { survivalData } from './survival-data'
import { waste } from './waste'

/**
 * A file of numeric vectors kept outside the project, run whole where it is there: every `fn` must be
 * known here and every expected number met to the vector's tolerance. The project's own copies of the
 * published facts are in shares.test.ts, vectors.test.ts, survival.test.ts and ../metrics/worked.test.ts.
 */
const FILE = resolve(import.meta.dirname, '../../../../shared/vectors/measurement.json')

interface Vector {
  id: string
  fn: string
  inputs: Record<string, never>
  expected: unknown
  tol: number
}

type Numbers = number[]

const lohi = ({ low, high }: Interval) => ({ lo: low, hi: high })
const orNull = (x: number | undefined) => (x === undefined || Number.isNaN(x) ? null : x)
const numbers = (text: string | Numbers): Numbers =>
  typeof text !== 'string'
    ? text
    : text.split(' then ').flatMap((part) => {
        const many = /^(\d+) x (\d+)$/.exec(part)
        return many ? new Array<number>(Number(many[1])).fill(Number(many[2])) : part.split(',').map(Number)
      })
const events = (time: Numbers, cause: Numbers, cluster?: string[]) =>
  survivalData(time.map((t, i) => ({ time: t, cause: cause[i] ?? 0, cluster: cluster?.[i] })))

function kmRows(time: Numbers, cause: Numbers, level = 0.95) {
  const curve = kaplanMeier(events(time, cause))
  return Array.from(curve.times, (t, k) => {
    const s = curve.survival[k] ?? Number.NaN
    const se = curve.se[k] ?? Number.NaN
    const pair = (scale: 'log' | 'log-log') => {
      const limits = survivalLimits(s, se, scale, level)
      return limits ? [limits.low, limits.high] : null
    }
    return { t, n: curve.atRisk[k], d: curve.anyEvent[k], S: s, se: orNull(se), log: pair('log'), loglog: pair('log-log') }
  })
}

function ajRows(time: Numbers, cause: Numbers) {
  const data = events(time, cause)
  const causes = Math.max(...cause)
  const curve = aalenJohansen(data, causes)
  const all = Array.from({ length: causes }, (_, j) => j + 1)
  return Array.from(curve.times, (t, k) => ({
    t,
    n: curve.atRisk[k],
    d: Object.fromEntries(all.map((j) => [j, curve.events[j - 1]?.[k]])),
    S: curve.survival[k],
    F: Object.fromEntries(all.map((j) => [j, incidenceAt(curve, j, t)])),
    se_S: Math.sqrt(incidenceSpread(curve, data, 0, t).independent),
    se_F: Object.fromEntries(all.map((j) => [j, Math.sqrt(incidenceSpread(curve, data, j, t).independent)])),
  }))
}

function clustered(y: Numbers, n: Numbers) {
  const found = clusteredWilson(y, n)
  if (!found) throw new Error('no interval')
  return {
    p: found.p,
    deff_raw: found.rawDesignEffect,
    deff: found.designEffect,
    n_eff: found.effectiveN,
    t: found.t,
    lo: found.low,
    hi: found.high,
    icc_anova: intraclassCorrelation(y, n),
  }
}

interface VectorTask {
  session: string
  tokens: number
  step: number
  cause: number
}

// biome-ignore lint/suspicious/noExplicitAny: the vectors are JSON of many shapes; each entry below reads its own
const RUN: Record<string, (i: any) => unknown> = {
  wilson: ({ x, n, conf }) => lohi(wilson(x, n, conf)),
  wilson_cc: ({ x, n, conf }) => lohi(wilsonContinuity(x, n, conf)),
  jeffreys: ({ x, n, conf }) => lohi(jeffreys(x, n, conf)),
  clopper_pearson: ({ x, n, conf }) => lohi(clopperPearson(x, n, conf)),
  newcombe_diff: ({ x1, n1, x2, n2, conf }) => {
    const found = newcombe(x1, n1, x2, n2, conf)
    return { diff: found.difference, ...lohi(found) }
  },
  agresti_caffo: ({ x1, n1, x2, n2, conf }) => lohi(agrestiCaffo(x1, n1, x2, n2, conf)),
  fisher: ({ a, b, c, d }) => {
    const { p, midP } = fisher(a, b, c, d)
    return { p, midp: midP }
  },
  mcnemar: ({ b, c }) => {
    const m = mcNemar(b, c)
    return { chi2: m.chi2, p: m.p, chi2_cc: m.chi2Corrected, p_cc: m.pCorrected, p_exact: m.exact, p_mid: m.midP }
  },
  newcombe_paired: ({ conf, ...table }) => {
    const found = newcombePaired(table, conf)
    return { diff: found.difference, ...lohi(found) }
  },
  bonett_price: ({ b, c, n, conf }) => lohi(bonettPrice(b, c, n, conf)),
  rewrite_harm: ({ good_good: a, good_bad: b, bad_good: c, bad_bad: d }) => {
    const n = a + b + c + d
    const nvi = newcombePaired({ a, b: c, c: b, d }, 0.95)
    const test = mcNemar(b, c)
    return {
      bug_before: (c + d) / n,
      bug_after: (b + d) / n,
      nvi: nvi.difference,
      nvi_lo: nvi.low,
      nvi_hi: nvi.high,
      harm_rate: b / (a + b),
      repair_rate: c / (c + d),
      chi2: test.chi2,
      p_exact: test.exact,
      p_mid: test.midP,
    }
  },
  holm: ({ p }) => holm(p),
  bh: ({ p, alpha }) => {
    const rejected = (adjusted: number[]) => adjusted.filter((q) => q <= alpha).length
    return {
      adjusted: benjaminiHochberg(p),
      rejected_bh: rejected(benjaminiHochberg(p)),
      rejected_bonferroni: rejected(bonferroni(p)),
      rejected_holm: rejected(holm(p)),
    }
  },
  'holm+bh': ({ p }) => ({ p, holm: holm(p), bh: benjaminiHochberg(p) }),
  km: ({ time, event, conf }) => {
    const data = events(time, event)
    const curve = kaplanMeier(data)
    const limits = (scale: 'log' | 'log-log') => {
      const { low, high } = timeQuantile(curve, 0.5, scale, conf)
      return [orNull(low), orNull(high)]
    }
    const rmst = (tau: number) => {
      const { value, se } = restrictedMean(data, tau)
      return [value, se]
    }
    return {
      rows: kmRows(time, event, conf),
      median: timeQuantile(curve).value,
      median_ci_log: limits('log'),
      median_ci_loglog: limits('log-log'),
      rmst_tau161: rmst(161),
      rmst_tau48: rmst(48),
      rmst_tau35: rmst(35),
    }
  },
  logrank: ({ t1, e1, t2, e2 }) => {
    const by = (weight: 'log-rank' | 'gehan' | 'tarone-ware') => logRank(events(t1, e1), events(t2, e2), weight)
    const found = by('log-rank')
    return {
      O1: found?.observed,
      E1: found?.expected,
      U: found?.score,
      V: found?.variance,
      chi2: found?.chi2,
      p: found?.p,
      gehan_chi2: by('gehan')?.chi2,
      tarone_ware_chi2: by('tarone-ware')?.chi2,
    }
  },
  rmst: ({ time, event, tau }) => ({ rmst: restrictedMean(events(time, event), tau).value }),
  aalen_johansen: ({ time, cause }) => ajRows(numbers(time), numbers(cause)),
  overwrite_rate_first_k: ({ tasks, k }: { tasks: VectorTask[]; k: number }) => {
    const time = tasks.map((task) => task.step)
    const cause = tasks.map((task) => task.cause)
    const data = events(
      time,
      cause,
      tasks.map((task) => task.session),
    )
    const curve = aalenJohansen(data, 3)
    const spread = incidenceSpread(curve, data, 1, k)
    const early = (of: VectorTask[]) => of.filter((task) => task.cause === 1 && task.step <= k).length / of.length
    return {
      aj: incidenceAt(curve, 1, k),
      aj_exact: '19/36',
      se_iid: Math.sqrt(spread.independent),
      se_clustered_no_small_sample_factor: Math.sqrt(((spread.clustered ?? 0) * (spread.clusters - 1)) / spread.clusters),
      wrong_all_tasks: early(tasks),
      wrong_drop_censored: early(tasks.filter((task) => task.cause !== 0)),
      rows: ajRows(time, cause),
    }
  },
  tokens_before_interruption: ({ tasks }: { tasks: VectorTask[] }) => {
    const time = tasks.map((task) => task.tokens)
    const cause = tasks.map((task) => task.cause)
    const cut = tasks.filter((task) => task.cause === 1)
    const only = cause.map((c) => (c === 1 ? 1 : 0))
    const curve = aalenJohansen(events(time, cause), 3)
    const rmst = restrictedMean(events(time, only), 150)
    const exposure = time.reduce((sum, t) => sum + t, 0)
    const rate = eventRate(cut.length, exposure / 100)
    return {
      naive_mean_of_interrupted: cut.reduce((sum, task) => sum + task.tokens, 0) / cut.length,
      aj_rows: ajRows(time, cause),
      cif_at_100: incidenceAt(curve, 1, 100),
      cif_end_exact: '13/21',
      km_cause_specific: kmRows(time, only),
      km_median: timeQuantile(kaplanMeier(events(time, only))).value,
      rmst_150: [rmst.value, rmst.se],
      one_minus_km_at_200: 1 - (kaplanMeier(events(time, only)).survival.at(-1) ?? 1),
      rate_per_100_tokens: rate.rate,
      rate_ci: [rate.low, rate.high],
      exposure,
    }
  },
  autonomous_completion: ({ tasks }: { tasks: VectorTask[] }) => {
    const curve = aalenJohansen(
      events(
        tasks.map((task) => task.tokens),
        tasks.map((task) => task.cause),
      ),
      3,
    )
    const over = tasks.filter((task) => task.cause !== 0)
    const sessions = [...new Set(over.map((task) => task.session))]
    const y = sessions.map((s) => over.filter((task) => task.session === s && task.cause === 2).length)
    const n = sessions.map((s) => over.filter((task) => task.session === s).length)
    return {
      cif_end: incidenceAt(curve, 2, Number.POSITIVE_INFINITY),
      naive_3_of_11: over.filter((task) => task.cause === 2).length / over.length,
      clustered: clustered(y, n),
    }
  },
  ratio_cluster: ({ y, n }) => {
    const share = clusteredShare(y, n)
    return {
      p: share.p,
      var: share.variance,
      se: Math.sqrt(share.variance ?? 0),
      deff: share.designEffect,
      n_eff: share.effectiveN,
      icc_anova: intraclassCorrelation(y, n),
      clustered_wilson: clustered(y, n),
    }
  },
  clustered_wilson: ({ y, n }) => clustered(y, n),
  tost_two_prop: ({ x1, n1, x2, n2, low, high, alpha }) => {
    const t = equivalence(x1, n1, x2, n2, low, high, alpha)
    return {
      diff: t.difference,
      z_low: t.zLow,
      p_low: t.pLow,
      z_high: t.zHigh,
      p_high: t.pHigh,
      p: t.p,
      ci: [t.interval.low, t.interval.high],
      equivalent: t.equivalent,
    }
  },
  sample_size_tost: ({ p1, p2, margin, power, alpha }) => {
    const n = sizeEquivalence(p1, p2, margin, power, alpha)
    return { n, ceil: Math.ceil(n) }
  },
  sample_size_two_prop: ({ p1, p2, power, alpha }) => {
    const n = sizeTwoShares(p1, p2, power, alpha)
    return { n, ceil: Math.ceil(n) }
  },
  various: () => ({
    schoenfeld_events: Object.fromEntries([1.2, 1.3, 1.5, 2].map((ratio) => [ratio.toFixed(1), Math.ceil(eventsLogRank(ratio))])),
    mcnemar_pairs_22_to_34: {
      'nested b=.12,c=0': Math.ceil(sizePairs(0.12, 0)),
      'b=.18,c=.06': Math.ceil(sizePairs(0.18, 0.06)),
      independent: Math.ceil(sizePairs(0.78 * 0.34, 0.22 * 0.66)),
    },
    two_sample_22_34: Math.ceil(sizeTwoShares(0.22, 0.34)),
    tost_n80: Object.fromEntries(
      [0.72, 0.15].flatMap((p) => [0.05, 0.1].map((margin) => [`p=${p},margin=${margin}`, Math.ceil(sizeEquivalence(p, p, margin))])),
    ),
  }),
  garwood: ({ x, conf }) => lohi(garwood(x, conf)),
  confseq: ({ x, n, alpha, a, b }) => lohi(confidenceSequence(x, n, alpha, a, b)),
  cohen_kappa: ({ m }) => ({ kappa: cohenKappa(m) }),
  'cohen_kappa+gwet_ac1': ({ m }) => ({ kappa: cohenKappa(m), ac1: gwetAc1(m) }),
  f1_interval: ({ tp, fp, fn, conf }) => {
    const found = f1Interval(tp, fp, fn, conf)
    return { f1: found.f1, ...lohi(found) }
  },
  sdt: ({ hit, n_bad, fa, n_good }) => {
    const found = detection(hit, n_bad, fa, n_good)
    return { H: found.hits, F: found.falseAlarms, dprime: found.sensitivity, c: found.bias }
  },
  truncated_mean_exponential: ({ theta, C }: { theta: number | number[]; C: number }) => {
    if (Array.isArray(theta)) {
      const all = theta.map((t) => interruptedMean(t, C))
      return { overwrite_rate: all.map((x) => x.interrupted), naive_mean: all.map((x) => x.naiveMean), true_median: all.map((x) => x.median) }
    }
    const found = interruptedMean(theta, C)
    return { naive_mean: found.naiveMean, implied_task_length: C, true_mean: found.mean, true_median: found.median, rmst_C: found.restrictedMean }
  },
  mcf: ({ events: happened, end }: { events: number[][]; end: number[] }) =>
    meanCumulative(happened.map((own, i) => ({ events: own, end: end[i] ?? 0 }))).map((row) => [row.t, row.atRisk, row.events, row.mean]),
  ratio_geomean: ({ multi, single }) => {
    const found = geometricMeanRatio(multi, single)
    return { geomean: found.ratio, lo: found.interval?.low, hi: found.interval?.high, ratio_of_sums: found.ratioOfSums }
  },
  wasted_tokens: (i) => {
    const found = waste({
      total: i.total,
      destroyed: i.sub_destroyed_by_master,
      cancelled: i.cancelled_turn_in + i.cancelled_turn_out,
      redone: i.duplicate_call_tokens,
    })
    return {
      W_sub: found.destroyed,
      W_cancel: found.cancelled,
      W_redo: found.redone,
      waste: found.wasted,
      waste_fraction: found.share,
      rework_out: i.master_rewrite_out,
      delegation_yield: (i.sub_out_written - i.sub_destroyed_by_master) / i.total,
    }
  },
  funnel: ({ p0, n }: { p0: number; n: number[] }) =>
    Object.fromEntries(
      n.map((size) => {
        const pair = (level: number) => {
          const { low, high } = funnelLimits(p0, size, level)
          return [low, high]
        }
        return [size, { l95: pair(0.95), l998: pair(0.998) }]
      }),
    ),
  cluster_bootstrap: ({ y, n }: { y: number[]; n: number[] }) => {
    const found = clusterBootstrap(
      y.length,
      (drawn) => drawn.reduce((sum, g) => sum + (y[g] ?? 0), 0) / drawn.reduce((sum, g) => sum + (n[g] ?? 0), 0),
      seededRandom(20_261_122),
      20_000,
    )
    return { mean: found.mean, sd: found.sd }
  },
}

/** A Monte Carlo answer cannot meet an enumeration's digits; the vector's own note allows this much. */
const LOOSER: Record<string, number> = { cluster_bootstrap_exact: 0.004 }
/** Facts about the vector itself, not results. */
const NOT_RESULTS = new Set(['distribution'])

function compare(expected: unknown, actual: unknown, tolerance: number, path: string): void {
  if (typeof expected === 'number') {
    expect(actual, path).toBeTypeOf('number')
    expect(Math.abs((actual as number) - expected), `${path}: expected ${expected}, got ${actual}`).toBeLessThanOrEqual(tolerance)
  } else if (Array.isArray(expected)) {
    expect(actual, path).toHaveLength(expected.length)
    for (const [i, value] of expected.entries()) compare(value, (actual as unknown[])[i], tolerance, `${path}[${i}]`)
  } else if (expected !== null && typeof expected === 'object') {
    for (const [key, value] of Object.entries(expected))
      if (!NOT_RESULTS.has(key)) compare(value, (actual as Record<string, unknown>)?.[key], tolerance, `${path}.${key}`)
  } else expect(actual, path).toEqual(expected)
}

describe.skipIf(!existsSync(FILE))(`vectors of ${FILE}${existsSync(FILE) ? '' : ' (skipped: the file is not here)'}`, () => {
  const vectors = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as { vectors: Vector[] }).vectors : []
  it('holds vectors', () => expect(vectors.length).toBeGreaterThan(80))
  for (const { id, fn, inputs, expected, tol } of vectors) {
    it(`${id} (${fn})`, () => {
      const run = RUN[fn]
      if (!run) throw new Error(`no function here answers to ${fn}`)
      compare(expected, run(inputs), LOOSER[id] ?? tol, id)
    })
  }
})
