import { f1Interval } from '@/lib/core/stats/agreement'
import { wilson } from '@/lib/core/stats/proportion'
import type { Outcome } from './benchmark'
import { BENCH_LANGUAGES } from './corpus'

export interface Score {
  tp: number
  fp: number
  fn: number
  tn: number
}

/** `below`: the threshold on survival; the detector's own verdict where left out. */
export function scoreOf(outcomes: readonly Outcome[], below?: number): Score {
  const score: Score = { tp: 0, fp: 0, fn: 0, tn: 0 }
  for (const one of outcomes) {
    if (one.destroys === undefined) continue
    const flagged = below === undefined ? isDestruction(one.kind) : one.survival < below && (one.destroyed >= 8 || one.survival === 0)
    if (one.destroys) score[flagged ? 'tp' : 'fn'] += 1
    else score[flagged ? 'fp' : 'tn'] += 1
  }
  return score
}

function isDestruction(kind: string): boolean {
  return kind === 'overwrite' || kind === 'peer_overwrite' || kind === 'reject'
}

export function scoreRow({ tp, fp, fn }: Score): string[] {
  const share = (x: number, n: number) => {
    if (n === 0) return '–'
    const { low, high } = wilson(x, n)
    return `${(x / n).toFixed(4)} (${low.toFixed(4)}–${high.toFixed(4)})`
  }
  if (tp + fp + fn === 0) return ['–', '–', '–']
  const { f1, low, high } = f1Interval(tp, fp, fn)
  return [share(tp, tp + fp), share(tp, tp + fn), `${f1.toFixed(4)} (${low.toFixed(4)}–${high.toFixed(4)})`]
}

/** Markdown tables, as docs/detector.md holds them. */
export function report(outcomes: readonly Outcome[]): string {
  const out: string[] = []
  const table = (head: string[], rows: string[][]) =>
    out.push(`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...rows.map((row) => `| ${row.join(' | ')} |`), '')

  table(
    ['corpus', 'cases', 'precision (95 %)', 'recall (95 %)', 'F1 (95 %)'],
    ['all', ...BENCH_LANGUAGES].map((language) => {
      const part = outcomes.filter((one) => language === 'all' || one.language === language)
      return [language, String(part.filter((one) => one.destroys !== undefined).length), ...scoreRow(scoreOf(part))]
    }),
  )

  const edits = [...new Set(outcomes.map((one) => one.edit))]
  table(
    ['edit', 'destroys', 'n', 'survival: median (5–95 %)', 'flagged', 'kinds'],
    edits.map((edit) => {
      const part = outcomes.filter((one) => one.edit === edit)
      const survivals = part.map((one) => one.survival).sort((a, b) => a - b)
      const at = (share: number) => (survivals[Math.min(survivals.length - 1, Math.floor(share * survivals.length))] ?? 0).toFixed(2)
      const kinds = new Map<string, number>()
      for (const one of part) kinds.set(one.kind, (kinds.get(one.kind) ?? 0) + 1)
      const flagged = part.filter((one) => isDestruction(one.kind)).length
      const destroys = part[0]?.destroys
      return [
        edit,
        destroys === undefined ? 'straddles θ' : destroys ? 'yes' : 'no',
        String(part.length),
        `${at(0.5)} (${at(0.05)}–${at(0.95)})`,
        `${flagged} (${((100 * flagged) / part.length).toFixed(1)} %)`,
        [...kinds]
          .sort((a, b) => b[1] - a[1])
          .map(([kind, n]) => `${kind} ${n}`)
          .join(', '),
      ]
    }),
  )

  table(
    ['θ', 'precision (95 %)', 'recall (95 %)', 'F1 (95 %)'],
    [0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95].map((theta) => [theta.toFixed(2), ...scoreRow(scoreOf(outcomes, theta))]),
  )
  return out.join('\n')
}
