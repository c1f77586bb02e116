import type { Event, EventOf } from '../event'
import type { InterventionKind } from '../interventions'
import { type Inquiry, triggerFor } from './inquiry'
import { shingles } from './similarity'
import type { TextOf } from './text'
import type { KnownTask } from './world'

/**
 * Results that are text and no file: what the master's answer made of a sub-agent's answer. A summary
 * is legitimate, so none of this is an overwrite; it says how much of what was asked for was used.
 */
export interface KnownResult {
  grams: Set<string>
  facts: Set<string>
  /** Facts that the master has named since. */
  used: Set<string>
  /** The master has given an answer since, and the most that one had in common with this. */
  answered: boolean
  alike: number
}

/** Shorter answers ("done") have no text worth passing on. */
const MIN_WORDS = 12
const PASSED = 0.7
const REVISED = 0.2
const IGNORED_BELOW = 0.05
const MOST_WAITING = 32

export function readResult(text: string): KnownResult | undefined {
  if ((text.match(/\S+/g)?.length ?? 0) < MIN_WORDS) return undefined
  return { grams: shingles(text), facts: factsOf(text), used: new Set(), answered: false, alike: 0 }
}

/**
 * Judges, at a master's answer, the textual results that it holds: passed on or revised. What an answer
 * does not hold may still be used, now or later, so nothing is said of it before the work is over.
 */
export function judgeAnswer(inquiry: Inquiry, event: EventOf<'turn.ended'>, masterId: KnownTask['by'], text: TextOf): void {
  if (event.output === undefined) return
  const open = openResults(inquiry, masterId)
  if (open.length === 0) return
  const words = text(event.output)
  if (words === undefined) return
  noteUse(open, words)
  const answer = event.finish === undefined || event.finish === 'stop' ? readResult(words) : undefined
  // a short remark between two steps is no answer
  if (!answer) return
  for (const { task, result } of open) {
    const kept = shareOf(result.grams, answer.grams)
    const reused = shareOf(answer.grams, result.grams)
    const alike = Math.max(kept, reused)
    if (alike < REVISED) {
      result.answered = true
      result.alike = Math.max(result.alike, alike)
      continue
    }
    const passed = alike >= PASSED
    tell(inquiry, event, task, passed ? 'result_passed' : 'result_revised', `${masterId} ${passed ? 'passed on' : 'revised'} ${task.to}'s answer: ${percent(kept)} of its five-word runs are in the master's answer, ${percent(reused)} of the master's come from it.`, kept)
  }
}

/** What a master does with the facts of an answer it got: it names them in calls, briefs and files. */
export function noteMasterWords(inquiry: Inquiry, masterId: KnownTask['by'], words: string | undefined): void {
  if (words !== undefined) noteUse(openResults(inquiry, masterId), words)
}

/** The master's work is over: what is left of its sub-agents' answers was reworded, or not used. */
export function settleResults(inquiry: Inquiry, event: Event, masterId?: KnownTask['by']): void {
  for (const { task, result } of openResults(inquiry, masterId)) {
    if (!result.answered) continue
    const used = result.used.size > 0 || result.alike >= IGNORED_BELOW
    const sentence = used
      ? `${task.by} used ${task.to}'s answer in words of its own: ${result.used.size} of its ${result.facts.size} facts came up again.`
      : `Nothing of ${task.to}'s answer came up again in what ${task.by} wrote, called or said: none of its ${result.facts.size} facts, ${percent(result.alike)} of its five-word runs.`
    tell(inquiry, event, task, used ? 'result_replaced' : 'result_ignored', sentence, result.alike)
  }
}

/** Waits for the master's answer. A master with this many unanswered results will not come back to the first. */
export function awaitAnswer(inquiry: Inquiry, task: KnownTask): void {
  let waiting = inquiry.openResults.get(task.by)
  if (!waiting) {
    waiting = new Set()
    inquiry.openResults.set(task.by, waiting)
  }
  waiting.add(task)
  if (waiting.size <= MOST_WAITING) return
  const [oldest] = waiting
  if (oldest) {
    oldest.result = undefined
    waiting.delete(oldest)
  }
}

function openResults(inquiry: Inquiry, masterId: KnownTask['by'] | undefined): { task: KnownTask; result: KnownResult }[] {
  const open: { task: KnownTask; result: KnownResult }[] = []
  const waiting = masterId === undefined ? [...inquiry.openResults.values()] : [inquiry.openResults.get(masterId) ?? []]
  for (const tasks of waiting) {
    for (const task of tasks) if (task.result && task.group === undefined) open.push({ task, result: task.result })
  }
  return open
}

function noteUse(open: { result: KnownResult }[], words: string): void {
  if (open.length === 0) return
  for (const { result } of open) for (const fact of result.facts) if (!result.used.has(fact) && words.includes(fact)) result.used.add(fact)
}

function tell(inquiry: Inquiry, event: Event, task: KnownTask, kind: InterventionKind, sentence: string, survival: number): void {
  task.result = undefined
  inquiry.openResults.get(task.by)?.delete(task)
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
  })
}

function shareOf(part: ReadonlySet<string>, whole: ReadonlySet<string>): number {
  if (part.size === 0) return 0
  let shared = 0
  for (const gram of part) if (whole.has(gram)) shared += 1
  return shared / part.size
}

/** What a summary keeps of a text: numbers, paths, addresses, names of code. */
function factsOf(text: string): Set<string> {
  return new Set(text.match(/https?:\/\/\S+|[\w.-]*\/[\w./-]+|\b\w+_\w+\b|\b[a-z]+[A-Z]\w*\b|\b\d[\d.,]*\d\b/g) ?? [])
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
