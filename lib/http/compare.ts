import type { Context, Hono } from 'hono'
import type { CompareFilter } from '@/lib/core/metrics/compare-protocol'
import { TASK_CSV_HEAD, taskCsvRow } from '@/lib/core/metrics/task-csv'
import type { TaskRecord } from '@/lib/core/metrics/task-record'
import type { Choice } from '@/lib/core/metrics/task-store'
import type { Records } from '@/lib/ingest/records'
import type { CompareAnswers } from './compare-answers'
import { type Asked, parseAsked } from './compare-asked'

/** GET /api/v1/compare, /api/v1/compare/details and /api/v1/compare.csv. */
export function addCompare(app: Hono, records: Records, answers: CompareAnswers): void {
  app.get('/api/v1/compare', async (context) => json(context, await answers.report(askedOf(context))))

  app.get('/api/v1/compare/details', async (context) => json(context, await answers.details(askedOf(context))))

  app.get('/api/v1/compare.csv', async (context) => {
    const asked = askedOf(context)
    const { simulatedLeftOut } = (await records.upToDate()).choose(asked)
    const choice = simulatedLeftOut > 0 ? { ...asked, simulated: 'exclude' as const } : asked
    const sessions = records.each(choice)
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from(TASK_CSV_HEAD)),
      async pull(controller) {
        const { value, done } = await sessions.next()
        if (done) return controller.close()
        const rows = value.tasks.filter((task) => matches(task, choice)).map((task) => taskCsvRow(task, value.session, asked))
        controller.enqueue(Buffer.from(rows.join('')))
      },
      cancel: async () => {
        await sessions.return()
      },
    })
    return context.body(stream, 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="backseat-tasks.csv"',
      'cache-control': 'no-store',
    })
  })
}

/** Throws Refused. */
function askedOf(context: Context): Asked {
  return parseAsked((name) => context.req.query(name), context.get('caller').project)
}

function json(context: Context, text: string): Response {
  return context.body(text, 200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
}

/** As the store chooses, asked of a record. */
function matches({ groups, simulated }: TaskRecord, asked: Choice): boolean {
  if (asked.simulated === 'exclude' ? simulated : asked.simulated === 'only' && !simulated) return false
  return (Object.entries(asked.only) as [CompareFilter, string][]).every(([name, value]) =>
    name === 'tag' ? groups.tags.includes(value) : groups[name] === value,
  )
}
