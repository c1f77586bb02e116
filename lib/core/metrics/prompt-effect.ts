import { normalAbove, normalBelow, zOf } from '../stats/distributions'
import { holm } from '../stats/multiplicity'
import { type EquivalenceTest, type EquivalenceVerdict, testEquivalence } from './compare'
import { type Estimate, isEstimate, type Measured } from './estimate'
import { overwriteRate, overwriteRateAny } from './overwrite-rate'
import { saysEquivalence } from './sentences'
import { groupTasks } from './groups'
import { type TaskList, type Tasks, tasksIn } from './tasks'

/** What a change of the prompt did to the share of tasks cut short: told apart from not knowing. Plain JSON. */
export interface PromptEffect {
  /** Compared with all others: the variant with the most tasks (of equal ones the first by name). Undefined: fewer than two variants. */
  baseline: string | undefined
  variants: { name: string; tasks: number; sessions: number }[]
  /** Tasks of which no variant is known: left out. */
  unnamed: number
  /** `before`: cut short before completion. `any`: in any phase, where nothing else can be measured. */
  phases: 'before' | 'any'
  k: number
  margin: number
  rows: PromptRow[]
  sentences: string[]
}

export interface PromptRow {
  variant: string
  /** Undefined: all masters, each compared with itself (see `stratified`). */
  master: string | undefined
  baseline: Measured
  changed: Measured
  /** Of changed minus baseline. Undefined: too few. */
  test: (EquivalenceTest & { verdictAdjusted: EquivalenceVerdict; holm: number }) | undefined
}

const MOST_VARIANTS = 5
const MOST_MASTERS = 8
const ALPHA = 0.05

/**
 * Every variant against the baseline, over all masters and for each master. Equivalence by two
 * one-sided tests against `margin`; p adjusted by Holm over the masters. "Not significant" is not "no effect".
 */
export function promptEffect(list: TaskList, { k, margin }: { k: number; margin: number }): PromptEffect {
  const all = groupTasks(tasksIn(list), ['promptVariant'])
  const byVariant = new Map(all.flatMap(({ values: [name], members }): [string, Tasks][] => (name === undefined ? [] : [[name, members]])))
  const unnamed = all.find(({ values: [name] }) => name === undefined)?.members.length ?? 0
  const variants = [...byVariant]
    .map(([name, tasks]) => ({ name, tasks: tasks.length, sessions: tasks.sessions() }))
    .sort((a, b) => b.tasks - a.tasks || (a.name < b.name ? -1 : 1))
  const [base, ...others] = variants
  const empty = { baseline: undefined, variants, unnamed, phases: 'before' as const, k, margin, rows: [], sentences: [] }
  if (!base || others.length === 0) return empty
  const baseTasks = byVariant.get(base.name) ?? tasksIn([])
  const phases = isEstimate(overwriteRate(baseTasks, { k })) ? 'before' : 'any'
  const rate = (tasks: Tasks) => (phases === 'before' ? overwriteRate(tasks, { k }) : overwriteRateAny(tasks, { k }))
  const rows = others.slice(0, MOST_VARIANTS - 1).flatMap(({ name }) => rowsOf(name, baseTasks, byVariant.get(name) ?? tasksIn([]), rate, margin))
  return { baseline: base.name, variants, unnamed, phases, k, margin, rows, sentences: rows.map((row) => says(row, base.name)) }
}

function rowsOf(variant: string, before: Tasks, after: Tasks, rate: (tasks: Tasks) => Measured, margin: number): PromptRow[] {
  const masters = new Map<string, { before?: Tasks; after?: Tasks }>()
  for (const which of ['before', 'after'] as const) {
    for (const { values, members } of groupTasks(which === 'before' ? before : after, ['masterModel'])) {
      const master = values[0] ?? 'not known'
      masters.set(master, { ...masters.get(master), [which]: members })
    }
  }
  const compared = [...masters]
    .flatMap(([master, own]) =>
      own.before && own.after ? [{ master, before: own.before, after: own.after, tasks: own.before.length + own.after.length }] : [],
    )
    .sort((a, b) => b.tasks - a.tasks || (a.master < b.master ? -1 : 1))
    .slice(0, MOST_MASTERS)
    .map((own) => ({ master: own.master, baseline: rate(own.before), changed: rate(own.after) }))
  const tests = compared.map(({ baseline, changed }) => (usable(baseline) && usable(changed) ? testEquivalence(changed, baseline, margin, ALPHA) : undefined))
  const adjusted = adjust(tests)
  const own = compared.map((row, i): PromptRow => ({ variant, ...row, test: adjusted[i] }))
  const strata = compared.flatMap(({ baseline, changed }, i) => (tests[i] && usable(baseline) && usable(changed) ? [{ baseline, changed }] : []))
  const whole = { variant, master: undefined, baseline: rate(before), changed: rate(after) }
  if (own.length < 2) return [{ ...whole, test: own[0]?.test }]
  const pooled = strata.length > 0 ? stratified(strata, margin) : undefined
  return [{ ...whole, test: pooled && { ...pooled, verdictAdjusted: pooled.verdict, holm: pooled.p } }, ...own]
}

function usable(measured: Measured): measured is Estimate {
  return isEstimate(measured) && measured.display !== 'counts' && measured.low !== undefined
}

/**
 * One difference from several masters, each master compared with itself, so that a variant that was
 * tried more with one master than with another is not mistaken for the master. Mantel-Haenszel weights
 * n1 n2 / (n1 + n2) at effective sizes; each share's variance with one success and one failure added
 * (Agresti & Caffo 2000), so that 0 of n is not taken for certainty.
 */
export function stratified(strata: readonly { baseline: Estimate; changed: Estimate }[], margin: number): EquivalenceTest {
  let weights = 0
  let sum = 0
  let variance = 0
  for (const { baseline, changed } of strata) {
    const [n1, n2] = [sizeOf(changed), sizeOf(baseline)]
    const weight = (n1 * n2) / (n1 + n2)
    weights += weight
    sum += weight * (changed.value - baseline.value)
    variance += weight ** 2 * (varianceOf(changed.value, n1) + varianceOf(baseline.value, n2))
  }
  const difference = sum / weights
  const se = Math.sqrt(variance) / weights
  const p = Math.max(normalAbove((difference + margin) / se), normalBelow((difference - margin) / se))
  const pDifference = Math.min(1, 2 * normalAbove(Math.abs(difference) / se))
  const spread = zOf(1 - 2 * ALPHA) * se
  return {
    difference,
    interval: { low: difference - spread, high: difference + spread },
    margin,
    p,
    pDifference,
    verdict: verdictOf(p, pDifference),
  }
}

function sizeOf({ effectiveN, n }: Estimate): number {
  return Math.min(n, effectiveN ?? n)
}

function varianceOf(share: number, n: number): number {
  const moved = (share * n + 1) / (n + 2)
  return (moved * (1 - moved)) / (n + 2)
}

function verdictOf(p: number, pDifference: number): EquivalenceVerdict {
  if (p < ALPHA) return pDifference < ALPHA ? 'different_but_small' : 'equivalent'
  return pDifference < ALPHA ? 'different' : 'undecided'
}

/** Holm over the masters, both for "equivalent" and for "different". */
function adjust(tests: readonly (EquivalenceTest | undefined)[]): PromptRow['test'][] {
  const known = tests.filter((test) => test !== undefined)
  const equivalent = holm(known.map(({ p }) => p))
  const different = holm(known.map(({ pDifference }) => pDifference))
  let at = -1
  return tests.map((test) => {
    if (!test) return undefined
    at += 1
    const [p, pDifference] = [equivalent[at] ?? 1, different[at] ?? 1]
    return { ...test, holm: p, verdictAdjusted: verdictOf(p, pDifference) }
  })
}

function says({ variant, master, baseline, changed, test }: PromptRow, base: string): string {
  const who = master === undefined ? '' : `${master}: `
  if (test) return `${who}${saysEquivalence(variant, base, { ...test, verdict: test.verdictAdjusted })}`
  const counted = (measured: Measured) => (isEstimate(measured) ? `${measured.events ?? '?'} of ${measured.n} cut short` : measured.reason)
  return `${who}too few to compare ${variant} (${counted(changed)}) with ${base} (${counted(baseline)}).`
}
