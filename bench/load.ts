import { Agent, request } from 'node:http'
import type { EventInput } from '@/lib/core/event'
import { SCENARIO_START, scenarioEvents } from '@/lib/sample/scenarios'

/** A batch ready to be sent: only the session's name is filled in later. */
export interface Batches {
  of(sessionId: string): Generator<{ body: Buffer; events: number }>
}

const NAME = 'bench-session-placeholder'

export function batches(size: number, events: number): Batches {
  const texts: { text: string; events: number }[] = []
  let batch: string[] = []
  let count = 0
  for (const event of scenarioEvents('ten-thousand-turns', { sessionId: NAME, turns: Math.ceil(events / 6) })) {
    if (event.type === 'session.ended') continue
    batch.push(JSON.stringify(event))
    if (batch.length === size) {
      texts.push({ text: `[${batch.join(',')}]`, events: size })
      batch = []
    }
    if (++count >= events) break
  }
  return {
    *of(sessionId) {
      for (const { text, events } of texts) yield { body: Buffer.from(text.replaceAll(NAME, sessionId)), events }
    },
  }
}

/** `startedAt`: ms since 1970; without it a fixed day. */
export function eventsFor(sessionId: string, turns: number, startedAt?: number, agents?: number): Generator<EventInput> {
  return scenarioEvents('ten-thousand-turns', { sessionId, turns, startedAt, agents }) as Generator<EventInput>
}

/** How long such a session lasts, ms of its own time. */
export function lengthOf(turns: number, agents?: number): number {
  let last = SCENARIO_START
  for (const { occurredAt } of eventsFor(NAME, Math.max(turns, 1), undefined, agents)) if (typeof occurredAt === 'number') last = Math.max(last, occurredAt)
  return last - SCENARIO_START
}

export function post(agent: Agent, origin: string, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${origin}/api/v1/events`,
      { method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': body.length } },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
        })
        response.on('end', () => {
          if (response.statusCode === 200 && !text.includes('"rejected":[{')) resolve()
          else reject(new Error(`${response.statusCode} ${text.slice(0, 300)}`))
        })
        response.on('error', reject)
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

export function keepAlive(sockets: number): Agent {
  return new Agent({ keepAlive: true, maxSockets: sockets })
}
