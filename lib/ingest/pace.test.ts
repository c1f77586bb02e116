import fc from 'fast-check'
import { expect, test } from 'vitest'
import { joinStream } from './turn-text'
import type { Event } from '@/lib/core/event'
import { charsAt, paceOf, shareAt } from '@/lib/core/pace'

const piece = (at: number, text: string, offset?: number, order = at): Event =>
  ({ id: `e${order}`, sessionId: 's', type: 'turn.streamed', occurredAt: at, turnId: 't', order, text, ...(offset === undefined ? {} : { offset }) }) as Event

test('at every moment as much is known as the pieces recorded by then join to', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(40), fc.string({ minLength: 1, maxLength: 9 })), { minLength: 1, maxLength: 300 }),
      fc.nat(12_000),
      (given, moment) => {
        let at = 0
        const pieces = given.map(([wait, text], order) => {
          at += wait
          return piece(at, text, undefined, order)
        })
        const pace = paceOf([...pieces].reverse())
        if (!pace) throw new Error('no pace')
        const whole = joinStream(pieces)
        const known = joinStream(pieces.filter(({ occurredAt }) => occurredAt <= moment))
        expect(whole.slice(0, charsAt(pace, moment))).toBe(known)
        expect(charsAt(pace, at)).toBe(whole.length)
      },
    ),
  )
})

test('a pause stays a pause, pieces told twice count once', () => {
  const pace = paceOf([piece(1_000, 'ab', 0), piece(2_000, 'cd', 2), piece(2_500, 'cd', 2), piece(9_000, 'efgh', 4)])
  if (!pace) throw new Error('no pace')
  expect([999, 1_000, 1_999, 2_000, 8_999, 9_000].map((at) => charsAt(pace, at))).toEqual([0, 2, 2, 4, 4, 8])
  expect(shareAt(pace, 5_000)).toBe(0.5)
})

test('where nothing streamed there is no pace, and a fine stream has a bounded one that never runs ahead', () => {
  expect(paceOf([])).toBeUndefined()
  const pieces = Array.from({ length: 5_000 }, (_, at) => piece(at, 'x'))
  const pace = paceOf(pieces)
  if (!pace) throw new Error('no pace')
  expect(pace.at.length).toBe(400)
  for (let at = 0; at < 5_000; at += 7) {
    expect(charsAt(pace, at)).toBeLessThanOrEqual(at + 1)
    expect(charsAt(pace, at)).toBeGreaterThan(at - 14)
  }
  expect(shareAt(pace, 5_000)).toBe(1)
})
