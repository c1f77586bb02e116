import type { EventOf } from '../event'
import type { AgentId } from '../ids'
import type { Explanation, Intervention, InterventionKind, UnitLosses } from '../interventions'
import type { OwnerTotals } from '../provenance/owner-totals'
import type { OwnedLine } from '../provenance/owned-line'
import { joinLines } from '../provenance/pieces'
import type { Survey } from '../provenance/survey'
import { type Draft, toFinding } from './finding'
import { matchesOutput } from './similarity'
import { type Stimuli, stallTrigger } from './trigger'
import { hasWholeUnit, noteUnread } from './whole-unit'
import { hasProduced, type KnownArtifact, type KnownTask, type Owner, type Relation, relationTo, type World } from './world'

/** A write that has been carried out on the artifact, and what it did. */
export interface WriteDone {
  event: EventOf<'artifact.written'>
  artifact: KnownArtifact
  survey: Survey
  /** What other tasks than the writer's own had here before. */
  stakes: ReadonlyMap<KnownTask, Stake>
  /** What the writer may not have seen: somebody else's write since its base. */
  race: boolean
  how: 'write' | 'delete' | 'revert'
  /** Whether the text before was known as a whole. */
  wholeKnown: boolean
  /** What the write did to the whole units of these owners, where that can be read. */
  unitsLost(owners: ReadonlySet<number>): UnitLosses | undefined
  /** Looks for a copy of tokens in other artifacts: the share found, 0 to 1. */
  copyElsewhere(owners: ReadonlySet<number>): number
}

/** What somebody else's task had in an artifact before a write. */
export interface Stake {
  relation: Exclude<Relation, { kind: 'self' }>
  owners: Map<number, OwnerTotals>
}

interface Loss {
  task: KnownTask
  relation: Stake['relation']
  owners: Set<number>
  owned: number
  ownedComments: number
  lost: number
  lostRenamed: number
  lostLiterals: number
  lostComment: number
  lines: number
  /** The owner of most of what was lost, the newest if there are several. */
  target: Owner
  targetLost: number
  inRegion: boolean
}

/** The tasks that own something here, without the writer's own: whoever rewrites itself has not been overwritten. */
export function stakesIn(world: World, artifact: KnownArtifact, writer: AgentId): Map<KnownTask, Stake> {
  const stakes = new Map<KnownTask, Stake>()
  const own = new Set<KnownTask>()
  for (const [number, { tokens, comments }] of artifact.text.ownersPresent()) {
    const task = world.owners[number]?.task
    if (!task || own.has(task)) continue
    let stake = stakes.get(task)
    if (!stake) {
      const relation = relationTo(world, writer, task)
      if (relation.kind === 'self') {
        own.add(task)
        continue
      }
      stake = { relation, owners: new Map() }
      stakes.set(task, stake)
    }
    stake.owners.set(number, { tokens, comments })
  }
  return stakes
}

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

function lossesOf(world: World, { survey, stakes }: WriteDone): Loss[] {
  const losses: Loss[] = []
  for (const [task, { relation, owners }] of stakes) {
    let loss: Loss | undefined
    for (const [number, totals] of owners) {
      const owner = world.owners[number]
      if (!owner) continue
      loss ??= {
        task,
        relation,
        owners: new Set(),
        owned: 0,
        ownedComments: 0,
        lost: 0,
        lostRenamed: 0,
        lostLiterals: 0,
        lostComment: 0,
        lines: 0,
        target: owner,
        targetLost: -1,
        inRegion: false,
      }
      loss.owners.add(number)
      loss.owned += totals.tokens
      loss.ownedComments += totals.comments
      const hit = survey.owners.get(number)
      if (!hit) continue
      loss.inRegion = true
      loss.lost += hit.lost
      loss.lostRenamed += hit.lostRenamed
      loss.lostLiterals += hit.lostLiterals
      loss.lostComment += hit.lostComment
      loss.lines += hit.lines
      const weight = hit.lost + hit.lostComment
      if (weight > loss.targetLost || (weight === loss.targetLost && owner.at >= loss.target.at)) {
        loss.target = owner
        loss.targetLost = weight
      }
    }
    if (loss) losses.push(loss)
  }
  return losses
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

interface Verdict {
  kind: InterventionKind
  rule: string
  sentence: string
}

/** The first rule that holds; docs/detector.md lists them in this order. */
function classify(world: World, done: WriteDone, loss: Loss, survival: number): Verdict | undefined {
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

function isOverwrite(world: World, loss: Loss, survival: number): boolean {
  const { overwriteBelow, minDestroyed } = world.parameters
  return loss.owned > 0 && loss.lostRenamed > 0 && survival < overwriteBelow && (loss.lostRenamed >= minDestroyed || survival === 0)
}

/** A master that makes what it had ordered, while the assignee has made nothing of it. */
function judgeTakeovers(world: World, stimuli: Stimuli, { event, artifact, survey, how }: WriteDone): Intervention[] {
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
function unitAtTheCut(world: World, task: KnownTask, survey: Survey, path: string): Draft['unit'] {
  if (task.status === 'completed') return undefined
  const whole = hasWholeUnit(world, task)
  const last = world.readUnits(survey.before.join('\n').slice(-READ_CHARS), path, !whole).at(-1)
  return last && { name: last.name, complete: whole && last.complete }
}

const WHOLE_UP_TO = 400
const AROUND = 20

function excerptOf(artifact: KnownArtifact, survey: Survey): Pick<Explanation, 'before' | 'after' | 'firstLine' | 'whole'> {
  if (!survey.contiguous) return { before: joinLines(survey.before), after: joinLines(survey.after) }
  const count = artifact.text.lineCount()
  const end = survey.firstLine + survey.after.length
  const whole = count + survey.before.length <= WHOLE_UP_TO
  const from = whole ? 0 : Math.max(0, survey.firstLine - AROUND)
  const to = whole ? count : Math.min(count, end + AROUND)
  const head = artifact.text.linesBetween(from, survey.firstLine)
  const tail = artifact.text.linesBetween(end, to)
  return {
    before: joinLines([...head, ...survey.before, ...tail]),
    after: joinLines(artifact.text.linesBetween(from, to)),
    firstLine: artifact.text.rowAt(from) + 1,
    ...(whole && artifact.text.complete ? { whole } : {}),
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
