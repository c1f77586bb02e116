import { isContentRef } from '@/lib/core/content'
import type { Event } from '@/lib/core/event'
import type { Intervention } from '@/lib/core/interventions'
import type { SessionState } from '@/lib/core/session'
import type { FindingsChange } from '@/lib/live/protocol'
import { aliasOf, type SessionLink } from './link'
import { SharedView } from './shared-view'

/** What the server holds of a session in memory, as far as links ask. */
export interface SessionLook {
  state: SessionState
  findings: ReadonlyMap<string, Intervention>
}

interface Holding {
  view: SharedView
  /** Of `intervention`: what belongs to it. */
  turns?: ReadonlySet<string>
  snapshot?: { from: Buffer; body: Promise<Buffer> }
}

const MOST = 200

/** One `SharedView` a link, for as long as it is wanted. */
export class SharedViews {
  private readonly held = new Map<string, Holding>()

  constructor(private readonly look: (sessionId: string, see: (session: SessionLook) => void) => Promise<unknown>) {}

  async of(link: SessionLink): Promise<SharedView> {
    return (await this.hold(link)).view
  }

  /** Whether the link shows what this turn says. */
  async mayRead(link: SessionLink, turnId: string): Promise<boolean> {
    const { turns } = await this.hold(link)
    return turns === undefined || turns.has(turnId)
  }

  /** What `make` makes of the session's own packed snapshot, once. (Not by its head: findings change without a new event.) */
  async kept(link: SessionLink, from: Buffer, make: () => Promise<Buffer>): Promise<Buffer> {
    const holding = await this.hold(link)
    if (holding.snapshot?.from !== from) {
      const body = make()
      holding.snapshot = { from, body }
      body.catch(() => {
        holding.snapshot = undefined
      })
    }
    return holding.snapshot?.body ?? make()
  }

  private async hold(link: SessionLink): Promise<Holding> {
    const known = this.held.get(link.id)
    if (known) return known
    const holding = link.to.kind === 'intervention' ? await this.ofIntervention(link, link.to.sessionId, link.to.target) : { view: new SharedView(link) }
    this.held.set(link.id, holding)
    for (const id of this.held.keys()) {
      if (this.held.size <= MOST) break
      this.held.delete(id)
    }
    return holding
  }

  /** The texts of one finding: before and after, the brief, and what the two said in the turns in which it happened. */
  private async ofIntervention(link: SessionLink, sessionId: string, target: string): Promise<Holding> {
    const hashes = new Set<string>()
    const turns = new Set<string>()
    await this.look(sessionId, ({ state, findings }) => {
      const finding = findings.get(target)
      if (!finding) return
      const { before, after } = finding.explanation
      const texts = [before, after, state.tasks.get(finding.taskId)?.brief]
      for (const side of [finding.master, finding.target]) {
        const turn = side?.turnId === undefined ? undefined : state.turns.get(side.turnId)
        if (!turn) continue
        turns.add(turn.id)
        texts.push(turn.output)
      }
      for (const text of texts) if (text !== undefined && isContentRef(text)) hashes.add(text.hash)
    })
    return { view: new SharedView(link, { may: (hash) => hashes.has(hash) }), turns }
  }
}

/** The live side of links: who watches a session by which link, and what is sent to them. */
export class SharedRooms {
  private readonly bySession = new Map<string, Map<string, SessionLink>>()

  constructor(private readonly views: SharedViews) {}

  watch(link: SessionLink): void {
    const links = this.bySession.get(link.to.sessionId) ?? new Map<string, SessionLink>()
    links.set(link.id, link)
    this.bySession.set(link.to.sessionId, links)
  }

  /** The link behind the name by which its viewers know the session. */
  lookup(alias: string): { link: SessionLink; sessionId: string } | undefined {
    for (const [sessionId, links] of this.bySession) for (const link of links.values()) if (aliasOf(link.id) === alias) return { link, sessionId }
    return undefined
  }

  linksOf(sessionId: string): SessionLink[] {
    return [...(this.bySession.get(sessionId)?.values() ?? [])]
  }

  all(): SessionLink[] {
    return [...this.bySession.values()].flatMap((links) => [...links.values()])
  }

  drop(link: SessionLink): void {
    this.bySession.get(link.to.sessionId)?.delete(link.id)
  }

  async events(link: SessionLink, events: readonly Event[]): Promise<Event[]> {
    return (await this.views.of(link)).events(events)
  }

  async findings(link: SessionLink, change: FindingsChange): Promise<FindingsChange> {
    return (await this.views.of(link)).findings(change)
  }
}
