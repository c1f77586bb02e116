import type { Server, Socket } from 'socket.io'
import { type AppendResult, LIVE_MESSAGES, PRODUCER_NAMESPACE, type Problem } from './protocol'

export interface ProducerOptions {
  /** The same as POST /api/v1/events takes: answers after the commit, never throws. */
  append(from: Socket['handshake'], events: unknown): Promise<AppendResult | Problem>
  /** Of one message. */
  maxBytes: number
}

/**
 * The same events as over HTTP, for agents that stream tokens: one connection, no header for each
 * batch, acknowledged after the commit.
 *
 *   producer -> events [...]      ack AppendResult | Problem
 */
export function listenToProducers(io: Server, { append }: ProducerOptions): void {
  io.of(PRODUCER_NAMESPACE).on('connection', (producer) => {
    producer.on(LIVE_MESSAGES.events, (events: unknown, answer: unknown) => {
      void append(producer.handshake, events).then((reply) => {
        if (typeof answer === 'function') answer(reply)
      })
    })
  })
}
