import type { Intervention, InterventionKind } from '../interventions'
import { classify, isOverwrite, percent } from './classify'
import { excerptOf } from './excerpt'
import { type Draft, toFinding } from './finding'
import { type Loss, lossesOf, type WriteDone } from './losses'
import { judgeTakeovers } from './takeovers'
import type { Stimuli } from './trigger'
import { unitAtTheCut } from './units-written'
import type { World } from './world'

/** What a write means for every task that owned something in the artifact. */
export function judgeWrite(world: World, stimuli: Stimuli, done: WriteDone): Intervention[] {
  const findings: Intervention[] = []
  for (const loss of lossesOf(world, done)) {
    const finding = judgeLoss(world, stimuli, done, loss)
    if (finding) findings.push(finding)
  }
  findings.push(...judgeTakeovers(world, stimuli, done))
  return findings
}

function judgeLoss(world: World, stimuli: Stimuli, done: WriteDone, loss: Loss): Intervention | undefined {
  const { event, artifact, survey } = done
  const { task, relation } = loss

  const survival = loss.owned === 0 ? 1 : (loss.owned - loss.lostRenamed) / loss.owned
  if (relation.kind === 'human' || relation.kind === 'harness') {
    if (loss.lost + loss.lostComment === 0) return undefined
    task.censored = true
    return finding(relation.kind === 'human' ? 'censor_human' : 'censor_harness', {
      survival,
      rule: 'censored',
      sentence: `${event.agentId} changed ${loss.lost} of ${loss.owned} tokens: what the master would have done is not known any more.`,
    })
  }
  if (relation.kind === 'peer') {
    if (!isOverwrite(world, loss, survival)) return undefined
    return finding('peer_overwrite', {
      survival,
      rule: 'overwrite',
      sentence: `${event.agentId}, who works beside ${task.to} and does not direct it, kept ${percent(survival)} of its ${loss.owned} tokens.`,
    })
  }

  const ledger = task.artifacts.get(artifact.path)
  const verdict = classify(world, done, loss, survival)
  if (!verdict) return undefined
  const destroyedBefore = ledger?.everDestroyed ?? 0
  if (ledger) ledger.everDestroyed += loss.lostRenamed
  const now = loss.owned - loss.lostRenamed
  const ever = now + destroyedBefore + loss.lostRenamed
  const cumulativeSurvival = ever === 0 ? 1 : now / ever
  let kind: InterventionKind = verdict.kind
  let sentence = verdict.sentence
  const flags: Draft['flags'] = []
  // Death by a thousand cuts: each edit small, the work gone all the same. Once a task and artifact.
  if ((kind === 'revise' || kind === 'touch') && ledger && !ledger.cumulative && destroyedBefore > 0 && cumulativeSurvival < world.parameters.overwriteBelow) {
    kind = 'overwrite'
    flags.push('cumulative')
    sentence = `Together with earlier edits, ${percent(cumulativeSurvival)} of what ${task.to} wrote here is left (${now} of ${ever} tokens).`
  }
  if (kind === 'overwrite' && ledger) ledger.cumulative = true
  if (kind === 'append') {
    // told once for each artifact and writer: a shared ledger file is appended to all day
    if (ledger?.appended.has(event.agentId)) return undefined
    ledger?.appended.add(event.agentId)
  }
  if (kind === 'overwrite' || kind === 'reject' || kind === 'revise') task.disturbed = true
  if (loss.lost === 0 && loss.lostComment > 0) flags.push('comments_only')
  if (!done.wholeKnown) flags.push('partial_view')
  if (done.race && loss.lost > 0) flags.push('race')
  return finding(kind, { survival, cumulativeSurvival, rule: verdict.rule, sentence, flags, distance: relation.distance })

  function finding(kind: InterventionKind, more: Partial<Draft> & Pick<Draft, 'rule' | 'sentence'>): Intervention {
    const { overwriteBelow, touchFrom, minDestroyed, rawRun, renamedRun } = world.parameters
    const harmless = loss.lost + loss.lostComment === 0
    return toFinding(world, {
      kind,
      task,
      event,
      actorId: event.agentId,
      trigger: stimuli.triggerOf(world, event.agentId, loss.target.at, event.occurredAt),
      distance: 1,
      target: loss.target,
      artifact: artifact.path,
      owned: loss.owned,
      destroyed: loss.lostRenamed,
      destroyedComments: loss.lostComment,
      destroyedLines: loss.lines,
      thresholds: { overwriteBelow, touchFrom, minDestroyed, rawRun, renamedRun },
      excerpt: harmless ? undefined : excerptOf(artifact, survey),
      units: loss.lostRenamed > 0 ? done.unitsLost(loss.owners) : undefined,
      unit: unitAtTheCut(world, task, survey, artifact.path),
      inferences: done.wholeKnown ? [] : ['the text before is known in parts only'],
      ...more,
    })
  }
}
