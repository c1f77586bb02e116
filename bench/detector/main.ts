import { loadUnitReader } from '@/lib/units/unit-reader'
import { runBenchmark, runCleanTasks } from './benchmark'
import { BENCH_LANGUAGES, readCorpus } from './corpus'
import { report, scoreOf } from './report'

/** Prints the tables; true where the targets are met. `show`: how many cases of each mistake to print in full. */
export async function benchmark(root: string, show: number): Promise<boolean> {
  const units = await loadUnitReader()
  const corpus = readCorpus(root, units)
  console.log(BENCH_LANGUAGES.map((language) => `${corpus.get(language)?.length ?? 0} ${language}`).join(', '))
  const began = performance.now()
  const outcomes = runBenchmark(corpus, units)
  console.log(`${outcomes.length} edits judged in ${((performance.now() - began) / 1000).toFixed(1)} s\n`)
  console.log(report(outcomes))
  const clean = runCleanTasks(corpus, 300, units)
  console.log(`${clean.false.length} false headline events on ${clean.tasks} clean tasks (${clean.edits} harmless edits)`)
  for (const one of clean.false) console.log(`  ${one.kind} at ${one.survival?.toFixed(2)} after ${one.edits.join(', ')}`)
  const mistakes = outcomes.filter((one) => one.destroys !== undefined && one.destroys !== ['overwrite', 'peer_overwrite', 'reject'].includes(one.kind))
  for (const one of mistakes.slice(0, show))
    console.log(
      `\n==== ${one.language} ${one.edit}: ${one.kind} at ${one.survival.toFixed(2)}, ${one.destroyed} destroyed\n${one.piece}---- after\n${one.after}`,
    )
  const { tp, fp, fn } = scoreOf(outcomes)
  const precision = tp / (tp + fp)
  const recall = tp / (tp + fn)
  const met = precision >= 0.99 && recall >= 0.95 && clean.false.length === 0
  console.log(
    `\nTargets: precision ≥ .99 (${precision.toFixed(4)}), recall ≥ .95 (${recall.toFixed(4)}), no false headline event (${clean.false.length}): ${met ? 'met' : 'NOT met'}`,
  )
  return met
}
