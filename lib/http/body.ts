import type { IncomingMessage } from 'node:http'
import { createGunzip } from 'node:zlib'
import { Refused } from './problem'

export interface BodyLimits {
  /** Bytes as sent. */
  wireBytes: number
  /** Bytes after unpacking. */
  bytes: number
}

const MEGABYTE = 1024 * 1024

/** The body, unpacked, never more of it in memory than the limits allow. Throws Refused. */
export async function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding !== 'identity' && encoding !== 'gzip' && encoding !== 'x-gzip') {
    throw new Refused('unsupported_encoding', `Content-Encoding ${encoding.slice(0, 40)} is not known here. Send the body plain or with gzip.`)
  }
  const limit = encoding === 'identity' ? Math.min(limits.wireBytes, limits.bytes) : limits.wireBytes
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > limit) throw tooLarge(limit, 'as sent')
  return encoding === 'identity' ? readPlain(request, limit) : readGzip(request, limits)
}

/**
 * Before an answer that does not wait for the body: what is left of it is read and thrown away, for
 * a connection that is closed with bytes unread takes the answer with it. Who sends on and on is cut off.
 */
export function discardRest(request: IncomingMessage): void {
  if (request.complete) return
  request.resume()
  const late = setTimeout(() => request.destroy(), LINGER_MS)
  request.once('close', () => clearTimeout(late))
}

const LINGER_MS = 5_000

function readPlain(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > limit) {
        request.removeAllListeners('data')
        reject(tooLarge(limit, 'as sent'))
        return
      }
      chunks.push(chunk)
    })
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes)))
    request.on('error', reject)
    request.on('aborted', () => reject(new Refused('bad_request', 'The connection ended before the body did. Send the batch again.')))
  })
}

function readGzip(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const gunzip = createGunzip()
    const chunks: Buffer[] = []
    let packed = 0
    let bytes = 0
    const fail = (error: Error) => {
      request.unpipe(gunzip)
      gunzip.destroy()
      reject(error)
    }
    request.on('data', (chunk: Buffer) => {
      packed += chunk.length
      if (packed > limits.wireBytes) fail(tooLarge(limits.wireBytes, 'as sent'))
    })
    gunzip.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      // A zip bomb is noticed while it unpacks, not after.
      if (bytes > limits.bytes) fail(tooLarge(limits.bytes, 'unpacked'))
      else chunks.push(chunk)
    })
    gunzip.on('end', () => resolve(Buffer.concat(chunks, bytes)))
    gunzip.on('error', (error) =>
      fail(new Refused('bad_encoding', `The body says gzip but cannot be unpacked (${error.message}). Send it whole, or without Content-Encoding.`)),
    )
    request.on('error', fail)
    request.on('aborted', () => fail(new Refused('bad_request', 'The connection ended before the body did. Send the batch again.')))
    request.pipe(gunzip)
  })
}

function tooLarge(limit: number, how: string): Refused {
  return new Refused(
    'too_large',
    `A body may have ${Math.round((limit / MEGABYTE) * 10) / 10} MB ${how}. Send the events in smaller batches, a very long text in several events.`,
  )
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/** Throws Refused with the place of the first byte that is not UTF-8. */
export function decodeUtf8(body: Buffer): string {
  try {
    return decoder.decode(body)
  } catch {
    const at = firstBadByte(body)
    const line = body.subarray(0, at).reduce((lines, byte) => lines + (byte === 10 ? 1 : 0), 1)
    throw new Refused('bad_utf8', `Byte ${at} (in line ${line}) is not UTF-8. Send the text as UTF-8; nothing of this batch was taken.`)
  }
}

function firstBadByte(body: Buffer): number {
  // Halve until the shortest prefix that does not decode is found; a prefix cut inside a character is fine while streaming.
  let good = 0
  let bad = body.length
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(body.subarray(0, middle), { stream: true })
      good = middle
    } catch {
      bad = middle
    }
  }
  return Math.max(0, bad - 1)
}
