import type { IncomingMessage } from 'node:http'
import type { Accounts } from '@/lib/auth/accounts'
import { KEY_PREFIX, type Keys } from '@/lib/auth/keys'
import { knows, may, type Principal, usualProject } from '@/lib/auth/principal'
import { isProjectId, type ProjectId, projectOf } from '@/lib/core/project'
import type { Access } from './access'
import { Refused } from './problem'

/** Who asks, and about which project. */
export interface Caller {
  principal: Principal
  project: ProjectId
}

/** What of a request, or of a socket's first request, says who it is. */
export interface Credentials {
  /** API key, in whatever header the client's protocol has for one. */
  key: string | undefined
  cookie: string | undefined
}

/** The project that a browser's page is about, where there are several; the page sets it (components/chrome/account.tsx). */
const PROJECT_COOKIE = /(?:^|; *)backseat_project=([a-z0-9-]+)/

const LOCAL: Principal = { kind: 'local' }

/** Tells who asks. Without accounts (a loopback address) it is the person at this computer, unless a key says otherwise. */
export class Callers {
  constructor(
    private readonly keys: Keys,
    private readonly accounts: Accounts | undefined,
  ) {}

  /** At once where nothing needs to be looked up: the hot path of a laptop. */
  identify({ key, cookie }: Credentials): Principal | Promise<Principal> {
    // Clients that must send some key send anything to a server that wants none.
    if (key !== undefined && (this.accounts !== undefined || key.startsWith(KEY_PREFIX))) return this.ofKey(key)
    if (!this.accounts) return LOCAL
    if (cookie === undefined) return { kind: 'nobody', spoiled: false }
    return this.accounts.find(cookie).then((user) => user ?? { kind: 'nobody', spoiled: false })
  }

  private async ofKey(key: string): Promise<Principal> {
    return (await this.keys.find(key)) ?? { kind: 'nobody', spoiled: true }
  }
}

/** `Authorization: Bearer`, `x-api-key` as LangSmith sends it, and Basic with the key as either part, as Langfuse's do. */
export function credentialsOf(headers: IncomingMessage['headers'], given?: unknown): Credentials {
  return { key: typeof given === 'string' && given !== '' ? given : keyOf(headers), cookie: headers.cookie }
}

function keyOf(headers: IncomingMessage['headers']): string | undefined {
  const { authorization } = headers
  const [, scheme, value] = /^(bearer|basic) +(\S+)$/i.exec(authorization ?? '') ?? []
  if (scheme?.toLowerCase() === 'bearer') return value
  if (scheme && value) {
    const parts = Buffer.from(value, 'base64').toString('utf8').split(':')
    return parts.find((part) => part.startsWith(KEY_PREFIX)) ?? value
  }
  const other = headers['x-api-key'] ?? headers['x-backseat-key']
  return typeof other === 'string' && other !== '' ? other : undefined
}

/**
 * The caller when it may, else throws Refused. Of projects and sessions that it may know nothing of it is told the
 * same as of those that do not exist.
 */
export function authorise(access: Access, principal: Principal, { session, asked, cookie }: Named): Caller {
  if (asked !== undefined && !isProjectId(asked)) throw new Refused('bad_request', '"project" must be the id of a project.')
  if (principal.kind === 'nobody' && principal.spoiled)
    throw unauthenticated('This API key is not one of this server’s, or was revoked. Make one under Settings, Keys.')
  const project = session === undefined ? (asked ?? chosenProject(principal, cookie)) : projectOf(session)
  const caller = { principal, project }
  if (access.needs === 'nothing') return caller
  if (principal.kind === 'nobody') throw unauthenticated('Sign in, or send an API key as "Authorization: Bearer bsk_…".')
  if (access.needs === 'person') {
    if (principal.kind !== 'key') return caller
    throw new Refused('forbidden', 'This is for a person who is signed in, not for a key.')
  }
  if (may(principal, access.needs, project)) return caller
  if (!knows(principal, project) && session !== undefined) throw noSession(session)
  if (!knows(principal, project)) throw new Refused('not_found', 'There is no such project.')
  throw new Refused(
    'forbidden',
    principal.kind === 'key'
      ? `This API key may not ${VERBS[access.needs]}.${access.needs === 'read' || access.needs === 'write' ? ' Settings, Keys, makes one that may.' : ''}`
      : `Your role in this project does not let you ${VERBS[access.needs]}. An owner of it can change that.`,
  )
}

/** What a request names. */
export interface Named {
  /** For `of: 'session'`. */
  session?: string | undefined
  /** The project that the request itself names. */
  asked?: string | undefined
  cookie?: string | undefined
}

function chosenProject(principal: Principal, cookie: string | undefined): ProjectId {
  const chosen = principal.kind === 'key' ? undefined : PROJECT_COOKIE.exec(cookie ?? '')?.[1]
  return chosen !== undefined && isProjectId(chosen) && knows(principal, chosen) ? chosen : usualProject(principal)
}

const VERBS = {
  read: 'read sessions',
  write: 'send events',
  judge: 'judge interventions',
  share: 'make links',
  manage: 'do this, which its owners do',
  administer: 'do this, which the owners of this installation do',
} as const

export function noSession(id: string): Refused {
  return new Refused('not_found', `There is no session ${JSON.stringify(id.slice(0, 200))}. GET /api/v1/sessions lists them.`)
}

function unauthenticated(detail: string): Refused {
  return new Refused('unauthenticated', detail, { 'www-authenticate': 'Bearer realm="backseat"' })
}
