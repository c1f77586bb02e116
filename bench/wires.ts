import { request, type Agent } from 'node:http'
import { io } from 'socket.io-client'
import { oneTurnByEachWire, type OneTurn, type Sent } from '@/lib/http/wires/testing/one-turn'
import { LIVE_MESSAGES, LIVE_PATH, LIVE_VERSION, type Subscribed, type Tail, VIEWER_NAMESPACE } from '@/lib/live/protocol'
import { keepAlive } from './load'

export interface WireResult {
  wire: string
  /** What was waited for. */
  seen: OneTurn['seen']
  samples: number
  /** From just before the request is written to the viewer holding the parsed event, ms. */
  p50: number
  p95: number
}

/** One request at a time to each foreign way in, with a viewer of its session; wires take turns, so that all see the same machine. */
export async function benchWires(origin: string, options: { samples: number; everyMs: number }): Promise<WireResult[]> {
  const agent = keepAlive(2)
  const lines = await Promise.all(
    oneTurnByEachWire(`bench-${Date.now()}`).map(async (wire) => {
      if (wire.opening) await send(agent, origin, wire.opening)
      await send(agent, origin, wire.request(1))
      return { wire, viewer: await viewerOf(origin, wire), taken: [] as number[] }
    }),
  )
  for (let n = 2; n < options.samples + 22; n++)
    for (const { wire, viewer, taken } of lines) {
      const next = viewer.next()
      const start = performance.now()
      const [at] = await Promise.all([next, send(agent, origin, wire.request(n))])
      if (n >= 22) taken.push(at - start)
      await new Promise((resolve) => setTimeout(resolve, options.everyMs))
    }
  agent.destroy()
  return lines.map(({ wire, viewer, taken }) => {
    viewer.close()
    const sorted = taken.sort((a, b) => a - b)
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
    console.error(`  ${wire.wire}: p50 ${at(0.5).toFixed(1)} ms, p95 ${at(0.95).toFixed(1)} ms`)
    return { wire: wire.wire, seen: wire.seen, samples: taken.length, p50: at(0.5), p95: at(0.95) }
  })
}

async function viewerOf(origin: string, { sessionId, seen }: OneTurn): Promise<{ next(): Promise<number>; close(): void }> {
  let waiting: ((at: number) => void) | undefined
  const socket = io(origin + VIEWER_NAMESPACE, { path: LIVE_PATH, transports: ['websocket'], forceNew: true })
  socket.on(LIVE_MESSAGES.events, (tail: Tail) => {
    if (tail.events.some(({ type }) => type === seen)) waiting?.(performance.now())
  })
  const snapshot = await fetch(`${origin}/api/v1/sessions/${sessionId}/snapshot`)
  const after = Number(snapshot.headers.get('x-backseat-head'))
  await snapshot.arrayBuffer()
  const answer: Subscribed = await socket.emitWithAck(LIVE_MESSAGES.subscribe, { version: LIVE_VERSION, sessionId, after })
  if (answer.kind !== 'tail') throw new Error(`the viewer of ${sessionId} got ${answer.kind}`)
  return {
    next: () =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`no ${seen} of ${sessionId} came within ten seconds`)), 10_000)
        waiting = (at) => {
          clearTimeout(late)
          resolve(at)
        }
      }),
    close: () => void socket.disconnect(),
  }
}

function send(agent: Agent, origin: string, { method, path, type, body }: Sent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(origin + path, { method, agent, headers: { 'content-type': type, 'content-length': body.length } }, (response) => {
      response.resume()
      response.on('end', () => ((response.statusCode ?? 500) < 300 ? resolve() : reject(new Error(`${path} answered ${response.statusCode}`))))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
