import type { Hono } from 'hono'
import { z } from 'zod'
import { audit } from '@/lib/auth/audit'
import { nameOf } from '@/lib/auth/principal'
import { ownName } from '@/lib/core/project'
import { SHAPES } from '@/lib/notify/message'
import { parseTarget } from '@/lib/notify/send'
import { MOST_ATTEMPTS, TooManyWebhooks, type Webhooks } from '@/lib/notify/webhooks'
import type { Database } from '@/lib/store/database'
import type { StoredDelivery } from '@/lib/store/webhooks'
import { Refused } from './problem'
import { parsedBody } from './small-json'

const PAGE = 50
const NO_STORE = { 'cache-control': 'no-store' }
const Rule = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('overwrite-rate'),
    above: z.number().min(0, 'is a share from 0 to 1').lt(1, 'is a share from 0 to 1'),
    tasks: z.number().int().min(1, 'is at least 1').max(10_000),
  }),
  z.strictObject({ kind: z.literal('silent'), minutes: z.number().min(1, 'is at least 1').max(1_440, 'is at most a day, 1440') }),
])
const NewWebhook = z.strictObject({
  name: z.string().trim().min(1, 'give a name').max(100, 'may have 100 characters'),
  url: z.string().trim().max(2_000, 'may have 2000 characters'),
  shape: z.enum(SHAPES),
  rule: Rule,
})

/** Whom to tell when something happens, and what they were told. */
export function addWebhooks(app: Hono, database: Database, webhooks: Webhooks): void {
  app.get('/api/v1/webhooks', async (context) => {
    const list = await webhooks.list(context.get('caller').project)
    return context.json(
      {
        privateAllowed: webhooks.allowsPrivate,
        webhooks: list.map(({ id, name, url, shape, rule, createdBy, createdAt }) => ({ id, name, place: placeOf(url), shape, rule, createdBy, createdAt })),
      },
      200,
      NO_STORE,
    )
  })

  app.post('/api/v1/webhooks', async (context) => {
    const { principal, project } = context.get('caller')
    const body = await parsedBody(context, NewWebhook)
    try {
      parseTarget(body.url, webhooks.allowsPrivate)
    } catch (error) {
      throw new Refused('bad_request', error instanceof Error ? error.message : String(error))
    }
    const made = await webhooks.make(project, body, nameOf(principal)).catch((error: unknown) => {
      throw error instanceof TooManyWebhooks ? new Refused('bad_request', error.message) : error
    })
    await audit(database, principal, 'webhook made', project, body.name)
    return context.json(made, 201, NO_STORE)
  })

  app.delete('/api/v1/webhooks/:webhook', async (context) => {
    const { principal, project } = context.get('caller')
    const name = await webhooks.remove(project, context.req.param('webhook'))
    if (name === undefined) throw none()
    await audit(database, principal, 'webhook removed', project, name)
    return context.body(null, 204)
  })

  app.post('/api/v1/webhooks/:webhook/test', async (context) => {
    const sent = await webhooks.test(context.get('caller').project, context.req.param('webhook'))
    if (!sent) throw none()
    return context.json(lineOf(sent), 200, NO_STORE)
  })

  app.get('/api/v1/deliveries', async (context) => {
    const text = context.req.query('before')
    const before = text === undefined ? undefined : Number(text)
    if (before !== undefined && !Number.isSafeInteger(before)) throw new Refused('bad_request', '"before" must be the id of a delivery.')
    const rows = await webhooks.deliveries(context.get('caller').project, PAGE + 1, before, context.req.query('webhook'))
    const page = rows.slice(0, PAGE)
    return context.json({ deliveries: page.map(lineOf), ...(rows.length > PAGE ? { before: page.at(-1)?.id } : {}) }, 200, NO_STORE)
  })
}

function none(): Refused {
  return new Refused('not_found', 'This project has no such webhook.')
}

/** Where it goes, without what lets others send there. */
function placeOf(url: string): string {
  const { origin, pathname } = new URL(url)
  if (pathname.length <= 1) return origin
  // the end tells two of them apart; of a short path it would be all
  return `${origin}/…${pathname.length < 12 ? '' : pathname.slice(-4)}`
}

function lineOf({ id, webhookId, sessionId, body, state, attempts, nextAt, createdAt, endedAt, status, error }: StoredDelivery) {
  return {
    id,
    webhook: webhookId,
    ...(sessionId === null ? { test: true } : { session: sessionId, sessionName: ownName(sessionId) }),
    state,
    attempts,
    mostAttempts: sessionId === null ? 1 : MOST_ATTEMPTS,
    createdAt,
    ...(state === 'waiting' ? { nextAt } : {}),
    ...(endedAt === null ? {} : { endedAt }),
    ...(status === null ? {} : { status }),
    ...(error === null ? {} : { error }),
    ...(body === '' ? {} : { body }),
  }
}
