import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { detectWithParsers } from '@/lib/units/detector'
import { type Event, EventSchema } from '@/lib/core/event'
import type { SessionId } from '@/lib/core/ids'
import type { Issue } from '@/lib/core/issue'
import { print } from '@/lib/core/print'
import { applyEvents } from '@/lib/core/fold'
import { newSessionState } from '@/lib/core/session'
import type { Decoded, DecodeOptions, Format } from '../format'

/** A folder of fixtures/<format>/: input files, `about.md`, and `expected.txt`, what they are understood as. */
export interface Fixture {
  name: string
  folder: string
  /** Paths below the folder -> text, a session's own file first. */
  inputs: Map<string, string>
}

export function readFixtures(format: string): Fixture[] {
  const root = join(process.cwd(), 'fixtures', format)
  return readdirSync(root)
    .filter((name) => statSync(join(root, name)).isDirectory())
    .sort()
    .map((name) => {
      const folder = join(root, name)
      const files = list(folder).filter((file) => !['about.md', 'expected.txt'].includes(file))
      files.sort((a, b) => a.split('/').length - b.split('/').length || Number(a.startsWith('agent-')) - Number(b.startsWith('agent-')) || (a < b ? -1 : 1))
      return { name, folder, inputs: new Map(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')])) }
    })
}

function list(folder: string, below = folder): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? list(path, below) : [relative(below, path)]
  })
}

export const countTokens = (text: string): number => Math.ceil(text.length / 4)

/** A decoder's answers put together, by session. */
export function gathered(parts: readonly Decoded[]): { sessions: Map<SessionId, Event[]>; issues: Issue[]; skipped: number } {
  const sessions = new Map<SessionId, Event[]>()
  for (const raw of parts.flatMap((part) => part.events)) {
    const event = EventSchema.parse(raw)
    const session = sessions.get(event.sessionId)
    if (session) session.push(event)
    else sessions.set(event.sessionId, [event])
  }
  return { sessions, issues: parts.flatMap((part) => part.issues), skipped: parts.reduce((n, part) => n + part.skipped, 0) }
}

/** Each file whole, in the order given. */
export function decodeWhole(format: Format, inputs: ReadonlyMap<string, string>, options: DecodeOptions = { countTokens }): Decoded[] {
  const decoder = format.decoder(options)
  return [...[...inputs].map(([path, text]) => decoder.push({ path, text, firstLine: 1, final: true })), decoder.end()]
}

/** What `expected.txt` holds: state, writes' places, findings and issues, as text. */
export function printDecoded(parts: readonly Decoded[]): string {
  const { sessions, issues, skipped } = gathered(parts)
  const out: string[] = []
  for (const [id, events] of [...sessions].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const state = applyEvents(newSessionState(id), events)
    out.push(print(state))
    const findings = print(detectWithParsers(events), state.firstAt)
    out.push('', findings === '' ? 'no findings' : findings, '')
  }
  for (const { severity, code, message, place } of issues)
    out.push(`${severity} ${code}${place?.line === undefined ? '' : ` in line ${place.line}`}: ${message}`)
  out.push(`${skipped} lines without events`)
  return `${out.join('\n')}\n`
}
