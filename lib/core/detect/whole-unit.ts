import type { ArtifactPath } from '../ids'
import type { KnownTask, World } from './world'

/**
 * Text that an assignee wrote, or wrote into, in which nobody has looked for a whole unit yet. Almost
 * no task is asked for its phase while it is open, and reading units takes longer than all else that
 * is done about a write: so the texts wait until somebody asks.
 */
export interface UnreadText {
  path: ArtifactPath
  lines: readonly string[]
  /** More may follow at its end. */
  partial: boolean
  /** What was written: rows of `lines`, the last one included. */
  first: number
  last: number
}

/** A task that writes more than this before anybody asks is read at once: the texts must not fill the memory of a long session. */
const MOST_TEXTS = 16
const MOST_LINES = 400

export function noteUnread(world: World, task: KnownTask, text: UnreadText): void {
  task.unread.push(text)
  let lines = 0
  for (const one of task.unread) lines += one.lines.length
  if (task.unread.length >= MOST_TEXTS || lines > MOST_LINES) hasWholeUnit(world, task)
}

/** Whether a unit of the task's work was complete at some moment up to now. */
export function hasWholeUnit(world: World, task: KnownTask): boolean {
  if (!task.unitComplete) task.unitComplete = task.unread.some((text) => isWholeIn(world, text))
  task.unread = []
  return task.unitComplete
}

function isWholeIn(world: World, { path, lines, partial, first, last }: UnreadText): boolean {
  for (const unit of world.readUnits(lines.join('\n'), path, partial)) {
    if (unit.complete && unit.weight >= world.parameters.minUnitTokens && unit.lastLine >= first && unit.firstLine <= last) return true
  }
  return false
}
