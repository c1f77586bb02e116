import type { EventInput } from '@/lib/core/event'
import { artifactPath, type PathBase } from './paths'

type WithoutSession<T> = T extends unknown ? Omit<T, 'sessionId'> : never

/** An event before it is known to which session's folder and task it belongs: paths as in the file. */
export type Draft = WithoutSession<EventInput>

/** Where a line stands: what every event made from it carries. */
export interface Place {
  path: string
  line: number
  uuid: string | undefined
  at: number
}

export interface Finish {
  sessionId: string
  taskId: string | undefined
  base: PathBase
}

/** Ids and paths as the product uses them. */
export function finished(draft: Draft, { sessionId, taskId, base }: Finish): EventInput {
  const path = (raw: string) => clip(artifactPath(raw, base), 4096)
  switch (draft.type) {
    case 'turn.started':
    case 'turn.streamed':
    case 'turn.ended':
      return { ...draft, sessionId, ...(taskId === undefined ? {} : { taskId }) }
    case 'tool.called':
      return { ...draft, sessionId, ...(taskId === undefined ? {} : { taskId }), ...(draft.reads ? { reads: draft.reads.map(path) } : {}) }
    case 'artifact.written': {
      const change = draft.change.kind === 'move' ? { ...draft.change, from: path(draft.change.from) } : draft.change
      return { ...draft, sessionId, path: path(draft.path), change, ...(taskId === undefined ? {} : { taskId }) }
    }
    case 'artifact.read':
      return { ...draft, sessionId, path: path(draft.path) }
    case 'task.delegated':
      return { ...draft, sessionId, ...(taskId === undefined ? {} : { parentTaskId: taskId }) }
    default:
      return { ...draft, sessionId }
  }
}

/** Names from foreign files may be longer than, or hold what, ours may not. */
export function clip(text: string, max: number): string {
  const clean = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim()
  return (clean.length > max ? clean.slice(0, max) : clean).replace(/[\ud800-\udbff]$/, '')
}
