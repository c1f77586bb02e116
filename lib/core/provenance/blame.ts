import type { TextOf } from '../detect/text'
import { carryOut } from '../detect/artifacts'
import type { EventOf } from '../event'
import { Artifact } from './artifact'
import { type OwnedLine, ownerAt, OUTSIDE } from './owned-line'
import type { RunLengths } from './survey'

/** One line, and which revision its tokens are from; revision 0: it was there before anyone in the session wrote. */
export interface BlameLine {
  text: string
  /** Of most of its tokens; a line without tokens is its neighbour's. */
  revision: number
  /** Where tokens are from several: each with how many, most first. */
  parts?: [revision: number, tokens: number][]
  /** Text of unknown length that nobody in the session has shown. */
  gap?: true
}

export interface Blame {
  lines: BlameLine[]
  /** The whole text is known. */
  complete: boolean
  exists: boolean
}

/**
 * The revision that each write belongs to, from 1. What streams in piece by piece is one: a write that
 * goes on where the same hand's unfinished one stopped is no revision of its own.
 */
export function revisionsOf(writes: readonly EventOf<'artifact.written'>[]): number[] {
  let revision = 0
  return writes.map((write, at) => {
    const before = writes[at - 1]
    const goesOn = before?.partial === true && before.agentId === write.agentId && (before.callId ?? before.turnId) === (write.callId ?? write.turnId)
    if (!goesOn) revision++
    return revision
  })
}

/** The artifact at one of its revisions (lineageOf, revisionsOf), by the detector's own rules of ownership. */
export function blameOf(writes: readonly EventOf<'artifact.written'>[], revision: number, text: TextOf, runs: RunLengths): Blame {
  const numbers = revisionsOf(writes)
  const artifact = new Artifact(writes[0]?.path ?? '', runs)
  for (const [at, event] of writes.entries()) {
    const number = numbers[at] as number
    if (number > revision) break
    const { change } = event
    if (change.kind === 'move') continue
    if ((change.kind === 'edit' || change.kind === 'patch') && change.before !== undefined) {
      const before = text(change.before)
      if (before !== undefined && !(artifact.complete && artifact.is(before))) artifact.sync(before)
    }
    carryOut(event, { text: artifact }, number, text)
  }
  const lines = artifact.ownedLines().map(blameLine)
  // Blank lines and lone brackets belong to what stands around them.
  let last = OUTSIDE
  for (const line of lines) {
    if (line.revision === UNOWNED) line.revision = last
    else last = line.revision
  }
  return { lines, complete: artifact.complete, exists: artifact.exists }
}

const UNOWNED = -1

function blameLine(line: OwnedLine): BlameLine {
  if (line.gap) return { text: line.text, revision: OUTSIDE, gap: true }
  const counts = new Map<number, number>()
  const count = (owner: number) => counts.set(owner, (counts.get(owner) ?? 0) + 1)
  for (let k = 0; k < line.tokens.raw.length; k++) if ((line.tokens.counts[k] as number) > 0) count(ownerAt(line.owners, k))
  for (let k = 0; k < line.tokens.comment.length; k++) count(ownerAt(line.commentOwner, k))
  const parts = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])
  const [most] = parts
  if (!most) return { text: line.text, revision: typeof line.owners === 'number' && line.tokens.raw.length > 0 ? line.owners : UNOWNED }
  return parts.length > 1 ? { text: line.text, revision: most[0], parts } : { text: line.text, revision: most[0] }
}
