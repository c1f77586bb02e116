/**
 * The time during which the database does not answer: told once when it begins and once when it
 * ends, however many requests fail in between.
 */
export class Outage {
  private began: number | undefined
  private timer: NodeJS.Timeout | undefined
  private closed = false

  constructor(
    /** Resolves when the database answers. */
    private readonly probe: () => Promise<unknown>,
    private readonly told: { began(error: unknown): void; ended(seconds: number): void },
  ) {}

  /** Whether the error says that the database is away. The first one begins an outage, which ends by itself. */
  recognises(error: unknown): boolean {
    if (whyAway(error) === undefined) return false
    if (this.began === undefined && !this.closed) {
      this.began = performance.now()
      this.told.began(error)
      this.watch()
    }
    return true
  }

  close(): void {
    this.closed = true
    if (this.timer) clearTimeout(this.timer)
  }

  private watch(): void {
    this.timer = setTimeout(() => {
      this.probe().then(
        () => {
          if (this.began === undefined || this.closed) return
          this.told.ended((performance.now() - this.began) / 1000)
          this.began = undefined
        },
        () => {
          if (!this.closed) this.watch()
        },
      )
    }, PROBE_EVERY_MS)
    this.timer.unref()
  }
}

const PROBE_EVERY_MS = 500

export type WhyAway = 'no-answer' | 'disk-full' | 'too-many-connections' | 'read-only'

/** Why the database could not do what it was asked, when that may go well later; undefined for any other failure. */
export function whyAway(error: unknown): WhyAway | undefined {
  for (let cause = error, depth = 0; typeof cause === 'object' && cause !== null && depth < 5; depth++) {
    const why = cause instanceof AggregateError ? whyAway(cause.errors[0]) : whyItself(cause)
    if (why) return why
    cause = 'cause' in cause ? cause.cause : undefined
  }
  return undefined
}

/** Texts of the driver, which gives them no code. */
const SAID_BY_PG =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client (was closed|has encountered a connection error) and is not queryable)/

function whyItself(error: object): WhyAway | undefined {
  // Prisma's own codes for a server that cannot be reached or went away, and its adapter's for what Postgres said.
  if (/^(P1001|P1002|P1008|P1017|P2024)$/.test(textOf(error, 'code') ?? '')) return 'no-answer'
  const code = textOf(error, 'code') ?? textOf(error, 'originalCode') ?? ''
  if (code === '53100') return 'disk-full'
  if (code === '53300') return 'too-many-connections'
  if (code === '25006') return 'read-only'
  // Postgres' classes for connections, resources, shutting down (not a cancelled query) and broken input or output.
  if (/^(08...|53...|57P0.|58...|25P03)$/.test(code)) return 'no-answer'
  if (/^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST|ENET)/.test(code)) return 'no-answer'
  return SAID_BY_PG.test(textOf(error, 'message') ?? '') ? 'no-answer' : undefined
}

function textOf(value: object, field: string): string | undefined {
  const held: unknown = Object(value)[field]
  return typeof held === 'string' ? held : undefined
}
