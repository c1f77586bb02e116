import type { EventOf } from '../event'
import type { OwnedLine } from '../provenance/owned-line'
import type { Survey } from '../provenance/survey'
import type { Draft } from './finding'
import { hasWholeUnit, noteUnread } from './whole-unit'
import type { KnownArtifact, KnownTask, World } from './world'

/** Marks what a write of the assignee's own completes. */
export function noteUnits(world: World, task: KnownTask, event: EventOf<'artifact.written'>, artifact: KnownArtifact, survey: Survey): void {
  const minTokens = world.parameters.minUnitTokens
  if (task.unitComplete) return
  const partial = event.partial === true
  // An edit is a whole in itself: its arguments were complete when it was made.
  if ((event.change.kind === 'edit' || event.change.kind === 'patch') && !partial) {
    if (survey.inserted < minTokens) return
    task.unitComplete = true
    task.unread = []
    return
  }
  const first = survey.firstLine
  const last = first + survey.after.length - 1
  const { from, lines, cutOff } = aroundOf(artifact.text.ownedLines(), first, last)
  noteUnread(world, task, { path: artifact.path, lines, partial: partial || cutOff, first: first - from, last: last - from })
}

/** Longer texts are read in part: a first whole unit is found in what a parser reads within a few milliseconds. */
const READ_CHARS = 40_000

/** The text around what was written: all of it where it is short; else from there on, or up to its end. */
function aroundOf(lines: readonly OwnedLine[], first: number, last: number): { from: number; lines: string[]; cutOff: boolean } {
  let chars = 0
  let to = first
  while (to < lines.length && to <= last && chars < READ_CHARS) chars += (lines[to++] as OwnedLine).text.length + 1
  let from = first
  while (from > 0 && chars < READ_CHARS) chars += (lines[--from] as OwnedLine).text.length + 1
  while (to < lines.length && chars < READ_CHARS) chars += (lines[to++] as OwnedLine).text.length + 1
  return { from, lines: lines.slice(from, to).map((line) => line.text), cutOff: to < lines.length }
}

/** The last thing that the sub-agent was writing, finished or not. */
export function unitAtTheCut(world: World, task: KnownTask, survey: Survey, path: string): Draft['unit'] {
  if (task.status === 'completed') return undefined
  const whole = hasWholeUnit(world, task)
  const last = world.readUnits(survey.before.join('\n').slice(-READ_CHARS), path, !whole).at(-1)
  return last && { name: last.name, complete: whole && last.complete }
}
