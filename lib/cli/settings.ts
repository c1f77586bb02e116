import { availableParallelism } from 'node:os'
import { BadSetting, wantsAccounts } from '../auth/settings'
import { TrustedProxies } from '../auth/trusted-proxies'
import { parseDetectorThreads } from '../ingest/detector-setting'
import { Refusal } from '../store/postgres/refusal'
import { homeFolder } from './home'

export interface Settings {
  host: string
  port: number
  home: string
  /** Undefined: Backseat starts its own Postgres in `home`. */
  databaseUrl: string | undefined
  /** Whether people sign in. */
  accounts: boolean
  /** Whose word on who asks is taken. */
  proxies: TrustedProxies
  /** Threads that look for interventions; 0: the server's own does. */
  detectorThreads: number
}

export const DEFAULT_HOST = '127.0.0.1'
export const DEFAULT_PORT = 4680

/** Throws Refusal `bad-setting`. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const port = env.PORT === undefined || env.PORT === '' ? DEFAULT_PORT : Number(env.PORT)
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Refusal('bad-setting', {
      what: `PORT is ${JSON.stringify(env.PORT)}, which is not the number of a port.`,
      kept: 'Nothing was changed.',
      mend: `Set PORT to a whole number from 1 to 65535, or leave it unset for ${DEFAULT_PORT}.`,
    })
  }
  return {
    host: env.HOST || DEFAULT_HOST,
    port,
    home: homeFolder(env),
    databaseUrl: env.DATABASE_URL || undefined,
    accounts: accountsOf(env),
    proxies: proxiesOf(env),
    detectorThreads: detectorThreadsOf(env),
  }
}

function accountsOf(env: NodeJS.ProcessEnv): boolean {
  try {
    return wantsAccounts(env)
  } catch (error) {
    if (!(error instanceof BadSetting)) throw error
    throw new Refusal('bad-setting', { what: error.what, kept: 'Nothing was changed.', mend: error.mend })
  }
}

function proxiesOf({ BACKSEAT_TRUSTED_PROXIES: text = '' }: NodeJS.ProcessEnv): TrustedProxies {
  const proxies = TrustedProxies.parse(text)
  if (proxies) return proxies
  throw new Refusal('bad-setting', {
    what: `BACKSEAT_TRUSTED_PROXIES is ${JSON.stringify(text.slice(0, 200))}.`,
    kept: 'Nothing was changed.',
    mend: 'Set it to the addresses of the proxies in front of this server, with commas between: 10.0.0.2, 10.1.0.0/16 or loopback. Names are not looked up.',
  })
}

function detectorThreadsOf({ BACKSEAT_DETECTOR_THREADS: text = '' }: NodeJS.ProcessEnv): number {
  const threads = parseDetectorThreads(text, availableParallelism())
  if (threads !== undefined) return threads
  throw new Refusal('bad-setting', {
    what: `BACKSEAT_DETECTOR_THREADS is ${JSON.stringify(text.slice(0, 200))}.`,
    kept: 'Nothing was changed.',
    mend: 'Set it to a whole number from 0 (no thread of its own) to 64, or leave it unset.',
  })
}

/** What a browser on this machine is told to open. */
export function addressOf(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}

/** True when only programs on this machine can reach the address. */
export function isLocal(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}
