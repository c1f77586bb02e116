import { normalAbove, normalBelow, zOf } from '../stats/distributions'
import { holm } from '../stats/multiplicity'
import { type EquivalenceTest, type EquivalenceVerdict, testEquivalence } from './compare'
import { type Estimate, isEstimate, type Measured } from './estimate'
import { overwriteRate, overwriteRateAny } from './overwrite-rate'
import { saysEquivalence } from './sentences'
import type { TaskRecord } from './task-record'

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
export function promptEffect(records: readonly TaskRecord[], { k, margin }: { k: number; margin: number }): PromptEffect {
  const byVariant = new Map<string, TaskRecord[]>()
  let unnamed = 0
  for (const record of records) {
    const name = record.groups.promptVariant
    if (name === undefined) unnamed += 1
    else push(byVariant, name, record)
  }
  const variants = [...byVariant]
    .map(([name, tasks]) => ({ name, tasks: tasks.length, sessions: new Set(tasks.map(({ sessionId }) => sessionId)).size }))
    .sort((a, b) => b.tasks - a.tasks || (a.name < b.name ? -1 : 1))
  const [base, ...others] = variants
  const empty = { baseline: undefined, variants, unnamed, phases: 'before' as const, k, margin, rows: [], sentences: [] }
  if (!base || others.length === 0) return empty
  const baseTasks = byVariant.get(base.name) ?? []
  const phases = isEstimate(overwriteRate(baseTasks, { k })) ? 'before' : 'any'
  const rate = (tasks: readonly TaskRecord[]) => (phases === 'before' ? overwriteRate(tasks, { k }) : overwriteRateAny(tasks, { k }))
  const rows = others.slice(0, MOST_VARIANTS - 1).flatMap(({ name }) => rowsOf(name, baseTasks, byVariant.get(name) ?? [], rate, margin))
  return { baseline: base.name, variants, unnamed, phases, k, margin, rows, sentences: rows.map((row) => says(row, base.name)) }
}

function rowsOf(
  variant: string,
  before: readonly TaskRecord[],
  after: readonly TaskRecord[],
  rate: (tasks: readonly TaskRecord[]) => Measured,
  margin: number,
): PromptRow[] {
  const masters = new Map<string, { before: TaskRecord[]; after: TaskRecord[] }>()
  const arm = (record: TaskRecord, which: 'before' | 'after') => {
    const master = record.groups.masterModel ?? 'not known'
    const own = masters.get(master) ?? { before: [], after: [] }
    own[which].push(record)
    masters.set(master, own)
  }
  for (const record of before) arm(record, 'before')
  for (const record of after) arm(record, 'after')
  const compared = [...masters]
    .filter(([, own]) => own.before.length > 0 && own.after.length > 0)
    .sort(([a, x], [b, y]) => y.before.length + y.after.length - x.before.length - x.after.length || (a < b ? -1 : 1))
    .slice(0, MOST_MASTERS)
    .map(([master, own]) => ({ master, baseline: rate(own.before), changed: rate(own.after) }))
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

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
