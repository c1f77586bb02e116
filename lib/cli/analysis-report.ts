import { DESTRUCTIVE_KINDS, type FindingGroup, type InterventionKind } from '@/lib/core/interventions'
import type { AnalysedSession } from './analysed-session'
import type { AnalysedFile, Analysis } from './analyze'
import { shownPath } from './trace-files'

/** What `backseat analyze` says to a person. */
export function reportOf(analysis: Analysis): string {
  const lines: string[] = []
  for (const file of analysis.files) {
    if (file.partOf !== undefined && file.issues.length === 0) continue
    lines.push(headOf(file))
    const parts = analysis.files.filter((other) => other.partOf === file.path)
    if (parts.length > 0)
      lines.push(
        `  with ${plural(parts.length, 'file')} of its sub-agents, ${plural(
          sum(parts, (part) => part.accepted),
          'event',
        )}`,
      )
    for (const session of file.sessions) lines.push(...sessionLines(session))
    lines.push(...issueLines(file), '')
  }
  const rejected = sum(analysis.files, (file) => file.rejected)
  const sessions = sum(analysis.files, (file) => file.sessions.length)
  lines.push(
    `${plural(analysis.files.length, 'file')}, ${plural(sessions, 'session')}, ${plural(
      sum(analysis.files, (file) => file.accepted),
      'event',
    )}` + `${rejected > 0 ? `, ${plural(rejected, 'record')} that could not be used` : ''}`,
  )
  return lines.join('\n')
}

function headOf(file: AnalysedFile): string {
  const counts = file.format === null ? 'not read' : `${file.format}, ${plural(file.accepted, 'event')}`
  const more = [
    file.duplicate > 0 && `${file.duplicate} twice`,
    file.rejected > 0 && `${file.rejected} rejected`,
    file.skipped > 0 && `${plural(file.skipped, 'line')} without events`,
  ].filter(Boolean)
  return `${shownPath(file.path)}: ${[counts, ...more].join(', ')}`
}

/** `2 interventions (1 overwrite, 1 revise), also noted 1 touch, 8 accepted` */
function findingsInWords({ interventionCount, interventions }: AnalysedSession): string {
  const counts = (group: FindingGroup) => {
    const kinds = new Map<string, number>()
    for (const { kind, group: own } of interventions) if (own === group) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    return [...kinds].map(([kind, n]) => `${n} ${kind}`).join(', ')
  }
  const noted = counts('noted')
  const accepted = interventions.filter(({ group }) => group === 'accepted').length
  return [
    interventionCount === 0 ? 'no interventions' : `${plural(interventionCount, 'intervention')} (${counts('intervention')})`,
    ...(noted === '' ? [] : [`also noted ${noted}`]),
    ...(accepted > 0 ? [`${accepted} accepted`] : []),
  ].join(', ')
}

function sessionLines(session: AnalysedSession): string[] {
  const lines = [`  session ${session.id}${session.title === null ? '' : `  "${session.title}"`}`]
  const { usage } = session
  const when = session.startedAt === null ? 'at an unknown time' : new Date(session.startedAt).toISOString().replace('T', ' ').slice(0, 19)
  const end = session.endedAt ?? session.lastAt
  const lasted = session.startedAt !== null && end !== null ? `, ${duration(end - session.startedAt)}` : ''
  lines.push(`    ${when}${lasted}; master ${session.masterModel ?? 'of unknown model'}`)
  lines.push(
    `    ${plural(session.agents.length, 'agent')}, ${plural(session.tasks.length, 'task')}, ${plural(session.turns, 'turn')}, ${plural(session.toolCalls, 'tool call')}; ` +
      `${usage.outputTokens === null ? 'output tokens unknown' : `${usage.outputTokens.toLocaleString('en-US')} output tokens`}${usage.turnsEstimated > 0 ? ` (estimated for ${plural(usage.turnsEstimated, 'turn')})` : ''}`,
  )
  for (const task of session.tasks)
    lines.push(
      `    ${task.by ?? '?'} -> ${task.to ?? '?'}  ${task.title ?? task.id}  (${task.status}, ${plural(task.turns, 'turn')}, ${plural(task.writes, 'write')})`,
    )
  lines.push(`    ${findingsInWords(session)}`)
  for (const finding of session.interventions.filter((one) => DESTRUCTIVE_KINDS.has(one.kind as InterventionKind))) {
    const place = finding.sources.master?.line
    lines.push(
      `    ! ${finding.kind}${finding.artifact === null ? '' : ` of ${finding.artifact}`}${place === undefined ? '' : `, line ${place}`}: ${finding.evidence.sentence}`,
    )
  }
  const { interventions, pairs, byLevel, onlyBefore, onlyAfter, fragments } = session.checks
  if (interventions > 0) {
    const levels = Object.entries(byLevel).flatMap(([level, n]) => (n > 0 ? [`${n} ${level}`] : []))
    const rest = [
      onlyBefore > 0 && `${onlyBefore} only before`,
      onlyAfter > 0 && `${onlyAfter} only after`,
      fragments > 0 && `${plural(fragments, 'fragment')}`,
    ].filter(Boolean)
    lines.push(
      `    outcome known before and after for ${pairs} of ${plural(interventions, 'change')}${[...levels, ...rest].length > 0 ? ` (${[...levels, ...rest].join(', ')})` : ''}`,
    )
  }
  return lines
}

function issueLines(file: AnalysedFile): string[] {
  const shown = file.issues.filter((issue) => issue.severity !== 'note' || file.format === null)
  const lines = shown
    .slice(0, 8)
    .map((issue) => `  ${issue.severity}${issue.place?.line === undefined ? '' : ` in line ${issue.place.line}`}: ${issue.message}`)
  if (shown.length > 8) lines.push(`  and ${shown.length - 8} more; --json lists them all`)
  return lines
}

export function plural(n: number, what: string): string {
  return `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`
}

export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0)
}
