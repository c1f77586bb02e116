import { type ProjectId, projectOf } from '@/lib/core/project'
import type { SessionSummary, SessionsChanged } from './protocol'

const EVERY_MS = 250

interface Hearers {
  /** Whether somebody looks at the list of this project. */
  isWatched(project: ProjectId): boolean
  summaries(sessionIds: readonly string[]): Promise<SessionSummary[]>
  tell(project: ProjectId, change: SessionsChanged): void
  onProblem(what: string, error: unknown): void
}

/** Gathers which sessions changed or went, and tells each project's lists of them four times a second at most. */
export class ListChanges {
  private readonly changedIds = new Set<string>()
  private readonly removedIds = new Set<string>()
  private timer: NodeJS.Timeout | undefined

  constructor(private readonly hearers: Hearers) {}

  changed(sessionId: string): void {
    if (!this.hearers.isWatched(projectOf(sessionId))) return
    this.changedIds.add(sessionId)
    this.schedule()
  }

  removed(sessionId: string): void {
    this.removedIds.add(sessionId)
    this.schedule()
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer)
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      const changed = [...this.changedIds]
      const removed = [...this.removedIds]
      this.changedIds.clear()
      this.removedIds.clear()
      this.hearers
        .summaries(changed)
        .then(
          (sessions) => this.tellEach(sessions, removed),
          (error: unknown) => this.hearers.onProblem('telling the list what changed failed', error),
        )
        .finally(() => {
          this.timer = undefined
          if (this.changedIds.size > 0 || this.removedIds.size > 0) this.schedule()
        })
    }, EVERY_MS)
  }

  private tellEach(sessions: readonly SessionSummary[], removed: readonly string[]): void {
    const changes = new Map<ProjectId, SessionsChanged>()
    const of = (sessionId: string) => {
      const project = projectOf(sessionId)
      const change = changes.get(project) ?? { sessions: [], removed: [] }
      changes.set(project, change)
      return change
    }
    for (const summary of sessions) of(summary.id).sessions.push(summary)
    for (const id of removed) of(id).removed.push(id)
    for (const [project, change] of changes) this.hearers.tell(project, change)
  }
}
