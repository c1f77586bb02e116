import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { detectAll, inlineText, newDetector } from './detect/detector'
import type { Event } from './event'
import { applyEvents } from './fold'
import type { SessionId } from './ids'
import { compareEvents } from './order'
import { printState } from './print'
import { newSessionState, type SessionState } from './session'
import { decodeSnapshot, encodeSnapshot } from './snapshot'
import { arbitrarySession } from './testing/arbitrary'

// fast-check prints seed and path of a failure; FC_SEED repeats it.
const law = (name: string, property: fc.IProperty<[Event[], number]>, numRuns = 200) => test(name, () => fc.assert(property, { numRuns }))
const withNumber = (check: (events: Event[], n: number) => void) => fc.property(arbitrarySession(60), fc.nat(1_000_000), check)

const fold = (...batches: Event[][]): SessionState => {
  const state = newSessionState('random' as SessionId)
  for (const batch of batches) applyEvents(state, batch)
  return state
}

/** The same for the same `n`: a shuffle that a failure's seed brings back. */
function shuffled<T>(items: T[], n: number): T[] {
  let x = n + 1
  const random = () => {
    x = (Math.imul(x, 1_103_515_245) + 12_345) >>> 0
    return x / 2 ** 32
  }
  const out = [...items]
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[out[i], out[j]] = [out[j] as T, out[i] as T]
  }
  return out
}

describe('the fold', () => {
  law(
    'L1 chunk: any batches equal all at once',
    withNumber((events, n) => {
      const cut = n % (events.length + 1)
      expect(printState(fold(events.slice(0, cut), events.slice(cut)))).toBe(printState(fold(events)))
    }),
  )

  law(
    'L2 order: any arrival order prints the same state',
    withNumber((events, n) => {
      expect(printState(fold(shuffled(events, n)))).toBe(printState(fold(events)))
    }),
  )

  law(
    'L3 again: delivering any events again changes nothing',
    withNumber((events, n) => {
      const again = shuffled(events, n).slice(0, 1 + (n % events.length))
      const twice = fold(events, again)
      expect(printState(twice)).toBe(printState(fold(events)))
      expect(twice.totals).toEqual(fold(events).totals)
    }),
  )

  law(
    'L6 integrity: everything that is named exists',
    withNumber((events) => {
      const state = fold(events)
      const agents = new Set(state.agents.keys())
      for (const agent of state.agents.values()) if (agent.parentId) expect(agents).toContain(agent.parentId)
      for (const task of state.tasks.values()) {
        if (task.by) expect(agents).toContain(task.by)
        if (task.to) expect(agents).toContain(task.to)
      }
      for (const turn of state.turns.values()) if (turn.agentId) expect(agents).toContain(turn.agentId)
      for (const write of state.writes.values()) expect(agents).toContain(write.agentId)
    }),
  )

  law(
    'a snapshot holds all of it, and folding goes on from there',
    withNumber((events, n) => {
      const cut = n % (events.length + 1)
      const half = fold(events.slice(0, cut))
      const found = detectAll(events.slice(0, cut))
      const { state, findings, head } = decodeSnapshot(encodeSnapshot({ state: half, findings: found, head: cut }))
      expect(head).toBe(cut)
      expect(findings).toEqual(found)
      expect(state).toEqual(JSON.parse(JSON.stringify(half), revive(half)))
      expect(printState(applyEvents(state, events.slice(cut)))).toBe(printState(fold(events)))
    }),
  )
})

/** Maps do not survive JSON: the ones of the original stand in, without their undefined fields. */
function revive(original: SessionState) {
  return (key: string, value: unknown) => {
    const map = original[key as keyof SessionState]
    if (!(map instanceof Map)) return value
    return new Map([...map].map(([id, row]) => [id, JSON.parse(JSON.stringify(row))]))
  }
}

describe('the detector', () => {
  law(
    'is a function of the log, not of its arrival',
    withNumber((events, n) => {
      expect(detectAll(shuffled(events, n))).toEqual(detectAll(events))
    }),
  )

  law(
    'taking events as they come, and starting over when told to, finds the same',
    withNumber((events, n) => {
      // nearly in order, as several growing files deliver
      const late = events.map((event, i) => ({ event, place: i + ((n >> (i % 13)) & 1) * 3 })).sort((a, b) => a.place - b.place)
      let detector = newDetector()
      const taken: Event[] = []
      for (const { event } of late) {
        taken.push(event)
        if (detector.apply(event, inlineText)) continue
        detector = newDetector()
        for (const known of [...taken].sort(compareEvents)) detector.apply(known, inlineText)
      }
      expect(detector.findings()).toEqual(detectAll(events))
    }),
  )

  law(
    'a prefix of the log gives a prefix of the findings',
    withNumber((events, n) => {
      const cut = n % (events.length + 1)
      const all = detectAll(events)
      const some = detectAll(events.slice(0, cut))
      expect(all.slice(0, some.length)).toEqual(some)
    }),
  )

  law(
    'destroyed and kept add up, and nothing is destroyed twice',
    withNumber((events) => {
      for (const finding of detectAll(events)) {
        if (finding.survival === undefined || finding.owned === undefined) continue
        expect(finding.survival).toBeGreaterThanOrEqual(0)
        expect(finding.survival).toBeLessThanOrEqual(1)
        const lost = Math.round(finding.owned * (1 - finding.survival))
        expect(finding.destroyed).toBeGreaterThanOrEqual(lost)
      }
    }),
  )
})
