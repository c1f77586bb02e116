import type { ProjectId } from '@/lib/core/project'
import type { Database } from '@/lib/store/database'
import type { Principal } from './principal'
import { hashToken, newId, newToken } from './token'

/** Every key begins with it, so that a key is told from what clients send to services that want some key. */
export const KEY_PREFIX = 'bsk_'

const HINT_CHARS = 10
/** For so long another process may still take a key that has been revoked here. */
const TRUST_MS = 5_000
const MOST_TRUSTED = 10_000
/** The last use is noted once in so long. */
const NOTE_EVERY_MS = 60_000

export type KeyPrincipal = Extract<Principal, { kind: 'key' }>

export interface ApiKeyLine {
  id: string
  name: string
  /** Its first characters. */
  hint: string
  mayRead: boolean
  mayWrite: boolean
  createdBy: string
  createdAt: number
  lastUsedAt?: number
  revokedAt?: number
}

interface Trusted {
  principal: KeyPrincipal | undefined
  until: number
}

/** API keys. Looked up by their hash; what was found is trusted for a few seconds, so that ingest does not ask Postgres for each batch. */
export class Keys {
  private readonly trusted = new Map<string, Trusted>()
  private readonly noted = new Map<string, number>()

  constructor(
    private readonly database: Database,
    private readonly onProblem: (what: string, error: unknown) => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** Undefined when this is no key, or one that was revoked. */
  find(key: string): KeyPrincipal | undefined | Promise<KeyPrincipal | undefined> {
    const hash = hashToken(key)
    const known = this.trusted.get(hash)
    if (known && known.until > this.now()) {
      if (known.principal) this.noteUse(known.principal.keyId)
      return known.principal
    }
    return this.look(hash)
  }

  private async look(hash: string): Promise<KeyPrincipal | undefined> {
    const row = await this.database.prisma.apiKey.findUnique({ where: { hash } })
    const principal: KeyPrincipal | undefined =
      row && row.revokedAt === null
        ? { kind: 'key', keyId: row.id, name: row.name, project: row.projectId as ProjectId, mayRead: row.mayRead, mayWrite: row.mayWrite }
        : undefined
    if (this.trusted.size >= MOST_TRUSTED) this.trusted.clear()
    this.trusted.set(hash, { principal, until: this.now() + TRUST_MS })
    if (principal) this.noteUse(principal.keyId)
    return principal
  }

  private noteUse(id: string): void {
    const now = this.now()
    if (now - (this.noted.get(id) ?? 0) < NOTE_EVERY_MS) return
    this.noted.set(id, now)
    this.database.prisma.apiKey
      .updateMany({ where: { id }, data: { lastUsedAt: now } })
      .catch((error: unknown) => this.onProblem('noting the use of a key failed', error))
  }

  /** The key itself is in the answer and nowhere else, ever. */
  async make(project: ProjectId, name: string, rights: { mayRead: boolean; mayWrite: boolean }, createdBy: string): Promise<{ id: string; key: string }> {
    const key = newToken(KEY_PREFIX)
    const id = newId()
    await this.database.prisma.apiKey.create({
      data: { id, hash: hashToken(key), hint: key.slice(0, HINT_CHARS), name, projectId: project, ...rights, createdBy, createdAt: this.now() },
    })
    return { id, key }
  }

  /** Its name; undefined when the project has no such key that still works. */
  async revoke(project: ProjectId, id: string): Promise<string | undefined> {
    const { count } = await this.database.prisma.apiKey.updateMany({ where: { id, projectId: project, revokedAt: null }, data: { revokedAt: this.now() } })
    this.trusted.clear()
    if (count === 0) return undefined
    return (await this.database.prisma.apiKey.findUnique({ where: { id } }))?.name
  }

  /** Newest first; those that were revoked too. */
  async list(project: ProjectId): Promise<ApiKeyLine[]> {
    const rows = await this.database.prisma.apiKey.findMany({ where: { projectId: project }, orderBy: { createdAt: 'desc' } })
    return rows.map(({ id, name, hint, mayRead, mayWrite, createdBy, createdAt, lastUsedAt, revokedAt }) => ({
      id,
      name,
      hint,
      mayRead,
      mayWrite,
      createdBy,
      createdAt,
      ...(lastUsedAt === null ? {} : { lastUsedAt }),
      ...(revokedAt === null ? {} : { revokedAt }),
    }))
  }
}
