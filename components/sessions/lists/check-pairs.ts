import type { Outcome } from '@/lib/core/checks/pairs'
import type { OutcomesAnswer } from '@/lib/core/checks/outcomes-answer'
import { contentPreview } from '@/lib/core/content'
import type { Intervention } from '@/lib/core/interventions'
import type { SessionState, ToolCall } from '@/lib/core/session'

/** A check's part in what became of a master's change. */
export interface CheckSide {
  side: 'before' | 'after'
  finding: Intervention
  /** What the same check said on the other side; undefined where it did not run. */
  other: boolean | undefined
}

/** By the call that ran the check. `known`: at a moment of a replay, which does not know yet what other calls will say. */
export function checkPairs(
  { outcomes, calls }: OutcomesAnswer,
  findings: ReadonlyMap<string, Intervention>,
  known?: SessionState['calls'],
): ReadonlyMap<string, CheckSide[]> {
  const said = (end: Outcome['before']) => {
    if (!known) return end?.ok
    const call = end?.eventId === undefined ? undefined : calls[end.eventId]
    return call === undefined || known.get(call)?.returnedAt === undefined ? undefined : end?.ok
  }
  const pairs = new Map<string, CheckSide[]>()
  for (const [id, { before, after }] of Object.entries(outcomes)) {
    const finding = findings.get(id)
    if (!finding) continue
    for (const side of ['before', 'after'] as const) {
      const here = side === 'before' ? before : after
      const call = here?.eventId === undefined ? undefined : calls[here.eventId]
      if (call === undefined) continue
      const entry = { side, finding, other: said(side === 'before' ? after : before) }
      const list = pairs.get(call)
      if (list) list.push(entry)
      else pairs.set(call, [entry])
    }
  }
  return pairs
}

/** The command line of a call, out of the arguments that its tool takes. */
export function commandOf({ arguments: given }: Pick<ToolCall, 'arguments'>): string | undefined {
  if (given === undefined) return undefined
  const text = contentPreview(given)
  const inJson = /"(?:command|cmd)"\s*:\s*(?:\[\s*)?"((?:[^"\\]|\\.)*)/.exec(text)?.[1]
  return inJson === undefined ? text : inJson.replaceAll('\\n', ' ').replaceAll('\\"', '"').replaceAll('\\\\', '\\')
}
