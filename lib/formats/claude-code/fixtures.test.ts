import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Event } from '@/lib/core/event'
import { applyEvents } from '@/lib/core/fold'
import { printState } from '@/lib/core/print'
import { newSessionState } from '@/lib/core/session'
import type { Decoded } from '../format'
import { countTokens, decodeWhole, type Fixture, gathered, printDecoded, readFixtures } from '../testing/fixtures'
import { claudeCode } from '.'

const fixtures = readFixtures('claude-code')

describe('transcripts in every layout', () => {
  test.each(fixtures.map((fixture) => [fixture.name, fixture] as const))('%s', async (_, fixture) => {
    await expect(printDecoded(decodeWhole(claudeCode, fixture.inputs))).toMatchFileSnapshot(join(fixture.folder, 'expected.txt'))
  })
})

/** Files cut into pieces of whole lines, read in any order that keeps each file's own. */
interface Reading {
  path: string
  text: string
  firstLine: number
  final: boolean
}

function readings(fixture: Fixture): fc.Arbitrary<Reading[]> {
  const files = [...fixture.inputs].map(([path, text]) => {
    const lines = text.split('\n').map((line, i, all) => (i < all.length - 1 ? `${line}\n` : line))
    const document = path.endsWith('.json')
    return fc.array(fc.integer({ min: 1, max: 6 }), { minLength: lines.length, maxLength: lines.length }).map((sizes) => {
      const pieces: Reading[] = []
      let at = 0
      for (const size of document ? [lines.length] : sizes) {
        if (at >= lines.length) break
        const taken = lines.slice(at, at + size)
        pieces.push({ path, text: taken.join(''), firstLine: at + 1, final: at + size >= lines.length })
        at += size
      }
      return pieces
    })
  })
  return fc.tuple(fc.tuple(...files), fc.infiniteStream(fc.nat())).map(([queues, choices]) => {
    const left = queues.map((queue) => [...queue])
    const order: Reading[] = []
    for (;;) {
      const open = left.filter((queue) => queue.length > 0)
      if (open.length === 0) return order
      const queue = open[(choices.next().value as number) % open.length]
      const piece = queue?.shift()
      if (piece) order.push(piece)
    }
  })
}

function decodePieces(pieces: readonly Reading[]): Decoded[] {
  const decoder = claudeCode.decoder({ countTokens })
  return [...pieces.map((piece) => decoder.push(piece)), decoder.end()]
}

/** Every event by its id: the same lines tell the same, however they come. */
function told(parts: readonly Decoded[]): Map<string, Event> {
  const events = new Map<string, Event>()
  for (const [session, list] of gathered(parts).sessions)
    for (const event of list) if (!events.has(`${session} ${event.id}`)) events.set(`${session} ${event.id}`, event)
  return events
}

const sorted = (events: Map<string, Event>) => [...events].sort(([a], [b]) => (a < b ? -1 : 1))

describe('law L1, chunks: files in any pieces, in any interleaving, tell the same events', () => {
  test.each(fixtures.map((fixture) => [fixture.name, fixture] as const))('%s', (_, fixture) => {
    const whole = sorted(told(decodeWhole(claudeCode, fixture.inputs)))
    fc.assert(
      fc.property(readings(fixture), (pieces) => {
        expect(sorted(told(decodePieces(pieces)))).toEqual(whole)
      }),
      { numRuns: 30 },
    )
  })
})

describe('while watching', () => {
  test.each(fixtures.map((fixture) => [fixture.name, fixture] as const))('%s: told early or late, the session ends up the same', (_, fixture) => {
    const whole = states(decodeWhole(claudeCode, fixture.inputs))
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 25 }), fc.infiniteStream(fc.nat({ max: 3 })), (looks, pauses) => {
        const decoder = claudeCode.decoder({ countTokens })
        const parts: Decoded[] = []
        for (const seen of looksAt(fixture, looks)) {
          for (const piece of seen) parts.push(decoder.push(piece))
          for (let n = pauses.next().value as number; n > 0; n--) parts.push(decoder.settle?.() ?? { events: [], issues: [], skipped: 0 })
        }
        parts.push(decoder.end())
        expect(states(parts)).toEqual(whole)
      }),
      { numRuns: 25 },
    )
  })
})

/** What a watcher sees that looks at these moments (shares of the session): of every file, the lines written by then. */
function looksAt(fixture: Fixture, looks: readonly number[]): Reading[][] {
  const files = [...fixture.inputs].map(([path, text]) => {
    const lines = text.split('\n').map((line, i, all) => (i < all.length - 1 ? `${line}\n` : line))
    const own = lines.map((line) => Date.parse(/.*"timestamp":"([^"]+)"/.exec(line)?.[1] ?? ''))
    // lines without a time come with their neighbours; files without any (a journal) at the end
    let time = own.find((one) => !Number.isNaN(one)) ?? Number.POSITIVE_INFINITY
    const times = own.map((one) => {
      if (!Number.isNaN(one)) time = Math.max(time, one)
      return time
    })
    return { path, lines, times: path.endsWith('.json') ? times.map(() => Number.NEGATIVE_INFINITY) : times, at: 0 }
  })
  const all = files.flatMap((file) => file.times).filter(Number.isFinite)
  const [first, last] = [Math.min(...all), Math.max(...all)]
  const moments = [...looks].sort((a, b) => a - b).map((share) => first + share * (last - first))
  return [...moments, Number.POSITIVE_INFINITY].map((moment) =>
    files.flatMap((file) => {
      const from = file.at
      while (file.at < file.lines.length && (file.times[file.at] as number) <= moment) file.at++
      if (file.at === from) return []
      return [{ path: file.path, text: file.lines.slice(from, file.at).join(''), firstLine: from + 1, final: file.at === file.lines.length }]
    }),
  )
}

/** States without what depends on when a watcher looked. */
function states(parts: readonly Decoded[]): string[] {
  return sorted(told(parts)).length === 0
    ? []
    : [...gathered(parts).sessions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, events]) => printState(applyEvents(newSessionState(id), events)))
}

describe('law L3, again: a file read twice tells nothing new', () => {
  test.each(fixtures.map((fixture) => [fixture.name, fixture] as const))('%s', (_, fixture) => {
    const once = told(decodeWhole(claudeCode, fixture.inputs))
    const decoder = claudeCode.decoder({ countTokens })
    const parts: Decoded[] = []
    for (let round = 0; round < 2; round++) for (const [path, text] of fixture.inputs) parts.push(decoder.push({ path, text, firstLine: 1, final: true }))
    parts.push(decoder.end())
    expect([...told(parts).keys()].sort()).toEqual([...once.keys()].sort())
  })
})
