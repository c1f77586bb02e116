import type { ProjectId } from '@/lib/core/project'
import type { Happened } from './protocol'

const EVERY_MS = 1_000

/** Gathers that something happened in a project, to tell it once a second to those who look. */
export class Happenings {
  private readonly waiting = new Map<ProjectId, Set<string>>()
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly isWatched: (project: ProjectId) => boolean,
    private readonly tell: (project: ProjectId, happened: Happened) => void,
  ) {}

  add(project: ProjectId, sessionId?: string): void {
    if (!this.isWatched(project)) return
    const sessions = this.waiting.get(project) ?? new Set<string>()
    this.waiting.set(project, sessions)
    if (sessionId !== undefined) sessions.add(sessionId)
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      for (const [of, ids] of this.waiting) this.tell(of, { sessions: [...ids] })
      this.waiting.clear()
    }, EVERY_MS)
  }

  close(): void {
    clearTimeout(this.timer)
  }
}
