import type { EventInput } from '@/lib/core/event'

/**
 * Made-up sessions are written by actors that run side by side in virtual time: a master, its
 * sub-agents, a harness. An actor is a generator; what it yields says what it waits for.
 *
 *   yield 250           250 ms of virtual time
 *   yield gate          until somebody opens the gate
 *
 * Nothing here knows the wall clock, so a session of hours is written in milliseconds, and the same
 * actors always write the same session.
 */
export type Actor = Generator<number | Gate, void, void>

/** Something that is waited for: once open it stays open. */
export class Gate {
  isOpen = false
  readonly waiting: Running[] = []
}

export interface Running {
  readonly actor: Actor
  stopped: boolean
}

/** What an actor tells: identity, time and order are added by the simulation. */
export type Draft = DraftOf<EventInput>
type DraftOf<T> = T extends unknown ? Omit<T, 'id' | 'sessionId' | 'occurredAt' | 'order' | 'version'> & { skew?: number } : never

export interface SimulationOptions {
  sessionId: string
  /** Milliseconds since 1970. */
  startedAt: number
  /** Beginning of every event's id; a number in the order of emission follows. */
  idPrefix: string
}

export class Simulation {
  /** Virtual time, milliseconds since 1970. */
  now: number
  private readonly queue: { at: number; running: Running }[] = []
  private emitted: EventInput[] = []
  private count = 0

  constructor(private readonly options: SimulationOptions) {
    this.now = options.startedAt
  }

  start(actor: Actor): Running {
    const running = { actor, stopped: false }
    this.schedule(running, this.now)
    return running
  }

  /** The actor does nothing more, wherever it was. */
  stop(running: Running): void {
    running.stopped = true
  }

  open(gate: Gate): void {
    if (gate.isOpen) return
    gate.isOpen = true
    for (const running of gate.waiting) this.schedule(running, this.now)
    gate.waiting.length = 0
  }

  /** Returns the event's id. `skew` moves only this event's clock, in milliseconds. */
  tell({ skew, ...draft }: Draft): string {
    this.count++
    const id = `${this.options.idPrefix}${this.count}`
    // The spread of a union loses which member it was; every member has exactly these four added.
    const event = { ...draft, id, sessionId: this.options.sessionId, occurredAt: this.now + (skew ?? 0), order: this.count } as EventInput
    this.emitted.push(event)
    return id
  }

  /** Runs until every actor has ended or waits for a gate that nobody is left to open. */
  *run(): Generator<EventInput, void, void> {
    for (let entry = this.queue.pop(); entry; entry = this.queue.pop()) {
      const { at, running } = entry
      if (running.stopped) continue
      this.now = at
      const step = running.actor.next()
      if (!step.done && !running.stopped) {
        if (typeof step.value === 'number') this.schedule(running, at + step.value)
        else if (step.value.isOpen) this.schedule(running, at)
        else step.value.waiting.push(running)
      }
      if (this.emitted.length > 0) {
        const events = this.emitted
        this.emitted = []
        yield* events
      }
    }
  }

  /** Latest first, so that the next one is popped off the end; equal times run in the order of scheduling. */
  private schedule(running: Running, at: number): void {
    let low = 0
    let high = this.queue.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const entry = this.queue[middle]
      if (entry && entry.at > at) low = middle + 1
      else high = middle
    }
    this.queue.splice(low, 0, { at, running })
  }
}
