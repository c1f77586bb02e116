import { isRunning } from '@/lib/live/protocol'

/**
 * Whether a session goes on. Only its producer knows when it ends; a producer that is gone never says.
 *   live      events arrived lately
 *   silent    nothing for a while: working on something long, or hung
 *   backfilling  an older recording is being read in right now
 *   ended     it said so
 *   open      no end was recorded, and nothing has come for so long that none will
 */
export type Liveness =
  | { kind: 'live' }
  | { kind: 'silent'; forMs: number }
  | { kind: 'ended'; status?: 'completed' | 'failed' | 'cancelled' }
  | { kind: 'backfilling' }
  | { kind: 'open' }

export const SILENT_AFTER_MS = 180_000
/** Reading a recording in sends something at least this often. */
const READ_IN_MS = 15_000

export interface Pulse {
  endedAt?: number
  endStatus?: 'completed' | 'failed' | 'cancelled'
  /** Newest `occurredAt`, by the producer's clock. */
  lastAt?: number
  /** When something last arrived, by the server's or this browser's clock. */
  receivedAt: number
}

export function livenessOf(pulse: Pulse, now: number): Liveness {
  if (pulse.endedAt !== undefined) return { kind: 'ended', status: pulse.endStatus }
  if (!isRunning(pulse, now)) return now - pulse.receivedAt < READ_IN_MS ? { kind: 'backfilling' } : { kind: 'open' }
  const quiet = now - pulse.receivedAt
  return quiet >= SILENT_AFTER_MS ? { kind: 'silent', forMs: quiet } : { kind: 'live' }
}
