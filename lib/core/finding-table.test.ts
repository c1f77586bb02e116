import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventId, TurnId } from './ids'
import type { Intervention } from './interventions'
import { encodeSnapshot, openSnapshot, snapshotLengths } from './snapshot'
import { sketch } from './testing/sketch'

const { state, interventions } = sketch(`
  0s   lead   delegates t1 to coder: src/a.ts
  2s   coder  writes src/a.ts "export function sum(a, b) { return a + b }"
  4s   lead   writes src/a.ts "export const total = (xs) => xs.reduce((s, x) => s + x, 0)"
  6s   lead   delegates t2 to tester: src/b.ts
  8s   tester writes src/b.ts "test('adds', () => expect(total([1, 2])).toBe(3))"
  10s  lead   writes src/b.ts "describe('nothing of it is left', () => undefined)"
`)
const found = interventions[0] as Intervention
/** Of the same run, and of things that the log does not hold. */
const FINDINGS: Intervention[] = [
  ...interventions,
  { ...found, id: 'stray', master: { ...found.master, eventId: 'nobody’s' as EventId, turnId: 'gone' as TurnId } },
  { ...found, id: 'bare', target: undefined, artifact: undefined },
]
const opened = () => {
  const bytes = encodeSnapshot({ state, findings: FINDINGS, head: 6 })
  return { bytes, ...openSnapshot(bytes.subarray(0, snapshotLengths(bytes)?.first)) }
}

test('findings lie in columns as they were found; their words come with the second part', () => {
  expect(interventions.length).toBeGreaterThan(1)
  const { bytes, snapshot, complete } = opened()
  const { findings } = snapshot
  expect([...findings.keys()]).toEqual(FINDINGS.map(({ id }) => id))
  expect(findings.get('stray')?.master.eventId).toBe('nobody’s')
  expect(findings.get('bare')).toMatchObject({ kind: found.kind, destroyed: found.destroyed, explanation: { sentence: '' } })
  complete(bytes)
  expect([...findings.values()]).toEqual(FINDINGS)
  expect(findings.get('stray')).toBe(findings.get('stray'))
})

test('changed, withdrawn and found again, they are what a map would hold', () => {
  const ids = [...FINDINGS.map(({ id }) => id), 'new', 'newer']
  const step = fc.record({ id: fc.constantFrom(...ids), destroyed: fc.option(fc.nat(), { nil: undefined }) })
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const { bytes, snapshot, complete } = opened()
      complete(bytes)
      const { findings } = snapshot
      const map = new Map(FINDINGS.map((finding) => [finding.id, finding]))
      for (const { id, destroyed } of steps) {
        if (destroyed === undefined) expect(findings.delete(id)).toBe(map.delete(id))
        else {
          findings.set(id, { ...found, id, destroyed })
          map.set(id, { ...found, id, destroyed })
        }
        expect(findings.size).toBe(map.size)
        for (const one of ids) {
          expect(findings.has(one)).toBe(map.has(one))
          expect(findings.get(one)).toEqual(map.get(one))
        }
      }
      const sorted = (entries: Iterable<[string, Intervention]>) => [...entries].sort(([a], [b]) => (a < b ? -1 : 1))
      expect(sorted(findings)).toEqual(sorted(map))
      expect([...findings.values()].map(({ id }) => id)).toEqual([...findings.keys()])
    }),
  )
})
