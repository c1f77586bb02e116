import { openSnapshot } from '@/lib/core/snapshot'
import { median } from './ingest'
import { fill } from './latency'

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

/** Opening a session as far as the server and the decoder go; painting comes on top. */
export async function benchOpening(origin: string, turns: readonly number[], restart: () => Promise<void>): Promise<OpeningResult[]> {
  const results: OpeningResult[] = []
  const sizes = new Map<number, number>()
  for (const count of turns) sizes.set(count, await fill(origin, `opening-${count}`, count))
  // Long enough for quiet sessions to be kept as snapshots.
  await new Promise((resolve) => setTimeout(resolve, 8_000))
  await restart()
  for (const count of turns) {
    const first = await open(origin, `opening-${count}`)
    const again = []
    for (let i = 0; i < 5; i++) again.push(await open(origin, `opening-${count}`))
    results.push({
      turns: count,
      events: sizes.get(count) ?? 0,
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
