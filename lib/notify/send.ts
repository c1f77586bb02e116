import { createHmac } from 'node:crypto'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isPublicAddress, literalAddress, PrivateAddress, publicLookup } from './address'

const ANSWER_WITHIN_MS = 10_000

export interface Sending {
  url: string
  /** JSON. */
  body: string
  secret: string
  /** The same at every attempt. */
  deliveryId: string
  /** Server's clock, ms. */
  at: number
  allowPrivate: boolean
}

export type Sent = { kind: 'delivered'; status: number } | { kind: 'failed'; status?: number; error: string }

/** `t=SECONDS,v1=HEX`: HMAC-SHA-256 over the seconds, a full stop and the body, so that an old message cannot be sent again as new. */
export function signatureOf(secret: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`
}

/** Sends once. Redirects are not followed, and what is answered is not read: only its status counts. */
export function sendOnce({ url, body, secret, deliveryId, at, allowPrivate }: Sending): Promise<Sent> {
  return new Promise((done) => {
    const failed = (error: string, status?: number) => done({ kind: 'failed', error, ...(status === undefined ? {} : { status }) })
    let target: URL
    try {
      target = parseTarget(url, allowPrivate)
    } catch (error) {
      failed(error instanceof Error ? error.message : String(error))
      return
    }
    const sending = (target.protocol === 'https:' ? requestHttps : requestHttp)(
      target,
      {
        method: 'POST',
        agent: false,
        timeout: ANSWER_WITHIN_MS,
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        ...(allowPrivate ? {} : { lookup: publicLookup }),
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Backseat-Webhooks/1',
          'x-backseat-delivery': deliveryId,
          'x-backseat-signature': signatureOf(secret, Math.floor(at / 1000), body),
        },
      },
      (response) => {
        const status = response.statusCode ?? 0
        response.destroy()
        if (status >= 200 && status < 300) done({ kind: 'delivered', status })
        else failed(status >= 300 && status < 400 ? `answered ${status}: redirects are not followed` : `answered ${status}`, status)
      },
    )
    sending.on('timeout', () => sending.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} s`)))
    sending.on('error', (error) =>
      failed(error.name === 'TimeoutError' || error.name === 'AbortError' ? `no answer within ${ANSWER_WITHIN_MS / 1000} s` : error.message),
    )
    sending.end(body)
  })
}

/** Throws with a sentence when nothing may be sent there. Names are looked at when something is sent. */
export function parseTarget(text: string, allowPrivate: boolean): URL {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw new Error('This is no address: give one that begins with https://.')
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Error('Only http and https addresses can be told.')
  if (url.username !== '' || url.password !== '')
    throw new Error('An address with a name or password in it is not taken: others can read it. Use the signature.')
  const literal = literalAddress(url)
  const local = /^(localhost|.*\.localhost|.*\.local|.*\.internal)$/i.test(url.hostname.replace(/\.$/, ''))
  if (!allowPrivate && ((literal !== undefined && !isPublicAddress(literal)) || local)) throw new PrivateAddress(url.hostname, literal ?? url.hostname)
  return url
}
