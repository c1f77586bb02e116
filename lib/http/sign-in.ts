import type { Context, Hono } from 'hono'
import { z } from 'zod'
import type { Accounts } from '@/lib/auth/accounts'
import { audit } from '@/lib/auth/audit'
import { OIDC_CALLBACK } from '@/lib/auth/oidc-callback'
import { nameOf } from '@/lib/auth/principal'
import type { Database } from '@/lib/store/database'
import { addressOf } from './address-of'
import { Limiter } from './limiter'
import { expected, type PeopleParts, withAccounts } from './people'
import { Refused } from './problem'
import { parsedBody } from './small-json'

const QUARTER = 15 * 60_000
/** Failures in a quarter of an hour: of one account, and from one address. Behind a proxy that is everybody, unless it is trusted (lib/auth/trusted-proxies.ts). */
const MOST_OF_ACCOUNT = 10
const MOST_OF_ADDRESS = 100

const Email = z.string().trim().min(1).max(254)
const Password = z.string().max(1000)
const Token = z.string().min(1).max(200)

/** Signing in and out, joining by invitation, and the identity provider. Cookies are better-auth's. */
export function addSignIn(app: Hono, parts: Pick<PeopleParts, 'accounts' | 'database' | 'rightsChanged'>): void {
  const { database } = parts
  const ofAccount = new Limiter(MOST_OF_ACCOUNT, QUARTER)
  const ofAddress = new Limiter(MOST_OF_ADDRESS, QUARTER)

  /** Counts what fails; refuses before it looks when it failed too often. */
  async function limited<T>(address: string, account: string, attempt: () => Promise<T>): Promise<T> {
    const wait = Math.max(ofAccount.wait(account), ofAddress.wait(address))
    if (wait > 0) {
      const seconds = Math.ceil(wait / 1000)
      throw new Refused('too_often', `This failed too often. Try again in ${Math.ceil(seconds / 60)} minutes.`, { 'retry-after': String(seconds) })
    }
    try {
      const result = await attempt()
      ofAccount.forgive(account)
      return result
    } catch (error) {
      ofAccount.failed(account)
      ofAddress.failed(address)
      throw error
    }
  }

  app.post('/api/auth/sign-in', async (context) => {
    const accounts = withAccounts(parts.accounts)
    const { email, password } = await parsedBody(context, z.strictObject({ email: Email, password: Password }))
    const address = addressOf(context)
    try {
      const answer = await limited(address, email.toLowerCase(), () => accounts.signIn(email, password, address))
      await audit(database, email.toLowerCase(), 'signed in')
      return withCookies(context, answer)
    } catch (error) {
      await audit(database, email.toLowerCase(), 'sign-in failed', undefined, `from ${address}`)
      return expected(Promise.reject(error))
    }
  })

  app.post('/api/auth/sign-out', async (context) => {
    const accounts = withAccounts(parts.accounts)
    const { principal } = context.get('caller')
    const answer = await accounts.signOut(context.req.header('cookie') ?? '')
    if (principal.kind === 'user') await audit(database, principal, 'signed out')
    parts.rightsChanged()
    return withCookies(context, answer)
  })

  app.post('/api/auth/join', async (context) => {
    const accounts = withAccounts(parts.accounts)
    const body = await parsedBody(context, z.strictObject({ token: Token, name: z.string().max(200), email: Email, password: Password }))
    const address = addressOf(context)
    const { answer, project } = await expected(limited(address, `join ${address}`, () => accounts.join(body, address)))
    await audit(database, body.email.toLowerCase(), 'joined', project)
    return withCookies(context, answer)
  })

  app.post('/api/auth/accept', async (context) => {
    const accounts = withAccounts(parts.accounts)
    const { principal } = context.get('caller')
    if (principal.kind !== 'user') throw new Refused('forbidden', 'Sign in first; then open the invitation again.')
    const { token } = await parsedBody(context, z.strictObject({ token: Token }))
    const project = await expected(limited(addressOf(context), `accept ${principal.userId}`, () => accounts.accept(token, principal)))
    await audit(database, nameOf(principal), 'joined', project)
    return context.json({ project })
  })

  app.post('/api/auth/reset', async (context) => {
    const accounts = withAccounts(parts.accounts)
    const { token, password } = await parsedBody(context, z.strictObject({ token: Token, password: Password }))
    const address = addressOf(context)
    const { answer, email } = await expected(limited(address, `reset ${address}`, () => accounts.resetPassword(token, password, address)))
    await audit(database, email, 'password set')
    parts.rightsChanged()
    return withCookies(context, answer)
  })

  app.get('/api/auth/oidc', (context) => expected(withAccounts(parts.accounts).startOidc(localPath(context.req.query('next')))))

  app.get(OIDC_CALLBACK, async (context) => {
    const accounts = withAccounts(parts.accounts)
    if (accounts.oidcName === undefined) throw new Refused('not_found', 'No identity provider is set up.')
    const answer = await accounts.finishOidc(context.req.raw)
    await noteOidc(database, accounts, answer)
    return answer
  })
}

async function noteOidc(database: Database, accounts: Accounts, answer: Response): Promise<void> {
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const user = cookie ? await accounts.find(cookie) : undefined
  if (user) await audit(database, user, 'signed in', undefined, 'by the identity provider')
  else await audit(database, 'somebody', 'sign-in failed', undefined, 'by the identity provider')
}

/** The cookies of better-auth's answer under an answer of ours: its body holds the session's token. */
function withCookies(context: Context, answer: Response): Response {
  for (const line of answer.headers.getSetCookie()) context.header('set-cookie', line, { append: true })
  return context.body(null, 204, { 'cache-control': 'no-store' })
}

/** A path on this server, for whoever comes back from the identity provider; anything else would be an open redirect. */
export function localPath(text: string | undefined): string {
  return text !== undefined && /^\/(?![/\\])[^\\\u0000-\u001f]*$/.test(text) ? text : '/'
}
