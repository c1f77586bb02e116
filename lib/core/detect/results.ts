import type { EventOf } from '../event'
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
}

/** Shorter answers ("done") have no text worth passing on. */
const MIN_WORDS = 12
const PASSED = 0.7
const REVISED = 0.2
const IGNORED_BELOW = 0.05

export function readResult(text: string): KnownResult | undefined {
  if ((text.match(/\S+/g)?.length ?? 0) < MIN_WORDS) return undefined
  return { grams: shingles(text), facts: factsOf(text) }
}

/** Judges, at a master's answer, every textual result that reached it since its last one. */
export function judgeResults(inquiry: Inquiry, event: EventOf<'turn.ended'>, masterId: KnownTask['by'], text: TextOf): void {
  if (event.output === undefined || (event.finish !== undefined && event.finish !== 'stop')) return
  let answer: KnownResult | undefined
  for (const task of inquiry.world.tasks.values()) {
    const result = task.result
    if (!result || task.by !== masterId || task.group !== undefined) continue
    if (!answer) {
      const words = text(event.output)
      answer = words === undefined ? undefined : readResult(words)
      // a short remark between two steps is no answer
      if (!answer) return
    }
    task.result = undefined
    const kept = shareOf(result.grams, answer.grams)
    const reused = shareOf(answer.grams, result.grams)
    const facts = [...result.facts].filter((fact) => answer?.facts.has(fact)).length
    const [kind, meaning] = verdict(kept, reused, facts)
    inquiry.find({
      kind,
      task,
      event,
      actorId: masterId,
      trigger: triggerFor(inquiry, task, masterId, event.occurredAt),
      distance: 1,
      survival: kept,
      rule: 'result',
      sentence: `${masterId} ${meaning} ${task.to}'s answer: ${percent(kept)} of its five-word runs are in the master's answer, ${percent(reused)} of the master's come from it, ${facts} of its ${result.facts.size} facts are named.`,
      thresholds: { passed: PASSED, revised: REVISED, ignoredBelow: IGNORED_BELOW },
    })
  }
}

function verdict(kept: number, reused: number, facts: number): [InterventionKind, string] {
  const alike = Math.max(kept, reused)
  if (alike >= PASSED) return ['result_passed', 'passed on']
  if (alike >= REVISED) return ['result_revised', 'revised']
  if (alike >= IGNORED_BELOW || facts > 0) return ['result_replaced', 'put into words of its own']
  return ['result_ignored', 'used nothing of']
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
