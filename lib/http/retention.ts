import type { Hono } from 'hono'
import { z } from 'zod'
import { audit } from '@/lib/auth/audit'
import type { Database } from '@/lib/store/database'
import { countSilent, projectsWithRetention, readRetention, setRetention, silentSessions } from '@/lib/store/retention'
import { Refused } from './problem'
import { parsedBody } from './small-json'

const NO_STORE = { 'cache-control': 'no-store' }
const MOST_DAYS = 3_650
const PAGE = 100
const EVERY_MS = 3_600_000
/** After a start, so that whoever changed the clock or the setting can still stop it. */
const FIRST_MS = 60_000

/** How long the project keeps its sessions: to be read, tried, and changed by its owners. */
export function addRetention(app: Hono, database: Database): void {
  app.get('/api/v1/retention', async (context) => {
    const { project } = context.get('caller')
    const tried = context.req.query('days')
    const days = tried === undefined ? await readRetention(database, project) : Number(tried)
    if (days !== undefined && !(Number.isInteger(days) && days >= 1 && days <= MOST_DAYS))
      throw new Refused('bad_request', `"days" must be a whole number from 1 to ${MOST_DAYS}.`)
    return context.json(days === undefined ? {} : { days, silent: await countSilent(database, project, days, Date.now()) }, 200, NO_STORE)
  })

  app.patch('/api/v1/retention', async (context) => {
    const { principal, project } = context.get('caller')
    const { days } = await parsedBody(context, z.strictObject({ days: z.number().int().min(1).max(MOST_DAYS).nullable() }))
    await setRetention(database, project, days ?? undefined)
    await audit(database, principal, 'how long sessions are kept changed', project, days === null ? 'for ever' : `${days} days after their last event`)
    return context.body(null, 204)
  })
}

/** Every hour deletes what is kept long enough. */
export class Sweeper {
  private readonly first: NodeJS.Timeout
  private readonly timer: NodeJS.Timeout
  private sweeping: Promise<number> | undefined
  private closed = false

  /** `remove`: as if somebody had deleted it; false when it was gone already. */
  constructor(
    private readonly database: Database,
    private readonly remove: (sessionId: string) => Promise<boolean>,
    onProblem: (what: string, error: unknown) => void,
  ) {
    const sweep = () => void this.sweep(Date.now()).catch((error: unknown) => onProblem('deleting sessions past their time failed', error))
    this.first = setTimeout(sweep, FIRST_MS)
    this.timer = setInterval(sweep, EVERY_MS)
    this.first.unref()
    this.timer.unref()
  }

  /** How many went. Several processes may sweep at once: each session goes once. */
  sweep(now: number): Promise<number> {
    this.sweeping ??= this.run(now).finally(() => {
      this.sweeping = undefined
    })
    return this.sweeping
  }

  async close(): Promise<void> {
    this.closed = true
    clearTimeout(this.first)
    clearInterval(this.timer)
    await this.sweeping?.catch(() => {})
  }

  private async run(now: number): Promise<number> {
    let all = 0
    for (const { project, days } of await projectsWithRetention(this.database)) {
      let gone = 0
      for (;;) {
        const ids = await silentSessions(this.database, project, days, now, PAGE)
        let went = 0
        for (const id of ids) {
          if (this.closed) break
          if (await this.remove(id)) went += 1
        }
        gone += went
        // Nothing went: another process was faster, or something holds them; the next hour looks again.
        if (this.closed || ids.length < PAGE || went === 0) break
      }
      if (gone > 0) await audit(this.database, 'Backseat', 'sessions past their time deleted', project, `${gone} silent for ${days} days`)
      all += gone
    }
    return all
  }
}
