import type { Principal } from '@/lib/auth/principal'
import type { LiveCommit, LiveServer, LiveSource, Permitted } from '@/lib/live/server'
import { aliasOf, isOfSession } from '@/lib/share/link'
import type { Links } from '@/lib/share/links'
import { SharedRooms, type SharedViews } from '@/lib/share/shared-views'
import { mayOpen } from './may-open'

const CHECK_EVERY_MS = 5_000

/**
 * Sessions as links show them, live: to the live server each is a session of its own name
 * (lib/share/link.ts, aliasOf), which this reads, and tells of, as the link's view of the real one.
 */
export class SharedLive {
  private readonly rooms: SharedRooms
  private readonly timer: NodeJS.Timeout

  constructor(
    private readonly source: LiveSource,
    private readonly live: LiveServer,
    private readonly links: Links,
    views: SharedViews,
    private readonly onProblem: (what: string, error: unknown) => void,
  ) {
    this.rooms = new SharedRooms(views)
    this.timer = setInterval(() => void this.check().catch((error: unknown) => onProblem('looking after links failed', error)), CHECK_EVERY_MS)
    this.timer.unref()
  }

  close(): void {
    clearInterval(this.timer)
  }

  async permit(visit: unknown, alias: string, principal: Principal): Promise<Permitted> {
    const link = typeof visit === 'string' ? await this.links.ofVisit(visit) : undefined
    if (!link || !isOfSession(link) || aliasOf(link.id) !== alias || !mayOpen(principal, link)) return { kind: 'refused', reason: 'This link has ended.' }
    this.rooms.watch(link)
    return { kind: 'permitted', project: link.project }
  }

  headOf(sessionId: string): Promise<number | undefined> {
    return this.source.headOf(this.rooms.lookup(sessionId)?.sessionId ?? sessionId)
  }

  async events(sessionId: string, after: number, upTo: number) {
    const shared = this.rooms.lookup(sessionId)
    const events = await this.source.events(shared?.sessionId ?? sessionId, after, upTo)
    return shared ? this.rooms.events(shared.link, events) : events
  }

  async findingsSince(sessionId: string, after: number) {
    const shared = this.rooms.lookup(sessionId)
    const findings = await this.source.findingsSince(shared?.sessionId ?? sessionId, after)
    return shared ? this.rooms.findings(shared.link, findings) : findings
  }

  /** This process committed something. */
  async committed(commit: LiveCommit): Promise<void> {
    for (const link of this.rooms.linksOf(commit.sessionId)) {
      try {
        const [events, findings] = await Promise.all([this.rooms.events(link, commit.events), this.rooms.findings(link, commit.findings)])
        this.live.committed({ ...commit, sessionId: aliasOf(link.id), events, findings })
      } catch (error) {
        this.onProblem('telling viewers of a link failed', error)
      }
    }
  }

  /** Another process did. */
  heard(heard: { sessionId: string; head: number } | undefined): void {
    if (heard) for (const link of this.rooms.linksOf(heard.sessionId)) this.live.heard({ sessionId: aliasOf(link.id), head: heard.head })
  }

  /** Links that have ended meanwhile: their viewers are asked again, and refused. */
  private async check(): Promise<void> {
    let ended = false
    for (const link of this.rooms.all()) {
      if (await this.links.lives(link)) continue
      this.rooms.drop(link)
      ended = true
    }
    if (ended) this.live.askAgain()
  }
}
