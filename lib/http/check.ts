import type { Hono } from 'hono'
import { type CheckAnswer, judgePolicy, saidOfSimulated } from '@/lib/core/policy/judge'
import { PolicySchema } from '@/lib/core/policy/policy'
import type { Records } from '@/lib/ingest/records'
import { parseTime } from './parse-time'
import { parsedBody } from './small-json'

/** POST /api/v1/check: judges a policy over the sessions that began in the range. Changes nothing. */
export function addCheck(app: Hono, records: Records): void {
  app.post('/api/v1/check', async (context) => {
    const policy = await parsedBody(context, PolicySchema)
    const store = await records.upToDate()
    const choice = {
      project: context.get('caller').project,
      since: parseTime((name) => context.req.query(name), 'since'),
      until: parseTime((name) => context.req.query(name), 'until'),
      simulated: policy.simulated ? ('include' as const) : ('exclude' as const),
      only: {},
    }
    const { tasks } = store.choose(choice)
    const sessions = [...store.recordsOf(tasks), ...store.withoutTasks(choice)]
    const simulated = store.choose({ ...choice, simulated: 'only' }).tasks.length
    const answer: CheckAnswer = {
      ...judgePolicy(policy, tasks, sessions),
      tasks: tasks.length,
      sessions: sessions.length,
      ...saidOfSimulated(policy, simulated),
    }
    return context.json(answer, 200, { 'cache-control': 'no-store' })
  })
}
