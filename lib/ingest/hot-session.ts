import { isContentRef } from '@/lib/core/content'
import { type Detector, newDetector } from '@/lib/core/detect/detector'
import type { Event } from '@/lib/core/event'
import type { SessionId, TaskId } from '@/lib/core/ids'
import { DETECTOR_VERSION, type Intervention } from '@/lib/core/interventions'
import { compareEvents } from '@/lib/core/order'
import { applyEvent, newSessionState, newTouched, type SessionState } from '@/lib/core/session'
import type { FindingsChange, SessionSummary } from '@/lib/live/protocol'
import { findingRow } from '@/lib/store/findings'
import { countsOf, type Facts, factsOf } from '@/lib/store/session-row'
import type { TaskRow } from '@/lib/store/task-row'
import type { SessionWrite } from '@/lib/store/write'
import { extractContents, type Texts } from './extract'
import type { KnownIds } from './known-ids'
import { RecentStrip } from './strip'
import { Tallies } from './tallies'

const STRIP_EVERY_MS = 1_000

/**
 * A session that is being written, or looked at, in memory: what its log adds up to.
 *
 * `prepare` changes it ahead of the commit. If the commit fails the whole entry is thrown away and
 * read again, so nothing that the log does not hold is ever seen: readers wait until no write is
 * under way (see Ingest.read).
 */
export class HotSession {
  readonly tallies: Tallies
  readonly strip = new RecentStrip()
  /** Undefined until somebody writes. */
  known: KnownIds | undefined
  /** Undefined while it has not (again) read the whole log: findings stay as they were meanwhile. */
  detector: Detector | undefined
  /** The detector threw: a bug, told once; the log goes on without findings until the session is loaded again. */
  detectorFailed = false
  detectorFailure: unknown
  /** When it was last heard from, server's clock, ms. */
  receivedAt: number
  private stripAt = 0
  private stripStale = false
  private storedFacts = ''

  constructor(
    readonly pk: number,
    readonly id: SessionId,
    readonly state: SessionState,
    public head: number,
    findings: Iterable<Intervention>,
    receivedAt: number,
  ) {
    this.tallies = new Tallies(state, findings)
    this.receivedAt = receivedAt
    this.strip.take({ ...newTouched(), turns: new Set(state.turns.values()), calls: new Set(state.calls.values()) })
  }

  /** A session of which the log holds nothing yet. */
  static fresh(pk: number, id: SessionId, known: KnownIds, now: number): HotSession {
    const hot = new HotSession(pk, id, newSessionState(id), 0, [], now)
    hot.known = known
    hot.detector = newDetector()
    return hot
  }

  /**
   * Numbers, folds and examines new events (none known yet, none twice) and says what to write.
   * `fetched` holds texts that the events refer to and the log already had.
   */
  prepare(events: readonly Event[], fetched: Texts, now: number): Prepared {
    const expected = this.head
    const texts: Texts = new Map()
    const touched = newTouched()
    const rows: SessionWrite['events'] = []
    for (const event of events) {
      const sequence = ++this.head
      // What the producer leaves open is settled by the order in which we learnt it.
      event.order ??= sequence
      extractContents(event, texts)
      applyEvent(this.state, event, touched)
      this.known?.add(event.id)
      rows.push({
        sequence,
        id: event.id,
        occurredAt: event.occurredAt,
        type: event.type,
        turnId: event.type === 'turn.streamed' ? event.turnId : undefined,
        data: JSON.stringify(event),
      })
    }
    this.receivedAt = now
    this.strip.take(touched)
    const tasks = this.tallies.take(touched)
    const findings = this.detect(events, texts, fetched)
    return this.prepared(expected, rows, texts, tasks, findings, now, [...events])
  }

  /**
   * Puts the findings of a detector that has read the whole log in place of those that stand, and
   * says what to write.
   */
  settle(detector: Detector, now: number): Prepared {
    this.detector = detector
    detector.changes()
    const findings: FindingsChange = { changed: [], removed: [] }
    const standing = new Set<string>()
    for (const finding of detector.findings()) {
      standing.add(finding.id)
      const before = this.tallies.findings.get(finding.id)
      if (!before || JSON.stringify(before) !== JSON.stringify(finding)) findings.changed.push(finding)
    }
    for (const id of this.tallies.findings.keys()) if (!standing.has(id)) findings.removed.push(id)
    return this.prepared(this.head, [], new Map(), new Set(), findings, now, [])
  }

  summary(): SessionSummary {
    const summary = this.tallies.summary(this.head, this.receivedAt)
    summary.strip = this.strip.draw(this.state, this.tallies.findings.values(), this.tallies.masterId())
    return summary
  }

  private detect(events: readonly Event[], texts: Texts, fetched: Texts): FindingsChange {
    const { detector } = this
    if (!detector) return { changed: [], removed: [] }
    // Within a batch we may put things into their order; across batches the detector says when not.
    const ordered = isOrdered(events) ? events : [...events].sort(compareEvents)
    for (const event of ordered) {
      try {
        if (detector.apply(event, (content) => (isContentRef(content) ? (texts.get(content.hash) ?? fetched.get(content.hash)) : content))) continue
      } catch (error) {
        this.detectorFailed = true
        this.detectorFailure = error
      }
      this.detector = undefined
      return { changed: [], removed: [] }
    }
    return { changed: detector.changes(), removed: [] }
  }

  private prepared(
    expected: number,
    events: SessionWrite['events'],
    texts: Texts,
    tasks: Set<TaskId>,
    findings: FindingsChange,
    now: number,
    folded: Event[],
  ): Prepared {
    const rows = findings.changed.map((finding) => findingRow(finding, this.head, DETECTOR_VERSION, false))
    for (const id of findings.removed) {
      const gone = this.tallies.removeFinding(id)
      if (!gone) continue
      tasks.add(gone.taskId)
      rows.push(findingRow(gone, this.head, DETECTOR_VERSION, true))
    }
    for (const finding of findings.changed) {
      this.tallies.putFinding(finding)
      tasks.add(finding.taskId)
    }
    const summary = this.tallies.summary(this.head, this.receivedAt)
    return {
      write: {
        pk: this.pk,
        expected,
        head: this.head,
        row: { receivedAt: this.receivedAt, counts: countsOf(summary), facts: this.changedFacts(summary, now) },
        events,
        contents: [...texts].map(([hash, text]) => ({ hash, body: Buffer.from(text, 'utf8') })),
        tasks: [...tasks].map((id) => this.tallies.taskRow(id)).filter((row): row is TaskRow => row !== undefined),
        findings: rows,
      },
      committed: { sessionId: this.id, first: expected + 1, events: folded, findings, head: this.head },
    }
  }

  /** The facts of the session's row if they differ from what is stored, or a new strip is due. */
  private changedFacts(summary: SessionSummary, now: number): Facts | undefined {
    const facts = factsOf(summary, this.state.facts.startedAt ?? this.state.firstAt ?? 0, DETECTOR_VERSION)
    const text = JSON.stringify(facts)
    const drawStrip = now - this.stripAt >= STRIP_EVERY_MS
    this.stripStale = true
    if (!drawStrip && text === this.storedFacts) return undefined
    this.storedFacts = text
    facts.strip = this.strip.draw(this.state, this.tallies.findings.values(), this.tallies.masterId())
    this.stripAt = now
    this.stripStale = false
    return facts
  }

  /** True once after the stored strip has fallen behind. */
  takeStripStale(): boolean {
    const stale = this.stripStale
    this.stripStale = false
    return stale
  }
}

export interface Prepared {
  write: SessionWrite
  /** What viewers are told once the write is committed. */
  committed: Committed
}

export interface Committed {
  sessionId: SessionId
  first: number
  /** Content as references. */
  events: Event[]
  findings: FindingsChange
  head: number
}

function isOrdered(events: readonly Event[]): boolean {
  let before: Event | undefined
  for (const event of events) {
    if (before && compareEvents(before, event) > 0) return false
    before = event
  }
  return true
}
