import type { Content } from '../content'
import type { Event } from '../event'
import type { Intervention } from '../interventions'

/**
 * The detector: a fold over the events of one session, in the order of `compareEvents`, from content
 * to interventions. The same log gives the same findings, live, in import and in `analyze`.
 */
export interface Detector {
  /**
   * Takes one event. `text` gives a content's text, or undefined where it is not to be had.
   * Returns false, and takes nothing, when the event lies before one already taken and matters: the
   * caller then starts a new detector and feeds the whole log in order.
   */
  apply(event: Event, text: (content: Content) => string | undefined): boolean
  /** All findings so far, oldest first. */
  findings(): Intervention[]
  /** The findings that are new or changed since the last call of `changes`. */
  changes(): Intervention[]
}

export function newDetector(): Detector {
  return { apply: () => true, findings: () => [], changes: () => [] }
}

/** Findings of a whole log, in any order, with its content inline or resolved by `text`. */
export function detectAll(events: readonly Event[], text: (content: Content) => string | undefined = inlineText): Intervention[] {
  void events
  void text
  return []
}

export function inlineText(content: Content): string | undefined {
  return typeof content === 'string' ? content : undefined
}
