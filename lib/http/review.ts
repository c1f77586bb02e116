import { randomUUID } from 'node:crypto'
import type { Context, Hono } from 'hono'
import { z } from 'zod'
import { audit } from '@/lib/auth/audit'
import { nameOf } from '@/lib/auth/principal'
import type { EventInput } from '@/lib/core/event'
import type { TaskId } from '@/lib/core/ids'
import { HEADLINE_KINDS } from '@/lib/core/interventions'
import type { ProjectId } from '@/lib/core/project'
import { cohenKappa, gwetAc1 } from '@/lib/core/stats/agreement'
import { agreementTables, type Judgement, judgementsOf, resultOf, VERDICT_REASONS, VERDICTS } from '@/lib/core/verdict'
import type { Ingest } from '@/lib/ingest/ingest'
import { parseEvents } from '@/lib/ingest/parse'
import type { Database } from '@/lib/store/database'
import { findJudged, readVerdicts, sampleFindings } from '@/lib/store/verdicts'
import { noSession } from './callers'
import { Refused } from './problem'
import { parsedBody } from './small-json'

const NO_STORE = { 'cache-control': 'no-store' }
/** Findings that are looked through for such as nobody judged yet. */
const MOST_SAMPLED = 2_000
const QUEUE = 20

const Body = z.strictObject({
  interventionId: z.string().min(1).max(800),
  verdict: z.enum(VERDICTS),
  because: z.enum(VERDICT_REASONS).optional(),
  note: z.string().trim().max(2_000).optional(),
})

/** People judge interventions: one word each, a queue of what is not judged, how far they agree, and all of it as labels. */
export function addReview(app: Hono, database: Database, ingest: Ingest): void {
  app.post('/api/v1/sessions/:id/verdicts', async (context) => {
    const sessionId = context.req.param('id')
    const { interventionId, verdict, because, note } = await parsedBody(context, Body)
    const known = await ingest.read(sessionId, ({ tallies }) => tallies.findings.has(interventionId))
    if (known === undefined) throw noSession(sessionId)
    if (!known) throw new Refused('not_found', 'This session has no such finding, or has it no more. Reload the page.')
    const event: EventInput = {
      type: 'verdict.given',
      id: `verdict:${randomUUID()}`,
      sessionId,
      occurredAt: Date.now(),
      interventionId,
      reviewer: reviewerOf(context),
      verdict,
      ...(because === undefined ? {} : { because }),
      ...(note ? { note } : {}),
    }
    const { rejected } = await ingest.append(parseEvents([event]))
    if (rejected[0]) throw new Refused('bad_request', rejected[0].message)
    return context.json({ eventId: event.id, reviewer: reviewerOf(context) }, 201)
  })

  app.get('/api/v1/sessions/:id/tasks/:task/brief', async (context) => {
    const { id, task: taskId } = context.req.param()
    const task = await ingest.read(id, ({ state }) => {
      const found = state.tasks.get(taskId as TaskId)
      return { known: found !== undefined, title: found?.title, brief: found?.brief }
    })
    if (task === undefined) throw noSession(id)
    if (!task.known) throw new Refused('not_found', `Session ${id.slice(0, 200)} has no task ${taskId.slice(0, 200)}.`)
    return context.json({ title: task.title, brief: task.brief }, 200, NO_STORE)
  })

  app.get('/api/v1/review', async (context) => {
    const { project } = context.get('caller')
    const reviewer = reviewerOf(context)
    const cases = await judgedIn(database, project)
    const mine = (key: string) => cases.get(key)?.some((judgement) => judgement.reviewer === reviewer) ?? false
    const found = await sampleFindings(database.pool, project, [...HEADLINE_KINDS], reviewer, MOST_SAMPLED)
    const open = found.filter(({ sessionId, finding }) => !mine(keyOf(sessionId, finding.id)))
    // What nobody has judged comes first; within that the order is random, and the same for this person each time.
    const unjudged = open.filter(({ sessionId, finding }) => !cases.has(keyOf(sessionId, finding.id)))
    const judged = open.filter(({ sessionId, finding }) => cases.has(keyOf(sessionId, finding.id)))
    const queue = [...unjudged, ...judged].slice(0, QUEUE).map(({ sessionId, title, simulated, finding }) => ({ sessionId, title, simulated, finding }))
    return context.json({ queue, left: open.length, unjudged: unjudged.length, done: found.length - open.length }, 200, NO_STORE)
  })

  app.get('/api/v1/review/agreement', async (context) => {
    const cases = await judgedIn(database, context.get('caller').project)
    const results = { justified: 0, unjustified: 0, unsure: 0, disagreed: 0 }
    for (const judgements of cases.values()) {
      const result = resultOf(judgements)
      if (result) results[result] += 1
    }
    const pairs = agreementTables(cases.values()).map(({ reviewers, table, cases: shared }) => ({
      reviewers,
      cases: shared,
      table,
      kappa: cohenKappa(table),
      ac1: gwetAc1(table),
    }))
    return context.json({ judged: cases.size, results, pairs }, 200, NO_STORE)
  })

  app.get('/api/v1/verdicts', async (context) => {
    const { principal, project } = context.get('caller')
    const cases = [...(await judgedIn(database, project))].map(([key, judgements]) => {
      const [sessionId = '', id = ''] = key.split('\n')
      return { sessionId, id, judgements }
    })
    const findings = await findJudged(database.pool, cases)
    const lines = cases.map(({ sessionId, id, judgements }) => {
      const finding = findings.get(keyOf(sessionId, id))
      return JSON.stringify({
        session: sessionId,
        intervention: id,
        ...(finding ? { kind: finding.kind, phase: finding.phase, artifact: finding.artifact, task: finding.taskId, source: finding.master.source } : {}),
        result: resultOf(judgements),
        judgements,
      })
    })
    await audit(database, principal, 'exported', project, 'verdicts')
    return context.body(lines.map((line) => `${line}\n`).join(''), 200, {
      'content-type': 'application/x-ndjson; charset=utf-8',
      'content-disposition': 'attachment; filename="verdicts.jsonl"',
      ...NO_STORE,
    })
  })
}

function reviewerOf(context: Context): string {
  return nameOf(context.get('caller').principal)
}

function keyOf(sessionId: string, id: string): string {
  return `${sessionId}\n${id}`
}

/** What people said of each finding of the project's sessions. */
async function judgedIn(database: Database, project: ProjectId): Promise<Map<string, Judgement[]>> {
  const stored = await readVerdicts(database.pool, project)
  return judgementsOf(
    stored.flatMap(({ sessionId, verdict: { id, reviewer, by, interventionId, verdict, because, note, occurredAt: at, order = 0 } }) =>
      interventionId === undefined ? [] : [{ id, reviewer, by, interventionId: keyOf(sessionId, interventionId), verdict, because, note, at, order }],
    ),
  )
}
