import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** How people sign in, from the environment. */
export interface AccountsSettings {
  /** Where browsers reach this server: `https://backseat.example.com`. */
  publicUrl: string
  /** Signs cookies. */
  secret: string
  /** Prints a link for a new owner although there is one. */
  newOwner: boolean
  oidc?: OidcSettings
}

export interface OidcSettings {
  issuer: string
  clientId: string
  clientSecret: string
  /** On the button. */
  name: string
  /** Whose addresses end in one of these joins the default project as viewer without an invitation. */
  domains: string[]
}

/** A setting that cannot be used: `what` is wrong, `mend` says how to put it right. */
export class BadSetting extends Error {
  constructor(
    readonly what: string,
    readonly mend: string,
  ) {
    super(`${what} ${mend}`)
  }
}

export function wantsAccounts(env: NodeJS.ProcessEnv): boolean {
  const { BACKSEAT_ACCOUNTS: value } = env
  if (value === undefined || value === '' || value === 'off') return false
  if (value === 'on') return true
  throw new BadSetting(`BACKSEAT_ACCOUNTS is ${JSON.stringify(value.slice(0, 40))}.`, 'Set it to "on" or "off".')
}

const SECRET_CHARS = 32

/** Throws BadSetting. The secret is BACKSEAT_SECRET, or made once and kept in `home`, readable by its owner alone. */
export async function readAccountsSettings(env: NodeJS.ProcessEnv, home: string, address: string): Promise<AccountsSettings> {
  return {
    publicUrl: publicUrlOf(env.BACKSEAT_PUBLIC_URL || address),
    secret: await secretOf(env.BACKSEAT_SECRET, home),
    newOwner: env.BACKSEAT_NEW_OWNER === '1',
    ...oidcOf(env),
  }
}

function publicUrlOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.pathname !== '/') {
    throw new BadSetting(
      `BACKSEAT_PUBLIC_URL is ${JSON.stringify(text.slice(0, 200))}.`,
      'Set it to an address without a path, like https://backseat.example.com.',
    )
  }
  return url.origin
}

async function secretOf(given: string | undefined, home: string): Promise<string> {
  if (given) {
    if (given.length >= SECRET_CHARS) return given
    throw new BadSetting('BACKSEAT_SECRET is too short.', `Set it to ${SECRET_CHARS} or more random characters, or leave it unset: one is then made and kept.`)
  }
  const path = join(home, 'secret')
  await mkdir(home, { recursive: true })
  try {
    // `wx`: of two servers that start at once, one makes it and the other reads it.
    await writeFile(path, randomBytes(48).toString('base64url'), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return (await readFile(path, 'utf8')).trim()
}

function oidcOf(env: NodeJS.ProcessEnv): { oidc?: OidcSettings } {
  const { BACKSEAT_OIDC_ISSUER: issuer, BACKSEAT_OIDC_CLIENT_ID: clientId, BACKSEAT_OIDC_CLIENT_SECRET: clientSecret } = env
  if (!issuer && !clientId && !clientSecret) return {}
  if (!issuer || !clientId || !clientSecret) {
    throw new BadSetting(
      'Sign-in by OpenID Connect is set up in part.',
      'Set all of BACKSEAT_OIDC_ISSUER, BACKSEAT_OIDC_CLIENT_ID and BACKSEAT_OIDC_CLIENT_SECRET, or none.',
    )
  }
  if (!URL.canParse(issuer))
    throw new BadSetting(`BACKSEAT_OIDC_ISSUER is ${JSON.stringify(issuer.slice(0, 200))}.`, 'Set it to the address of your identity provider.')
  const domains = (env.BACKSEAT_OIDC_DOMAINS ?? '')
    .split(',')
    .map((domain) => domain.trim().toLowerCase().replace(/^@/, ''))
    .filter(Boolean)
  return { oidc: { issuer: issuer.replace(/\/+$/, ''), clientId, clientSecret, name: env.BACKSEAT_OIDC_NAME || 'single sign-on', domains } }
}
