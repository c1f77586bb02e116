import type { Event } from '@/lib/core/event'
import type { Intervention } from '@/lib/core/interventions'
import type { FindingsChange, Tail } from './protocol'

/** Told as soon as this many events wait. */
const FLUSH_EVENTS = 200
/** Kept for viewers who come back, so that they need not ask Postgres. */
const RECENT_EVENTS = 4_000
/**
 * At most one message a viewer every so often: with few viewers almost at once, with many never more
 * than 20 a second each. One process sends some 100,000 messages a second; this allows it 4,000.
 */
const MS_PER_VIEWER = 0.25
const SHORTEST_MS = 4
const LONGEST_MS = 50

/**
 * What the viewers of one session have been sent, and what they will be sent next.
 *
 *   recent      [ ............... ]
 *   sent                          ^ everybody in the room has come this far
 *   waiting                         [ ... ]   next message
 */
export class Room {
  viewers = 0
  /** Being filled from the log. */
  catching = false
  catchAgain = false
  /** Grows whenever findings change: who read them before a change must read them again before joining. */
  findingsVersion = 0
  private recent: Event[] = []
  private waiting: Event[] = []
  private changed = new Map<string, Intervention>()
  private removed = new Set<string>()
  private timer: NodeJS.Timeout | undefined
  /** When the last viewer left, or the room was made; ms of the monotonic clock. */
  emptySince = performance.now()

  constructor(
    readonly sessionId: string,
    /** The sequence that everybody in the room has. */
    public sent: number,
    private readonly send: (tail: Tail) => void,
  ) {}

  /** The sequence that the room knows of. */
  get head(): number {
    return this.sent + this.waiting.length
  }

  /** Takes what follows the room's head. False, and nothing taken, when something between is missing. */
  add(first: number, events: readonly Event[], findings: FindingsChange): boolean {
    const known = this.head + 1 - first
    if (known < 0) return false
    for (let i = known; i < events.length; i++) {
      const event = events[i]
      if (event) this.waiting.push(event)
    }
    this.addFindings(findings)
    if (this.waiting.length >= FLUSH_EVENTS) this.flush()
    else if (!this.timer && (this.waiting.length > 0 || this.changed.size > 0 || this.removed.size > 0)) this.flush()
    return true
  }

  private addFindings(findings: FindingsChange): void {
    if (findings.changed.length + findings.removed.length > 0) this.findingsVersion++
    for (const finding of findings.changed) {
      this.changed.set(finding.id, finding)
      this.removed.delete(finding.id)
    }
    for (const id of findings.removed) {
      this.changed.delete(id)
      this.removed.add(id)
    }
  }

  /** The events after `after` up to what everybody has, or undefined when the room does not hold them all. */
  tailAfter(after: number): Event[] | undefined {
    const missing = this.sent - after
    if (missing < 0 || missing > this.recent.length) return undefined
    return missing === 0 ? [] : this.recent.slice(-missing)
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = undefined
  }

  /** The first message goes out at once; what follows soon after waits for the next. */
  private flush(): void {
    if (this.timer) clearTimeout(this.timer)
    const { waiting } = this
    const tail: Tail = {
      sessionId: this.sessionId,
      first: this.sent + 1,
      events: waiting,
      findings: { changed: [...this.changed.values()], removed: [...this.removed] },
      head: this.sent + waiting.length,
    }
    this.sent = tail.head
    for (const event of waiting) this.recent.push(event)
    if (this.recent.length > RECENT_EVENTS * 2) this.recent = this.recent.slice(-RECENT_EVENTS)
    this.waiting = []
    this.changed.clear()
    this.removed.clear()
    if (this.viewers > 0) this.send(tail)
    this.timer = setTimeout(
      () => {
        this.timer = undefined
        if (this.waiting.length > 0 || this.changed.size > 0 || this.removed.size > 0) this.flush()
      },
      Math.min(LONGEST_MS, Math.max(SHORTEST_MS, this.viewers * MS_PER_VIEWER)),
    )
  }
}
