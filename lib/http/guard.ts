import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { Refused } from './problem'

/**
 * Keeps other web sites in this person's browser away from the API: without accounts it asks for no password, with
 * accounts the browser would add the cookie of whoever is signed in.
 *
 * A site that makes its own name point here (DNS rebinding) still sends that name as Host: names
 * other than localhost must be allowed by the operator. A page of another origin says so in Origin.
 * Programs that are not browsers send no Origin and are served. `sentBack`: the one path to which another
 * site (the identity provider) sends the browser itself.
 */
export function checkGuests(request: IncomingMessage, allowedHosts: ReadonlySet<string>, sentBack?: string): Refused | undefined {
  const host = request.headers.host
  const name = host === undefined ? undefined : hostName(host)
  if (name === undefined || !(isIP(name) || name === 'localhost' || name.endsWith('.localhost') || allowedHosts.has(name))) {
    return new Refused(
      'foreign_host',
      `The name ${JSON.stringify((host ?? '').slice(0, 100))} is not one of this server's. Use its address, or list the name in BACKSEAT_HOSTS.`,
    )
  }
  const { origin } = request.headers
  if (origin !== undefined && originHost(origin) !== host) {
    return new Refused('foreign_origin', 'Pages of other sites may not use this server. Send from a program, or from the dashboard itself.')
  }
  if (request.headers['sec-fetch-site'] === 'cross-site' && !(request.method === 'GET' && sentBack !== undefined && request.url?.startsWith(`${sentBack}?`))) {
    return new Refused('foreign_origin', 'Pages of other sites may not use this server. Open the address itself.')
  }
  return undefined
}

/** Who sends often sends under the same name: reading it takes as long as comparing an event with its schema. */
let lastHost: { host: string; name: string | undefined } | undefined

function hostName(host: string): string | undefined {
  if (lastHost?.host === host) return lastHost.name
  const name = readHostName(host)
  // What is longer than any name is not kept.
  if (host.length <= 300) lastHost = { host, name }
  return name
}

function readHostName(host: string): string | undefined {
  try {
    return new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '').toLowerCase()
  } catch {
    return undefined
  }
}

function originHost(origin: string): string | undefined {
  try {
    return new URL(origin).host
  } catch {
    return undefined
  }
}
