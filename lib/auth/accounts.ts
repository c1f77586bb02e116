import { betterAuth } from 'better-auth'
import { prismaAdapter } from 'better-auth/adapters/prisma'
import { genericOAuth } from 'better-auth/plugins'
import { DEFAULT_PROJECT, type ProjectId } from '@/lib/core/project'
import type { Database } from '@/lib/store/database'
import { Invitations } from './invitations'
import { OIDC } from './oidc-callback'
import { isRole, type Principal, type Role } from './principal'
import { AuthRefused } from './refused'
import type { AccountsSettings } from './settings'
import { hashToken, newToken } from './token'

export type UserPrincipal = Extract<Principal, { kind: 'user' }>

const SIGNED_IN_SECONDS = 30 * 24 * 3600
const LEAST_PASSWORD = 10
const MOST_PASSWORD = 128
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,190}$/

export interface Joining {
  token: string
  name: string
  email: string
  password: string
}

/** People: better-auth keeps passwords, sessions of browsers and OpenID Connect; who may join, and what they may do, is ours. */
export class Accounts {
  readonly invitations: Invitations
  /** Hash of the token with which the first owner joins; in memory only, so each start makes another. */
  private setup: string | undefined
  private readonly auth: ReturnType<typeof makeAuth>

  constructor(
    private readonly database: Database,
    private readonly settings: AccountsSettings,
    private readonly now: () => number = Date.now,
  ) {
    this.invitations = new Invitations(database, now)
    this.auth = makeAuth(database, settings, (email) => this.maySignUpElsewhere(email))
  }

  get oidcName(): string | undefined {
    return this.settings.oidc?.name
  }

  get publicUrl(): string {
    return this.settings.publicUrl
  }

  /** The address of a page on which the owner makes an account; undefined when there is an owner. Works once, until the next start. */
  async ownerLink(): Promise<string | undefined> {
    if (!this.settings.newOwner && (await this.database.prisma.authUser.count({ where: { owner: true } })) > 0) return undefined
    const token = newToken()
    this.setup = hashToken(token)
    return `${this.settings.publicUrl}/sign-in?owner&join=${token}`
  }

  /** Who is signed in, by the cookie. */
  async find(cookie: string): Promise<UserPrincipal | undefined> {
    const found = await this.auth.api.getSession({ headers: new Headers({ cookie }) })
    if (!found) return undefined
    const { user } = found
    const rows = await this.database.prisma.membership.findMany({ where: { userId: user.id } })
    const roles = new Map<ProjectId, Role>()
    for (const { projectId, role } of rows) if (isRole(role)) roles.set(projectId as ProjectId, role)
    return { kind: 'user', userId: user.id, name: user.name, email: user.email, owner: user.owner === true, roles }
  }

  /** The answer that sets the cookie. Throws AuthRefused, the same and after the same work for a wrong address and a wrong password. */
  async signIn(email: string, password: string, address: string): Promise<Response> {
    const answer = await this.auth.api.signInEmail({
      body: { email: email.trim(), password },
      headers: new Headers({ 'x-forwarded-for': address }),
      asResponse: true,
    })
    if (!answer.ok)
      throw new AuthRefused(
        'bad_credentials',
        'This address and password do not go together. Check both; an owner of your project can give you a link for a new password.',
      )
    return answer
  }

  signOut(cookie: string): Promise<Response> {
    return this.auth.api.signOut({ headers: new Headers({ cookie }), asResponse: true })
  }

  /** Sends the browser to the identity provider. */
  async startOidc(next: string): Promise<Response> {
    if (!this.settings.oidc) throw new AuthRefused('not_found', 'No identity provider is set up. Sign in with address and password.')
    const answer = await this.auth.api.signInSocial({
      body: { provider: OIDC, callbackURL: next, errorCallbackURL: '/sign-in' },
      headers: new Headers(),
      asResponse: true,
    })
    const { url } = (await answer.json()) as { url?: string }
    if (!answer.ok || !url) throw new Error(`better-auth gave no address to sign in at (${answer.status})`)
    const headers = new Headers({ location: url })
    for (const line of answer.headers.getSetCookie()) headers.append('set-cookie', line)
    return new Response(null, { status: 302, headers })
  }

  /** The identity provider sent the browser back. */
  finishOidc(request: Request): Promise<Response> {
    return this.auth.handler(request)
  }

  /** With an invitation, or the owner's link: makes an account. Throws AuthRefused. */
  async join({ token, name, email, password }: Joining, address: string): Promise<{ answer: Response; project?: ProjectId }> {
    const wanted = email.trim().toLowerCase()
    if (!EMAIL.test(wanted)) throw new AuthRefused('bad_field', 'Give an e-mail address, like anna@example.com.')
    if (name.trim() === '' || name.length > 100) throw new AuthRefused('bad_field', 'Give a name of up to 100 characters.')
    checkPassword(password)
    const context = await this.auth.$context
    if (await context.internalAdapter.findUserByEmail(wanted)) {
      // Said only to somebody who holds a good invitation.
      if (!this.isSetup(token)) await this.invitations.check(token, wanted)
      throw new AuthRefused('email_taken', 'There is an account with this address. Sign in with it, then open the invitation again.')
    }
    const owner = this.isSetup(token)
    const invitation = owner ? undefined : await this.invitations.claim(token, 'join', wanted)
    if (owner) this.setup = undefined
    const user = await context.internalAdapter.createUser(
      { name: name.trim(), email: wanted, emailVerified: owner || invitation?.email !== undefined, owner },
      { method: 'email-password' },
    )
    await context.internalAdapter.linkAccount({
      userId: user.id,
      providerId: 'credential',
      accountId: user.id,
      password: await context.password.hash(password),
    })
    if (invitation?.projectId && invitation.role) await this.addMember(invitation.projectId, user.id, invitation.role)
    return { answer: await this.signIn(wanted, password, address), ...(invitation?.projectId ? { project: invitation.projectId } : {}) }
  }

  /** With an invitation, for somebody who has an account: the project that was joined. Throws AuthRefused. */
  async accept(token: string, user: UserPrincipal): Promise<ProjectId> {
    const { projectId, role } = await this.invitations.claim(token, 'join', user.email)
    if (!projectId || !role) throw new AuthRefused('bad_token', 'This invitation is to no project.')
    await this.addMember(projectId, user.userId, role)
    return projectId
  }

  /** With a link that an owner made: a new password, and every browser is signed out. Throws AuthRefused. */
  async resetPassword(token: string, password: string, address: string): Promise<{ answer: Response; email: string }> {
    checkPassword(password)
    const { userId } = await this.invitations.claim(token, 'reset', undefined)
    const context = await this.auth.$context
    const user = userId === undefined ? undefined : await context.internalAdapter.findUserById(userId)
    if (!user) throw new AuthRefused('bad_token', 'The account that this link is for is gone.')
    const hash = await context.password.hash(password)
    if (await context.internalAdapter.findCredentialAccount(user.id)) await context.internalAdapter.updatePassword(user.id, hash)
    else await context.internalAdapter.linkAccount({ userId: user.id, providerId: 'credential', accountId: user.id, password: hash })
    await context.internalAdapter.deleteUserSessions(user.id)
    return { answer: await this.signIn(user.email, password, address), email: user.email }
  }

  private isSetup(token: string): boolean {
    return this.setup !== undefined && hashToken(token) === this.setup
  }

  private async addMember(projectId: ProjectId, userId: string, role: Role): Promise<void> {
    await this.database.prisma.membership.upsert({
      where: { projectId_userId: { projectId, userId } },
      create: { projectId, userId, role, createdAt: this.now() },
      update: { role },
    })
  }

  /** Whether somebody whom the identity provider vouches for, and who has no account here, may make one. */
  private async maySignUpElsewhere(email: string): Promise<{ after?: (userId: string) => Promise<void> } | undefined> {
    const invitation = await this.invitations.claimForAddress(email)
    if (invitation?.projectId && invitation.role) {
      const { projectId, role } = invitation
      return { after: (userId) => this.addMember(projectId, userId, role) }
    }
    if (this.settings.oidc?.domains.includes(email.split('@')[1] ?? '')) return { after: (userId) => this.addMember(DEFAULT_PROJECT, userId, 'viewer') }
    return undefined
  }
}

function checkPassword(password: string): void {
  if (password.length < LEAST_PASSWORD || password.length > MOST_PASSWORD) {
    throw new AuthRefused('bad_field', `A password has ${LEAST_PASSWORD} to ${MOST_PASSWORD} characters. Several words make a good one.`)
  }
}

type Admission = { after?: (userId: string) => Promise<void> } | undefined

function makeAuth(database: Database, { publicUrl, secret, oidc }: AccountsSettings, admit: (email: string) => Promise<Admission>) {
  const admitted = new Map<string, Admission>()
  return betterAuth({
    appName: 'Backseat',
    baseURL: publicUrl,
    basePath: '/api/auth',
    secret,
    telemetry: { enabled: false },
    database: prismaAdapter(database.prisma, { provider: 'postgresql' }),
    user: { modelName: 'authUser', additionalFields: { owner: { type: 'boolean', required: false, defaultValue: false, input: false } } },
    session: { modelName: 'authSession', expiresIn: SIGNED_IN_SECONDS, disableSessionRefresh: true },
    account: {
      modelName: 'authAccount',
      // The operator chose the provider, so an address that it vouches for is that person's; the account here must
      // have been made by that person too (an invitation to this very address), or somebody could lie in wait with it.
      accountLinking: { enabled: true, trustedProviders: [OIDC], requireLocalEmailVerified: true },
    },
    verification: { modelName: 'authVerification' },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: LEAST_PASSWORD, maxPasswordLength: MOST_PASSWORD },
    // lib/http/limiter.ts counts, by address and by person, and over all ways in.
    rateLimit: { enabled: false },
    advanced: { cookiePrefix: 'backseat', ipAddress: { ipAddressHeaders: ['x-forwarded-for'] }, defaultCookieAttributes: { sameSite: 'lax', httpOnly: true } },
    databaseHooks: {
      user: {
        create: {
          // Accounts of our own come with an invitation that is checked before (join); all others are made by signing in elsewhere.
          before: async (user, context) => {
            if (!context?.path?.startsWith('/callback/')) return
            const email = user.email.toLowerCase()
            const admission = await admit(email)
            if (!admission) return false
            admitted.set(email, admission)
          },
          after: async (user, context) => {
            if (!context?.path?.startsWith('/callback/')) return
            const admission = admitted.get(user.email)
            admitted.delete(user.email)
            await admission?.after?.(user.id)
          },
        },
      },
    },
    plugins: oidc
      ? [
          genericOAuth({
            config: [
              {
                providerId: OIDC,
                discoveryUrl: `${oidc.issuer}/.well-known/openid-configuration`,
                clientId: oidc.clientId,
                clientSecret: oidc.clientSecret,
                scopes: ['openid', 'email', 'profile'],
                pkce: true,
              },
            ],
          }),
        ]
      : [],
    logger: { level: 'error' },
  })
}
