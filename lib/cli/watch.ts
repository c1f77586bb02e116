import { existsSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import type { Issue } from '@/lib/core/issue'
import { plural } from './analysis-report'
import { FollowTraces } from './follow-traces'
import { givenPath } from './given-path'
import { isReachable, notRunning } from './import'
import { Outbox } from './outbox'
import { sendBatch, serverAddress } from './send-events'
import { TailFiles } from './tail-files'
import { shownPath } from './trace-files'

/** A line must be seen within a second of being written. */
const LOOK_MS = 150
const DISCOVER_MS = 400
/** Twice this is how long a decoder waits for a line that explains another. */
const SETTLE_MS = 350
const PLAIN_STATUS_MS = 10_000

export function register(program: Command): void {
  program
    .command('watch')
    .description('follow traces that grow and stream them live to the running Backseat')
    .argument('<path...>', 'files or folders, for example ~/.claude/projects/<project>')
    .action(async (paths: string[]) => {
      const stop = new AbortController()
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
      process.exitCode = await watchPaths(paths, { signal: stop.signal })
    })
}

export interface WatchOptions {
  signal: AbortSignal
  address?: string
  out?: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>
}

/** Follows until it is told to stop. Gives the exit code. */
export async function watchPaths(given: readonly string[], { signal, address, out = process.stdout }: WatchOptions): Promise<number> {
  const server = address ?? (await serverAddress())
  const paths = given.map((path) => givenPath(path))
  const status = new Status(out)
  for (const path of paths) if (!existsSync(path)) status.say(`${path} does not exist yet; it is waited for.`)
  const reachable = await isReachable(server)
  if (reachable !== true) status.say(`${notRunning(server, reachable)} What is read until then is kept and sent.`)

  const follower = new FollowTraces((issue) => status.issue(issue))
  const files = new TailFiles(paths, (issue) => status.issue(issue))
  const outbox = new Outbox((events) => sendBatch(server, events))
  signal.addEventListener('abort', () => outbox.stop(), { once: true })
  let discovered = Number.NEGATIVE_INFINITY
  let settled = performance.now()
  while (!signal.aborted) {
    const now = performance.now()
    if (now - discovered >= DISCOVER_MS) {
      discovered = now
      await files.discover(now)
    }
    const caughtUp = await files
      .look(now, async (grown) => {
        if (grown.again) status.say(`${shownPath(grown.path)} began anew; it is read from its beginning.`)
        const events = await follower.take(grown)
        if (events.length > 0) await outbox.put(events)
        if (signal.aborted) throw new Aborted()
      })
      .catch((error: unknown) => {
        if (!(error instanceof Aborted)) throw error
        return false
      })
    // not before everything there is has been read: what explains a line may be in what is left
    if (caughtUp && now - settled >= SETTLE_MS) {
      settled = now
      const events = follower.settle()
      if (events.length > 0) await outbox.put(events)
    }
    status.show({ files: files.count, sessions: follower.sessions.size, session: follower.lastSession, outbox, server })
    if (caughtUp) await wait(LOOK_MS, undefined, { signal }).catch(() => {})
  }
  await outbox.close()
  const { accepted, duplicate, rejected } = outbox.totals
  status.say(
    `${plural(accepted, 'event')} sent, ${duplicate} known already, ${rejected} rejected${outbox.size > 0 ? `; ${outbox.size} could not be sent and will be when you watch or import again` : ''}.`,
  )
  return rejected > 0 || outbox.size > 0 ? 1 : 0
}

class Aborted extends Error {}

interface Situation {
  files: number
  sessions: number
  session: string | undefined
  outbox: Outbox
  server: string
}

/** One calm line: redrawn on a terminal; elsewhere printed when it says something new, not too often. */
class Status {
  private last = ''
  private at = Number.NEGATIVE_INFINITY
  private drawn = false
  private readonly told = new Map<string, number>()

  constructor(private readonly out: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>) {}

  say(text: string): void {
    if (this.drawn) this.out.write('\r\u001b[2K')
    this.drawn = false
    this.last = ''
    this.out.write(`${text}\n`)
  }

  /** Each kind of problem three times, then no more: a broken file must not flood the terminal. */
  issue(issue: Issue): void {
    if (issue.severity === 'note') return
    const n = (this.told.get(issue.code) ?? 0) + 1
    this.told.set(issue.code, n)
    if (n > 3) return
    const where = issue.place?.path === undefined ? '' : `${shownPath(issue.place.path)}${issue.place.line === undefined ? '' : `:${issue.place.line}`}: `
    this.say(`${issue.severity}: ${where}${issue.message}${n === 3 ? ' (further ones of this kind are not shown)' : ''}`)
  }

  show({ files, sessions, session, outbox, server }: Situation): void {
    const { accepted, duplicate, rejected } = outbox.totals
    const parts = [
      `watching ${plural(files, 'file')}`,
      plural(sessions, 'session'),
      `${plural(accepted, 'event')} sent`,
      ...(duplicate > 0 ? [`${duplicate} known already`] : []),
      ...(rejected > 0 ? [`${rejected} rejected`] : []),
      ...(outbox.trouble === undefined ? [] : [`server away (${outbox.trouble}), ${plural(outbox.size, 'event')} waiting`]),
      session === undefined ? server : `${server}/sessions/${encodeURIComponent(session)}`,
    ]
    const line = parts.join(' · ')
    const now = performance.now()
    if (line === this.last || (!this.out.isTTY && now - this.at < PLAIN_STATUS_MS && this.at > Number.NEGATIVE_INFINITY)) return
    this.last = line
    this.at = now
    if (this.out.isTTY) {
      this.drawn = true
      this.out.write(`\r\u001b[2K${line.slice(0, (this.out.columns || 120) - 1)}`)
    } else this.out.write(`${line}\n`)
  }
}
