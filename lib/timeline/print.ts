import { KINDS, STATES, SUBJECTS } from './bars'
import type { Rows } from './rows'
import { strikeLabel } from './strikes'
import { printElapsed } from './ticks'

/**
 * Rows as text, for tests to compare and people to read: lanes from top to bottom, their bars in
 * order, then edges and strikes. Two rows that print the same look the same.
 *
 *   lead (master)
 *     00:01.000-00:03.000 text "plan" 40 tokens
 *   lead -> coder t1 at 00:03.000 to 00:04.000, back 00:09.000 good
 */
export function printRows(rows: Rows): string {
  const { bars, state } = rows
  const origin = state.firstAt ?? 0
  const time = (at: number) => (at === Number.POSITIVE_INFINITY ? 'now' : printElapsed(at - origin, 1))
  const lines: string[] = []
  for (const lane of rows.lanes) {
    const marks = [lane.role, lane.agent && !lane.agent.declared ? 'undeclared' : ''].filter(Boolean).join(', ')
    lines.push(`${'  '.repeat(lane.depth)}${lane.id || '?'} (${marks})`)
    for (let i = 0; i < lane.shown.length; i++) {
      const bar = lane.shown.at(i)
      const tokens = bars.tokens.at(bar)
      const kind = KINDS[bars.kind.at(bar)]
      const what = kind === 'text' && SUBJECTS[bars.subjectKind.at(bar)] === 'turn' ? 'turn' : kind
      lines.push(
        [
          `${'  '.repeat(lane.depth)}  ${time(bars.start.at(bar))}-${time(bars.end.at(bar))}`,
          what,
          JSON.stringify(rows.label(bar)),
          Number.isNaN(tokens) ? '' : `${tokens} tokens`,
          bars.state.at(bar) === 0 ? '' : (STATES[bars.state.at(bar)] ?? ''),
          bars.until.at(bar) === bars.end.at(bar) ? '' : `shown to ${time(bars.until.at(bar))}`,
          bars.row.at(bar) === 0 ? '' : `row ${bars.row.at(bar)}`,
          bars.destroyed.at(bar) < 0 ? '' : `destroyed ${Math.round(bars.destroyed.at(bar) * 100)} %`,
          bars.acted.at(bar) === 1 ? 'destructive' : bars.acted.at(bar) === 2 ? 'mild' : '',
        ]
          .filter((word) => word !== '')
          .join(' '),
      )
    }
  }
  for (const edge of [...rows.edgeList].sort((a, b) => (a.taskId < b.taskId ? -1 : 1))) {
    const { back } = edge
    lines.push(
      `${edge.fromLane?.id ?? '?'} -> ${edge.toLane?.id ?? '?'} ${edge.taskId} at ${time(edge.fromAt)} to ${time(edge.toAt)}${edge.inferred ? ' inferred' : ''}${edge.toBar < 0 ? ' (no bar yet)' : ''}${back ? `, back ${time(back.fromAt)} to ${time(back.toAt)}${back.good ? ' good' : ''}` : ''}`,
    )
  }
  for (const strike of rows.strikeList) {
    const lane = (bar: number) => (bar < 0 ? '?' : rows.laneOfBar(bar).id)
    lines.push(
      `${strike.aside ? 'set aside:' : strike.loud ? 'STRIKE' : 'mild'} ${strike.kind} ${lane(strike.actorBar)} on ${lane(strike.hitBar)} cut ${time(strike.cutAt)}: ${strikeLabel(strike).says}`,
    )
  }
  return lines.join('\n')
}
