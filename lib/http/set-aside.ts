import { randomUUID } from 'node:crypto'
import type { Hono } from 'hono'
import { nameOf } from '@/lib/auth/principal'
import type { EventInput } from '@/lib/core/event'
import { confirmedLabel, type Label, labelOf } from '@/lib/core/label'
import { projectOf } from '@/lib/core/project'
import { SET_ASIDE_REASONS, type SetAsideReason, setAsideOf } from '@/lib/core/set-aside'
import { judgementsOf, resultOf } from '@/lib/core/verdict'
import type { HotSession } from '@/lib/ingest/hot-session'
import type { Ingest } from '@/lib/ingest/ingest'
import { parseEvents } from '@/lib/ingest/parse'
import type { Database } from '@/lib/store/database'
import { findFindings } from '@/lib/store/findings'
import { Refused } from './problem'
import { smallJson } from './small-json'

const LONGEST_NOTE = 2_000

/** POST /api/v1/sessions/:id/set-aside, and what was set aside as labels: GET /api/v1/labels. */
export function addSetAside(app: Hono, database: Database, ingest: Ingest): void {
  app.post('/api/v1/sessions/:id/set-aside', async (context) => {
    const sessionId = context.req.param('id')
    const { interventionId, reason, note, restore } = await smallJson(context)
    if (typeof interventionId !== 'string') throw new Refused('bad_request', '"interventionId" must be the id of a finding.')
    if (restore !== true && !isReason(reason))
      throw new Refused('bad_request', `"reason" must be one of ${SET_ASIDE_REASONS.join(', ')}; or send "restore": true.`)
    if (note !== undefined && (typeof note !== 'string' || note.length > LONGEST_NOTE))
      throw new Refused('bad_request', `"note" must be a text of at most ${LONGEST_NOTE} characters.`)
    const known = await ingest.read(sessionId, ({ tallies, state }) => ({
      stands: tallies.findings.has(interventionId),
      aside: setAsideOf(state).has(interventionId),
    }))
    if (!known) throw new Refused('not_found', `There is no session ${JSON.stringify(sessionId.slice(0, 200))}. GET /api/v1/sessions lists them.`)
    // What was set aside and is found no more can still be taken back.
    if (!known.stands && !known.aside) throw new Refused('not_found', 'This session has no such finding, or has it no more. Reload the page.')
    if (restore === true && !known.aside) return context.json({ changed: false })
    const event: EventInput = {
      type: 'verdict.given',
      id: `verdict:${randomUUID()}`,
      sessionId,
      occurredAt: Date.now(),
      interventionId,
      reviewer: nameOf(context.get('caller').principal),
      ...(restore === true ? { verdict: 'restored' as const } : { verdict: 'set_aside' as const, reason: reason as SetAsideReason }),
      ...(typeof note === 'string' && note.trim() !== '' ? { note: note.trim() } : {}),
    }
    const { rejected } = await ingest.append(parseEvents([event]))
    if (rejected[0]) throw new Refused('bad_request', rejected[0].message)
    return context.json({ changed: true, eventId: event.id }, 201)
  })

  app.get('/api/v1/labels', async (context) => {
    const only = context.req.query('session')
    const { rows } = await database.pool.query<{ id: string; pk: number }>(
      `SELECT s.id, s.pk FROM session s JOIN (SELECT DISTINCT session_pk FROM event WHERE type = 'verdict.given') said ON said.session_pk = s.pk
       WHERE $1::text IS NULL OR s.id = $1 ORDER BY s.sort_at, s.pk`,
      [only ?? null],
    )
    const lines: string[] = []
    const { project } = context.get('caller')
    for (const { id } of rows.filter((row) => projectOf(row.id) === project))
      for (const label of await labelsOf(database, ingest, id)) lines.push(`${JSON.stringify(label)}\n`)
    return context.body(lines.join(''), 200, {
      'content-type': 'application/x-ndjson; charset=utf-8',
      'content-disposition': 'attachment; filename="labels.jsonl"',
      'cache-control': 'no-store',
    })
  })
}

/** Also of findings that a later reading no longer comes to. */
async function labelsOf(database: Database, ingest: Ingest, sessionId: string): Promise<Label[]> {
  const session = await ingest.read(sessionId, ({ pk, id, state, tallies }: HotSession) => ({
    pk,
    id,
    aside: [...setAsideOf(state)].map(([findingId, why]) => ({ findingId, why, finding: tallies.findings.get(findingId) })),
    judged: [...judgementsOf(state.verdicts.values())].map(([findingId, judgements]) => ({ findingId, judgements, finding: tallies.findings.get(findingId) })),
  }))
  if (!session) return []
  const gone = session.aside.filter(({ finding }) => !finding).map(({ findingId }) => findingId)
  const stored = gone.length > 0 ? await findFindings(database.pool, session.pk, gone) : new Map()
  const refused = session.aside.flatMap(({ findingId, why, finding }) => {
    const found = finding ?? stored.get(findingId)
    return found ? [labelOf(session.id, found, why)] : []
  })
  const asideIds = new Set(session.aside.map(({ findingId }) => findingId))
  const confirmed = session.judged.flatMap(({ findingId, judgements, finding }) => {
    const result = resultOf(judgements)
    if (!finding || asideIds.has(findingId) || (result !== 'justified' && result !== 'unjustified')) return []
    return [
      confirmedLabel(
        session.id,
        finding,
        result,
        judgements.map(({ reviewer }) => reviewer),
      ),
    ]
  })
  return [...refused, ...confirmed]
}

function isReason(value: unknown): value is SetAsideReason {
  return (SET_ASIDE_REASONS as readonly unknown[]).includes(value)
}
