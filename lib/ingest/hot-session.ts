import type { Event } from '@/lib/core/event'
import { applyEvent } from '@/lib/core/fold'
import type { SessionId, TaskId } from '@/lib/core/ids'
import type { Intervention } from '@/lib/core/interventions'
import { type ParameterSet, readingVersion } from '@/lib/core/parameters'
import { newSessionState, newTouched, type SessionState } from '@/lib/core/session'
import type { FindingsChange, SessionSummary } from '@/lib/live/protocol'
import { findingRow } from '@/lib/store/findings'
import type { RowBehind } from '@/lib/store/rows-behind'
import { countsOf, type Facts, factsOf } from '@/lib/store/session-row'
import type { TaskRow } from '@/lib/store/task-row'
import type { SessionWrite } from '@/lib/store/write'
import type { Answer, Examination, Examiner, Found, Stretch } from './examiner'
import { extractContents, restoreContents, type Texts } from './extract'
import type { KnownIds } from './known-ids'
import { RecentStrip } from './strip'
import { Tallies } from './tallies'

const STRIP_EVERY_MS = 1_000

/**
 * A session that is being written, or looked at, in memory: what its log adds up to.
 *
 * `prepare` changes it ahead of the commit. If the commit fails the whole entry is thrown away and
 * read again, so no event that the log does not hold is ever seen: readers wait until no write is
 * under way (see Ingest.read). Findings follow a moment after their events; a crash in between is
 * noticed by `detected` when the session is loaded again.
 */
export class HotSession {
  readonly tallies: Tallies
  readonly strip = new RecentStrip()
  /** Undefined until somebody writes. */
  known: KnownIds | undefined
  /** Undefined while none has (again) read the whole log: findings stay as they were meanwhile. */
  examination: Examination | undefined
  /** The detector threw: a bug, told once; the log goes on without findings until the session is loaded again. */
  detectorFailed = false
  detectorFailure: unknown
  /** Another process says that it has written: its events, or only findings. */
  behind = false
  /** Memory has let go of it: a reading of its log that ends only now is of no more use. */
  isForgotten = false
  /** When it was last heard from, server's clock, ms. */
  receivedAt: number
  /** Until what has been given away to be examined is answered. */
  private examining: Promise<void> | undefined
  /** Findings that are not written yet. */
  private readonly changed = new Map<string, Intervention>()
  private readonly withdrawn = new Map<string, Intervention>()
  /** Texts that findings show, until they are written with them. */
  private readonly findingTexts: Texts = new Map()
  private stripAt = 0
  private stripStale = false
  /** As far as the session's row says that the findings go. */
  private storedDetected: number
  private storedFacts = ''

  constructor(
    readonly pk: number,
    readonly id: SessionId,
    readonly state: SessionState,
    public head: number,
    findings: Iterable<Intervention>,
    receivedAt: number,
    /** The head up to which the findings go. */
    public detected: number,
    /** What the detector reads with. */
    readonly set: ParameterSet,
    /** What the findings that are stored were read with (`readingVersion`). */
    private readWith: number,
  ) {
    this.tallies = new Tallies(state, findings)
    this.receivedAt = receivedAt
    this.storedDetected = detected
    this.strip.take({ ...newTouched(), turns: new Set(state.turns.values()), calls: new Set(state.calls.values()) })
  }

  /** A session of which the log holds nothing yet. */
  static fresh(pk: number, id: SessionId, known: KnownIds, now: number, set: ParameterSet, examiner: Examiner): HotSession {
    const hot = new HotSession(pk, id, newSessionState(id), 0, [], now, 0, set, readingVersion(set))
    hot.known = known
    hot.examination = examiner.begin(id, set.parameters)
    return hot
  }

  /**
   * Numbers and folds new events (none known yet, none twice) and says what to write: them, and the
   * findings that are not written yet. `fetched` holds texts that the events refer to and the log
   * already had.
   */
  prepare(events: readonly Event[], fetched: Texts, now: number): Prepared {
    const expected = this.head
    const head = expected + events.length
    const texts: Texts = new Map()
    const touched = newTouched()
    const rows: SessionWrite['events'] = []
    const ordered: Event[] = []
    for (const event of events) {
      const sequence = ++this.head
      // What the producer leaves open is settled by the order in which we learnt it.
      if (event.order === undefined) {
        event.order = sequence
        ordered.push(event)
      }
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
    if (events.length > 0) this.receivedAt = now
    this.strip.take(touched)
    const tasks = this.tallies.take(touched)
    const findings = this.takeFindings(tasks)
    const contents = new Map([...texts, ...this.findingTexts])
    this.findingTexts.clear()
    const summary = this.tallies.summary(this.head, this.receivedAt)
    const version = readingVersion(this.set)
    if (this.detected === this.head) this.readWith = version
    this.storedDetected = this.detected
    return {
      write: {
        pk: this.pk,
        expected,
        head: this.head,
        row: { receivedAt: this.receivedAt, detected: this.detected, counts: countsOf(summary), facts: this.changedFacts(summary, now) },
        events: rows,
        contents: [...contents].map(([hash, text]) => ({ hash, body: Buffer.from(text, 'utf8') })),
        tasks: [...tasks].map((id) => this.tallies.taskRow(id)).filter((row): row is TaskRow => row !== undefined),
        findings: [
          ...findings.changed.map((finding) => findingRow(finding, this.head, version, false)),
          ...findings.removed.map((finding) => findingRow(finding, this.head, version, true)),
        ],
      },
      committed: {
        sessionId: this.id,
        first: expected + 1,
        events: [...events],
        findings: { changed: findings.changed, removed: findings.removed.map((finding) => finding.id) },
        head: this.head,
      },
      undo: () => {
        for (const event of events) restoreContents(event, texts)
        for (const event of ordered) delete event.order
      },
      examine: () => {
        if (rows.length === 0) return undefined
        const known = fetched.size === 0 ? texts : new Map([...fetched, ...texts])
        return this.examine({ json: rows.map(({ data }) => data), events, texts: known }, head)
      },
    }
  }

  /** Takes in what another process has written: events that follow our head, and findings. */
  async absorb(events: readonly Event[], texts: Texts, changed: readonly Intervention[], removed: readonly string[]): Promise<void> {
    const touched = newTouched()
    for (const event of events) {
      applyEvent(this.state, event, touched)
      this.known?.add(event.id)
    }
    this.head += events.length
    this.strip.take(touched)
    this.tallies.take(touched)
    for (const finding of changed) this.tallies.putFinding(finding)
    for (const id of removed) this.tallies.removeFinding(id)
    if (events.length > 0) await this.examine({ json: events.map((event) => JSON.stringify(event)), events, texts }, this.head)
  }

  /**
   * Puts the findings of an examination of the whole log in place of those that stand; the next `prepare` writes them.
   * Ends the examination when memory has let go of this session meanwhile: nobody else would.
   */
  settle(examination: Examination, { findings, texts }: Found): void {
    if (this.isForgotten) {
      examination.end()
      return
    }
    if (this.examination !== examination) this.examination?.end()
    this.examination = examination
    for (const [hash, text] of texts) this.findingTexts.set(hash, text)
    const standing = new Set<string>()
    for (const finding of findings) {
      standing.add(finding.id)
      const before = this.tallies.findings.get(finding.id)
      if (!before || JSON.stringify(before) !== JSON.stringify(finding)) this.putFinding(finding)
    }
    for (const id of [...this.tallies.findings.keys()]) {
      if (standing.has(id)) continue
      const gone = this.tallies.removeFinding(id)
      if (gone) this.withdrawn.set(id, gone)
      this.changed.delete(id)
    }
    this.detected = this.head
  }

  /** Whether findings wait to be written, or that they are what another reading came to as well. */
  get hasFindings(): boolean {
    return this.changed.size > 0 || this.withdrawn.size > 0 || (this.readWith !== readingVersion(this.set) && this.detected === this.head)
  }

  summary(): SessionSummary {
    const summary = this.tallies.summary(this.head, this.receivedAt)
    summary.strip = this.strip.draw(this.state, this.tallies.standing(), this.tallies.masterId())
    return summary
  }

  /** Until all that has been given away to be examined is answered; undefined when nothing is. */
  get examined(): Promise<void> | undefined {
    return this.examining
  }

  /** Memory lets go of it. */
  forget(): void {
    this.isForgotten = true
    this.endExamination()
  }

  private endExamination(): void {
    this.examination?.end()
    this.examination = undefined
  }

  /**
   * What the master did, for events that `prepare` has numbered. Begun while Postgres writes them:
   * what is found is written with the next batch, or a moment later by itself.
   */
  private examine(stretch: Stretch, upTo: number): Promise<void> | undefined {
    const { examination } = this
    if (!examination) return undefined
    const examining = examination.take(stretch).then((answer) => {
      if (this.examining === examining) this.examining = undefined
      // Forgotten, or replaced by another reading, in the meantime.
      if (this.examination === examination) this.answered(answer, upTo)
    })
    this.examining = examining
    return examining
  }

  private answered(answer: Answer, upTo: number): void {
    switch (answer.kind) {
      case 'taken':
        for (const [hash, text] of answer.texts) this.findingTexts.set(hash, text)
        for (const finding of answer.findings) this.putFinding(finding)
        this.detected = upTo
        return
      case 'failed':
        this.detectorFailed = true
        this.detectorFailure = answer.error
        this.endExamination()
        return
      case 'refused':
      case 'lost':
        this.endExamination()
        return
      default: {
        const impossible: never = answer
        throw new Error(`an answer of an examination that nobody knows: ${JSON.stringify(impossible)}`)
      }
    }
  }

  private putFinding(finding: Intervention): void {
    this.tallies.putFinding(finding)
    this.changed.set(finding.id, finding)
    this.withdrawn.delete(finding.id)
  }

  private takeFindings(tasks: Set<TaskId>): { changed: Intervention[]; removed: Intervention[] } {
    const findings = { changed: [...this.changed.values()], removed: [...this.withdrawn.values()] }
    this.changed.clear()
    this.withdrawn.clear()
    for (const { taskId } of findings.changed) tasks.add(taskId)
    for (const { taskId } of findings.removed) tasks.add(taskId)
    return findings
  }

  /** The facts of the session's row if they differ from what is stored, or a new strip is due. */
  private changedFacts(summary: SessionSummary, now: number): Facts | undefined {
    const facts = factsOf(summary, this.state.facts.startedAt ?? this.state.firstAt ?? 0, readingVersion(this.set))
    const text = JSON.stringify(facts)
    const drawStrip = now - this.stripAt >= STRIP_EVERY_MS
    this.stripStale = true
    if (!drawStrip && text === this.storedFacts) return undefined
    this.storedFacts = text
    facts.strip = this.strip.draw(this.state, this.tallies.standing(), this.tallies.masterId())
    this.stripAt = now
    this.stripStale = false
    return facts
  }

  /** What the session's row should say of the strip and of how far the findings go, once after either has fallen behind. */
  takeRowBehind(): RowBehind | undefined {
    // findings that wait are not there yet
    const detected = this.hasFindings ? 0 : this.detected
    if (!this.stripStale && detected <= this.storedDetected) return undefined
    this.stripStale = false
    this.storedDetected = Math.max(this.storedDetected, detected)
    return { pk: this.pk, head: this.head, detected, strip: this.summary().strip }
  }
}

export interface Prepared {
  write: SessionWrite
  /** What viewers are told once the write is committed. */
  committed: Committed
  /** Gives the events back as they came, should the write fail; this session in memory is then of no more use. */
  undo(): void
  /** To be called once the write is on its way; undefined when there is nothing to examine, or nobody to do it. */
  examine(): Promise<void> | undefined
}

export interface Committed {
  sessionId: SessionId
  first: number
  /** Content as references. */
  events: Event[]
  findings: FindingsChange
  head: number
}
