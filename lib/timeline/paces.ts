import { type Pace, shareAt } from '@/lib/core/pace'
import type { Turn } from '@/lib/core/session'
import { TURN } from './bars'
import type { Rows } from './rows'

/** Gives a turn's pace; undefined where it is not to be had. */
export type AskPace = (turnId: string) => Promise<Pace | undefined>

/** Asked for at once. What a picture labels is few. */
const MOST_ASKED = 4
const MOST_KEPT = 2_000

/**
 * At which pace the texts of a replay come, asked for when a bar that is being typed is first drawn: until the
 * answer is there, and where nothing streamed, text comes evenly over the length of its bar.
 */
export class Paces {
  private readonly known = new Map<string, Pace | undefined>()
  private readonly wanted = new Set<string>()
  private asked = 0

  constructor(
    private readonly ask: AskPace,
    /** A pace has come. */
    private readonly changed: () => void,
  ) {}

  /** How much of the bar's text was there at `now`; undefined: not known. */
  shareOf(rows: Rows, bar: number, now: number): number | undefined {
    if (rows.bars.subjectKind.at(bar) !== TURN) return undefined
    const { id, streamedAt } = rows.bars.subject(bar) as Turn
    if (streamedAt === undefined) return undefined
    const pace = this.known.get(id)
    // a pace is as recorded, the picture's clock may be put right
    const shift = rows.lanesByNumber[rows.bars.lane.at(bar)]?.shift ?? 0
    if (pace) return pace.at.length === 0 ? undefined : shareAt(pace, now - shift)
    if (!this.known.has(id)) this.want(id)
    return undefined
  }

  private want(id: string): void {
    this.wanted.add(id)
    this.askNext()
  }

  private askNext(): void {
    for (const id of this.wanted) {
      if (this.asked >= MOST_ASKED) return
      this.wanted.delete(id)
      if (this.known.size > MOST_KEPT) this.known.clear()
      // known from now on, as not there: it is asked for once
      this.known.set(id, undefined)
      this.asked += 1
      this.ask(id)
        .then((pace) => {
          this.known.set(id, pace)
          this.changed()
        })
        .catch(() => {}) // text comes evenly then
        .finally(() => {
          this.asked -= 1
          this.askNext()
        })
    }
  }
}
