import { openSnapshot } from '@/lib/core/snapshot'
import type { Filled } from './filling'
import { median } from './ingest'

export interface OpeningResult {
  turns: number
  events: number
  /** Bytes on the wire. */
  bytes: number
  /** From the request to the decoded state, ms: the first time after a restart of the server, and later. */
  cold: number
  warm: number
  /** Share of `warm` that is decoding. */
  decode: number
}

/** Opening a session as far as the server and the decoder go, on a server that has just been started; painting comes on top. */
export async function benchOpening(origin: string, filled: readonly Filled[]): Promise<OpeningResult[]> {
  const results: OpeningResult[] = []
  for (const { turns: count, sessionId, events } of filled) {
    const first = await open(origin, sessionId)
    const again = []
    for (let i = 0; i < 5; i++) again.push(await open(origin, sessionId))
    results.push({
      turns: count,
      events,
      bytes: first.bytes,
      cold: first.ms,
      warm: median(again.map((one) => one.ms)),
      decode: median(again.map((one) => one.decode)),
    })
    console.error(`  opening ${count} turns: ${first.ms.toFixed(0)} ms cold, ${results.at(-1)?.warm.toFixed(0)} ms warm`)
  }
  return results
}

async function open(origin: string, sessionId: string): Promise<{ ms: number; decode: number; bytes: number }> {
  const start = performance.now()
  const response = await fetch(`${origin}/api/v1/sessions/${sessionId}/snapshot`)
  const bytes = new Uint8Array(await response.arrayBuffer())
  const arrived = performance.now()
  const { state } = openSnapshot(bytes).snapshot
  if (state.turns.size === 0) throw new Error(`${sessionId} came empty`)
  const end = performance.now()
  return { ms: end - start, decode: end - arrived, bytes: Number(response.headers.get('content-length') ?? bytes.length) }
}
