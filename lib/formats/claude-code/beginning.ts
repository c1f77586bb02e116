import type { Line } from './line'
import { MAIN, type Session, shortTitle } from './session'

/** Any line of a session with a time; the first of its own file says when and where it began. */
export function seen(session: Session, path: string, number: number, line: Line, at: number): void {
  if (line.isSidechain === true || (line.agentId !== undefined && line.type !== 'progress')) return
  session.folder ??= line.cwd
  if (session.mainSeen) return
  session.mainSeen = true
  session.announce({
    type: 'session.started',
    id: 'session:started',
    occurredAt: at,
    order: number - 0.5,
    framework: 'claude-code',
    format: 'claude-code',
    ...(line.cwd === undefined ? {} : { workingDirectory: line.cwd }),
    ...(line.version === undefined ? {} : { attributes: { version: line.version } }),
    source: { path, line: number, ...(line.uuid === undefined ? {} : { uuid: line.uuid }) },
  })
  if (session.title !== undefined) tellTitle(session, session.title, number, at)
}

/** A title, or a summary of what this session's own lines lead to; one that a person gave stays. */
export function titleLine(session: Session, number: number, line: Line, at: number | undefined): void {
  const title = line.customTitle ?? line.aiTitle ?? (line.leafUuid !== undefined && session.stream(MAIN).knows(line.leafUuid) ? line.summary : undefined)
  if (title === undefined || title === session.title || (session.titled === 'given' && line.customTitle === undefined)) return
  session.title = title
  session.titled = line.customTitle === undefined ? 'generated' : 'given'
  // before the first line with a time it waits for that line
  if (session.mainSeen && at !== undefined) tellTitle(session, title, number, at)
}

function tellTitle(session: Session, title: string, number: number, at: number): void {
  session.announce({ type: 'session.started', id: `title:${number}`, occurredAt: at, order: number, title: shortTitle(title) })
}
