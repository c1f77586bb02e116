import type { Intervention } from '../interventions'
import { excerptOf } from './excerpt'
import { toFinding } from './finding'
import type { WriteDone } from './losses'
import { matchesOutput } from './similarity'
import { type Stimuli, stallTrigger } from './trigger'
import { hasProduced, relationTo, type World } from './world'

/** A master that makes what it had ordered, while the assignee has made nothing of it. */
export function judgeTakeovers(world: World, stimuli: Stimuli, { event, artifact, survey, how }: WriteDone): Intervention[] {
  if (how !== 'write' || survey.inserted === 0) return []
  const findings: Intervention[] = []
  for (const task of world.expected.candidates(artifact.path)) {
    // what the assignee, or whoever it gave it on to, had written here is judged as an overwrite
    if (hasProduced(world, task, artifact)) continue
    const output = task.outputs.find((wanted) => matchesOutput(artifact.path, wanted))
    if (output === undefined || task.takenOver.has(output)) continue
    const relation = relationTo(world, event.agentId, task)
    if (relation.kind !== 'master') continue
    task.takenOver.add(output)
    const share = task.takenOver.size / task.outputs.length
    if (share < world.parameters.takeoverShare || (task.takenOver.size - 1) / task.outputs.length >= world.parameters.takeoverShare) continue
    findings.push(
      toFinding(world, {
        kind: 'takeover',
        task,
        event,
        actorId: event.agentId,
        trigger: stallTrigger(world, task, event.occurredAt) ?? stimuli.triggerOf(world, event.agentId, task.delegatedAt, event.occurredAt),
        distance: relation.distance,
        artifact: artifact.path,
        rule: 'takeover',
        sentence: `${event.agentId} made ${task.takenOver.size} of the ${task.outputs.length} outputs it had ordered from ${task.to}, who had written nothing there.`,
        thresholds: { takeoverShare: world.parameters.takeoverShare },
        excerpt: excerptOf(artifact, survey),
      }),
    )
  }
  return findings
}
