import { contentChars } from './content'
import type { Event, EventOf } from './event'
import { countUpTo } from './sorted'

/**
 * How a turn's text came: by `at[i]` (epoch ms, growing) `chars[i]` characters of it were known. A piece is
 * there from the moment that it was recorded, as live; nothing is made up between two pieces.
 */
export interface Pace {
  at: number[]
  chars: number[]
}

/** Of a turn whose pieces nobody told. */
export const NO_PACE: Pace = { at: [], chars: [] }

/** A film needs no more steps, however finely a turn streamed. */
const MOST_STEPS = 400

/** From the pieces of one turn, in any order. Undefined: none of them tells how much came. */
export function paceOf(events: readonly Event[]): Pace | undefined {
  const pace: Pace = { at: [], chars: [] }
  let chars = 0
  for (const { occurredAt, offset, text } of inStream(events)) {
    if (text === undefined) continue
    const from = Math.min(offset ?? chars, chars)
    chars = Math.max(chars, from + contentChars(text))
    if (pace.at.at(-1) === occurredAt) pace.chars[pace.chars.length - 1] = chars
    else {
      pace.at.push(occurredAt)
      pace.chars.push(chars)
    }
  }
  return pace.at.length === 0 ? undefined : thinned(pace)
}

/** Pieces of a turn in the order in which they are joined. */
export function inStream(events: readonly Event[]): EventOf<'turn.streamed'>[] {
  return events
    .filter((event) => event.type === 'turn.streamed')
    .filter((event) => event.text !== undefined)
    .sort((a, b) => a.occurredAt - b.occurredAt || (a.order ?? 0) - (b.order ?? 0))
}

/** Characters that were known at a moment. */
export function charsAt({ at, chars }: Pace, moment: number): number {
  const known = countUpTo(at, moment)
  return known === 0 ? 0 : (chars[known - 1] as number)
}

/** The share of all that came which had come by then, 0 to 1. */
export function shareAt(pace: Pace, moment: number): number {
  const whole = pace.chars.at(-1) ?? 0
  return whole === 0 ? 0 : charsAt(pace, moment) / whole
}

/** Fewer steps, never one that shows more than was known: of each stretch the last step stands. */
function thinned(pace: Pace): Pace {
  const { length } = pace.at
  if (length <= MOST_STEPS) return pace
  const kept = Array.from({ length: MOST_STEPS }, (_, step) => Math.floor(((step + 1) * length) / MOST_STEPS) - 1)
  return { at: kept.map((step) => pace.at[step] as number), chars: kept.map((step) => pace.chars[step] as number) }
}
