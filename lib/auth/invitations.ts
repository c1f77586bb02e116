import type { ProjectId } from '@/lib/core/project'
import type { Database } from '@/lib/store/database'
import { isRole, type Role } from './principal'
import { AuthRefused } from './refused'
import { hashToken, newId, newToken } from './token'

const JOIN_DAYS = 7
const RESET_DAYS = 1
const DAY = 86_400_000

export interface InvitationLine {
  id: string
  role: Role
  email?: string
  createdBy: string
  createdAt: number
  expiresAt: number
}

export interface Invitation {
  projectId?: ProjectId
  role?: Role
  userId?: string
  email?: string
}

const REFUSED = 'This link has been used, has expired, or was made for somebody else. Ask whoever gave it to you for another.'

/** One-time links: to join a project, or to set a new password. Only the hash of a link is kept. */
export class Invitations {
  constructor(
    private readonly database: Database,
    private readonly now: () => number,
  ) {}

  /** The token is in the answer and nowhere else. */
  async invite(projectId: ProjectId, role: Role, email: string | undefined, createdBy: string): Promise<{ id: string; token: string }> {
    return this.make({ kind: 'join', projectId, role, email: email?.trim().toLowerCase() }, createdBy, JOIN_DAYS)
  }

  async makeReset(userId: string, createdBy: string): Promise<{ id: string; token: string }> {
    return this.make({ kind: 'reset', userId }, createdBy, RESET_DAYS)
  }

  private async make(what: { kind: string; projectId?: string; role?: string; email?: string; userId?: string }, createdBy: string, days: number) {
    const token = newToken()
    const id = newId()
    const createdAt = this.now()
    await this.database.prisma.invitation.create({ data: { id, hash: hashToken(token), ...what, createdBy, createdAt, expiresAt: createdAt + days * DAY } })
    return { id, token }
  }

  /** Those that still work, newest first. */
  async list(projectId: ProjectId): Promise<InvitationLine[]> {
    const rows = await this.database.prisma.invitation.findMany({
      where: { projectId, kind: 'join', usedAt: null, expiresAt: { gt: this.now() } },
      orderBy: { createdAt: 'desc' },
    })
    return rows.flatMap(({ id, role, email, createdBy, createdAt, expiresAt }) =>
      isRole(role) ? [{ id, role, ...(email === null ? {} : { email }), createdBy, createdAt, expiresAt }] : [],
    )
  }

  /** False when the project has none such. */
  async withdraw(projectId: ProjectId, id: string): Promise<boolean> {
    const { count } = await this.database.prisma.invitation.deleteMany({ where: { id, projectId, usedAt: null } })
    return count > 0
  }

  /** Throws AuthRefused unless `claim` would take it. */
  async check(token: string, email: string): Promise<void> {
    const row = await this.database.prisma.invitation.findUnique({ where: { hash: hashToken(token) } })
    if (row?.kind !== 'join' || row.usedAt !== null || row.expiresAt <= this.now() || (row.email !== null && row.email !== email))
      throw new AuthRefused('bad_token', REFUSED)
  }

  /** Uses it up: of two who try at once, one gets it. Throws AuthRefused. */
  async claim(token: string, kind: 'join' | 'reset', email: string | undefined): Promise<Invitation> {
    const hash = hashToken(token)
    const now = this.now()
    const { count } = await this.database.prisma.invitation.updateMany({
      where: { hash, kind, usedAt: null, expiresAt: { gt: now }, ...(kind === 'join' ? { OR: [{ email: null }, { email: email ?? '' }] } : {}) },
      data: { usedAt: now },
    })
    const row = count === 1 ? await this.database.prisma.invitation.findUnique({ where: { hash } }) : null
    if (!row) throw new AuthRefused('bad_token', REFUSED)
    return invitationOf(row)
  }

  /** The newest invitation to this very address, used up; undefined when there is none. */
  async claimForAddress(email: string): Promise<Invitation | undefined> {
    const now = this.now()
    const row = await this.database.prisma.invitation.findFirst({
      where: { kind: 'join', email, usedAt: null, expiresAt: { gt: now } },
      orderBy: { createdAt: 'desc' },
    })
    if (!row) return undefined
    const { count } = await this.database.prisma.invitation.updateMany({ where: { id: row.id, usedAt: null }, data: { usedAt: now } })
    return count === 1 ? invitationOf(row) : undefined
  }
}

function invitationOf(row: { projectId: string | null; role: string | null; userId: string | null; email: string | null }): Invitation {
  return {
    ...(row.projectId === null ? {} : { projectId: row.projectId as ProjectId }),
    ...(isRole(row.role) ? { role: row.role } : {}),
    ...(row.userId === null ? {} : { userId: row.userId }),
    ...(row.email === null ? {} : { email: row.email }),
  }
}
