import type { EventOf } from '../event'
import { Artifact, type Replacement } from '../provenance/artifact'
import { OUTSIDE } from '../provenance/owned-line'
import type { Survey } from '../provenance/survey'
import { fingerprintText } from './copies'
import { type Inquiry, triggerFor } from './inquiry'
import { parsePatch } from './patch'
import { stakesIn, type WriteDone } from './losses'
import { noteRemake } from './remade'
import { noteWords } from './results'
import type { TextOf } from './text'
import { inferredIn } from './trigger'
import { agentIn, currentTask, type KnownArtifact, type KnownTask, noteOutput, type Owner, relationTo } from './world'
import { UNIT_GRAIN_CHARS, unitLosses } from './unit-grain'
import { noteUnits } from './units-written'
import { judgeWrite } from './writes'

/** Carries writes out on the artifacts and hands what they did to the rules. */

export function written(inquiry: Inquiry, event: EventOf<'artifact.written'>, text: TextOf): void {
  inquiry.writes += 1
  const task = taskOfWrite(inquiry, event)
  const change = event.change
  const words = newWords(event, text)
  noteWords(inquiry, event.agentId, words)
  if (words !== undefined) inquiry.remakes.noteNames(event.agentId, words, event.occurredAt)
  if (change.kind === 'move') return moved(inquiry, event, change.from)
  const artifact = artifactAt(inquiry, event.path)
  if ((change.kind === 'edit' || change.kind === 'patch') && change.before !== undefined) {
    const before = text(change.before)
    if (before !== undefined && !(artifact.text.complete && artifact.text.is(before))) inquiry.copies.changed(artifact, artifact.text.sync(before))
  }
  const owner = ownerNumber(inquiry, event, task, artifact)
  const wholeKnown = artifact.text.complete || !artifact.text.exists
  const hashBefore = task && !task.artifacts.has(event.path) && artifact.text.exists && wholeKnown ? fingerprintText(artifact.text.text()) : undefined
  const stakes = stakesIn(inquiry.world, artifact, event.agentId)
  const lines = stakes.size > 0 && wholeKnown && artifact.text.lineCount() <= UNIT_GRAIN_CHARS ? artifact.text.ownedLines().slice() : undefined
  const outcome = carryOut(event, artifact, owner, text)
  if (change.kind === 'opaque') changedUnseen(inquiry, event, artifact)
  const race = event.baseRevision !== undefined && event.baseRevision < artifact.text.revision && artifact.lastWriter !== event.agentId
  artifact.text.revision += 1
  artifact.lastWrite = inquiry.writes
  artifact.lastWriter = event.agentId
  if (!outcome) return
  const { survey, how } = outcome
  inquiry.copies.changed(artifact, survey)
  const restored = how === 'write' && survey.before.length > 0 && isRestored(artifact, stakes)
  const done: WriteDone = {
    event,
    artifact,
    survey,
    stakes,
    race,
    how: restored ? 'revert' : how,
    wholeKnown,
    unitsLost: (owners) => (lines ? unitLosses(inquiry.world, artifact.path, lines, survey, owners) : undefined),
    copyElsewhere: (owners) => inquiry.copies.shareElsewhere(artifact, survey, owners),
  }
  noteRemake(inquiry, event, artifact, survey, task)
  const findings = judgeWrite(inquiry.world, inquiry.stimuli, done)
  if (task) {
    if (!task.artifacts.has(event.path)) task.artifacts.set(event.path, { everDestroyed: 0, cumulative: false, appended: new Set(), hashBefore })
    noteOutput(inquiry.world, task, event)
    if (task.status === 'open') noteUnits(inquiry.world, task, event, artifact, survey)
  }
  if (how === 'write') artifact.writers.set(event.agentId, inquiry.writes)
  for (const finding of findings) inquiry.keep(finding)
}

/** Also for who only wants to know who owns what (lib/core/provenance/blame.ts). */
export function carryOut(
  event: EventOf<'artifact.written'>,
  artifact: Pick<KnownArtifact, 'text'>,
  owner: number,
  text: TextOf,
): { survey: Survey; how: 'write' | 'delete' | 'revert' } | undefined {
  const { change } = event
  const lost = () => {
    artifact.text.loseSight()
    return undefined
  }
  switch (change.kind) {
    case 'content': {
      const content = text(change.content)
      return content === undefined ? lost() : { survey: artifact.text.write(content, owner), how: 'write' }
    }
    case 'append': {
      const added = text(change.text)
      return added === undefined ? lost() : { survey: artifact.text.append(added, owner), how: 'write' }
    }
    case 'edit': {
      const edits: Replacement[] = []
      for (const edit of change.edits) {
        const old = text(edit.old)
        const fresh = text(edit.new)
        if (old === undefined || fresh === undefined) return lost()
        edits.push({ old, fresh, all: edit.all })
      }
      return { survey: artifact.text.editAll(edits, owner), how: 'write' }
    }
    case 'patch': {
      const patch = text(change.patch)
      const hunks = patch === undefined ? undefined : parsePatch(patch)
      return hunks ? { survey: artifact.text.editAll(hunks, owner), how: 'write' } : lost()
    }
    case 'delete':
      return { survey: artifact.text.remove(), how: 'delete' }
    case 'revert': {
      const content = change.content === undefined ? undefined : text(change.content)
      if (content !== undefined) return { survey: artifact.text.write(content, OUTSIDE), how: 'revert' }
      const survey = artifact.text.remove()
      artifact.text.loseSight()
      return { survey, how: 'revert' }
    }
    case 'opaque':
      return lost()
  }
}

/** The text is again what it was before a task touched it. */
function isRestored(artifact: KnownArtifact, stakes: ReadonlyMap<KnownTask, unknown>): boolean {
  let now: string | undefined
  for (const task of stakes.keys()) {
    const hash = task.artifacts.get(artifact.path)?.hashBefore
    if (hash === undefined) continue
    now ??= fingerprintText(artifact.text.text())
    if (hash === now) return true
  }
  return false
}

function moved(inquiry: Inquiry, event: EventOf<'artifact.written'>, from: KnownArtifact['path']): void {
  const artifact = inquiry.world.artifacts.get(from)
  if (!artifact) return
  inquiry.world.artifacts.delete(from)
  artifact.path = event.path
  artifact.lastWrite = inquiry.writes
  inquiry.world.artifacts.set(event.path, artifact)
  for (const { task, owner, distance } of owningTasks(inquiry, event, artifact)) {
    const ledger = task.artifacts.get(from)
    if (ledger) task.artifacts.set(event.path, ledger)
    if (distance === undefined) continue
    inquiry.find({
      kind: 'move',
      task,
      event,
      actorId: event.agentId,
      trigger: triggerFor(inquiry, task, event.agentId, event.occurredAt),
      distance,
      target: owner,
      artifact: event.path,
      survival: 1,
      rule: 'move',
      sentence: `${event.agentId} moved ${from} to ${event.path}; its tokens keep their owner.`,
      thresholds: {},
    })
  }
}

/** Something happened to the work, and nobody can say how much of it is left. */
function changedUnseen(inquiry: Inquiry, event: EventOf<'artifact.written'>, artifact: KnownArtifact): void {
  for (const { task, owner, distance } of owningTasks(inquiry, event, artifact)) {
    if (distance === undefined) continue
    inquiry.find({
      kind: 'opaque_change',
      task,
      event,
      actorId: event.agentId,
      trigger: triggerFor(inquiry, task, event.agentId, event.occurredAt),
      distance,
      target: owner,
      artifact: event.path,
      rule: 'opaque change',
      sentence: `${event.agentId} changed ${event.path} in a way that the source does not show; what is left of ${task.to}'s work is not known.`,
      thresholds: {},
    })
  }
}

/** The tasks that own something here, each once; `distance` where the writer is their master. */
function* owningTasks(
  inquiry: Inquiry,
  event: EventOf<'artifact.written'>,
  artifact: KnownArtifact,
): Generator<{ task: KnownTask; owner: Owner; distance: number | undefined }> {
  const told = new Set<KnownTask>()
  for (const [number] of artifact.text.ownersPresent()) {
    const owner = inquiry.world.owners[number]
    const task = owner?.task
    if (!owner || !task || told.has(task)) continue
    told.add(task)
    const relation = relationTo(inquiry.world, event.agentId, task)
    yield { task, owner, distance: relation.kind === 'master' ? relation.distance : undefined }
  }
}

function artifactAt(inquiry: Inquiry, path: KnownArtifact['path']): KnownArtifact {
  let artifact = inquiry.world.artifacts.get(path)
  if (!artifact) {
    artifact = { path, text: new Artifact(path, inquiry.world.parameters), lastWrite: 0, writers: new Map() }
    inquiry.world.artifacts.set(path, artifact)
  }
  return artifact
}

function taskOfWrite(inquiry: Inquiry, event: EventOf<'artifact.written'>): KnownTask | undefined {
  const named = event.taskId === undefined ? undefined : inquiry.world.tasks.get(event.taskId)
  return named ?? currentTask(inquiry.world, event.agentId)
}

function ownerNumber(inquiry: Inquiry, event: EventOf<'artifact.written'>, task: KnownTask | undefined, artifact: KnownArtifact): number {
  const { agentId, id, turnId, callId, source, occurredAt } = event
  const last = artifact.lastOwner === undefined ? undefined : inquiry.world.owners[artifact.lastOwner]
  // The pieces of one write that streams in have one owner: thousands of them would only slow every count.
  const streams = event.partial === true || event.change.kind === 'append'
  if (
    streams &&
    last &&
    artifact.lastOwner !== undefined &&
    last.agentId === agentId &&
    last.task === task &&
    last.turnId === turnId &&
    last.callId === callId &&
    (turnId ?? callId) !== undefined
  ) {
    return artifact.lastOwner
  }
  const owner: Owner = { agentId, task, eventId: id, turnId, callId, source, at: occurredAt, inferred: howOwned(inquiry, event, task) }
  inquiry.world.owners.push(owner)
  if (task) task.newestOwner = owner
  artifact.lastOwner = inquiry.world.owners.length - 1
  return artifact.lastOwner
}

/** How the write, or the task behind it, was concluded, where the source does not say them. */
function howOwned({ world }: Inquiry, event: EventOf<'artifact.written'>, task: KnownTask | undefined): string | undefined {
  const unnamed = task !== undefined && event.taskId !== task.id && agentIn(world, event.agentId).tasks.length > 1
  return inferredIn(event) ?? (unnamed ? `the write names no task, and this was the one that ${event.agentId} had open last` : undefined)
}

/** What a write adds, as far as it is plain. */
function newWords(event: EventOf<'artifact.written'>, text: TextOf): string | undefined {
  const { change } = event
  switch (change.kind) {
    case 'content':
      return text(change.content)
    case 'append':
      return text(change.text)
    case 'edit':
      return change.edits.map((edit) => text(edit.new) ?? '').join('\n')
    case 'patch':
      return text(change.patch)
    case 'delete':
    case 'move':
    case 'revert':
    case 'opaque':
      return undefined
  }
}
