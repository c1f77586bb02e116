import type { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import type { Event } from '@/lib/core/event'
import type { Issue } from '@/lib/core/issue'
import { duration, plural } from './analysis-report'
import { decodeGroup } from './decode-group'
import { megabytes, Progress } from './progress'
import { addRejected, inBatches, newTotals, sendBatch, serverAddress, type Totals } from './send-events'
import { fromStdin } from './stdin'
import { findTraceFiles, inGroups, shownPath, type TraceFile } from './trace-files'

/** How long an import waits for a server that restarts or is busy before it gives up. */
const PATIENCE_MS = 60_000

export function register(program: Command): void {
  program
    .command('import')
    .description('send traces to the running Backseat (BACKSEAT_URL, else the one that was started here)')
    .argument('<path...>', 'files (.gz, too), folders or globs; - reads from standard input')
    .action(async (paths: string[]) => {
      process.exitCode = await importPaths(paths)
    })
}

/** Gives the exit code. */
export async function importPaths(paths: readonly string[], out: NodeJS.WriteStream = process.stdout): Promise<number> {
  const began = performance.now()
  const address = await serverAddress()
  const totals = newTotals()
  const issues: Issue[] = []
  const found = await findTraceFiles(
    paths.filter((path) => path !== '-'),
    { absolute: true },
  )
  issues.push(...found.issues)
  const groups: { files: TraceFile[]; stdin?: Readable }[] = inGroups(found.files).map((files) => ({ files }))
  if (paths.includes('-')) {
    const stdin = await fromStdin(process.stdin)
    if ('file' in stdin) groups.push({ files: [stdin.file], stdin: stdin.rest })
    else issues.push(stdin.issue)
  }
  if (groups.length === 0) {
    tellIssues(issues, out)
    out.write('Nothing was imported.\n')
    return 1
  }
  const reachable = await isReachable(address)
  if (reachable !== true) {
    out.write(`${notRunning(address, reachable)}\n`)
    return 1
  }
  const bytes = groups.reduce((sum, group) => sum + group.files.reduce((all, file) => all + file.bytes, 0), 0)
  const progress = new Progress(bytes, out)
  const sessions = new Set<string>()
  let stopped: string | undefined
  for (const { files, stdin } of groups) {
    if (stopped !== undefined) break
    try {
      for await (const part of decodeGroup(files, { stdin, onBytes: (n) => progress.add(n, plural(totals.accepted, 'event')) })) {
        for (const issue of part.issues) {
          issues.push(issue)
          if (issue.severity === 'error') addRejected(totals, issue.message)
        }
        const events = part.events.map(({ event }) => event)
        for (const event of events) sessions.add(event.sessionId)
        stopped = await sendAll(address, events, totals)
        if (stopped !== undefined) break
        progress.add(0, plural(totals.accepted, 'event'))
      }
    } catch (error) {
      issues.push({
        code: 'unreadable',
        severity: 'error',
        message: `It could not be read to its end: ${error instanceof Error ? error.message : String(error)}`,
        place: { path: files[0]?.path },
      })
      addRejected(totals, 'a file could not be read to its end')
    }
  }
  progress.clear()
  tellIssues(issues, out)
  const took = performance.now() - began
  out.write(
    `${plural(
      groups.reduce((n, group) => n + group.files.length, 0),
      'file',
    )}, ${megabytes(bytes)}, ${plural(sessions.size, 'session')} in ${duration(took)}: ` +
      `${plural(totals.accepted, 'event')} accepted, ${totals.duplicate.toLocaleString('en-US')} duplicate, ${totals.rejected.toLocaleString('en-US')} rejected\n`,
  )
  tellReasons(totals, out)
  if (stopped !== undefined) {
    out.write(`Stopped: ${stopped}\nWhat was accepted is kept; import again and only the rest is added.\n`)
    return 1
  }
  const [only] = sessions
  out.write(sessions.size === 1 ? `See ${address}/sessions/${encodeURIComponent(only ?? '')}\n` : `See ${address}\n`)
  return totals.rejected > 0 || issues.some((issue) => issue.severity === 'error') ? 1 : 0
}

/** Undefined when everything was answered, else why it was not. */
async function sendAll(address: string, events: readonly Event[], totals: Totals): Promise<string | undefined> {
  for (const batch of inBatches(events)) {
    const failure = await sendOne(address, batch, totals)
    if (failure !== undefined) return failure
  }
  return undefined
}

async function sendOne(address: string, batch: readonly Event[], totals: Totals): Promise<string | undefined> {
  const until = performance.now() + PATIENCE_MS
  for (let pause = 250; ; pause = Math.min(5_000, pause * 2)) {
    const sent = await sendBatch(address, batch)
    switch (sent.kind) {
      case 'taken':
        totals.accepted += sent.accepted
        totals.duplicate += sent.duplicate
        for (const rejected of sent.rejected) addRejected(totals, rejected.message)
        return undefined
      case 'too_large': {
        if (batch.length <= 1) {
          addRejected(totals, 'one event is larger than the server takes', batch.length)
          return undefined
        }
        const half = Math.ceil(batch.length / 2)
        return (await sendOne(address, batch.slice(0, half), totals)) ?? (await sendOne(address, batch.slice(half), totals))
      }
      case 'refused':
        return sent.message
      case 'later':
      case 'unreachable':
        if (performance.now() > until) return sent.kind === 'later' ? sent.message : `${address} does not answer any more (${sent.message}).`
        await wait(sent.kind === 'later' ? sent.afterMs : pause)
    }
  }
}

/** True, or what went wrong. */
export async function isReachable(address: string): Promise<true | string> {
  try {
    const answer = await fetch(`${address}/api/health`, { signal: AbortSignal.timeout(5_000) })
    if (answer.ok && (await answer.text()).trimStart().startsWith('{')) return true
    return answer.ok || answer.status === 404 ? 'what answers there is no Backseat' : `it answers ${answer.status}`
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return cause instanceof Error ? cause.message || 'connection refused' : String(cause)
  }
}

export function notRunning(address: string, why: string): string {
  return `No Backseat answers at ${address} (${why}). Start one with "npm start", or set BACKSEAT_URL to the address of one that runs.`
}

const SHOWN_ISSUES = 12

function tellIssues(issues: readonly Issue[], out: NodeJS.WriteStream): void {
  const shown = issues.filter((issue) => issue.severity !== 'note')
  for (const { severity, message, place } of shown.slice(0, SHOWN_ISSUES)) {
    const where = place?.path === undefined ? '' : `${shownPath(place.path)}${place.line === undefined ? '' : `:${place.line}`}: `
    out.write(`${severity}: ${where}${message}\n`)
  }
  if (shown.length > SHOWN_ISSUES) out.write(`and ${shown.length - SHOWN_ISSUES} more\n`)
}

function tellReasons(totals: Totals, out: NodeJS.WriteStream): void {
  const reasons = [...totals.reasons].sort((a, b) => b[1] - a[1])
  for (const [reason, n] of reasons.slice(0, SHOWN_ISSUES)) out.write(`  ${n.toLocaleString('en-US')} × ${reason}\n`)
  if (reasons.length > SHOWN_ISSUES) out.write(`  and ${reasons.length - SHOWN_ISSUES} more reasons\n`)
}
