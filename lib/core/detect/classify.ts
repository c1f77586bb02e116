import type { InterventionKind } from '../interventions'
import type { Loss, WriteDone } from './losses'
import type { World } from './world'

/** Which kind a write is for one task: the table of docs/detector.md, "Kinds". */
export interface Verdict {
  kind: InterventionKind
  rule: string
  sentence: string
}

/** The first rule that holds; docs/detector.md lists them in this order. */
export function classify(world: World, done: WriteDone, loss: Loss, survival: number): Verdict | undefined {
  const { survey, event, artifact } = done
  const { task } = loss
  const { touchFrom, copyShare } = world.parameters
  const master = event.agentId
  const kept = `${percent(survival)} of ${task.to}'s ${loss.owned} tokens in ${artifact.path} survived`
  const raw = loss.owned === 0 ? 1 : (loss.owned - loss.lost) / loss.owned
  const destroysMuch = survival < touchFrom && loss.lostRenamed > 0

  if (destroysMuch && done.copyElsewhere(loss.owners) >= copyShare) {
    return {
      kind: 'merge',
      rule: 'merge',
      sentence: `${master} took it out of ${artifact.path}, and at least ${percent(copyShare)} of it lives on in another artifact.`,
    }
  }
  if (done.how === 'delete' && loss.lostRenamed + loss.lostComment > 0)
    return { kind: 'reject', rule: 'reject: delete', sentence: `${master} deleted ${artifact.path} with ${loss.owned} tokens of ${task.to}'s.` }
  if (done.how === 'revert' && loss.lostRenamed > 0)
    return { kind: 'reject', rule: 'reject: revert', sentence: `${master} put ${artifact.path} back to what it was before ${task.to} worked on it.` }
  if (loss.inRegion && survey.sameTokens) {
    if (loss.lostComment > 0)
      return { kind: 'touch', rule: 'touch: comments', sentence: `${master} removed ${loss.lostComment} words of comments by ${task.to}; no code was lost.` }
    return { kind: 'format', rule: 'format', sentence: `${master} changed layout only: the significant tokens are the same.` }
  }
  if (loss.lost === 0 && loss.lostComment === 0) {
    return survey.inserted > 0
      ? { kind: 'append', rule: 'append', sentence: `All of ${task.to}'s ${loss.owned} tokens are still there; ${master} added ${survey.inserted} of its own.` }
      : undefined
  }
  if (isOverwrite(world, loss, survival)) return { kind: 'overwrite', rule: 'overwrite', sentence: `${kept}; ${loss.lostRenamed} were destroyed.` }
  if (raw < touchFrom && survival >= touchFrom && loss.lostLiterals === 0 && survey.insertedLiterals === 0)
    return { kind: 'rename', rule: 'rename', sentence: `${master} renamed: blind to names ${percent(survival)} survived, to the letter ${percent(raw)}.` }
  if (survival < touchFrom || raw < touchFrom) return { kind: 'revise', rule: 'revise', sentence: `${kept}; ${loss.lostRenamed} were changed.` }
  return {
    kind: 'touch',
    rule: 'touch',
    sentence: `${kept}; ${loss.lostRenamed} were changed${loss.lostComment > 0 ? `, and ${loss.lostComment} words of its comments` : ''}.`,
  }
}

export function isOverwrite(world: World, loss: Loss, survival: number): boolean {
  const { overwriteBelow, minDestroyed } = world.parameters
  return loss.owned > 0 && loss.lostRenamed > 0 && survival < overwriteBelow && (loss.lostRenamed >= minDestroyed || survival === 0)
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
