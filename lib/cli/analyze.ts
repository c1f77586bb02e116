import type { Command } from 'commander'
import { pairOutcomes } from '@/lib/core/checks/pairs'
import { inlineText } from '@/lib/core/detect/text'
import type { Event } from '@/lib/core/event'
import type { SessionId } from '@/lib/core/ids'
import type { Issue } from '@/lib/core/issue'
import { applyEvents } from '@/lib/core/fold'
import { newSessionState } from '@/lib/core/session'
import { type AnalysedSession, analysedSession } from './analysed-session'
import { reportOf } from './analysis-report'
import { decodeGroup } from './decode-group'
import { fromStdin } from './stdin'
import { findTraceFiles, inGroups, type TraceFile } from './trace-files'
import type { Readable } from 'node:stream'

export interface AnalysedFile {
  path: string
  format: string | null
  /** Events understood, once each. */
  accepted: number
  /** Events that this import had already. */
  duplicate: number
  /** Records that could not be used; `issues` says why. */
  rejected: number
  /** Lines read that carry no event. */
  skipped: number
  issues: Issue[]
  /** The sessions that this file is the main one of. */
  sessions: AnalysedSession[]
  /** The file under which the session that this one belongs to is reported. */
  partOf?: string
}

export interface Analysis {
  files: AnalysedFile[]
}

export function register(program: Command): void {
  program
    .command('analyze')
    .description('print what is understood of traces, without a server')
    .argument('<path...>', 'files (.gz, too), folders or globs; - reads from standard input')
    .option('--json', 'as JSON')
    .action(async (paths: string[], options: { json?: boolean }) => {
      const analysis = await analyze(paths)
      process.stdout.write(options.json ? `${JSON.stringify(analysis, null, 2)}\n` : `${reportOf(analysis)}\n`)
      process.exitCode = isFailure(analysis) ? 1 : 0
    })
}

export async function analyze(paths: readonly string[]): Promise<Analysis> {
  const found = await findTraceFiles(
    paths.filter((path) => path !== '-'),
    { absolute: false },
  )
  const files: AnalysedFile[] = []
  if (paths.includes('-')) {
    const stdin = await fromStdin(process.stdin)
    if ('file' in stdin) files.push(...(await analyseGroup([stdin.file], stdin.rest)))
    else found.issues.push(stdin.issue)
  }
  for (const group of inGroups(found.files)) files.push(...(await analyseGroup(group)))
  for (const issue of found.issues) {
    files.push({ path: issue.place?.path ?? '', format: null, accepted: 0, duplicate: 0, rejected: 0, skipped: 0, issues: [issue], sessions: [] })
  }
  return { files }
}

/** One session's files, or one file with several sessions. */
async function analyseGroup(group: readonly TraceFile[], stdin?: Readable): Promise<AnalysedFile[]> {
  const main = group[0]
  if (!main) return []
  const files = new Map<string, AnalysedFile>()
  for (const { path, format } of group) {
    files.set(path, {
      path,
      format: format.name,
      accepted: 0,
      duplicate: 0,
      rejected: 0,
      skipped: 0,
      issues: [],
      sessions: [],
      ...(path === main.path ? {} : { partOf: main.path }),
    })
  }
  const at = (path: string | undefined) => files.get(path ?? main.path) ?? (files.get(main.path) as AnalysedFile)
  const sessions = new Map<SessionId, { events: Event[]; ids: Set<string> }>()
  try {
    for await (const part of decodeGroup(group, { stdin })) {
      for (const { event, path } of part.events) {
        const session = sessions.get(event.sessionId) ?? { events: [], ids: new Set() }
        sessions.set(event.sessionId, session)
        if (session.ids.has(event.id)) at(path).duplicate++
        else {
          session.ids.add(event.id)
          session.events.push(event)
          at(path).accepted++
        }
      }
      for (const issue of part.issues) {
        const file = at(issue.place?.path)
        file.issues.push(issue)
        if (issue.severity === 'error') file.rejected++
      }
      for (const [path, skipped] of part.skipped) at(path).skipped += skipped
    }
  } catch (error) {
    at(undefined).issues.push({
      code: 'unreadable',
      severity: 'error',
      message: `It could not be read to its end: ${error instanceof Error ? error.message : String(error)}`,
      place: { path: main.path },
    })
    at(undefined).rejected++
  }
  // loads the parsers: no other command needs to wait for them
  const [{ detectWithParsers }, { loadSyntaxCheck }] = await Promise.all([import('@/lib/units/detector'), import('@/lib/units/syntax')])
  const syntax = await loadSyntaxCheck()
  for (const [id, { events }] of sessions) {
    const findings = detectWithParsers(events)
    at(main.path).sessions.push(analysedSession(applyEvents(newSessionState(id), events), findings, pairOutcomes(events, findings, inlineText, syntax)))
  }
  return [...files.values()]
}

export function isFailure(analysis: Analysis): boolean {
  return analysis.files.some((file) => file.rejected > 0 || file.issues.some((issue) => issue.severity === 'error'))
}
