import type { Event, EventOf } from '../event'
import type { AgentId, TaskId, TurnId } from '../ids'
import type { InterventionKind } from '../interventions'
import { answerIn, factsOf, isShortAnswer, mentions, standsIn } from './answers'
import { type Inquiry, triggerFor } from './inquiry'
import { shingles } from './similarity'
import type { TextOf } from './text'
import { agentIn, currentTask, type KnownTask, relationTo } from './world'
import { quoted } from './wording'

/**
 * Results that are text and no file: what the master's answer made of a sub-agent's answer. A summary
 * is legitimate, so none of this is an overwrite; it says how much of what was asked for was used.
 * Definitions: docs/detector.md, "Answers in words".
 */
export interface KnownResult {
  text: string
  grams: Set<string>
  /** What it brought that neither the brief nor the user had named. */
  facts: Set<string>
  /** Of these, what came up since in anything that somebody else of the session wrote, called or said. */
  used: Set<string>
  /** The newest answer that the master has given since, and the most that one had in common with this. */
  answer?: Event
  alike: number
}

/** What the detector keeps about answers in words, over all tasks. */
export interface TextResults {
  /** By master: tasks whose answer has not been judged yet. */
  open: Map<AgentId, Set<KnownTask>>
  /** By master: what it last said without its source saying whether that was its answer. */
  candidates: Map<AgentId, { event: EventOf<'turn.ended'>; words: string }>
  /** The newest words of the user. */
  asked: string
}

export function newTextResults(): TextResults {
  return { open: new Map(), candidates: new Map(), asked: '' }
}

/** Shorter answers ("done") have no text worth passing on. */
const MIN_WORDS = 12
const PASSED = 0.7
const REVISED = 0.2
const IGNORED_BELOW = 0.05
/** Facts that an answer must have brought before anyone can say that none of them was used. */
const MIN_FACTS = 3
/** Five-word runs up to which a value in a text is no chance. */
const CHANCE_GRAMS = 250
const MOST_WAITING = 32
const KEPT_CHARS = 100_000

/** What a sub-agent answered; undefined where that is too short to be found again. */
export function readResult(text: string, known: string): KnownResult | undefined {
  const words = answerIn(text).slice(0, KEPT_CHARS)
  if (!isLong(words) && !isShortAnswer(words)) return undefined
  return { text: words, grams: shingles(words), facts: factsOf(words, known), used: new Set(), alike: 0 }
}

function isLong(words: string): boolean {
  return (words.match(/\S+/g)?.length ?? 0) >= MIN_WORDS
}

/** A turn that calls tools or hands out work is at work: what it says is no answer. */
export function noteWorking({ world }: Inquiry, turnId: TurnId | undefined): void {
  if (turnId === undefined) return
  const turn = world.turns.get(turnId)
  if (turn) turn.works = true
  else world.turns.set(turnId, { agentId: undefined, tokens: 0, works: true })
}

/**
 * What somebody says. Of a master whose source says that it had finished, it is the answer; without
 * that it may be, and the last such words are when the work is over.
 */
export function heard(inquiry: Inquiry, event: EventOf<'turn.ended'>, agentId: AgentId, text: TextOf): void {
  const { results } = inquiry
  if (event.output === undefined || results.open.size === 0) return
  const words = text(event.output)
  if (words === undefined) return
  noteWords(inquiry, agentId, words)
  if (openOf(inquiry, agentId).length === 0) return
  const works = inquiry.world.turns.get(event.turnId)?.works === true || /^\s*Action\s*:/m.test(words)
  if (works || (event.finish !== undefined && event.finish !== 'stop')) return
  if (event.finish === 'stop') judge(inquiry, event, agentId, words)
  else results.candidates.set(agentId, { event, words })
}

/** Judges, at a master's answer, the answers that it had got: passed on or revised. What it does not
 *  hold may still be used, now or later, so nothing is said of that before the work is over. */
function judge(inquiry: Inquiry, event: Event, masterId: AgentId, words: string): void {
  const said = answerIn(words)
  // any other short remark between two steps is no answer
  if (!isLong(said)) return isShortAnswer(said) ? valueGiven(inquiry, event, masterId, said) : undefined
  const grams = shingles(said)
  for (const { task, result } of openOf(inquiry, masterId)) {
    const kept = shareOf(result.grams, grams)
    const reused = shareOf(grams, result.grams)
    const alike = Math.max(kept, reused)
    if (alike < REVISED) {
      result.answer = event
      result.alike = Math.max(result.alike, alike)
      continue
    }
    const passed = alike >= PASSED
    tell(
      inquiry,
      event,
      task,
      passed ? 'result_passed' : 'result_revised',
      `${masterId} ${passed ? 'passed on' : 'revised'} ${task.to}'s answer: ${percent(kept)} of its five-word runs are in the master's answer, ${percent(reused)} of the master's come from it.`,
      kept,
    )
  }
}

/** An answer that is a value: whoever said it last has given it. Small numbers stand in long texts by chance. */
function valueGiven(inquiry: Inquiry, event: Event, masterId: AgentId, said: string): void {
  const open = openOf(inquiry, masterId).reverse()
  const giver = open.find(({ result }) => result.grams.size <= CHANCE_GRAMS && standsIn(said, result.text))
  for (const { result } of open) result.answer = event
  if (giver) tell(inquiry, event, giver.task, 'result_passed', `${masterId}'s whole answer (“${quoted(said, 60)}”) stands in ${giver.task.to}'s.`, undefined)
}

/** An answer that the source itself calls one. */
export function answered(inquiry: Inquiry, event: EventOf<'message.sent'>, words: string): void {
  if (agentIn(inquiry.world, event.from).role !== 'agent') return
  inquiry.results.candidates.delete(event.from)
  judge(inquiry, event, event.from, words)
}

/** Facts of an answer that anyone but its author names: in words, calls, briefs and files. */
export function noteWords({ results, world }: Inquiry, agentId: AgentId, words: string | undefined): void {
  if (words === undefined || words === '' || results.open.size === 0) return
  const at = currentTask(world, agentId)?.delegatedAt
  for (const tasks of results.open.values()) {
    for (const task of tasks) {
      const { result } = task
      if (!result || task.to === agentId) continue
      // who works beside it found out for itself
      if (agentId !== task.by && at !== undefined && at < (task.endedAt ?? Number.POSITIVE_INFINITY) && relationTo(world, agentId, task).kind !== 'master')
        continue
      for (const fact of result.facts) if (!result.used.has(fact) && mentions(words, fact)) result.used.add(fact)
    }
  }
}

/** The master's work is over: what is left of its sub-agents' answers was reworded, or not used, or nobody can say. */
export function settleResults(inquiry: Inquiry, masterId?: AgentId): void {
  const masters = masterId === undefined ? [...inquiry.results.open.keys()] : [masterId]
  for (const master of masters) {
    judgeLastWords(inquiry, master)
    for (const { task, result } of openOf(inquiry, master)) {
      const { used, facts, alike, answer } = result
      if (answer === undefined) continue
      if (used.size > 0 || alike >= IGNORED_BELOW) {
        const named = [...used].slice(0, 3).map((fact) => `“${fact}”`)
        const how =
          used.size > 0
            ? `${used.size} of the ${facts.size} facts that it brought came up again (${named.join(', ')}${used.size > 3 ? ', …' : ''})`
            : `${percent(alike)} of its five-word runs came up again`
        tell(inquiry, answer, task, 'result_replaced', `${master} used ${task.to}'s answer in words of its own: ${how}.`, alike)
      } else if (facts.size >= MIN_FACTS) {
        const sentence = `Nothing of ${task.to}'s answer came up again in what anyone else wrote, called or said: none of the ${facts.size} facts that it brought, ${percent(alike)} of its five-word runs.`
        tell(inquiry, answer, task, 'result_ignored', sentence, alike)
      }
    }
  }
}

/** What a master said last, before the user spoke again or all was over, was its answer, unless it went on to work. */
export function judgeLastWords(inquiry: Inquiry, masterId: AgentId): void {
  const candidate = inquiry.results.candidates.get(masterId)
  if (!candidate) return
  inquiry.results.candidates.delete(masterId)
  if (inquiry.world.turns.get(candidate.event.turnId)?.works !== true) judge(inquiry, candidate.event, masterId, candidate.words)
}

/**
 * Waits for the master's answer. Who is asked again goes on with its work: only its last answer is
 * what it delivered. A master with many unanswered results will not come back to the first.
 */
export function awaitAnswer({ results }: Inquiry, task: KnownTask): void {
  let waiting = results.open.get(task.by)
  if (!waiting) {
    waiting = new Set()
    results.open.set(task.by, waiting)
  }
  for (const earlier of waiting) if (earlier.to === task.to) forget(earlier, waiting)
  waiting.add(task)
  const [oldest] = waiting
  if (oldest && waiting.size > MOST_WAITING) forget(oldest, waiting)
}

export function waitsForAnswers({ results }: Inquiry): boolean {
  for (const waiting of results.open.values()) if (waiting.size > 0) return true
  return false
}

/** What the assignee knew before it began: the facts in there are not its own. */
export function knownBefore({ results }: Inquiry, task: { id: TaskId; brief?: string }): string {
  return `${task.brief ?? ''}\n${results.asked}`
}

function forget(task: KnownTask, waiting: Set<KnownTask>): void {
  task.result = undefined
  waiting.delete(task)
}

function openOf({ results }: Inquiry, masterId: AgentId): { task: KnownTask; result: KnownResult }[] {
  const open: { task: KnownTask; result: KnownResult }[] = []
  for (const task of results.open.get(masterId) ?? []) if (task.result && task.group === undefined) open.push({ task, result: task.result })
  return open
}

function tell(inquiry: Inquiry, event: Event, task: KnownTask, kind: InterventionKind, sentence: string, survival: number | undefined): void {
  const waiting = inquiry.results.open.get(task.by)
  if (waiting) forget(task, waiting)
  if (waiting?.size === 0) inquiry.results.open.delete(task.by)
  inquiry.find({
    kind,
    task,
    event,
    actorId: task.by,
    trigger: triggerFor(inquiry, task, task.by, event.occurredAt),
    distance: 1,
    survival,
    rule: 'result',
    sentence,
    thresholds: { passed: PASSED, revised: REVISED, ignoredBelow: IGNORED_BELOW },
    inferences: ['what became of an answer in words is read from how alike the texts are'],
  })
}

function shareOf(part: ReadonlySet<string>, whole: ReadonlySet<string>): number {
  if (part.size === 0) return 0
  let shared = 0
  for (const gram of part) if (whole.has(gram)) shared += 1
  return shared / part.size
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
