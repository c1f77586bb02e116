import type { TaskLedger } from '@/lib/core/detect/ledger'
import type { Event } from '@/lib/core/event'
import type { DetectorParameters, Intervention } from '@/lib/core/interventions'
import type { Texts } from './extract'

/**
 * Where interventions are looked for: in threads of their own (detector-threads.ts), or in this one
 * (examiner-here.ts). Both find the same, for both give the same texts to the same detector.
 */
export interface Examiner {
  /** For one reading of one session, from its first event on. */
  begin(sessionId: string, parameters: DetectorParameters): Examination
  /**
   * How long, ms, a session may be kept from its next batch for so many events that have been given
   * away to be examined: infinitely when no more may wait.
   */
  patienceMs(events: number): number
  /** Somebody waits for what has been given away. */
  hurry(): void
  /** Lets go of everything; whatever is under way is answered with `lost`. */
  close(): Promise<void>
}

/** One session's detector, wherever it lives. Calls are answered in their order; none rejects. */
export interface Examination {
  take(stretch: Stretch): Promise<Answer>
  /** All findings so far; undefined when it is lost. What `take` tells afterwards is what changes from here. */
  findings(): Promise<Found | undefined>
  /** Undefined when it is lost. */
  ledger(): Promise<ReadonlyMap<string, TaskLedger> | undefined>
  /** Frees its memory. */
  end(): void
}

/** Events that follow those taken before; sorted by whoever examines them. */
export interface Stretch {
  /** As they are stored: with references to long texts. */
  json: readonly string[]
  /** The same, where they are at hand: nobody need parse them again. */
  events?: readonly Event[]
  /** What the references stand for. */
  texts: Texts
}

/** Long texts as references, and the texts. */
export interface Found {
  findings: Intervention[]
  texts: Texts
}

export type Answer =
  | ({ kind: 'taken' } & Found)
  /** Something lies before what has been taken: the whole log has to be read again, by another examination. */
  | { kind: 'refused' }
  /** What it knew is gone, with its thread, or because it was ended. */
  | { kind: 'lost' }
  /** A bug of the detector; the log goes on without findings. */
  | { kind: 'failed'; error: unknown }
