import fc from 'fast-check'
import { type Event, EventSchema } from '@/lib/core/event'
import { applyEvents } from '@/lib/core/fold'
import type { AgentId, EventId, SessionId, TaskId } from '@/lib/core/ids'
import type { Intervention } from '@/lib/core/interventions'
import { compareEvents } from '@/lib/core/order'
import { newSessionState, newTouched } from '@/lib/core/session'
import { sketch } from '@/lib/core/testing/sketch'
import { Rows } from '../rows'

// steps of a random session over few names, so that they meet
const step = fc.record({
  at: fc.integer({ min: 0, max: 60 }),
  who: fc.constantFrom('lead', 'ann', 'bob', 'cyd'),
  what: fc.constantFrom('turn', 'open', 'call', 'write', 'write', 'task', 'say', 'ask', 'pause'),
  n: fc.integer({ min: 0, max: 9 }),
})

/** Sessions in which masters write over what others wrote, with long pauses here and there. */
export const drawing = fc.array(step, { minLength: 1, maxLength: 40 }).map((steps) => {
  let later = 0
  return steps
    .toSorted((a, b) => a.at - b.at)
    .flatMap(({ at: early, who, what, n }, i) => {
      if (what === 'pause') later += n * 10
      const at = early + later
      switch (what) {
        case 'turn':
          return [`${at}s ${who} starts u${i}`, `${at + n}s ${who} ends u${i} (${n * 7} tokens)`]
        case 'open':
          return [`${at}s ${who} starts u${i}`, `${at + 1}s ${who} streams u${i} ${n}`]
        case 'call':
          return [`${at}s ${who} calls grep "x${n}"`]
        case 'write':
          return [`${at}s ${who} writes src/${n % 3}.ts "export function f${n}(a, b) { return a + b * ${n} - a * b }"`]
        case 'task':
          return who === 'lead' ? [`${at}s lead delegates t${i} to ${n % 2 ? 'ann' : 'bob'}: src/${n % 3}.ts`] : [`${at}s ${who} says "well"`]
        case 'ask':
          return [`${at}s user asks "part ${n}"`]
        default:
          return [`${at}s ${who} says "${what} ${n}" (${n} tokens)`]
      }
    })
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .join('\n')
})

export interface Growing {
  events: readonly Event[]
  interventions: readonly Intervention[]
  /** How many events come at a time, one after the other, again and again. */
  batches: readonly number[]
  /** Which findings come, change or go with each batch. */
  findings: readonly number[]
}

const KINDS = ['overwrite', 'overwrite', 'interrupt', 'takeover', 'revise', 'accept', 'redelegate', 'censor_human'] as const
const [EXAMPLE] = sketch(`
  0s  lead   delegates t1 to coder: a.ts
  1s  coder  writes a.ts "export function sum(a, b) { return a + b }"
  2s  lead   writes a.ts "export const total = (xs) => xs.reduce((s, x) => s + x, 0)"
`).interventions

/** Findings as a detector might come to: what one wrote, called or said after another, at times of what nobody wrote. */
function findingsOf(events: readonly Event[]): Intervention[] {
  const deeds = events.filter((event) => event.type === 'artifact.written' || event.type === 'tool.called' || event.type === 'turn.started')
  const side = (event: (typeof deeds)[number] | undefined, absent: boolean) => ({
    agentId: (absent ? 'nobody' : event?.agentId) as AgentId,
    eventId: (absent ? 'never' : event?.id) as EventId,
    callId: event && 'callId' in event && !absent ? event.callId : undefined,
    turnId: event && 'turnId' in event && !absent ? event.turnId : undefined,
  })
  return deeds.slice(1).map((deed, i) => {
    if (!EXAMPLE) throw new Error('a master that overwrites is a finding')
    const before = deeds[(i * 5) % (i + 1)]
    const kind = KINDS[i % KINDS.length] ?? 'overwrite'
    return {
      ...EXAMPLE,
      id: `finding-${deed.id}`,
      kind,
      occurredAt: deed.occurredAt,
      survival: (i % 5) / 4,
      owned: i % 3 === 0 ? undefined : 40,
      destroyed: i % 41,
      master: side(deed, i % 7 === 6),
      target: i % 6 === 5 ? undefined : side(before, false),
      assigneeId: (before?.agentId ?? 'ann') as AgentId,
      taskId: 't1' as TaskId,
    }
  })
}

/** A session as it comes in, mostly in the order of time. */
export const growing: fc.Arbitrary<Growing> = fc
  .tuple(
    drawing,
    fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 8 }),
    fc.array(fc.nat(), { minLength: 1, maxLength: 8 }),
    fc.constantFrom(0, 0, 7, 13),
  )
  .map(([text, batches, findings, mixed]) => {
    const { events } = sketch(text)
    const ordered = mixed === 0 ? events.toSorted(compareEvents) : events.toSorted((a, b) => ((a.occurredAt / 1000) % mixed) - ((b.occurredAt / 1000) % mixed))
    return { events: ordered, interventions: findingsOf(events), batches, findings }
  })

/** Lets it come in and looks after each batch. */
export function grow({ events, interventions, batches, findings: order }: Growing, look: (rows: Rows) => void, begin?: (rows: Rows) => void): Rows {
  const state = newSessionState('sketch' as SessionId)
  const findings = new Map<string, Intervention>()
  const rows = new Rows(state, findings)
  begin?.(rows)
  let from = 0
  for (let i = 0; from < events.length; i++) {
    const to = from + (batches[i % batches.length] as number)
    const touched = newTouched()
    applyEvents(state, events.slice(from, to), touched)
    from = to
    const some = i % 3 === 1 ? [] : order.slice(0, 1 + (i % order.length)).map((n) => interventions[(n + i) % Math.max(1, interventions.length)])
    for (const finding of some) {
      if (!finding) continue
      const known = findings.get(finding.id)
      if (!known) findings.set(finding.id, finding)
      else if (i % 3 === 0) findings.delete(finding.id)
      else findings.set(finding.id, { ...known, destroyed: i, occurredAt: known.occurredAt + (i % 2) * 4_000 })
    }
    const [finding] = some
    if (finding && i % 4 === 3) applyEvents(state, [verdict(finding.id, i)], touched)
    rows.apply(touched, finding !== undefined)
    look(rows)
  }
  return rows
}

/** A person sets a finding aside, or takes that back. */
function verdict(interventionId: string, i: number): Event {
  return EventSchema.parse({
    type: 'verdict.given',
    id: `verdict-${i}`,
    sessionId: 'sketch',
    occurredAt: 1_000_000 + i,
    interventionId,
    verdict: i % 8 === 3 ? 'set_aside' : 'restored',
  })
}
