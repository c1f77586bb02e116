import type { EventInput } from '@/lib/core/event'
import { story } from './rest-api/story'
import { Simulation } from './simulation'

/** The story is told at the speed of a quick model; watching it is easier at a little more than half of that. */
const SLOWER = 1.65

/** One event of the written sample, and when it is due. */
export interface Beat {
  /** Milliseconds after the session's start, at speed 1. */
  at: number
  event: EventInput
}

/** The whole sample, the same at each call: several minutes of a master and its sub-agents building a REST API. */
export function sampleScript(sessionId: string): Beat[] {
  const sim = new Simulation({ sessionId, startedAt: 0, idPrefix: 'sample:' })
  sim.start(story(sim))
  return Array.from(sim.run(), (event) => ({ at: Math.round(Number(event.occurredAt) * SLOWER), event }))
}
