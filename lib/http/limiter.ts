/** So many failures in so long, by name; then it is refused until some of them are old. In memory: a restart forgives. */
export class Limiter {
  private readonly failures = new Map<string, number[]>()

  constructor(
    private readonly most: number,
    private readonly withinMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Milliseconds until it may be tried again; 0: now. */
  wait(name: string): number {
    const recent = this.recent(name)
    const first = recent[0]
    return recent.length < this.most || first === undefined ? 0 : first + this.withinMs - this.now()
  }

  failed(name: string): void {
    const recent = this.recent(name)
    recent.push(this.now())
    this.failures.set(name, recent.slice(-this.most))
    // Somebody tries names: the oldest go.
    const oldest = this.failures.size > MOST_NAMES ? this.failures.keys().next().value : undefined
    if (oldest !== undefined) this.failures.delete(oldest)
  }

  forgive(name: string): void {
    this.failures.delete(name)
  }

  private recent(name: string): number[] {
    const since = this.now() - this.withinMs
    return (this.failures.get(name) ?? []).filter((at) => at > since)
  }
}

const MOST_NAMES = 10_000
