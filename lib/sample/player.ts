import type { EventInput } from '@/lib/core/event'
import { type Beat, sampleScript } from './script'

/**
 * Plays the written sample as a live stream: events go out when they are due, stamped with that
 * moment, through the same ingest that everybody else's events take. The speed may change while it
 * plays.
 */
export interface SampleOptions {
  /** 1 is the pace of the script, about four and a half minutes. */
  speed: number
  sessionId: string
  /** Wall time of the script's beginning, ms since 1970. A moment ago: what is due by now goes out at once. */
  startedAt: number
  /** Resolves when the events are committed. A rejection is tried again, with the same ids. */
  ingest: (events: EventInput[]) => Promise<void>
  /** Wall time, ms since 1970. */
  clock: () => number
  timer?: Timer
  /** What to play; the REST API sample if left out. */
  script?: Beat[]
}

/** Calls back once after `ms`, unless cancelled by what it returned. */
export type Timer = (ms: number, callback: () => void) => () => void

export interface SampleEnd {
  how: 'completed' | 'stopped'
  events: number
}

export interface Sample {
  readonly sessionId: string
  readonly speed: number
  /** Between MIN_SPEED and MAX_SPEED; throws SampleError otherwise. */
  setSpeed(speed: number): void
  /** Ends what is still open as the harness would, and the session; `done` then resolves. */
  stop(): void
  /** Rejects with SampleError when ingest keeps failing. */
  done: Promise<SampleEnd>
}

export class SampleError extends Error {
  constructor(
    readonly code: 'bad_speed' | 'ingest_failed',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'SampleError'
  }
}

export const MIN_SPEED = 0.5
export const MAX_SPEED = 16

/** Wall time between two batches while events keep coming. */
const TICK_MS = 120
/** More than this at once only when catching up. */
const BATCH = 500
/** Wall time before each further try. */
const RETRIES_MS = [250, 1_000, 3_000, 8_000]
const HARNESS = 'harness'

export function startSample(options: SampleOptions): Sample {
  const player = new Player(options)
  const done = player.play()
  return {
    sessionId: options.sessionId,
    get speed() {
      return player.speed
    },
    setSpeed: (speed) => player.setSpeed(speed),
    stop: () => player.stop(),
    done,
  }
}

class Player {
  speed: number
  private readonly script: Beat[]
  private readonly timer: Timer
  private next = 0
  private sent = 0
  private stopped = false
  /** Script time `anchor.position` was at wall time `anchor.wall`. */
  private anchor: { wall: number; position: number }
  private wake: (() => void) | undefined
  private readonly open = { turns: new Set<string>(), tasks: new Set<string>(), calls: new Set<string>() }

  constructor(private readonly options: SampleOptions) {
    this.speed = checkedSpeed(options.speed)
    this.script = options.script ?? sampleScript(options.sessionId)
    this.timer = options.timer ?? realTimer
    this.anchor = { wall: options.startedAt, position: 0 }
  }

  setSpeed(speed: number): void {
    const checked = checkedSpeed(speed)
    const now = this.options.clock()
    this.anchor = { wall: now, position: this.positionAt(now) }
    this.speed = checked
    this.wake?.()
  }

  stop(): void {
    this.stopped = true
    this.wake?.()
  }

  async play(): Promise<SampleEnd> {
    while (!this.stopped && this.next < this.script.length) {
      const now = this.options.clock()
      const batch = this.due(now)
      if (batch.length > 0) await this.send(batch)
      if (this.stopped) break
      const beat = this.script[this.next]
      if (beat) await this.sleep(Math.max(batch.length === BATCH ? 0 : TICK_MS, this.wallOf(beat) - this.options.clock()))
    }
    if (this.next >= this.script.length) return { how: 'completed', events: this.sent }
    await this.send(this.closing())
    return { how: 'stopped', events: this.sent }
  }

  private due(now: number): EventInput[] {
    const position = this.positionAt(now)
    const batch: EventInput[] = []
    for (let beat = this.script[this.next]; beat && beat.at <= position && batch.length < BATCH; beat = this.script[this.next]) {
      // Stamped when it was due, not when the tick came round: lengths on the timeline stay true at any speed.
      batch.push({ ...beat.event, occurredAt: this.wallOf(beat) })
      this.next++
    }
    return batch
  }

  private positionAt(wall: number): number {
    return this.anchor.position + (wall - this.anchor.wall) * this.speed
  }

  /** Never before the newest change of speed: what was due then has been stamped by the old one. */
  private wallOf(beat: Beat): number {
    return this.anchor.wall + Math.max(0, beat.at - this.anchor.position) / this.speed
  }

  private async send(events: EventInput[]): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await this.options.ingest(events)
        break
      } catch (error) {
        const wait = RETRIES_MS[attempt]
        if (wait === undefined) {
          const reason = error instanceof Error ? error.message : String(error)
          throw new SampleError('ingest_failed', `The sample gave up after ${attempt + 1} attempts to store its events: ${reason}`, { cause: error })
        }
        await new Promise<void>((resolve) => this.timer(wait, resolve))
      }
    }
    this.sent += events.length
    for (const event of events) this.remember(event)
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.timer(ms, () => finish())
      const finish = () => {
        cancel()
        this.wake = undefined
        resolve()
      }
      this.wake = finish
    })
  }

  private remember(event: EventInput): void {
    switch (event.type) {
      case 'turn.started':
        this.open.turns.add(event.turnId)
        return
      case 'turn.ended':
        this.open.turns.delete(event.turnId)
        return
      case 'task.delegated':
        this.open.tasks.add(event.taskId)
        return
      case 'task.ended':
        this.open.tasks.delete(event.taskId)
        return
      case 'tool.called':
        this.open.calls.add(event.callId)
        return
      case 'tool.returned':
        this.open.calls.delete(event.callId)
        return
    }
  }

  /** A sample that was stopped is not one that runs for ever: all that is open ends, and nobody is blamed. */
  private closing(): EventInput[] {
    const { sessionId, clock } = this.options
    const at = clock()
    let order = this.script.length
    const envelope = () => {
      order++
      return { id: `sample:stop:${order - this.script.length}`, sessionId, occurredAt: at, order }
    }
    const reason = 'The sample was stopped by the person who watched it.'
    const events: EventInput[] = []
    if (this.sent === 0) events.push({ type: 'session.started', title: 'A sample stopped before it began (simulated)', simulated: true, ...envelope() })
    for (const callId of this.open.calls) events.push({ type: 'tool.returned', callId, status: 'cancelled', result: reason, ...envelope() })
    for (const turnId of this.open.turns) events.push({ type: 'turn.ended', turnId, finish: 'cancelled', ...envelope() })
    for (const taskId of this.open.tasks) events.push({ type: 'task.ended', taskId, status: 'cancelled', by: HARNESS, reason, ...envelope() })
    events.push({ type: 'session.ended', status: 'cancelled', reason, ...envelope() })
    return events
  }
}

function checkedSpeed(speed: number): number {
  if (speed >= MIN_SPEED && speed <= MAX_SPEED) return speed
  throw new SampleError('bad_speed', `The sample plays at a speed between ${MIN_SPEED} and ${MAX_SPEED}, not ${speed}.`)
}

const realTimer: Timer = (ms, callback) => {
  const handle = setTimeout(callback, ms)
  return () => clearTimeout(handle)
}
