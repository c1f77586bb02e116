import type { EventOf } from '../event'
import type { AgentId } from '../ids'
import type { Survey } from '../provenance/survey'
import { onOrderOf } from './calls'
import { type Inquiry, triggerFor } from './inquiry'
import { isSameAnswer } from './same-answer'
import { jaccard } from './similarity'
import { isReviewer } from './trigger'
import { agentIn, type KnownArtifact, type KnownTask, type Owner, relationTo } from './world'

/**
 * Work done again whose result was there, beside repeated calls (calls.ts): the same artifact made
 * elsewhere while the first lies unused, and the same order given again with the same answer.
 */
export class Remakes {
  /** When each agent last named a file in what it says, calls, reads or writes, by the file's name without its folders. */
  private named = new Map<string, Map<AgentId, number>>()
  /** Whoever's calls or reads the log shows: of others nobody can say what they have not looked at. */
  private watched = new Set<AgentId>()
  private made = new Map<string, Remake>()

  noteNames(agentId: AgentId, words: string, at: number): void {
    for (const name of namesIn(words.slice(0, LOOKED_AT_CHARS))) this.add(name, agentId, at)
  }

  noteRead(agentId: AgentId, path: string, at: number): void {
    this.watched.add(agentId)
    this.add(nameOf(path), agentId, at)
  }

  noteCall(agentId: AgentId): void {
    this.watched.add(agentId)
  }

  isWatched(agentId: AgentId): boolean {
    return this.watched.has(agentId)
  }

  /** Who named the file after a moment: an order names what is to be made, which is no use of it. */
  namersAfter(path: string, at: number): AgentId[] {
    return [...(this.named.get(nameOf(path)) ?? [])].flatMap(([agentId, last]) => (last > at ? [agentId] : []))
  }

  keep(remake: Remake): void {
    const key = `${remake.task.id} ${remake.first.path}`
    if (!this.made.has(key) && this.made.size < MOST_KEPT) this.made.set(key, remake)
  }

  all(): Iterable<Remake> {
    return this.made.values()
  }

  private add(name: string, agentId: AgentId, at: number): void {
    const who = this.named.get(name)
    if (who) who.set(agentId, Math.max(at, who.get(agentId) ?? at))
    else if (this.named.size < MOST_NAMES) this.named.set(name, new Map([[agentId, at]]))
  }
}

/** An artifact that repeats most of what a completed task had written in another. */
interface Remake {
  task: KnownTask
  owner: Owner
  first: KnownArtifact
  second: KnownArtifact['path']
  event: EventOf<'artifact.written'>
  distance: number
  /** Of the task's runs in the first, how many the second has. */
  share: number
  /** When the task began to write the first. */
  since: number
}

const LOOKED_AT_CHARS = 20_000
const MOST_NAMES = 50_000
const MOST_KEPT = 200
/** Orders that a new one is compared with. */
const LOOK_BACK = 200
/** Tokens of the task's below which two artifacts are alike by chance. */
const LEAST_TOKENS = 20

/** A write by a master of completed work, or on its order: does it make again what lies elsewhere? */
export function noteRemake(inquiry: Inquiry, event: EventOf<'artifact.written'>, artifact: KnownArtifact, survey: Survey, own: KnownTask | undefined): void {
  if (event.partial === true || survey.inserted < LEAST_TOKENS) return
  const first = inquiry.copies.likest(artifact, survey)
  if (!first) return
  const { world } = inquiry
  const byTask = new Map<KnownTask, Set<number>>()
  for (const [number, { tokens }] of first.text.ownersPresent()) {
    const task = world.owners[number]?.task
    if (!task || task === own || tokens === 0 || task.status !== 'completed' || task.group !== undefined) continue
    byTask.set(task, (byTask.get(task) ?? new Set()).add(number))
  }
  for (const [task, owners] of byTask) {
    const relation = relationTo(world, event.agentId, task)
    const distance = relation.kind === 'master' ? relation.distance : onOrderOf(task, own) ? 1 : undefined
    if (distance === undefined) continue
    const { tokens, share } = inquiry.copies.shareOf(first, owners, artifact)
    const writes = [...owners].flatMap((number) => world.owners[number] ?? []).sort((a, b) => a.at - b.at)
    const owner = writes.at(-1)
    if (tokens >= LEAST_TOKENS && share >= world.parameters.copyShare && owner)
      inquiry.remakes.keep({ task, owner, first, second: artifact.path, event, distance, share, since: writes[0]?.at ?? owner.at })
  }
}

/** The session is over: which of the artifacts made again had a first that nobody has used. */
export function settleRemakes(inquiry: Inquiry): void {
  const { world, remakes } = inquiry
  for (const { task, owner, first, second, event, distance, share, since } of remakes.all()) {
    if (!remakes.isWatched(event.agentId) || world.artifacts.get(first.path) !== first || !first.text.exists) continue
    const stranger = (id: AgentId) => relationTo(world, id, task).kind !== 'self'
    if ([...first.writers.keys()].some(stranger) || remakes.namersAfter(first.path, since).some(stranger)) continue
    if (isImported(inquiry, first)) continue
    inquiry.find({
      kind: 'rederive',
      task,
      event,
      actorId: event.agentId,
      trigger: triggerFor(inquiry, task, event.agentId, event.occurredAt),
      distance,
      target: owner,
      artifact: first.path,
      rule: 'rederive: same artifact',
      sentence: `${event.agentId} made ${second} with ${Math.round(share * 100)} % of what ${task.to} had written in ${first.path}, which nobody read, named or changed.`,
      thresholds: { copyShare: world.parameters.copyShare },
      inferences: [`that nobody used ${first.path}: nothing in the log names it but ${task.to}'s own work`],
    })
  }
}

/** `import x from './users'`, `from users import`: its name without the ending, where another text takes something in. */
function isImported({ world }: Inquiry, { path, text: own }: KnownArtifact): boolean {
  const stem = nameOf(path).replace(/\.\w+$/, '')
  const word = new RegExp(`(?:["'\`/]|\\b(?:from|import|require|include|use|mod)\\s+[\\w.]*)${stem.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\w)`)
  for (const { text } of world.artifacts.values()) if (text !== own && text.exists && word.test(text.text())) return true
  return false
}

/** The same order as one that was completed, and the same answer, though nothing had changed between. */
export function noteAskedAgain(inquiry: Inquiry, task: KnownTask): void {
  const { world } = inquiry
  const { ordered, answer } = task
  if (!ordered || answer === undefined || task.group !== undefined || task.briefShingles === undefined || isCheck(inquiry, task)) return
  for (const other of world.delegations.slice(-LOOK_BACK)) {
    if (other === task || other.by !== task.by || other.status !== 'completed' || other.answer === undefined || other.group !== undefined || other.sentBack)
      continue
    if (other.briefShingles === undefined || task.delegatedAt < (other.endedAt ?? Number.POSITIVE_INFINITY) || other.writesAtEnd !== task.start.writes) continue
    const brief = jaccard(other.briefShingles, task.briefShingles)
    if (brief < world.parameters.briefSimilarity || !isSameAnswer(other.answer, answer)) continue
    inquiry.find({
      kind: 'rederive',
      task: other,
      event: ordered,
      actorId: task.by,
      trigger: triggerFor(inquiry, other, task.by, ordered.occurredAt),
      distance: 1,
      target: other.newestOwner,
      rule: 'rederive: same order',
      sentence: `${task.by} had the answer of ${other.to} and ordered the same again from ${task.to} (brief ${Math.round(brief * 100)} % alike); nothing had been written between, and the answer was the same.`,
      thresholds: { briefSimilarity: world.parameters.briefSimilarity },
      inferences: ['that it was the same: by how alike the orders and the answers are'],
    })
    return
  }
}

/** Checking and reviewing again is verification, not doing the work again. */
function isCheck({ world }: Inquiry, task: KnownTask): boolean {
  return (
    isReviewer(world, task) ||
    /\b(?:test|verif|check|review|lint|validat|audit)/i.test(`${task.title ?? ''} ${task.brief?.slice(0, 200) ?? ''} ${agentIn(world, task.to).name ?? ''}`)
  )
}

/** What looks like a file's name, without its folders: read around each dot, as a pattern would go over a long word again and again. */
function* namesIn(words: string): Generator<string> {
  for (let dot = words.indexOf('.'); dot >= 0; dot = words.indexOf('.', dot + 1)) {
    let to = dot + 1
    while (to < words.length && to - dot <= LONGEST_ENDING && isNameChar(words.charCodeAt(to))) to += 1
    if (to === dot + 1 || to - dot > LONGEST_ENDING) continue
    let from = dot
    while (from > 0 && dot - from < LONGEST_NAME && isInName(words.charCodeAt(from - 1))) from -= 1
    if (from < dot) yield words.slice(from, to)
  }
}

const LONGEST_ENDING = 8
const LONGEST_NAME = 120

/** Letters, digits, `_`, and whatever is not ASCII. */
function isNameChar(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 || code > 127
}

/** Those, and `-`, `.`, `@` before the last dot. */
function isInName(code: number): boolean {
  return isNameChar(code) || code === 45 || code === 46 || code === 64
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
