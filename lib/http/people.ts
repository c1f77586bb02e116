import type { Hono } from 'hono'
import { z } from 'zod'
import type { Accounts } from '@/lib/auth/accounts'
import { audit, readAudit } from '@/lib/auth/audit'
import { erasePerson } from '@/lib/auth/erase'
import type { Keys } from '@/lib/auth/keys'
import { nameOf, ROLES } from '@/lib/auth/principal'
import { changeRole, listMembers, lookupMember, makeProject, projectsOf, removeMember } from '@/lib/auth/projects'
import { AuthRefused } from '@/lib/auth/refused'
import type { Database } from '@/lib/store/database'
import { Refused } from './problem'
import { parsedBody } from './small-json'

export interface PeopleParts {
  database: Database
  keys: Keys
  /** Undefined: one person on a loopback address, without a login. */
  accounts: Accounts | undefined
  /** Somebody's rights became fewer: live connections are asked again. */
  rightsChanged(): void
  /** These logs were changed: what is in memory of them is read again. */
  reread(sessionIds: readonly string[]): void
}

const AUDIT_PAGE = 100
const NO_STORE = { 'cache-control': 'no-store' }
const Name = z.string().trim().min(1, 'give a name').max(100, 'may have 100 characters')
const Email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .regex(/^[^\s@]+@[^\s@]+$/, 'is no e-mail address')

/** Who I am, keys, members, invitations, projects, and the log of all that. Signing in: sign-in.ts. */
export function addPeople(app: Hono, { database, keys, accounts, rightsChanged, reread }: PeopleParts): void {
  app.get('/api/v1/me', async (context) => {
    const { principal, project } = context.get('caller')
    return context.json(
      {
        accounts: accounts !== undefined,
        ...(accounts?.oidcName === undefined ? {} : { oidc: accounts.oidcName }),
        kind: principal.kind,
        ...(principal.kind === 'user' ? { id: principal.userId, name: principal.name, email: principal.email, owner: principal.owner } : {}),
        project,
        projects: await projectsOf(database, principal),
      },
      200,
      NO_STORE,
    )
  })

  app.get('/api/v1/keys', async (context) => context.json({ keys: await keys.list(context.get('caller').project) }, 200, NO_STORE))

  app.post('/api/v1/keys', async (context) => {
    const { principal, project } = context.get('caller')
    const { name, may } = await parsedBody(
      context,
      z.strictObject({ name: Name, may: z.array(z.enum(['read', 'write'])).min(1, 'needs "read", "write" or both') }),
    )
    const made = await keys.make(project, name, { mayRead: may.includes('read'), mayWrite: may.includes('write') }, nameOf(principal))
    await audit(database, principal, 'key made', project, name)
    return context.json(made, 201, NO_STORE)
  })

  app.delete('/api/v1/keys/:key', async (context) => {
    const { principal, project } = context.get('caller')
    const name = await keys.revoke(project, context.req.param('key'))
    if (name === undefined) throw new Refused('not_found', 'This project has no such key that still works.')
    await audit(database, principal, 'key revoked', project, name)
    rightsChanged()
    return context.body(null, 204)
  })

  app.get('/api/v1/members', async (context) => {
    const { project } = context.get('caller')
    return context.json({ members: await listMembers(database, project), invitations: (await accounts?.invitations.list(project)) ?? [] }, 200, NO_STORE)
  })

  app.patch('/api/v1/members/:user', async (context) => {
    const { principal, project } = context.get('caller')
    const { role } = await parsedBody(context, z.strictObject({ role: z.enum(ROLES) }))
    const email = await expected(changeRole(database, project, context.req.param('user'), role))
    await audit(database, principal, 'role changed', project, `${email}: ${role}`)
    rightsChanged()
    return context.body(null, 204)
  })

  app.delete('/api/v1/members/:user', async (context) => {
    const { principal, project } = context.get('caller')
    const email = await expected(removeMember(database, project, context.req.param('user')))
    await audit(database, principal, 'removed from the project', project, email)
    rightsChanged()
    return context.body(null, 204)
  })

  app.post('/api/v1/members/:user/reset', async (context) => {
    const { principal, project } = context.get('caller')
    const { invitations, publicUrl } = withAccounts(accounts)
    const userId = context.req.param('user')
    const member = await lookupMember(database, project, userId)
    if (!member) throw new Refused('not_found', 'Nobody by this id is a member of the project.')
    // Whoever sets the password becomes that person, elsewhere too.
    if (member.beyond && !(principal.kind === 'user' && principal.owner)) {
      throw new Refused('forbidden', 'This person has rights beyond this project. An owner of the installation can make the link.')
    }
    const { token } = await invitations.makeReset(userId, nameOf(principal))
    await audit(database, principal, 'invited', project, `a new password for ${member.email}`)
    return context.json({ url: `${publicUrl}/sign-in?reset=${token}` }, 201, NO_STORE)
  })

  app.post('/api/v1/invitations', async (context) => {
    const { principal, project } = context.get('caller')
    const { invitations, publicUrl } = withAccounts(accounts)
    const { role, email } = await parsedBody(context, z.strictObject({ role: z.enum(ROLES), email: Email.optional() }))
    const { id, token } = await invitations.invite(project, role, email, nameOf(principal))
    await audit(database, principal, 'invited', project, `${email ?? 'whoever has the link'}: ${role}`)
    return context.json({ id, url: `${publicUrl}/sign-in?join=${token}` }, 201, NO_STORE)
  })

  app.delete('/api/v1/invitations/:invitation', async (context) => {
    const { principal, project } = context.get('caller')
    const { invitations } = withAccounts(accounts)
    if (!(await invitations.withdraw(project, context.req.param('invitation'))))
      throw new Refused('not_found', 'This project has no such invitation that still works.')
    await audit(database, principal, 'invitation withdrawn', project)
    return context.body(null, 204)
  })

  app.delete('/api/v1/people/:user', async (context) => {
    const { principal } = context.get('caller')
    const { as, sessions } = await expected(erasePerson(database, context.req.param('user')))
    reread(sessions)
    rightsChanged()
    await audit(database, principal, 'person deleted', undefined, as)
    return context.body(null, 204)
  })

  app.post('/api/v1/projects', async (context) => {
    const { principal } = context.get('caller')
    const { id, name } = await parsedBody(context, z.strictObject({ id: z.string().max(100), name: Name }))
    const made = await expected(makeProject(database, id, name, Date.now()))
    await audit(database, principal, 'project made', made.id, made.name)
    return context.json(made, 201, NO_STORE)
  })

  app.get('/api/v1/audit', async (context) => {
    const { principal, project } = context.get('caller')
    const before = Number(context.req.query('before') ?? Number.NaN)
    const all = principal.kind === 'local' || (principal.kind === 'user' && principal.owner)
    const lines = await readAudit(database, project, all, Number.isSafeInteger(before) ? before : undefined, AUDIT_PAGE)
    return context.json({ lines, ...(lines.length === AUDIT_PAGE ? { next: lines.at(-1)?.id } : {}) }, 200, NO_STORE)
  })
}

export function withAccounts(accounts: Accounts | undefined): Accounts {
  if (accounts) return accounts
  throw new Refused('not_found', 'This Backseat has no accounts: it serves one person on this computer. Start it with BACKSEAT_ACCOUNTS=on to have some.')
}

/** Expected failures of lib/auth as answers. */
export async function expected<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof AuthRefused)) throw error
    switch (error.code) {
      case 'bad_credentials':
        throw new Refused('unauthenticated', error.message)
      case 'not_found':
        throw new Refused('not_found', error.message)
      case 'bad_token':
      case 'email_taken':
      case 'bad_field':
        throw new Refused('bad_request', error.message)
      default: {
        const impossible: never = error.code
        throw new Error(`a refusal that nobody knows: ${String(impossible)}`)
      }
    }
  }
}
