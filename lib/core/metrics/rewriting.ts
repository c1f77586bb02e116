import { type McNemar, mcNemar, newcombePaired, obuchowski, signFlip } from '../stats/paired'
import { seededRandom } from '../stats/random'
import { displayOf, type Estimate, type EstimateOptions, type Measured, type NotMeasurable, shareOf } from './estimate'
import { outcomeAfter, outcomeBefore, outcomeFlaky } from './packed-outcomes'
import { OVERWRITTEN } from './packed-session'
import { tallies } from './tally'
import { OUTCOME_LEVELS, type OutcomeLevel } from './task-record'
import { type TaskList, type Tasks, tasksIn } from './tasks'

/**
 * What rewriting did to work whose outcome is known before and after, by the same check:
 *
 *                 after good    after bad
 *   before good   kept          harmed        harm   = harmed / (kept + harmed)
 *   before bad    repaired      still bad     repair = repaired / (repaired + still bad)
 *                                             net value = (repaired - harmed) / n, in -1..1
 */
export interface RewriteValue {
  level: OutcomeLevel
  kept: number
  harmed: number
  repaired: number
  stillBad: number
  harm: Measured
  repair: Measured
  /** Net value of intervention; below 0 rewriting does harm. */
  net: Estimate
  /** p of "harm and repair balance": mid-P below 25 discordant pairs, chi-squared from there, sessions' signs flipped where tasks share sessions. */
  p: number
  test: string
  mcNemar: McNemar
  coverage: Coverage
}

/** Rewrites whose outcome is not known on both sides bound the net value from below and above (Manski). */
export interface Coverage {
  rewrites: number
  known: number
  /** Left out because a check gave both answers on one state. */
  flaky: number
  worst: number
  best: number
}

const EXACT_BELOW = 25
/** Sessions that disagree; from more on the large-sample test. */
const MANY_SESSIONS = 200

/** The highest level at which any rewrite has both outcomes, or the level asked for. */
export function rewriteValue(
  list: TaskList,
  { level: confidence = 0.95, scope = 'sessions', outcome }: EstimateOptions & { outcome?: OutcomeLevel } = {},
): RewriteValue | NotMeasurable {
  const rewritten = rewrittenIn(tasksIn(list))
  const { table } = rewritten
  const level = outcome ?? OUTCOME_LEVELS.find((candidate) => rewritten.rows.some((row) => outcomeAfter(table.outcomes[row] as number, candidate)))
  const pairs = rewritten.filter((row) => level !== undefined && outcomeAfter(table.outcomes[row] as number, level) !== undefined)
  if (level === undefined || pairs.length === 0) {
    return {
      code: 'no_outcomes',
      reason: saysUnchecked(rewritten.length),
    }
  }
  const was = (row: number, before: 'good' | 'bad', after: 'good' | 'bad') =>
    outcomeBefore(table.outcomes[row] as number, level) === before && outcomeAfter(table.outcomes[row] as number, level) === after
  const count = (before: 'good' | 'bad', after: 'good' | 'bad') => pairs.count((row) => was(row, before, after))
  const kept = count('good', 'good')
  const harmed = count('good', 'bad')
  const repaired = count('bad', 'good')
  const stillBad = count('bad', 'bad')
  const n = pairs.length
  const shared: { harmed: number; repaired: number }[] = []
  let last = -1
  for (const row of pairs.rows) {
    const session = table.session[row] as number
    if (session !== last) shared.push({ harmed: 0, repaired: 0 })
    last = session
    const own = shared.at(-1)
    if (own && was(row, 'good', 'bad')) own.harmed += 1
    if (own && was(row, 'bad', 'good')) own.repaired += 1
  }
  const clusters = shared.length
  const clustered = scope === 'sessions' && clusters < n
  const paired = newcombePaired({ a: kept, b: repaired, c: harmed, d: stillBad }, confidence)
  const widened = clustered ? widen(paired, shared, n) : paired
  const net: Estimate = {
    value: paired.difference,
    ...(scope === 'sessions' && clusters < 2 ? {} : { low: widened.low, high: widened.high }),
    level: confidence,
    n,
    clusters,
    events: repaired - harmed,
    method: clustered ? 'Newcombe, paired, widened by the design effect of sessions' : 'Newcombe, paired',
    display: displayOf(n, clusters, scope),
  }
  const test = mcNemar(harmed, repaired)
  // ten thousand flips of thousands of sessions take seconds and say what the normal limit says
  const many = clustered && shared.filter((own) => own.harmed !== own.repaired).length > MANY_SESSIONS
  const large = many
    ? obuchowski(
        shared.map((own) => own.repaired),
        shared.map((own) => own.harmed),
      )
    : undefined
  const flipped =
    clustered && !large
      ? signFlip(
          shared.map((own) => own.repaired - own.harmed),
          seededRandom(1),
        )
      : undefined
  const outcomeOf = (before: 'good' | 'bad', after: 'good' | 'bad') =>
    shareOf(
      tallies(
        pairs.filter((row) => outcomeBefore(table.outcomes[row] as number, level) === before),
        (row) => outcomeAfter(table.outcomes[row] as number, level) === after,
      ),
      { code: 'no_outcomes', reason: before === 'good' ? 'No good work was rewritten.' : 'No bad work was rewritten.' },
      { level: confidence, scope },
    )
  const unknown = rewritten.length - n
  return {
    level,
    kept,
    harmed,
    repaired,
    stillBad,
    harm: outcomeOf('good', 'bad'),
    repair: outcomeOf('bad', 'good'),
    net,
    p: large ? large.p : flipped ? flipped.p : harmed + repaired < EXACT_BELOW ? test.midP : test.p,
    test: large
      ? 'Obuchowski, by sessions'
      : flipped
        ? flipped.exact
          ? 'sign flips of sessions, all of them'
          : 'sign flips of sessions, drawn with a fixed seed'
        : harmed + repaired < EXACT_BELOW
          ? 'McNemar mid-P'
          : 'McNemar',
    mcNemar: test,
    coverage: {
      rewrites: rewritten.length,
      known: n,
      flaky: rewritten.count((row) => outcomeFlaky(table.outcomes[row] as number, level)),
      worst: (repaired - harmed - unknown) / rewritten.length,
      best: (repaired - harmed + unknown) / rewritten.length,
    },
  }
}

function saysUnchecked(rewrites: number): string {
  if (rewrites === 0) return 'Nothing was overwritten.'
  const which = rewrites === 1 ? 'The one overwritten task was not' : `None of the ${rewrites} overwritten tasks was`
  return `${which} checked by the same command before and after.`
}

/** Overwritten, and not because it had asked for it. */
export function rewrittenIn(tasks: Tasks): Tasks {
  return tasks.filter((row) => ((tasks.table.flags[row] as number) & OVERWRITTEN) !== 0)
}

/** Half-widths times the root of the design effect: the clustered variance of the net discordance over the independent one, never below 1. */
function widen(
  { difference, low, high }: { difference: number; low: number; high: number },
  sessions: readonly { harmed: number; repaired: number }[],
  n: number,
): { low: number; high: number } {
  const test = obuchowski(
    sessions.map((own) => own.repaired),
    sessions.map((own) => own.harmed),
  )
  const discordant = sessions.reduce((sum, own) => sum + own.harmed + own.repaired, 0)
  const net = difference * n
  // both variances are of the net discordance under no effect
  const clustered = test && test.z !== 0 ? (net / test.z) ** 2 : discordant
  const factor = Math.sqrt(Math.max(1, discordant > 0 ? clustered / discordant : 1))
  return { low: Math.max(-1, difference - (difference - low) * factor), high: Math.min(1, difference + (high - difference) * factor) }
}
