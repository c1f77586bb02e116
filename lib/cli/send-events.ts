import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Event } from '@/lib/core/event'
import { findRunningAddress } from './home'
import { addressOf, DEFAULT_HOST, DEFAULT_PORT } from './settings'

/** Where events go: BACKSEAT_URL, else the Backseat that runs on this data folder, else the usual address. */
export async function serverAddress(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  if (env.BACKSEAT_URL) return env.BACKSEAT_URL.replace(/\/+$/, '')
  return (await findRunningAddress().catch(() => undefined)) ?? addressOf(env.HOST || DEFAULT_HOST, Number(env.PORT) || DEFAULT_PORT)
}

export interface Rejected {
  id?: string
  code: string
  message: string
}

/** What became of a batch. `later`: nothing of it was taken and sending it again is safe. */
export type Sent =
  | { kind: 'taken'; accepted: number; duplicate: number; rejected: Rejected[] }
  | { kind: 'too_large' }
  | { kind: 'refused'; message: string }
  | { kind: 'later'; afterMs: number; message: string }
  | { kind: 'unreachable'; message: string }

/** Of an API key in BACKSEAT_KEY, for servers where people sign in and for other projects than the default one. */
export function keyHeader(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return env.BACKSEAT_KEY ? { authorization: `Bearer ${env.BACKSEAT_KEY.trim()}` } : {}
}

const zip = promisify(gzip)
const ANSWER_MS = 60_000

/** One batch as gzipped lines. Never throws. */
export async function sendBatch(address: string, events: readonly Event[]): Promise<Sent> {
  const body = await zip(Buffer.from(`${events.map((event) => JSON.stringify(event)).join('\n')}\n`), { level: 1 })
  return new Promise((resolve) => {
    let url: URL
    try {
      url = new URL(`${address}/api/v1/events`)
    } catch {
      resolve({ kind: 'refused', message: `${JSON.stringify(address)} is no address; set BACKSEAT_URL to one like http://127.0.0.1:4680.` })
      return
    }
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    const request = send(
      url,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/x-ndjson',
          'content-encoding': 'gzip',
          'content-length': body.length,
          accept: 'application/json',
          ...keyHeader(),
        },
        timeout: ANSWER_MS,
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => resolve(understood(response.statusCode ?? 0, response.headers['retry-after'], Buffer.concat(chunks).toString('utf8'))))
        response.on('error', (error) => resolve({ kind: 'unreachable', message: error.message }))
      },
    )
    request.on('timeout', () => request.destroy(new Error(`no answer within ${ANSWER_MS / 1000} s`)))
    request.on('error', (error) =>
      resolve({ kind: 'unreachable', message: 'code' in error && error.code === 'ECONNREFUSED' ? 'connection refused' : error.message }),
    )
    request.end(body)
  })
}

function understood(status: number, retryAfter: string | undefined, text: string): Sent {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    answer = undefined
  }
  const record = typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : {}
  const detail = typeof record.detail === 'string' ? record.detail : `the server answered ${status}`
  if (status === 200 && typeof record.accepted === 'number' && typeof record.duplicate === 'number') {
    return {
      kind: 'taken',
      accepted: record.accepted,
      duplicate: record.duplicate,
      rejected: Array.isArray(record.rejected) ? (record.rejected as Rejected[]) : [],
    }
  }
  if (status === 413) return { kind: 'too_large' }
  if (status === 429 || status >= 500) return { kind: 'later', afterMs: Math.max(200, (Number(retryAfter) || 1) * 1000), message: detail }
  return { kind: 'refused', message: status === 404 || status === 200 ? `What answers there is no Backseat (${detail}).` : detail }
}

export interface Totals {
  accepted: number
  duplicate: number
  rejected: number
  /** Reasons, with how often. */
  reasons: Map<string, number>
}

export function newTotals(): Totals {
  return { accepted: 0, duplicate: 0, rejected: 0, reasons: new Map() }
}

export function addRejected(totals: Totals, reason: string, n = 1): void {
  totals.rejected += n
  totals.reasons.set(reason, (totals.reasons.get(reason) ?? 0) + n)
}

const BATCH_EVENTS = 1_000
const BATCH_CHARS = 4 * 1024 * 1024

/** Batches small enough for the server, however large single events are. */
export function* inBatches(events: readonly Event[]): Generator<Event[]> {
  let batch: Event[] = []
  let chars = 0
  for (const event of events) {
    const size = roughSize(event)
    if (batch.length > 0 && (batch.length >= BATCH_EVENTS || chars + size > BATCH_CHARS)) {
      yield batch
      batch = []
      chars = 0
    }
    batch.push(event)
    chars += size
  }
  if (batch.length > 0) yield batch
}

function roughSize(value: unknown): number {
  if (typeof value === 'string') return value.length + 8
  if (typeof value !== 'object' || value === null) return 8
  let size = 16
  for (const inner of Object.values(value)) size += roughSize(inner)
  return size
}
