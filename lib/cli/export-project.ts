import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { SessionSummary } from '@/lib/live/protocol'
import { askServer } from './fetch-from'

const PAGE = 200

/**
 * All sessions of a project as native events, texts included, one session after the other: gzip, into `out` or to
 * standard output. Judgements and what was set aside are events and come along. Gives the exit code.
 */
export async function exportProject(project: string, out: string | undefined): Promise<number> {
  const sessions: { id: string; head: number }[] = []
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const query = new URLSearchParams({ project, limit: String(PAGE), ...(cursor === '' ? {} : { cursor }) })
    const response = await askServer(`/api/v1/sessions?${query}`)
    if (!response) return 1
    const page = (await response.json()) as { sessions: SessionSummary[]; next?: string }
    sessions.push(...page.sessions)
    cursor = page.next
  }
  const said = { events: 0, whole: true }
  const target = out === undefined ? process.stdout : createWriteStream(out)
  await pipeline(Readable.from(eventsOf(sessions, said)), createGzip(), target, { end: out !== undefined })
  process.stderr.write(`${sessions.length} sessions, ${said.events} events${said.whole ? '' : '; not all of them, see above'}\n`)
  return said.whole ? 0 : 1
}

async function* eventsOf(sessions: readonly { id: string; head: number }[], said: { events: number; whole: boolean }): AsyncGenerator<Uint8Array> {
  for (const { id, head } of sessions) {
    const response = await askServer(`/api/v1/sessions/${encodeURIComponent(id)}/events?content=inline`)
    if (!response?.body) {
      said.whole = false
      continue
    }
    yield* response.body
    said.events += Number(response.headers.get('x-backseat-head') ?? head)
  }
}
