import { randomBytes } from 'node:crypto'
import { alertOf, type NotifyRule } from '@/lib/core/notify/rule'
import type { ProjectId } from '@/lib/core/project'
import type { Database } from '@/lib/store/database'
import {
  addDelivery,
  addWebhook,
  type DueDelivery,
  endAttempt,
  forgetDeliveries,
  listDeliveries,
  listWebhooks,
  openSessions,
  removeWebhook,
  type StoredDelivery,
  type StoredWebhook,
  takeDue,
  toldKeys,
} from '@/lib/store/webhooks'
import { messageOf, SHAPES, type Shape } from './message'
import { parseTarget, type Sent, sendOnce } from './send'

const LOOK_EVERY_MS = 5_000
/** After the first failed attempt; each further wait is so many times as long. */
const FIRST_WAIT_MS = 10_000
const LONGER = 3
/** The last comes two hours after the one before: some three hours in all. */
export const MOST_ATTEMPTS = 8
/** Whoever sends and dies holds a message for so long. */
const HELD_MS = 60_000
const AT_ONCE = 10
/** Of one webhook. */
const EACH_AT_ONCE = 3
/** Rules look at what was heard of within this time. */
const LOOK_BACK_MS = 3 * 86_400_000
/** What was sent can be read for so long. */
const KEPT_MS = 30 * 86_400_000
const MOST_WEBHOOKS = 50

export interface WebhookOptions {
  database: Database
  onProblem(what: string, error: unknown): void
  /** Addresses of this machine and its network may be told, too. */
  allowPrivate: boolean
  /** For links in messages; undefined when it is not known. */
  publicUrl: string | undefined
  now?(): number
}

export class TooManyWebhooks extends Error {}

/**
 * Looks every few seconds whether a rule is met, and tells whoever asked to be told. A message is stored
 * before it is sent, under a key that stands for what happened: several servers, or one that was killed
 * while it sent, tell it at least once and never store it twice.
 */
export class Webhooks {
  private readonly timer: NodeJS.Timeout
  private working: Promise<void> | undefined
  private closed = false
  private readonly now: () => number
  private forgotAt = 0

  constructor(private readonly options: WebhookOptions) {
    this.now = options.now ?? Date.now
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS)
    this.timer.unref()
  }

  get allowsPrivate(): boolean {
    return this.options.allowPrivate
  }

  /** Throws with a sentence when the address cannot be told. */
  async make(
    project: ProjectId,
    { name, url, shape, rule }: { name: string; url: string; shape: Shape; rule: NotifyRule },
    createdBy: string,
  ): Promise<{ id: string; secret: string }> {
    const { pool } = this.options.database
    parseTarget(url, this.options.allowPrivate)
    if ((await listWebhooks(pool, project)).length >= MOST_WEBHOOKS)
      throw new TooManyWebhooks(`A project may have ${MOST_WEBHOOKS} webhooks. Remove one first.`)
    const id = randomBytes(9).toString('base64url')
    const secret = `bsw_${randomBytes(32).toString('base64url')}`
    await addWebhook(pool, { id, projectId: project, name, url, shape, rule, secret, createdBy, createdAt: this.now() })
    return { id, secret }
  }

  list(project: ProjectId): Promise<StoredWebhook[]> {
    return listWebhooks(this.options.database.pool, project)
  }

  remove(project: ProjectId, id: string): Promise<string | undefined> {
    return removeWebhook(this.options.database.pool, project, id)
  }

  deliveries(project: ProjectId, limit: number, before?: number, webhook?: string): Promise<StoredDelivery[]> {
    return listDeliveries(this.options.database.pool, project, limit, before, webhook)
  }

  /** Sends a message that says it is a test, at once. Undefined: the project has no such webhook. */
  async test(project: ProjectId, id: string): Promise<StoredDelivery | undefined> {
    const { pool } = this.options.database
    const webhook = (await listWebhooks(pool, project)).find((one) => one.id === id)
    if (!webhook) return undefined
    const at = this.now()
    const body = messageOf(shapeOf(webhook), { rule: webhook.rule, about: undefined, at, publicUrl: this.options.publicUrl })
    const delivery = await addDelivery(pool, { webhookId: id, key: `test ${randomBytes(9).toString('base64url')}`, sessionId: null, body, at })
    if (delivery === undefined) return undefined
    await this.sendDue(delivery)
    return (await listDeliveries(pool, project, 1, delivery + 1, id))[0]
  }

  /** One look at what runs, and everything sent that is due. Also by itself, every few seconds. */
  async look(): Promise<void> {
    if (this.closed) return
    this.working ??= this.lookNow()
      .catch((error: unknown) => this.options.onProblem('looking whether somebody should be told failed', error))
      .finally(() => {
        this.working = undefined
      })
    await this.working
  }

  /** Lets what is being sent end. */
  async close(): Promise<void> {
    this.closed = true
    clearInterval(this.timer)
    await this.working
  }

  private async lookNow(): Promise<void> {
    const { pool } = this.options.database
    const webhooks = await listWebhooks(pool)
    if (webhooks.length === 0) return
    const now = this.now()
    for (const project of new Set(webhooks.map(({ projectId }) => projectId))) {
      const sessions = await openSessions(pool, project, now - LOOK_BACK_MS)
      for (const webhook of webhooks.filter(({ projectId }) => projectId === project)) {
        const alerts = sessions.flatMap((session) => {
          const alert = alertOf(webhook.rule, session, now, webhook.createdAt)
          return alert ? [{ session, alert }] : []
        })
        if (alerts.length === 0) continue
        const told = await toldKeys(
          pool,
          webhook.id,
          alerts.map(({ alert }) => alert.key),
        )
        for (const about of alerts) {
          if (told.has(about.alert.key)) continue
          const body = messageOf(shapeOf(webhook), { rule: webhook.rule, about, at: now, publicUrl: this.options.publicUrl })
          await addDelivery(pool, { webhookId: webhook.id, key: about.alert.key, sessionId: about.session.id, body, at: now })
        }
      }
    }
    // on and on while they are taken quickly; who lets one wait has the next look's turn
    while ((await this.sendDue()) > 0 && this.now() - now < LOOK_EVERY_MS && !this.closed);
    if (now - this.forgotAt < 3_600_000) return
    this.forgotAt = now
    await forgetDeliveries(pool, now - KEPT_MS)
  }

  /** Returns how many. */
  private async sendDue(only?: number): Promise<number> {
    const { pool } = this.options.database
    const due = await takeDue(pool, this.now(), this.now() + HELD_MS, { limit: AT_ONCE, each: EACH_AT_ONCE, only })
    await Promise.all(due.map((delivery) => this.send(delivery)))
    return due.length
  }

  private async send(delivery: DueDelivery): Promise<void> {
    const { id, url, body, secret, attempts } = delivery
    const sent = await sendOnce({ url, body, secret, deliveryId: String(id), at: this.now(), allowPrivate: this.options.allowPrivate })
    await endAttempt(this.options.database.pool, id, outcomeOf(sent, attempts, this.now(), delivery.sessionId === null))
  }
}

/** What follows from the attempt number `attempts`, from 1. A test is tried once: somebody looks at it. */
export function outcomeOf(sent: Sent, attempts: number, now: number, test: boolean) {
  const { status } = sent
  if (sent.kind === 'delivered') return { state: 'delivered' as const, nextAt: now, endedAt: now, status, error: undefined }
  if (test || attempts >= MOST_ATTEMPTS) return { state: 'given up' as const, nextAt: now, endedAt: now, status, error: sent.error }
  return { state: 'waiting' as const, nextAt: now + FIRST_WAIT_MS * LONGER ** (attempts - 1), endedAt: undefined, status, error: sent.error }
}

function shapeOf({ shape }: StoredWebhook): Shape {
  return SHAPES.find((known) => known === shape) ?? 'json'
}
