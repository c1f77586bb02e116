import { formatCount, formatMoney, formatPercent, plural } from '@/components/text/count'
import type { ToolCall, Turn } from '@/lib/core/session'
import { CALL, CANCELLED, FAILED, OPEN, RUNNING, TURN } from '@/lib/timeline/bars'
import type { Hit } from '@/lib/timeline/hit'
import type { Scene } from '@/lib/timeline/scene'
import { strikeLabel } from '@/lib/timeline/strikes'
import { printDuration, printElapsed } from '@/lib/timeline/ticks'
import { laneName } from './lane-words'

export interface TipText {
  title: string
  loud: boolean
  lines: string[]
}

/** The exact figures of what is under the pointer. */
export function tipOf(scene: Scene, hit: Hit): TipText {
  if (hit.kind === 'lane') return { title: laneName(hit.lane), loud: false, lines: [] }
  if (hit.kind === 'strike') {
    const { finding, loud } = hit.strike
    const { explanation, clocks, survival, flags } = finding
    const lines = [
      explanation.sentence,
      `${when(scene, finding.occurredAt)} · step ${formatCount(clocks.step)} · ${clocks.tokensEstimated ? '~' : ''}${plural(clocks.tokens, 'token')} since delegation`,
    ]
    if (survival !== undefined) lines.push(`kept ${formatPercent(survival)} · ${plural(finding.destroyed, 'token')} lost`)
    if (flags.length > 0) lines.push(flags.join(', ').replaceAll('_', ' '))
    if (explanation.confidence === 'inferred') lines.push('inferred, not declared by the source')
    return { title: `${finding.kind.replaceAll('_', ' ')}${finding.artifact ? ` · ${finding.artifact}` : ''}`, loud, lines }
  }
  const { rows, now } = scene
  const { bars } = rows
  const { bar } = hit
  const start = bars.start.at(bar)
  const state = bars.state.at(bar)
  const tokens = bars.tokens.at(bar)
  const subject = bars.subject(bar)
  const lines: string[] = []
  const took =
    state === RUNNING
      ? `running for ${printDuration(now - start)}`
      : state === OPEN
        ? 'its end is not known'
        : `took ${printDuration(bars.end.at(bar) - start)}`
  lines.push(`${when(scene, start)} · ${took}`)
  const figures: string[] = [laneName(hit.lane)]
  if (bars.subjectKind.at(bar) === TURN) {
    const turn = subject as Turn
    figures.push(Number.isNaN(tokens) ? 'tokens unknown' : `${turn.usage?.estimated ? '~' : ''}${plural(tokens, 'output token')}`)
    if (turn.usage?.inputTokens !== undefined) figures.push(`${formatCount(turn.usage.inputTokens)} input`)
    if (turn.usage?.costUsd !== undefined) figures.push(formatMoney(turn.usage.costUsd))
  } else if (bars.subjectKind.at(bar) === CALL) {
    const call = subject as ToolCall
    if (call.name) figures.push(call.name)
    if (call.check?.failed) figures.push(`${formatCount(call.check.failed)} failed`)
  }
  if (state === FAILED) figures.push('failed')
  if (state === CANCELLED) figures.push('cancelled')
  lines.push(figures.join(' · '))
  const marks = rows.marked.get(bar)
  if (marks?.hit?.loud) lines.push(strikeLabel(marks.hit).says)
  if (bars.destroyed.at(bar) >= 0) lines.push(`${formatPercent(bars.destroyed.at(bar))} of it destroyed`)
  return { title: rows.label(bar), loud: bars.acted.at(bar) === 1, lines }
}

function when(scene: Scene, at: number): string {
  return printElapsed(at - scene.origin, 1)
}
