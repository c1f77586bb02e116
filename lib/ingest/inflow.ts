/** More than so many in a second, and what can be made later (what searching needs) leaves the machine to ingest. */
const PRESSED_EVENTS = 500

/** How many events arrive, about the last second. */
export class Inflow {
  private events = 0
  /** When they were counted. */
  private at = 0

  /** `now`: the server's clock, ms. */
  constructor(private readonly now: () => number) {}

  add(events: number): void {
    this.events = this.recent() + events
    this.at = this.now()
  }

  get isPressed(): boolean {
    return this.recent() > PRESSED_EVENTS
  }

  /** Each counts for less the longer ago it came: half after 0.7 s, nothing that matters after five. */
  private recent(): number {
    return this.events * Math.exp(-Math.max(0, this.now() - this.at) / 1_000)
  }
}
