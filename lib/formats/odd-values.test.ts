import { describe, expect, test } from 'vitest'
import { EventSchema } from '@/lib/core/event'
import { applyEvents } from '@/lib/core/fold'
import { newSessionState } from '@/lib/core/session'
import { Random } from '@/lib/core/testing/fuzz-random'
import { FORMATS } from '.'
import { resultText } from './claude-code/line'
import { countTokens, readFixtures } from './testing/fixtures'

/** What a field may turn out to hold in a file that somebody else wrote. */
const ODD: unknown[] = [
  null,
  0,
  -1,
  1e308,
  '',
  'x',
  true,
  [],
  {},
  [null],
  [[]],
  { a: null },
  '2026-99-99',
  '\ud800',
  { toString: 1 },
  ['a', 3],
  'x'.repeat(5_000),
]

function odd(value: unknown, share: number, random: Random): unknown {
  if (random.next() < share) return random.pick(ODD)
  if (Array.isArray(value)) {
    const items = value.map((one) => odd(one, share, random))
    if (random.next() < share) items.splice(random.below(items.length), 1)
    if (random.next() < share) items.push(random.pick(ODD))
    return random.next() < share ? items.reverse() : items
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(() => random.next() >= share / 2)
      .map(([key, inner]) => [key, odd(inner, share, random)]),
  )
}

function oddText(text: string, share: number, random: Random): string {
  const changed = (json: string) => {
    try {
      return JSON.stringify(odd(JSON.parse(json), share, random))
    } catch {
      return undefined
    }
  }
  return (
    changed(text) ??
    text
      .split('\n')
      .map((line) => changed(line) ?? line)
      .join('\n')
  )
}

const ROUNDS = 4

describe('files whose fields hold what nobody expected: nothing throws, and what is told can be folded', () => {
  test.each(FORMATS.map((format) => [format.name, format] as const))('%s', (name, format) => {
    for (let seed = 1; seed <= ROUNDS; seed++)
      for (const fixture of readFixtures(name)) {
        const random = new Random(seed)
        const share = random.pick([0.002, 0.01, 0.05])
        const files = [...fixture.inputs].map(([path, text]) => ({ path, text: oddText(text, share, random) }))
        const run = () => {
          const decoder = format.decoder({ countTokens })
          const parts = files.map(({ path, text }) => decoder.push({ path, text, firstLine: 1, final: true }))
          if (random.next() < 0.3 && decoder.settle) parts.push(decoder.settle())
          parts.push(decoder.end())
          for (const { text } of files) for (const one of FORMATS) one.detect({ head: text.slice(0, 65_536) })
          // what is no event is an issue with its place where files are read, and a rejection on a wire
          const events = parts.flatMap((part) => part.events).flatMap((raw) => EventSchema.safeParse(raw).data ?? [])
          for (const id of new Set(events.map(({ sessionId }) => sessionId)))
            applyEvents(
              newSessionState(id),
              events.filter(({ sessionId }) => sessionId === id),
            )
        }
        expect(run, `${name}/${fixture.name}, seed ${seed}`).not.toThrow()
      }
  })
})

test('a result with what calls itself "toString" and is no function', () => {
  expect(resultText([[{ toString: 1 }], 'and text', { type: 'image' }])).toBe('[{"toString":1}]\nand text\n[image]')
})
