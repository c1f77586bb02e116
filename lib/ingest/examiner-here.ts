import { isContentRef } from '@/lib/core/content'
import type { Detector } from '@/lib/core/detect/detector'
import type { Event } from '@/lib/core/event'
import type { Intervention } from '@/lib/core/interventions'
import { compareEvents } from '@/lib/core/order'
import { newBreath } from './breath'
import type { Answer, Examination, Examiner, Found, Stretch } from './examiner'
import { extractExplanation, type Texts } from './extract'

/** Examines in this thread: for the command line, where nobody else waits, and where no thread can be had. Loads the parsers. */
export async function examinerHere(): Promise<Examiner> {
  // not before somebody asks: where threads do it this one needs no parsers
  const { newParsingDetector } = await import('@/lib/units/detector')
  return {
    begin: (_sessionId, parameters) => new ExaminationHere(newParsingDetector(parameters)),
    patienceMs: () => Number.POSITIVE_INFINITY,
    hurry: () => undefined,
    close: () => Promise.resolve(),
  }
}

class ExaminationHere implements Examination {
  private before: Promise<unknown> = Promise.resolve()
  private outcome: Exclude<Answer, { kind: 'taken' }> | undefined

  constructor(private detector: Detector | undefined) {}

  take(stretch: Stretch): Promise<Answer> {
    return this.next(() => this.takeNow(stretch))
  }

  findings(): Promise<Found | undefined> {
    return this.next(() => {
      this.detector?.changes()
      return this.detector && foundOf(this.detector.findings())
    })
  }

  ledger() {
    return this.next(() => this.detector?.ledger())
  }

  end(): void {
    this.detector = undefined
    this.outcome ??= { kind: 'lost' }
  }

  private next<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.before.then(work)
    this.before = done
    return done
  }

  private async takeNow({ json, events, texts }: Stretch): Promise<Answer> {
    // The statement that was just begun is on its way first.
    await new Promise((resolve) => setImmediate(resolve))
    const breath = newBreath()
    try {
      for (const event of inOrder(events ?? json.map((text) => JSON.parse(text) as Event))) {
        if (breath.due()) await breath.take()
        if (!this.detector) break
        if (this.detector.apply(event, (content) => (isContentRef(content) ? texts.get(content.hash) : content))) continue
        this.detector = undefined
        this.outcome = { kind: 'refused' }
      }
      return this.detector ? { kind: 'taken', ...foundOf(this.detector.changes()) } : (this.outcome ?? { kind: 'lost' })
    } catch (error) {
      this.detector = undefined
      this.outcome = { kind: 'failed', error }
      return this.outcome
    }
  }
}

export function foundOf(findings: Intervention[]): Found {
  const texts: Texts = new Map()
  for (const finding of findings) extractExplanation(finding, texts)
  return { findings, texts }
}

/** Within a stretch things may be put into their order; across stretches the detector says when not. */
export function inOrder(events: readonly Event[]): readonly Event[] {
  let before: Event | undefined
  for (const event of events) {
    if (before && compareEvents(before, event) > 0) return [...events].sort(compareEvents)
    before = event
  }
  return events
}
