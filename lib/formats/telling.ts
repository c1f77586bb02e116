import type { EventInput } from '@/lib/core/event'
import type { Issue } from '@/lib/core/issue'
import type { Decoded } from './format'

type WithoutSession<T> = T extends unknown ? Omit<T, 'sessionId'> : never

/** An event without its session; fields that are not known may be given as undefined. */
export type Draft = WithoutSession<EventInput>

/** What a decoder has understood since it was last asked. */
export class Sink {
  events: EventInput[] = []
  issues: Issue[] = []
  skipped = 0

  take(): Decoded {
    const taken = { events: this.events, issues: this.issues, skipped: this.skipped }
    this.events = []
    this.issues = []
    this.skipped = 0
    return taken
  }
}

// Ids and names from foreign files may be longer than, or hold what, ours may not (lib/core/ids.ts).
const LIMITS: Readonly<Record<string, number>> = {
  id: 400,
  agentId: 200,
  parentId: 200,
  taskId: 200,
  parentTaskId: 200,
  turnId: 200,
  callId: 200,
  by: 200,
  to: 200,
  from: 200,
  path: 4096,
  workingDirectory: 4096,
  name: 400,
  agentType: 200,
  model: 200,
  provider: 100,
  title: 2000,
  reason: 2000,
  framework: 100,
}

/** Tells the events of one session, each id once, without fields that are not known. */
export class Telling {
  private readonly told = new Set<string>()

  constructor(
    readonly sessionId: string,
    readonly sink: Sink,
  ) {}

  tell(draft: Draft): void {
    if (this.told.has(draft.id)) return
    this.told.add(draft.id)
    const event: Record<string, unknown> = { ...draft, sessionId: clip(this.sessionId, 200) }
    for (const key of Object.keys(event)) {
      const value = event[key]
      const limit = LIMITS[key]
      if (value === undefined) delete event[key]
      else if (limit !== undefined && typeof value === 'string') event[key] = clip(value, limit)
    }
    this.sink.events.push(event as EventInput)
  }

  issue(code: string, severity: Issue['severity'], message: string, place?: Issue['place']): void {
    this.sink.issues.push({ code, severity, message, ...(place ? { place } : {}) })
  }
}

/** One line without control characters, cut without halving a character. */
export function clip(text: string, max: number): string {
  const clean = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim()
  return (clean.length > max ? clean.slice(0, max) : clean).replace(/[\ud800-\udbff]$/, '')
}

/** The first line that says something, short enough for a list. */
export function titleOf(text: string): string | undefined {
  const line = text.split('\n').find((part) => part.trim() !== '')
  if (line === undefined) return undefined
  const title = clip(line, 200)
  return title.length < 120 ? title : `${title.slice(0, 119).trimEnd()}…`
}

/** A name for what has none, the same for the same text (FNV-1a, 64 bits). */
export function nameOfText(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (let i = 0; i < text.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n)
  return hash.toString(16).padStart(16, '0')
}

/** Said of every session whose file has no times. */
export const NO_TIMES = 'no-times'

/**
 * Times for a file that has none: its order, one second a step, from the beginning of 1970. They say what
 * came before what and nothing else; every event carries the mark.
 */
export function stepTime(step: number): number {
  return step * 1000
}

export const BY_ORDER = { timeIsOrder: true } as const
