import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { printState } from '@/lib/core/print'
import { applyEvents } from '@/lib/core/fold'
import { newSessionState } from '@/lib/core/session'
import { FORMATS } from '.'
import { native } from './native'
import { countTokens, decodeWhole, gathered, printDecoded, readFixtures } from './testing/fixtures'

const fixtures = readFixtures('native')

describe('native events', () => {
  test.each(fixtures.map((fixture) => [fixture.name, fixture] as const))('%s', async (_, fixture) => {
    await expect(printDecoded(decodeWhole(native, fixture.inputs))).toMatchFileSnapshot(join(fixture.folder, 'expected.txt'))
  })

  test.each(fixtures.map((fixture) => [fixture.name, fixture] as const))('%s: in pieces of a line, the same', (_, fixture) => {
    for (const [path, text] of fixture.inputs) {
      const decoder = native.decoder({ countTokens })
      const lines = text.split('\n').map((line, i, all) => (i < all.length - 1 ? `${line}\n` : line))
      const parts = [...lines.map((line, i) => decoder.push({ path, text: line, firstLine: i + 1, final: i === lines.length - 1 })), decoder.end()]
      expect(printDecoded(parts)).toBe(printDecoded(decodeWhole(native, fixture.inputs)))
    }
  })

  test('law L4, there and back: events as lines, read again, are the same session', () => {
    for (const format of FORMATS) {
      for (const fixture of readFixtures(format.name)) {
        for (const [id, events] of gathered(decodeWhole(format, fixture.inputs)).sessions) {
          const text = events.map((event) => `${JSON.stringify(event)}\n`).join('')
          const again = gathered(decodeWhole(native, new Map([['export.ndjson', text]]))).sessions.get(id) ?? []
          expect(again).toEqual(events)
          expect(printState(applyEvents(newSessionState(id), again))).toBe(printState(applyEvents(newSessionState(id), events)))
        }
      }
    }
  })
})
