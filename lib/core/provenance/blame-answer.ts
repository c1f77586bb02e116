import type { AgentId, ArtifactPath, CallId, EventId, TaskId, TurnId } from '../ids'
import type { BlameLine } from './blame'

/** GET /api/v1/sessions/:id/artifact: who owns which lines of one revision. Plain JSON. */
export interface BlameAnswer {
  path: ArtifactPath
  /** From 1; the newest is the last. */
  revisions: BlameRevision[]
  /** The one that `lines` are of. */
  revision: number
  /** Lines of the whole artifact. */
  total: number
  /** The whole text is known; false: some of it nobody has shown. */
  complete: boolean
  exists: boolean
  /** 0-based number of the first of `lines`. */
  from: number
  lines: BlameLine[]
  /** Lines by revision, over the whole artifact. */
  share: [revision: number, lines: number][]
}

export interface BlameRevision {
  eventId: EventId
  agentId: AgentId
  taskId?: TaskId
  turnId?: TurnId
  callId?: CallId
  /** Epoch ms. */
  at: number
  change: 'content' | 'append' | 'edit' | 'patch' | 'delete' | 'move' | 'revert' | 'opaque'
  path: ArtifactPath
  partial?: boolean
}
