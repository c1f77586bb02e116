import type { Hono } from 'hono'
import { canonicalAgent } from '@/lib/core/aliases'
import { isContentRef } from '@/lib/core/content'
import type { EventOf } from '@/lib/core/event'
import { ArtifactPath } from '@/lib/core/ids'
import { compareEvents } from '@/lib/core/order'
import { type Blame, blameOf, revisionsOf } from '@/lib/core/provenance/blame'
import type { BlameAnswer } from '@/lib/core/provenance/blame-answer'
import { lineageOf } from '@/lib/core/provenance/lineage'
import { collectHashes } from '@/lib/ingest/event-contents'
import type { Ingest } from '@/lib/ingest/ingest'
import { readContents } from '@/lib/store/contents'
import type { Database } from '@/lib/store/database'
import { readWrites } from '@/lib/store/log'
import { noSession } from './callers'
import { Refused } from './problem'

const MOST_LINES = 5_000
/** Revisions made lately, so that scrolling through a long file does not read it anew. */
const KEPT = 8
/** Texts are fetched for so many writes at a time. */
const SLICE = 200

/** GET /api/v1/sessions/:id/artifact?path=&revision=&from=&limit= : a blame across agents, revision by revision. */
export function addArtifact(app: Hono, database: Database, ingest: Ingest): void {
  const kept = new Map<string, Blame>()

  app.get('/api/v1/sessions/:id/artifact', async (context) => {
    const id = context.req.param('id')
    const path = ArtifactPath.safeParse(context.req.query('path'))
    if (!path.success) throw new Refused('bad_request', '"path" must be the path of an artifact of this session.')
    const session = await ingest.read(id, ({ pk, head, state }) => ({ pk, head, aliases: new Map(state.aliases) }))
    if (!session) throw noSession(id)
    const writes = lineageOf((await readWrites(database.pool, session.pk, session.head)).sort(compareEvents), path.data, ({ path: at, change }) => ({
      path: at,
      from: change.kind === 'move' ? change.from : undefined,
    }))
    if (writes.length === 0) throw new Refused('not_found', 'Nobody in this session has written an artifact of that path.')
    const numbers = revisionsOf(writes)
    const newest = numbers.at(-1) ?? 1
    const revision = count(context.req.query('revision'), 'revision', newest, 1, newest)
    const { parameters, version } = ingest.parameterSet
    const key = `${session.pk} ${version} ${writes.length} ${revision} ${path.data}`
    let blame = kept.get(key)
    if (!blame) {
      const until = writes.filter((_, at) => (numbers[at] as number) <= revision)
      blame = blameOf(until, revision, await textsOf(database, session.pk, until), parameters)
      if (kept.size >= KEPT) kept.delete(kept.keys().next().value ?? '')
    }
    kept.delete(key)
    kept.set(key, blame)
    const from = count(context.req.query('from'), 'from', 0, 0, Number.MAX_SAFE_INTEGER)
    const limit = count(context.req.query('limit'), 'limit', MOST_LINES, 1, MOST_LINES)
    const share = new Map<number, number>()
    for (const line of blame.lines) share.set(line.revision, (share.get(line.revision) ?? 0) + 1)
    const answer: BlameAnswer = {
      path: path.data,
      // Each as it was left: by its last write.
      revisions: writes
        .filter((_, at) => numbers[at] !== numbers[at + 1])
        .map(({ id: eventId, agentId, taskId, turnId, callId, occurredAt, change, path: at, partial }) => ({
          eventId,
          agentId: canonicalAgent(agentId, session.aliases),
          taskId,
          turnId,
          callId,
          at: occurredAt,
          change: change.kind,
          path: at,
          partial,
        })),
      revision,
      total: blame.lines.length,
      complete: blame.complete,
      exists: blame.exists,
      from,
      lines: blame.lines.slice(from, from + limit),
      share: [...share].sort((a, b) => b[1] - a[1]),
    }
    return context.json(answer, 200, { 'cache-control': 'no-store' })
  })
}

async function textsOf(database: Database, pk: number, writes: readonly EventOf<'artifact.written'>[]) {
  const texts = new Map<string, string>()
  for (let at = 0; at < writes.length; at += SLICE) {
    const hashes = new Set<string>()
    for (const write of writes.slice(at, at + SLICE)) collectHashes(write, hashes)
    for (const [hash, text] of await readContents(database.pool, pk, [...hashes])) texts.set(hash, text)
  }
  return (content: Parameters<typeof isContentRef>[0]) => (isContentRef(content) ? texts.get(content.hash) : content)
}

function count(text: string | undefined, name: string, otherwise: number, least: number, most: number): number {
  if (text === undefined) return otherwise
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new Refused('bad_request', `"${name}" must be a whole number from ${least} to ${most}.`)
  return value
}
