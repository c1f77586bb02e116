import type { Content } from '../content'
import type { Event, EventOf } from '../event'
import { DETECTOR_PARAMETERS, type DetectorParameters, type Intervention, type InterventionKind, type Trigger } from '../interventions'
import { compareEvents, compareStamps, type Stamp, stampOf } from '../order'
import { Artifact, OUTSIDE, type Survey } from '../provenance/artifact'
import { Calls } from './calls'
import { CopyIndex, fingerprintText } from './copies'
import { type Draft, toFinding } from './finding'
import { parsePatch } from './patch'
import { jaccard, shingles } from './similarity'
import { isReviewer, Stimuli, stallTrigger } from './trigger'
import { agentIn, currentTask, freeze, type KnownArtifact, type KnownTask, noteOutput, relationTo, type World } from './world'
import { judgeWrite, noteUnits } from './writes'

/**
 * The detector: a fold over the events of one session, in the order of `compareEvents`, from content
 * to interventions. The same log gives the same findings, live, in import and in `analyze`.
 */
export interface Detector {
  /**
   * Takes one event. `text` gives a content's text, or undefined where it is not to be had.
   * Returns false, and takes nothing, when the event lies before one already taken and matters: the
   * caller then starts a new detector and feeds the whole log in order.
   */
  apply(event: Event, text: TextOf): boolean
  /** All findings so far, oldest first. */
  findings(): Intervention[]
  /** The findings that are new or changed since the last call of `changes`. */
  changes(): Intervention[]
}

export type TextOf = (content: Content) => string | undefined

export function newDetector(parameters: DetectorParameters = DETECTOR_PARAMETERS): Detector {
  return new SessionDetector(parameters)
}

/** Findings of a whole log, in any order, with its content inline or resolved by `text`. */
export function detectAll(events: readonly Event[], text: TextOf = inlineText, parameters: DetectorParameters = DETECTOR_PARAMETERS): Intervention[] {
  const detector = newDetector(parameters)
  for (const event of [...events].sort(compareEvents)) detector.apply(event, text)
  return detector.findings()
}

export function inlineText(content: Content): string | undefined {
  return typeof content === 'string' ? content : undefined
}

class SessionDetector implements Detector {
  private world: World
  private stimuli = new Stimuli()
  private calls = new Calls()
  private copies = new CopyIndex()
  private all: Intervention[] = []
  private told = 0
  private seen = new Set<string>()
  private last: Stamp | undefined
  private lastFinding: Stamp | undefined
  private writes = 0
  private now: Event | undefined

  constructor(parameters: DetectorParameters) {
    this.world = { parameters, agents: new Map(), tasks: new Map(), artifacts: new Map(), turns: new Map(), owners: [undefined] }
  }

  findings(): Intervention[] {
    return this.all
  }

  changes(): Intervention[] {
    const fresh = this.all.slice(this.told)
    this.told = this.all.length
    return fresh
  }

  apply(event: Event, text: TextOf): boolean {
    const stamp = stampOf(event)
    if (this.last && compareStamps(stamp, this.last) < 0 && !this.comesInTime(event, stamp)) return false
    if (!this.last || compareStamps(stamp, this.last) > 0) this.last = stamp
    this.now = event
    this.take(event, text)
    return true
  }

  /**
   * Whether an event that lies in the past can still be taken: only what adds up the same in any
   * order (clocks, sights), and only while nothing has been concluded since.
   */
  private comesInTime(event: Event, stamp: Stamp): boolean {
    if (this.lastFinding && compareStamps(this.lastFinding, stamp) > 0) return false
    switch (event.type) {
      case 'session.started':
      case 'turn.streamed':
      case 'turn.ended':
      case 'artifact.read':
        return true
      case 'turn.started':
      case 'tool.called':
      case 'tool.returned':
        return true
      case 'artifact.written': {
        const artifact = this.world.artifacts.get(event.path)
        return artifact === undefined && event.change.kind === 'content' && currentTask(this.world, event.agentId)?.status === 'open'
      }
      default:
        return false
    }
  }

  private take(event: Event, text: TextOf): void {
    switch (event.type) {
      case 'session.started':
      case 'artifact.read':
        return
      case 'session.ended':
        for (const task of this.world.tasks.values()) this.acceptSilently(task, event, 'the session ended and nothing was taken back')
        return
      case 'agent.joined': {
        const agent = agentIn(this.world, event.agentId)
        agent.parentId = event.parentId ?? agent.parentId
        agent.role = event.role ?? agent.role
        agent.name = event.name ?? agent.name
        agent.agentType = event.agentType ?? agent.agentType
        return
      }
      case 'task.delegated':
        return this.delegated(event, text)
      case 'task.blocked': {
        const task = this.world.tasks.get(event.taskId)
        if (task && task.status === 'open') task.blocked = true
        return
      }
      case 'task.ended':
        return this.ended(event)
      case 'task.accepted':
        return this.accepted(this.world.tasks.get(event.taskId), event, `${event.by ?? 'the master'} accepted it.`)
      case 'turn.started':
      case 'turn.streamed':
      case 'turn.ended':
        return this.turned(event)
      case 'tool.called':
        this.sign(event.agentId, event.occurredAt)
        return this.called(event, text)
      case 'tool.returned':
        return this.returned(event)
      case 'artifact.written':
        this.sign(event.agentId, event.occurredAt)
        return this.written(event, text)
      case 'message.sent':
        return this.messaged(event, text)
      case 'verdict.given':
        return this.judged(event)
    }
  }

  // ---- tasks ----

  private delegated(event: EventOf<'task.delegated'>, text: TextOf): void {
    const known = this.world.tasks.get(event.taskId)
    if (known) return
    const assignee = agentIn(this.world, event.to)
    const master = agentIn(this.world, event.by)
    if (assignee.parentId === undefined && event.by !== event.to && master.parentId !== event.to) assignee.parentId = event.by
    const brief = event.brief === undefined ? undefined : text(event.brief)
    const task: KnownTask = {
      id: event.taskId,
      by: event.by,
      to: event.to,
      title: event.title,
      briefShingles: brief === undefined ? undefined : shingles(brief),
      outputs: event.outputs ?? [],
      group: event.group,
      declared: event.evidence?.kind !== 'inferred',
      delegatedAt: event.occurredAt,
      status: 'open',
      accepted: false,
      blocked: false,
      unitComplete: false,
      headline: false,
      censored: false,
      start: { assigneeTokens: assignee.tokens, assigneeTurns: assignee.turns, masterTurns: master.turns },
      disturbed: false,
      artifacts: new Map(),
      takenOver: new Set(),
    }
    this.again(event, task)
    this.world.tasks.set(task.id, task)
    assignee.tasks.push(task)
  }

  /** The same work ordered again: after an end without success, or beside the first. */
  private again(event: EventOf<'task.delegated'>, task: KnownTask): void {
    const { outputsJaccard, briefSimilarity } = this.world.parameters
    if (task.group !== undefined) return
    const earlier = [...this.world.tasks.values()].slice(-50).reverse()
    for (const other of earlier) {
      if (other.by !== task.by) continue
      const outputs = jaccard(new Set(other.outputs), new Set(task.outputs))
      const brief = other.briefShingles && task.briefShingles ? jaccard(other.briefShingles, task.briefShingles) : 0
      const alike = outputs >= outputsJaccard || brief >= briefSimilarity
      if (!alike) continue
      const gaveUp = other.status === 'cancelled' || other.status === 'failed' || other.status === 'rejected'
      const twice = other.status === 'open' && brief >= briefSimilarity
      if (!gaveUp && !twice) continue
      const sameHands = other.to === task.to || (agentIn(this.world, other.to).name !== undefined && agentIn(this.world, other.to).name === agentIn(this.world, task.to).name)
      const kind: InterventionKind = twice ? 'duplicate' : sameHands ? 'retry' : 'redelegate'
      const similarity = `outputs ${Math.round(outputs * 100)} % alike, brief ${Math.round(brief * 100)} %`
      this.find({
        kind,
        task: other,
        event,
        actorId: event.by,
        trigger: this.triggerFor(other, event.by, event.occurredAt),
        distance: 1,
        rule: kind,
        sentence: twice ? `${event.by} gave ${task.to} the work that ${other.to} was still at (${similarity}).` : `${event.by} gave the work of ${other.id}, which had ${other.status}, to ${task.to} (${similarity}).`,
        thresholds: { outputsJaccard, briefSimilarity },
      })
      return
    }
  }

  private ended(event: EventOf<'task.ended'>): void {
    const task = this.world.tasks.get(event.taskId)
    if (!task || task.status !== 'open') return
    const by = event.by
    const relation = by === undefined ? undefined : relationTo(this.world, by, task)
    if (event.status === 'cancelled' || event.status === 'rejected') {
      if (by !== undefined && relation?.kind === 'master') {
        const interrupted = event.status === 'cancelled'
        this.find({
          kind: interrupted ? 'interrupt' : 'reject',
          task,
          event,
          actorId: by,
          trigger: this.triggerFor(task, by, event.occurredAt),
          distance: relation.distance,
          target: this.newestWork(task),
          rule: interrupted ? 'interrupt' : 'reject: verdict',
          sentence: interrupted ? `${by} cancelled the task while ${task.to} was at it${event.reason ? `: ${event.reason}` : ''}.` : `${by} rejected the result${event.reason ? `: ${event.reason}` : ''}.`,
          thresholds: {},
        })
      } else if (relation?.kind === 'human' || relation?.kind === 'harness') {
        task.censored = true
        this.find({
          kind: relation.kind === 'human' ? 'censor_human' : 'censor_harness',
          task,
          event,
          actorId: by as NonNullable<typeof by>,
          trigger: { kind: 'user_request', because: relation.kind === 'human' ? 'a person stopped it' : 'a limit of the harness stopped it' },
          distance: 1,
          rule: 'censored',
          sentence: `${by} stopped the task: what the master would have done is not known.`,
          thresholds: {},
        })
      }
    }
    freezeUnlessDone(this.world, task, event.status)
    task.status = event.status
    task.endedAt = event.occurredAt
    task.blocked = false
    if (event.status === 'completed') {
      const assignee = agentIn(this.world, task.to)
      const master = agentIn(this.world, task.by)
      task.stepsAtCompletion = assignee.turns + master.turns
      if (isReviewer(this.world, task)) {
        this.stimuli.add({ kind: 'review', at: event.occurredAt, to: task.by, because: `${agentIn(this.world, task.to).name ?? task.to} had returned its review`, eventId: event.id })
      }
    }
  }

  private accepted(task: KnownTask | undefined, event: Event, sentence: string, actorId = task?.by): void {
    if (!task || task.accepted || actorId === undefined) return
    this.find({ kind: 'accept', task, event, actorId, trigger: { kind: 'self', because: 'acceptance' }, distance: 1, rule: 'accept', sentence, thresholds: { horizonSteps: this.world.parameters.horizonSteps } })
    task.accepted = true
  }

  private acceptSilently(task: KnownTask, event: Event, why: string): void {
    if (task.status !== 'completed' || task.accepted || task.disturbed || task.censored) return
    this.accepted(task, event, `Accepted by leaving it alone: ${why}.`)
  }

  private judged(event: EventOf<'verdict.given'>): void {
    const task = event.taskId === undefined ? undefined : this.world.tasks.get(event.taskId)
    if (!task || event.by === undefined) return
    const relation = relationTo(this.world, event.by, task)
    if (event.verdict === 'accept') return this.accepted(task, event, `${event.by} accepted it.`, event.by)
    if (event.verdict === 'reject' && relation.kind === 'master') {
      this.find({
        kind: 'reject',
        task,
        event,
        actorId: event.by,
        trigger: this.triggerFor(task, event.by, event.occurredAt),
        distance: relation.distance,
        target: this.newestWork(task),
        rule: 'reject: verdict',
        sentence: `${event.by} rejected the result${event.note ? `: ${event.note}` : ''}.`,
        thresholds: {},
      })
      task.disturbed = true
      if (task.status === 'completed') task.status = 'rejected'
    }
  }

  // ---- clocks ----

  private turned(event: EventOf<'turn.started'> | EventOf<'turn.streamed'> | EventOf<'turn.ended'>): void {
    let turn = this.world.turns.get(event.turnId)
    if (!turn) {
      turn = { agentId: event.agentId, tokens: 0 }
      this.world.turns.set(event.turnId, turn)
      if (turn.agentId !== undefined) this.countTurn(turn.agentId, event)
    } else if (turn.agentId === undefined && event.agentId !== undefined) {
      turn.agentId = event.agentId
      this.countTurn(event.agentId, event)
    }
    if (turn.agentId === undefined) return
    const agent = agentIn(this.world, turn.agentId)
    this.sign(turn.agentId, event.occurredAt)
    const tokens = event.type === 'turn.streamed' ? event.outputTokens : event.type === 'turn.ended' ? event.usage?.outputTokens : undefined
    if (tokens === undefined) return
    const counted = event.type === 'turn.ended' ? tokens : Math.max(tokens, turn.tokens)
    agent.tokens += counted - turn.tokens
    turn.tokens = counted
    if (event.type === 'turn.ended' && event.usage?.estimated) agent.tokensEstimated = true
    if (counted > 0) for (const task of agent.tasks) if (task.status === 'open') noteOutput(this.world, task)
  }

  private countTurn(agentId: KnownTask['to'], event: Event): void {
    const agent = agentIn(this.world, agentId)
    agent.turns += 1
    // The horizon: completed work that nobody has touched for so many steps is accepted.
    for (const task of this.world.tasks.values()) {
      if (task.status !== 'completed' || task.accepted || (task.to !== agentId && task.by !== agentId)) continue
      const steps = agentIn(this.world, task.to).turns + agentIn(this.world, task.by).turns - (task.stepsAtCompletion ?? 0)
      if (steps >= this.world.parameters.horizonSteps) this.acceptSilently(task, event, `${this.world.parameters.horizonSteps} steps went by`)
    }
  }

  private sign(agentId: KnownTask['to'], at: number): void {
    const agent = agentIn(this.world, agentId)
    if (at > agent.lastAt) agent.lastAt = at
  }

  // ---- calls and messages ----

  private called(event: EventOf<'tool.called'>, text: TextOf): void {
    const lastWrite = (path: string) => this.world.artifacts.get(path as KnownArtifact['path'])?.lastWrite ?? 0
    const repeated = this.calls.take(this.world, event, event.arguments === undefined ? '' : text(event.arguments), this.writes, lastWrite)
    if (!repeated) return
    this.find({
      kind: 'rederive',
      task: repeated.task,
      event,
      actorId: event.agentId,
      trigger: this.triggerFor(repeated.task, event.agentId, event.occurredAt),
      distance: repeated.distance,
      target: repeated.owner,
      rule: 'rederive: same call',
      sentence: `${event.agentId} made the call that ${repeated.task.to} had made (${event.name}), although its result had come back and nothing it reads has changed.`,
      thresholds: {},
    })
  }

  private returned(event: EventOf<'tool.returned'>): void {
    const call = this.calls.called(event.callId)
    const agentId = event.agentId ?? call?.agentId
    if (agentId === undefined) return
    this.sign(agentId, event.occurredAt)
    const failed = event.check?.ok === false || (event.status === 'error' && call?.runs === true)
    if (failed) this.stimuli.add({ kind: 'tool_failure', at: event.occurredAt, to: agentId, because: `${event.check ? `a ${event.check.kind} check` : (call?.name ?? 'a command')} had failed`, eventId: event.id })
  }

  private messaged(event: EventOf<'message.sent'>, text: TextOf): void {
    this.sign(event.from, event.occurredAt)
    const task = event.taskId === undefined ? undefined : this.world.tasks.get(event.taskId)
    switch (event.purpose) {
      case 'user': {
        const words = event.text === undefined ? '' : (text(event.text) ?? '').replace(/\s+/g, ' ').slice(0, 80)
        this.stimuli.add({ kind: 'user_request', at: event.occurredAt, to: event.to, because: words ? `the user had asked: “${words}”` : 'the user had asked', eventId: event.id })
        return
      }
      case 'help_request':
        if (task?.status === 'open') task.blocked = true
        return
      case 'answer':
        if (task) task.blocked = false
        return
      case 'steer': {
        if (!task || task.status !== 'open') return
        const relation = relationTo(this.world, event.from, task)
        if (relation.kind !== 'master') return
        this.find({
          kind: 'steer',
          task,
          event,
          actorId: event.from,
          trigger: this.triggerFor(task, event.from, event.occurredAt),
          distance: relation.distance,
          rule: 'steer',
          sentence: `${event.from} sent ${task.to} a message while it was at work, without stopping it.`,
          thresholds: {},
        })
        return
      }
      case 'result':
      case 'note':
        return
    }
  }

  // ---- artifacts ----

  private written(event: EventOf<'artifact.written'>, text: TextOf): void {
    this.writes += 1
    const task = this.taskOfWrite(event)
    const change = event.change
    if (change.kind === 'move') return this.moved(event, change.from)
    const artifact = this.artifactAt(event.path)
    if ((change.kind === 'edit' || change.kind === 'patch') && change.before !== undefined) {
      const before = text(change.before)
      if (before !== undefined && !(artifact.text.complete && artifact.text.text() === before)) artifact.text.sync(before)
    }
    const owner = this.ownerNumber(event, task)
    const wholeKnown = artifact.text.complete || !artifact.text.exists
    const hashBefore = task && !task.artifacts.has(event.path) && artifact.text.exists && wholeKnown ? fingerprintText(artifact.text.text()) : undefined
    const before = new Map([...artifact.text.ownersPresent()].map(([number, totals]) => [number, { ...totals }]))
    const outcome = this.carryOut(event, artifact, owner, text)
    const race = event.baseRevision !== undefined && event.baseRevision < artifact.text.revision && artifact.lastWriter !== event.agentId
    artifact.text.revision += 1
    artifact.lastWrite = this.writes
    artifact.lastWriter = event.agentId
    this.copies.forget(event.path)
    if (!outcome) return
    const { survey, how } = outcome
    const restored = how === 'write' && survey.before.length > 0 ? this.isRestored(artifact, before) : false
    const elsewhere = (owners: ReadonlySet<number>) => this.copies.shareElsewhere(this.world, artifact, survey, owners)
    const findings = judgeWrite(this.world, this.stimuli, { event, artifact, survey, before, race, how: restored ? 'revert' : how, wholeKnown, copyElsewhere: elsewhere })
    if (task) {
      if (!task.artifacts.has(event.path)) task.artifacts.set(event.path, { everDestroyed: 0, cumulative: false, appended: new Set(), hashBefore })
      noteOutput(this.world, task)
      if (task.status === 'open') noteUnits(task, event, artifact, survey, this.world.parameters.minUnitTokens)
    }
    for (const finding of findings) this.keep(finding)
  }

  private carryOut(event: EventOf<'artifact.written'>, artifact: KnownArtifact, owner: number, text: TextOf): { survey: Survey; how: 'write' | 'delete' | 'revert' } | undefined {
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
        let total: Survey | undefined
        for (const edit of change.edits) {
          const old = text(edit.old)
          const fresh = text(edit.new)
          if (old === undefined || fresh === undefined) return lost()
          let survey = artifact.text.edit(old, fresh, edit.all === true, owner)
          if (!survey) {
            artifact.text.loseSight()
            survey = artifact.text.edit(old, fresh, edit.all === true, owner)
          }
          if (survey) total = total ? Artifact.combined(total, survey) : survey
        }
        return total && { survey: total, how: 'write' }
      }
      case 'patch': {
        const patch = text(change.patch)
        const hunks = patch === undefined ? undefined : parsePatch(patch)
        if (!hunks) return lost()
        let total: Survey | undefined
        for (const hunk of hunks) {
          const survey = artifact.text.edit(hunk.old, hunk.fresh, false, owner)
          if (survey) total = total ? Artifact.combined(total, survey) : survey
          else artifact.text.loseSight()
        }
        return total && { survey: total, how: 'write' }
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
  private isRestored(artifact: KnownArtifact, before: Map<number, unknown>): boolean {
    let now: string | undefined
    for (const number of before.keys()) {
      const hash = this.world.owners[number]?.task?.artifacts.get(artifact.path)?.hashBefore
      if (hash === undefined) continue
      now ??= fingerprintText(artifact.text.text())
      if (hash === now) return true
    }
    return false
  }

  private moved(event: EventOf<'artifact.written'>, from: KnownArtifact['path']): void {
    const artifact = this.world.artifacts.get(from)
    if (!artifact) return
    this.world.artifacts.delete(from)
    this.copies.forget(from)
    artifact.path = event.path
    artifact.lastWrite = this.writes
    this.world.artifacts.set(event.path, artifact)
    const told = new Set<KnownTask>()
    for (const [number] of artifact.text.ownersPresent()) {
      const owner = this.world.owners[number]
      const task = owner?.task
      if (!owner || !task || told.has(task)) continue
      told.add(task)
      const ledger = task.artifacts.get(from)
      if (ledger) task.artifacts.set(event.path, ledger)
      const relation = relationTo(this.world, event.agentId, task)
      if (relation.kind !== 'master') continue
      this.find({
        kind: 'move',
        task,
        event,
        actorId: event.agentId,
        trigger: this.triggerFor(task, event.agentId, event.occurredAt),
        distance: relation.distance,
        target: owner,
        artifact: event.path,
        survival: 1,
        rule: 'move',
        sentence: `${event.agentId} moved ${from} to ${event.path}; its tokens keep their owner.`,
        thresholds: {},
      })
    }
  }

  private artifactAt(path: KnownArtifact['path']): KnownArtifact {
    let artifact = this.world.artifacts.get(path)
    if (!artifact) {
      artifact = { path, text: new Artifact(path, this.world.parameters), lastWrite: 0 }
      this.world.artifacts.set(path, artifact)
    }
    return artifact
  }

  private taskOfWrite(event: EventOf<'artifact.written'>): KnownTask | undefined {
    const named = event.taskId === undefined ? undefined : this.world.tasks.get(event.taskId)
    return named ?? currentTask(this.world, event.agentId)
  }

  private ownerNumber(event: EventOf<'artifact.written'>, task: KnownTask | undefined): number {
    const { agentId, id, turnId, callId, source, occurredAt } = event
    this.world.owners.push({ agentId, task, eventId: id, turnId, callId, source, at: occurredAt })
    return this.world.owners.length - 1
  }

  // ---- findings ----

  private newestWork(task: KnownTask): Draft['target'] {
    for (let i = this.world.owners.length - 1; i > 0; i--) if (this.world.owners[i]?.task === task) return this.world.owners[i]
    return undefined
  }

  private triggerFor(task: KnownTask, masterId: KnownTask['by'], now: number): Trigger {
    const since = this.newestWork(task)?.at ?? task.delegatedAt
    return (task.status === 'open' ? stallTrigger(this.world, task, now) : undefined) ?? this.stimuli.triggerOf(this.world, masterId, since, now)
  }

  private find(draft: Draft): void {
    this.keep(toFinding(this.world, draft))
  }

  private keep(finding: Intervention): void {
    if (this.seen.has(finding.id)) return
    this.seen.add(finding.id)
    this.all.push(finding)
    if (this.now) this.lastFinding = stampOf(this.now)
  }
}

function freezeUnlessDone(world: World, task: KnownTask, status: KnownTask['status']): void {
  if (status !== 'completed') freeze(world, task)
}
