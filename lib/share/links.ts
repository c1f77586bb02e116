import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { hashToken, newId, newToken } from '@/lib/auth/token'
import type { ProjectId } from '@/lib/core/project'
import type { Database } from '@/lib/store/database'
import { AUDIENCES, LASTING_MS, type Lasting, LINK_KINDS, type Link, type LinkAudience, type LinkTo } from './link'

/** For so long a page that was opened may go on reading, if the link lives. */
const VISIT_MS = 12 * 3_600_000
/** For so long another process may still show a link that was revoked here. */
const TRUST_MS = 2_000
const MOST_TRUSTED = 5_000

export interface NewLink {
  project: ProjectId
  to: LinkTo
  view: string
  audience: LinkAudience
  lasts: Lasting
  content: boolean
  hidden: string[]
  mostViews?: number | undefined
  createdBy: string
}

type Row = NonNullable<Awaited<ReturnType<Database['prisma']['shareLink']['findUnique']>>>

/** Links as they are stored: by the hash of their token. */
export class Links {
  private readonly trusted = new Map<string, { link: Link | undefined; until: number }>()

  constructor(
    private readonly database: Database,
    private readonly now: () => number = Date.now,
  ) {}

  /** The token is in the answer and nowhere else. */
  async make({ project, to, view, audience, lasts, content, hidden, mostViews, createdBy }: NewLink): Promise<{ id: string; token: string }> {
    const token = newToken()
    const id = newId()
    const createdAt = this.now()
    await this.database.prisma.shareLink.create({
      data: {
        id,
        hash: hashToken(token),
        secret: randomBytes(32).toString('hex'),
        projectId: project,
        kind: to.kind,
        sessionId: to.kind === 'compare' ? null : to.sessionId,
        target: to.kind === 'intervention' ? to.target : to.kind === 'compare' ? to.query : null,
        view,
        audience,
        content,
        hidden,
        createdBy,
        createdAt,
        expiresAt: lasts === 'never' || lasts === 'end' ? null : createdAt + LASTING_MS[lasts],
        untilEnd: lasts === 'end',
        mostViews: mostViews ?? null,
      },
    })
    return { id, token }
  }

  /** The link of this token, while it lives. Counts nothing. */
  async find(token: string): Promise<Link | undefined> {
    return this.alive(await this.database.prisma.shareLink.findUnique({ where: { hash: hashToken(token) } }))
  }

  /** Counts a view; false when they are used up. Of two who come at once for the last, one gets it. */
  async view(link: Link): Promise<boolean> {
    const { rowCount } = await this.database.pool.query(
      'UPDATE share_link SET views = views + 1, last_used_at = $2 WHERE id = $1 AND revoked_at IS NULL AND (most_views IS NULL OR views < most_views)',
      [link.id, this.now()],
    )
    return rowCount === 1
  }

  /** Lets a page that was opened read on, without the token in every address. */
  visitOf(link: Link): string {
    const until = this.now() + VISIT_MS
    return `${link.id}.${until}.${sign(link, until)}`
  }

  /** The link of a visit, while both live. */
  async ofVisit(visit: string): Promise<Link | undefined> {
    const [, id, until, signature] = /^([\w-]{1,40})\.(\d{1,16})\.([\w-]{43})$/.exec(visit) ?? []
    if (id === undefined || until === undefined || signature === undefined || Number(until) <= this.now()) return undefined
    const link = await this.byId(id)
    return link && timingSafeEqual(Buffer.from(signature), Buffer.from(sign(link, Number(until)))) ? link : undefined
  }

  private async byId(id: string): Promise<Link | undefined> {
    const known = this.trusted.get(id)
    if (known && known.until > this.now()) return known.link
    const link = await this.alive(await this.database.prisma.shareLink.findUnique({ where: { id } }))
    if (this.trusted.size >= MOST_TRUSTED) this.trusted.clear()
    this.trusted.set(id, { link, until: this.now() + TRUST_MS })
    return link
  }

  async lives({ id }: Link): Promise<boolean> {
    return (await this.byId(id)) !== undefined
  }

  /** Those that live, newest first. */
  async list(project: ProjectId): Promise<Link[]> {
    const rows = await this.database.prisma.shareLink.findMany({ where: { projectId: project, revokedAt: null }, orderBy: { createdAt: 'desc' } })
    const links = await Promise.all(rows.map((row) => this.alive(row)))
    return links.filter((link) => link !== undefined)
  }

  /** How many ended: one, or all of the project. */
  async revoke(project: ProjectId, id?: string): Promise<number> {
    const { count } = await this.database.prisma.shareLink.updateMany({
      where: { projectId: project, revokedAt: null, ...(id === undefined ? {} : { id }) },
      data: { revokedAt: this.now() },
    })
    this.trusted.clear()
    return count
  }

  /** Some are gone with their session. */
  trustNone(): void {
    this.trusted.clear()
  }

  /** The same questions for each, so that the time to answer does not tell why there is none. */
  private async alive(row: Row | null): Promise<Link | undefined> {
    const ended = await this.hasEnded(row?.sessionId ?? '')
    if (!row || row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt <= this.now()) || (row.untilEnd && ended)) return undefined
    return linkOf(row)
  }

  private async hasEnded(sessionId: string): Promise<boolean> {
    const { rows } = await this.database.pool.query<{ ended: boolean }>('SELECT ended_at IS NOT NULL AS ended FROM session WHERE id = $1', [sessionId])
    return rows[0]?.ended ?? true
  }
}

function sign(link: Link, until: number): string {
  return createHmac('sha256', link.secret).update(`visit ${link.id} ${until}`).digest('base64url')
}

function linkOf(row: Row): Link | undefined {
  const kind = LINK_KINDS.find((known) => known === row.kind)
  const audience = AUDIENCES.find((known) => known === row.audience)
  const to = kind && toOf(kind, row)
  if (!to || !audience) return undefined
  const { id, secret, view, content, hidden, createdBy, createdAt, untilEnd, views } = row
  return {
    id,
    secret,
    project: row.projectId as ProjectId,
    to,
    view,
    audience,
    content,
    hidden,
    createdBy,
    createdAt,
    untilEnd,
    views,
    ...(row.expiresAt === null ? {} : { expiresAt: row.expiresAt }),
    ...(row.mostViews === null ? {} : { mostViews: row.mostViews }),
    ...(row.lastUsedAt === null ? {} : { lastUsedAt: row.lastUsedAt }),
  }
}

function toOf(kind: LinkTo['kind'], { sessionId, target }: Row): LinkTo | undefined {
  switch (kind) {
    case 'session':
      return sessionId === null ? undefined : { kind, sessionId }
    case 'intervention':
      return sessionId === null || target === null ? undefined : { kind, sessionId, target }
    case 'compare':
      return target === null ? undefined : { kind, query: target }
    default: {
      const impossible: never = kind
      throw new Error(`a kind of link that nobody knows: ${String(impossible)}`)
    }
  }
}
