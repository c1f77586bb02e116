import type { Hono } from 'hono'
import { type Outcome, pairOutcomes } from '@/lib/core/checks/pairs'
import type { OutcomesAnswer } from '@/lib/core/checks/outcomes-answer'
import { isContentRef } from '@/lib/core/content'
import type { Event } from '@/lib/core/event'
import type { Intervention } from '@/lib/core/interventions'
import type { Ingest } from '@/lib/ingest/ingest'
import { readContents } from '@/lib/store/contents'
import type { Database } from '@/lib/store/database'
import { readEventsOfTypes } from '@/lib/store/log'
import { noSession } from './callers'

/** What the pairing reads; the rest of the log stays where it is. */
const TYPES = ['task.delegated', 'task.ended', 'artifact.written', 'tool.called', 'tool.returned']
const KEPT = 8

/** GET /api/v1/sessions/:id/outcomes: checks before and after each change of a master's, by docs/detector.md, "Before and after". */
export function addOutcomes(app: Hono, database: Database, ingest: Ingest): void {
  const kept = new Map<string, string>()

  app.get('/api/v1/sessions/:id/outcomes', async (context) => {
    const id = context.req.param('id')
    const session = await ingest.read(id, ({ pk, head, detected, tallies }) => ({ pk, head, detected, findings: [...tallies.findings.values()] }))
    if (!session) throw noSession(id)
    const key = `${session.pk} ${session.head} ${session.detected} ${ingest.readingVersion}`
    let answer = kept.get(key)
    if (answer === undefined) {
      answer = JSON.stringify(await outcomesOf(database, session.pk, session.head, session.findings))
      if (kept.size >= KEPT) kept.delete(kept.keys().next().value ?? '')
      kept.set(key, answer)
    }
    return context.body(answer, 200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  })
}

async function outcomesOf(database: Database, pk: number, head: number, findings: readonly Intervention[]): Promise<OutcomesAnswer> {
  const events = await readEventsOfTypes(database.pool, pk, head, TYPES)
  const hashes = new Set<string>()
  for (const event of events) if (event.type === 'tool.returned' && event.check !== undefined) note(event.result, hashes)
  for (const { explanation } of findings) {
    if (!explanation.whole) continue
    note(explanation.before, hashes)
    note(explanation.after, hashes)
  }
  const [texts, { loadSyntaxCheck }] = await Promise.all([readContents(database.pool, pk, [...hashes]), import('@/lib/units/syntax')])
  const { outcomes, coverage } = pairOutcomes(
    events,
    findings,
    (content) => (isContentRef(content) ? texts.get(content.hash) : content),
    await loadSyntaxCheck(),
  )
  return { outcomes: Object.fromEntries(outcomes), coverage, calls: callsOf(events, outcomes) }
}

/** The calls whose answers stand on one side of a pair, by the event that the pair names. */
function callsOf(events: readonly Event[], outcomes: ReadonlyMap<string, Outcome>): OutcomesAnswer['calls'] {
  const wanted = new Set<string>()
  for (const { before, after } of outcomes.values()) for (const side of [before, after]) if (side?.eventId !== undefined) wanted.add(side.eventId)
  const calls: OutcomesAnswer['calls'] = {}
  for (const event of events) if (event.type === 'tool.returned' && wanted.has(event.id)) calls[event.id] = event.callId
  return calls
}

function note(content: Parameters<typeof isContentRef>[0] | undefined, hashes: Set<string>): void {
  if (content !== undefined && isContentRef(content)) hashes.add(content.hash)
}
