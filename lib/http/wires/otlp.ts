import type { IncomingMessage, ServerResponse } from 'node:http'
import { batchOfJson, NotOtlp, OTLP_PREFIX, type OtlpBatch, OtlpReader, readLogs, readTraces, writeAnswer, writeStatus } from '@/lib/formats/otlp'
import { WorkTree } from '@/lib/formats/spans/work-tree'
import { decodeUtf8, readBody } from '../body'
import { Refused } from '../problem'
import { guarded, parsedJson, type Wire, type WireParts } from './wire'

type Signal = 'traces' | 'logs' | 'metrics'
type Encoding = 'protobuf' | 'json'

/**
 * OTLP over HTTP at its standard paths: protocol buffers and JSON, gzip, partial success. Answers come in
 * the request's encoding; 429 and 503 mean "send it again", as the protocol says.
 */
export function otlpWire(parts: WireParts): Wire {
  const reader = new OtlpReader()
  const tree = new WorkTree({ prefix: OTLP_PREFIX, format: 'otlp', whole: false })

  async function take(signal: Signal, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const encoding = encodingOf(request)
    await guarded(
      parts,
      request,
      response,
      async () => {
        if (encoding === undefined) throw new Refused('unsupported_type', 'Send application/x-protobuf or application/json.')
        const body = await readBody(request, parts.limits)
        if (signal === 'metrics') {
          answer(response, signal, encoding, 0, 'Metrics are not kept here; set OTEL_METRICS_EXPORTER=none to send none.')
          return
        }
        const batch = decode(signal, encoding, body)
        const now = parts.now()
        for (const work of reader.read(batch).works) tree.take(work, now)
        const { rejected } = await parts.owing.append(tree.tell())
        const reasons = [...batch.rejected, ...rejected.map(({ message }) => message)]
        tree.issues.length = 0
        answer(response, signal, encoding, batch.rejected.length, reasons.slice(0, 10).join('; ').slice(0, 2000))
      },
      (status, detail, headers) => {
        send(
          response,
          status,
          encoding ?? 'json',
          encoding === 'protobuf' ? writeStatus(grpcCode(status), detail) : JSON.stringify({ code: grpcCode(status), message: detail }),
          headers,
        )
        return true
      },
    )
  }

  return {
    route(method, path) {
      const signal = /^\/v1\/(traces|logs|metrics)$/.exec(path)?.[1]
      if (signal !== 'traces' && signal !== 'logs' && signal !== 'metrics') return undefined
      return (request, response) => {
        if (method === 'POST') return take(signal, request, response)
        send(response, 405, 'json', JSON.stringify({ code: 12, message: 'OTLP is sent with POST.' }), { allow: 'POST' })
        return Promise.resolve()
      }
    },
    forget: (now) => tree.forget(now),
  }
}

function encodingOf(request: IncomingMessage): Encoding | undefined {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type === 'application/x-protobuf' || type === 'application/protobuf') return 'protobuf'
  return type === 'application/json' ? 'json' : undefined
}

function decode(signal: 'traces' | 'logs', encoding: Encoding, body: Buffer): OtlpBatch {
  try {
    if (encoding === 'json') return batchOfJson(parsedJson(decodeUtf8(body)))
    return signal === 'traces' ? readTraces(body) : readLogs(body)
  } catch (error) {
    if (error instanceof NotOtlp) throw new Refused('bad_request', error.message)
    throw error
  }
}

function answer(response: ServerResponse, signal: Signal, encoding: Encoding, rejected: number, message: string): void {
  if (encoding === 'protobuf') {
    send(response, 200, encoding, writeAnswer(rejected, message))
    return
  }
  const counted = signal === 'traces' ? 'rejectedSpans' : signal === 'logs' ? 'rejectedLogRecords' : 'rejectedDataPoints'
  // 64-bit numbers are text in protobuf's JSON
  send(
    response,
    200,
    encoding,
    JSON.stringify(rejected > 0 || message !== '' ? { partialSuccess: { [counted]: String(rejected), errorMessage: message } } : {}),
  )
}

function send(response: ServerResponse, status: number, encoding: Encoding, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, {
    'content-type': encoding === 'protobuf' ? 'application/x-protobuf' : 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...headers,
  })
  response.end(body)
}

/** Google's codes for the statuses that this server answers with. */
function grpcCode(status: number): number {
  switch (status) {
    case 429:
      return 8
    case 503:
      return 14
    case 500:
      return 13
    default:
      return 3
  }
}
