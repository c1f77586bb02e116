import type { InterventionKind, Trigger } from '@/lib/core/interventions'
import { f1Interval } from '@/lib/core/stats/agreement'
import { wilson } from '@/lib/core/stats/proportion'
import type { Label, LabelProblem } from './labels'

export interface Judged {
  id: string
  /** The file that it was looked for in. */
  trace: string
  label: Label['label']
  labelKind?: string
  initiator?: string
  why?: string
  /** Lines of the sub-agent's that the detector says the master removed there. */
  removed: number
  /** What the detector calls it; empty: nothing found. */
  kinds: InterventionKind[]
  /** As the label means it: lines removed or not; for other labels the kind. */
  agrees: boolean
  /** The stricter reading: the detector gives the label's own kind, and `overwrite` to no near miss. */
  sameKind: boolean
  master: string
  target: string
  triggers: Trigger['kind'][]
  findings: { kind: InterventionKind; survival?: number; destroyed: number; destroyedLines: number; trigger: Trigger['kind']; sentence: string }[]
}

export interface Evaluation {
  labels: string
  judged: Judged[]
  problems: LabelProblem[]
}

export interface Summary {
  truePositives: number
  falsePositives: number
  falseNegatives: number
  trueNegatives: number
  precision?: Share
  recall?: Share
  f1?: Share
  /** How many are of the same kind by the stricter reading. */
  sameKind?: Share
}

interface Share {
  value: number
  low: number
  high: number
}

/** Lines removed or not, over the labels that say so; a kind other than `overwrite` counts where it is found. */
export function summarise({ judged }: Evaluation): Summary {
  const count = (positive: boolean, agrees: boolean) => judged.filter((one) => !one.label.startsWith('not_') === positive && one.agrees === agrees).length
  const summary: Summary = {
    truePositives: count(true, true),
    falseNegatives: count(true, false),
    falsePositives: count(false, false),
    trueNegatives: count(false, true),
  }
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn } = summary
  if (tp + fp > 0) summary.precision = { value: tp / (tp + fp), ...wilson(tp, tp + fp) }
  if (tp + fn > 0) summary.recall = { value: tp / (tp + fn), ...wilson(tp, tp + fn) }
  if (tp + fp + fn > 0) {
    const { f1, low, high } = f1Interval(tp, fp, fn)
    summary.f1 = { value: f1, low, high }
  }
  if (judged.length > 0) {
    const same = judged.filter((one) => one.sameKind).length
    summary.sameKind = { value: same / judged.length, ...wilson(same, judged.length) }
  }
  return summary
}

const MEANING =
  'A labelled “overwrite” says that the master removed lines which the sub-agent wrote, however few: any finding on that pair that removes at least one line agrees with it. The kinds of the detector are narrower (comments alone are a touch, small losses a revision): “kind” counts only the same ones.'

export function evaluationReport(evaluation: Evaluation): string {
  const { judged, problems } = evaluation
  const lines: string[] = []
  if (judged.length > 0) {
    const summary = summarise(evaluation)
    const agreed = judged.filter((one) => one.agrees).length
    lines.push(`${judged.length} labelled cases of ${evaluation.labels}: the detector agrees with ${agreed}.`, MEANING, '')
    lines.push(...confusion(judged), '')
    for (const [name, share] of [
      ['precision', summary.precision],
      ['recall', summary.recall],
      ['F1', summary.f1],
      ['kind', summary.sameKind],
    ] as const) {
      if (share) lines.push(`${name.padEnd(9)} ${share.value.toFixed(3)} (95 %: ${share.low.toFixed(3)} to ${share.high.toFixed(3)})`)
    }
    for (const one of judged.filter(({ agrees, sameKind }) => agrees && !sameKind))
      lines.push(
        `          ${one.id}: labelled ${one.label}${one.labelKind ? ` (${one.labelKind})` : ''}, kind ${one.kinds.join(' and ') || 'none'}: ${one.findings[0]?.sentence ?? ''}`,
      )
    lines.push(...triggers(judged))
    const apart = judged.filter((one) => !one.agrees)
    if (apart.length > 0) lines.push('', 'Where they part:')
    for (const one of apart) {
      lines.push(
        '',
        `${one.id}  labelled ${one.label}${one.labelKind ? ` (${one.labelKind})` : ''}; found ${found(one)}`,
        `  ${one.trace}`,
        `  master  ${one.master}`,
        `  target  ${one.target}`,
      )
      if (one.why) lines.push(`  label   ${one.why}`)
      for (const finding of one.findings) lines.push(`  found   ${finding.kind}: ${finding.sentence}`)
    }
  }
  if (problems.length > 0) lines.push('', `${problems.length} could not be used:`)
  for (const { line, message } of problems) lines.push(`  ${line === undefined ? '' : `line ${line}: `}${message}`)
  return lines.join('\n').trim()
}

function found(one: Judged): string {
  return one.kinds.length === 0 ? 'nothing' : `${one.kinds.join(' and ')}, ${one.removed} ${one.removed === 1 ? 'line' : 'lines'} removed`
}

/** Labels down, what the detector calls it across. */
function confusion(judged: readonly Judged[]): string[] {
  const rowOf = (one: Judged) => (one.labelKind ? `${one.label}: ${one.labelKind}` : one.label)
  const columnOf = (one: Judged) => (one.kinds.length === 0 ? 'nothing' : one.kinds.join('+'))
  const rows = [...new Set(judged.map(rowOf))].sort()
  const columns = [...new Set(judged.map(columnOf))].sort((a, b) => Number(a === 'nothing') - Number(b === 'nothing') || (a < b ? -1 : 1))
  const width = Math.max(...rows.map((row) => row.length), 'labelled'.length)
  const cell = (text: string, column: string) => text.padStart(Math.max(column.length, 3))
  return [
    `${'labelled'.padEnd(width)}  ${columns.map((column) => cell(column, column)).join('  ')}  ${'lines removed'}`,
    ...rows.map((row) => {
      const cases = judged.filter((one) => rowOf(one) === row)
      const counts = columns.map((column) => cell(String(cases.filter((one) => columnOf(one) === column).length || '·'), column))
      return `${row.padEnd(width)}  ${counts.join('  ')}  ${cases.filter((one) => one.removed > 0).length} of ${cases.length}`
    }),
  ]
}

/** What labellers call the cause, and what the detector calls it. */
const INITIATOR: Record<string, Trigger['kind']> = {
  user: 'user_request',
  'user-request': 'user_request',
  'user-approval': 'user_request',
  reviewer: 'review',
  review: 'review',
  linter: 'tool_failure',
  lint: 'tool_failure',
  test: 'tool_failure',
  tests: 'tool_failure',
  tool: 'tool_failure',
  stall: 'stall',
  master: 'self',
  self: 'self',
}

function triggers(judged: readonly Judged[]): string[] {
  const known = judged.flatMap((one) => {
    const wanted = one.initiator === undefined ? undefined : INITIATOR[one.initiator]
    return wanted !== undefined && one.findings.length > 0 ? [{ one, wanted }] : []
  })
  if (known.length === 0) return []
  const agreed = known.filter(({ one, wanted }) => one.triggers.includes(wanted))
  const apart = known
    .filter(({ one, wanted }) => !one.triggers.includes(wanted))
    .map(({ one, wanted }) => `${one.id} ${wanted}, found ${one.triggers.join(' and ')}`)
  return ['', `trigger   ${agreed.length} of ${known.length} as labelled${apart.length > 0 ? ` (${apart.join('; ')})` : ''}`]
}
