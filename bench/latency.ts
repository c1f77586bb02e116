import { io } from 'socket.io-client'
import WebSocket from 'ws'
import { LIVE_MESSAGES, LIVE_PATH, LIVE_VERSION, type Subscribed, type Tail, VIEWER_NAMESPACE } from '@/lib/live/protocol'
import { filledId } from './filling'
import { keepAlive, post } from './load'

export interface LatencyResult {
  turns: number
  /** From just before the request is written to the viewer holding the parsed event, ms. */
  ours: Percentiles
  bare: Percentiles
  p50Ratio: number
  p99Ratio: number
}

export interface Percentiles {
  p50: number
  p99: number
}

/** One event at a time, `every` ms apart, each into a session that already has so many turns (bench/filling.ts), here and there. */
export async function benchLatency(
  ours: string,
  bare: string,
  options: { turns: number[]; samples: number; everyMs: number; lag: Lag },
): Promise<LatencyResult[]> {
  const results: LatencyResult[] = []
  for (const turns of options.turns) {
    const sessionId = filledId(turns)
    await readAgain(ours, sessionId, options.lag)
    const viewers = { ours: await oursViewer(ours, sessionId), bare: await bareViewer(bare) }
    const measured = { ours: [] as number[], bare: [] as number[] }
    const agent = keepAlive(2)
    // Turns of one hundred alternate between the two servers.
    for (let sample = -200; sample < options.samples; ) {
      for (const which of ['bare', 'ours'] as const) {
        for (let i = 0; i < 100; i++) {
          const id = `probe-${which}-${sample}-${i}`
          const seen = viewers[which].waitFor(id)
          const body = Buffer.from(
            JSON.stringify([
              {
                type: 'turn.streamed',
                id,
                sessionId,
                occurredAt: Date.now(),
                turnId: `probe-${sample}`,
                agentId: 'lead',
                outputTokens: i,
                offset: 0,
                text: 'a few words of it',
              },
            ]),
          )
          const start = performance.now()
          const [at] = await Promise.all([seen, post(agent, which === 'ours' ? ours : bare, body)])
          if (sample >= 0) measured[which].push(at - start)
          await new Promise((resolve) => setTimeout(resolve, options.everyMs))
        }
      }
      sample += 100
    }
    agent.destroy()
    viewers.ours.close()
    viewers.bare.close()
    const [a, b] = [percentiles(measured.ours), percentiles(measured.bare)]
    results.push({ turns, ours: a, bare: b, p50Ratio: a.p50 / b.p50, p99Ratio: a.p99 / b.p99 })
    console.error(`  emit to viewer at ${turns} turns: p50 ${a.p50.toFixed(2)} / ${b.p50.toFixed(2)} ms, p99 ${a.p99.toFixed(2)} / ${b.p99.toFixed(2)} ms`)
  }
  return results
}

/** How many events of the session its findings are behind. */
export type Lag = (sessionId: string) => Promise<number>

/**
 * The server has just been started: with the first event it reads a long log again for its findings,
 * beside the writing. That is over, once, some seconds later; what is measured is the rest of the time.
 */
async function readAgain(origin: string, sessionId: string, lag: Lag): Promise<void> {
  const agent = keepAlive(1)
  const start = performance.now()
  for (let i = 0; performance.now() - start < 180_000; i++) {
    const event = { type: 'turn.started', id: `settling-${i}`, sessionId, occurredAt: Date.now(), turnId: `settling-${i}`, agentId: 'lead' }
    await post(agent, origin, Buffer.from(JSON.stringify([event])))
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    if ((await lag(sessionId)) > 0) continue
    agent.destroy()
    console.error(`  ${sessionId} was read again after ${((performance.now() - start) / 1000).toFixed(0)} s`)
    return
  }
  throw new Error(`the log of ${sessionId} was not read again within three minutes`)
}

interface BenchViewer {
  /** performance.now() when the event arrived. */
  waitFor(id: string): Promise<number>
  close(): void
}

function waiter() {
  const waiting = new Map<string, (at: number) => void>()
  return {
    arrived(id: string) {
      waiting.get(id)?.(performance.now())
      waiting.delete(id)
    },
    waitFor: (id: string) => new Promise<number>((resolve) => waiting.set(id, resolve)),
  }
}

async function oursViewer(origin: string, sessionId: string): Promise<BenchViewer> {
  const { arrived, waitFor } = waiter()
  const socket = io(origin + VIEWER_NAMESPACE, { path: LIVE_PATH, transports: ['websocket'], forceNew: true })
  socket.on(LIVE_MESSAGES.events, (tail: Tail) => {
    for (const event of tail.events) arrived(event.id)
  })
  const response = await fetch(`${origin}/api/v1/sessions/${sessionId}/snapshot`)
  const head = Number(response.headers.get('x-backseat-head'))
  await response.arrayBuffer()
  const answer: Subscribed = await socket.emitWithAck(LIVE_MESSAGES.subscribe, { version: LIVE_VERSION, sessionId, after: head })
  if (answer.kind !== 'tail') throw new Error(`the viewer got ${JSON.stringify(answer)}`)
  return { waitFor, close: () => void socket.disconnect() }
}

async function bareViewer(origin: string): Promise<BenchViewer> {
  const { arrived, waitFor } = waiter()
  const socket = new WebSocket(origin.replace('http', 'ws'), { perMessageDeflate: false })
  socket.on('message', (message: Buffer) => {
    for (const event of JSON.parse(message.toString('utf8')) as { id: string }[]) arrived(event.id)
  })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return { waitFor, close: () => socket.close() }
}

export function percentiles(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99) }
}
