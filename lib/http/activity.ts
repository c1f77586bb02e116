import type { Hono } from 'hono'
import { may } from '@/lib/auth/principal'
import { readActivity } from '@/lib/store/activity'
import type { Database } from '@/lib/store/database'
import { Refused } from './problem'

const PAGE = 50

/** What happened in the project: comments, verdicts, links (to those who may make some), sessions that came in. */
export function addActivity(app: Hono, database: Database): void {
  app.get('/api/v1/activity', async (context) => {
    const { principal, project } = context.get('caller')
    const given = context.req.query('before')
    const before = given === undefined ? Number.MAX_SAFE_INTEGER : Number(given)
    if (!Number.isFinite(before)) throw new Refused('bad_request', '"before" must be the "next" of the page before.')
    const lines = await readActivity(database, project, before, PAGE, may(principal, 'share', project))
    return context.json({ lines, ...(lines.length === PAGE ? { next: lines.at(-1)?.at } : {}) }, 200, { 'cache-control': 'no-store' })
  })
}
