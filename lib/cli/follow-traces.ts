import { type Event, EventSchema } from '@/lib/core/event'
import type { Issue } from '@/lib/core/issue'
import { compareEvents } from '@/lib/core/order'
import { recognise } from '@/lib/formats'
import type { Decoded, Decoder } from '@/lib/formats/format'
import { eventIssue } from '@/lib/formats/native'
import { countTokens } from '@/lib/formats/count-tokens'
import type { Grown } from './tail-files'
import { groupOf, headOf, notRead } from './trace-files'

const UNCLAIMED_CHUNKS = 16

/** Turns what files have grown by into events: one decoder a session, whichever of its files grow. */
export class FollowTraces {
  private readonly decoders = new Map<string, Decoder>()
  private readonly owners = new Map<string, Decoder>()
  /** Beginnings of files that nobody claims yet: their next lines may tell. */
  private readonly unclaimed = new Map<string, Grown['chunk'][]>()
  readonly sessions = new Set<string>()
  lastSession: string | undefined

  constructor(private readonly onIssue: (issue: Issue) => void) {}

  async take({ path, chunk }: Grown): Promise<Event[]> {
    for (const issue of chunk.issues) this.onIssue(issue)
    const known = this.owners.get(path)
    const decoder = known ?? (await this.ownerOf(path, chunk.text))
    const before = this.unclaimed.get(path) ?? []
    if (!decoder) {
      if (before.length < UNCLAIMED_CHUNKS) this.unclaimed.set(path, [...before, chunk])
      return []
    }
    this.unclaimed.delete(path)
    return [...before, chunk].flatMap(({ text, firstLine, final }) => this.understood(decoder.push({ path, text, firstLine, final }), path))
  }

  /** A few times a second: what decoders have held back for too long. */
  settle(): Event[] {
    const events: Event[] = []
    for (const decoder of this.decoders.values()) if (decoder.settle) events.push(...this.understood(decoder.settle(), ''))
    return events
  }

  private async ownerOf(path: string, text: string): Promise<Decoder | undefined> {
    const { head } = await headOf(path)
    const recognised = recognise({ path, head: head === '' ? text : head })
    if (recognised.kind === 'empty') return undefined
    if (recognised.kind === 'unknown' || (recognised.kind === 'companion' && !recognised.companion.read)) {
      if (!this.unclaimed.has(path)) this.onIssue(notRead(path, recognised, false))
      return undefined
    }
    const { format } = recognised
    const group = groupOf(format, path, head)
    let decoder = this.decoders.get(group)
    if (!decoder) {
      decoder = format.decoder({ countTokens })
      this.decoders.set(group, decoder)
    }
    this.owners.set(path, decoder)
    return decoder
  }

  private understood(decoded: Decoded, path: string): Event[] {
    for (const issue of decoded.issues) this.onIssue(issue)
    const events: Event[] = []
    for (const raw of decoded.events) {
      const parsed = EventSchema.safeParse(raw)
      if (parsed.success) events.push(parsed.data)
      else this.onIssue(eventIssue(raw, parsed.error, { path: raw.source?.path ?? path }))
    }
    for (const event of events) this.sessions.add(event.sessionId)
    this.lastSession = events.at(-1)?.sessionId ?? this.lastSession
    return events.sort(compareEvents)
  }
}
