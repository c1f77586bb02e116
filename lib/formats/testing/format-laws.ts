import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Event } from '@/lib/core/event'
import { applyEvents } from '@/lib/core/fold'
import type { SessionId } from '@/lib/core/ids'
import { printState } from '@/lib/core/print'
import { newSessionState, type SessionState } from '@/lib/core/session'
import type { Decoded, Format } from '../format'
import { native } from '../native'
import { countTokens, decodeWhole, type Fixture, gathered, printDecoded, readFixtures } from './fixtures'

/** What every format promises, over its own fixtures. `grows`: its files are appended to while they are watched. */
export function formatLaws(format: Format, { grows = false }: { grows?: boolean } = {}): void {
  const fixtures = readFixtures(format.name).map((fixture) => [fixture.name, fixture] as const)

  describe(`${format.title}`, () => {
    test.each(fixtures)('%s is understood as expected.txt says', async (_, fixture) => {
      await expect(printDecoded(decodeWhole(format, fixture.inputs))).toMatchFileSnapshot(join(fixture.folder, 'expected.txt'))
    })

    test.each(fixtures)('law L3, again: %s read twice tells nothing new', (_, fixture) => {
      const once = told(decodeWhole(format, fixture.inputs))
      const decoder = format.decoder({ countTokens })
      const parts: Decoded[] = []
      for (let round = 0; round < 2; round++) for (const [path, text] of fixture.inputs) parts.push(decoder.push({ path, text, firstLine: 1, final: true }))
      parts.push(decoder.end())
      expect(told(parts).map(([id]) => id)).toEqual(once.map(([id]) => id))
    })

    test.each(fixtures)('law L4, round trip: %s as native events is the same session', (_, fixture) => {
      for (const [id, events] of gathered(decodeWhole(format, fixture.inputs)).sessions) {
        const text = events.map((event) => JSON.stringify(event)).join('\n')
        const again = gathered(decodeWhole(native, new Map([['events.ndjson', text]])))
        expect(again.issues).toEqual([])
        expect(printState(folded(id, again.sessions.get(id) ?? []))).toBe(printState(folded(id, events)))
      }
    })

    test.each(fixtures)('law L6, integrity: in %s nothing dangles', (_, fixture) => {
      for (const [id, events] of gathered(decodeWhole(format, fixture.inputs)).sessions) checkIntegrity(folded(id, events))
    })

    test.each(fixtures)('law L2, order: files of %s in any order tell the same', (_, fixture) => {
      const whole = told(decodeWhole(format, fixture.inputs))
      const reversed = new Map([...fixture.inputs].reverse())
      expect(told(decodeWhole(format, reversed))).toEqual(whole)
    })

    test.each(fixtures)('damaged: %s with values swapped or its end cut off never throws', (_, fixture) => {
      fc.assert(
        fc.property(fc.infiniteStream(fc.nat()), fc.double({ min: 0, max: 1, noNaN: true }), (choices, kept) => {
          const next = (most: number) => (choices.next().value as number) % most
          const decoder = format.decoder({ countTokens })
          for (const [path, text] of fixture.inputs) {
            const damaged = next(3) === 0 ? text.slice(0, Math.floor(text.length * kept)) : withSwaps(text, next)
            decoder.push({ path, text: damaged, firstLine: 1, final: true })
            if (next(4) === 0) decoder.settle?.()
          }
          decoder.end()
        }),
        { numRuns: 60 },
      )
    })

    if (!grows) return

    test.each(fixtures)('law L1, chunks: %s in any pieces, in any interleaving, tells the same', (_, fixture) => {
      const whole = told(decodeWhole(format, fixture.inputs))
      fc.assert(
        fc.property(readings(fixture), (pieces) => {
          const decoder = format.decoder({ countTokens })
          expect(told([...pieces.map((piece) => decoder.push(piece)), decoder.end()])).toEqual(whole)
        }),
        { numRuns: 30 },
      )
    })

    test.each(fixtures)('while watching: %s ends up the same however often it is looked at', (_, fixture) => {
      const whole = states(decodeWhole(format, fixture.inputs))
      fc.assert(
        fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 25 }), fc.infiniteStream(fc.nat({ max: 6 })), (looks, pauses) => {
          const decoder = format.decoder({ countTokens })
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
}

function folded(id: SessionId, events: readonly Event[]): SessionState {
  return applyEvents(newSessionState(id), events)
}

function states(parts: readonly Decoded[]): string[] {
  return [...gathered(parts).sessions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, events]) => printState(folded(id, events)))
}

/** Every event by its id, in one order. */
export function told(parts: readonly Decoded[]): [string, Event][] {
  const events = new Map<string, Event>()
  for (const [session, list] of gathered(parts).sessions)
    for (const event of list) if (!events.has(`${session} ${event.id}`)) events.set(`${session} ${event.id}`, event)
  return [...events].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Nothing is only mentioned, nothing ends before it begins, everything hangs on something. */
export function checkIntegrity(state: SessionState): void {
  const agents = new Set<string>(state.agents.keys())
  for (const agent of state.agents.values()) {
    expect(agent.declared, `agent ${agent.id} is only mentioned`).toBe(true)
    if (agent.parentId !== undefined) expect(agents).toContain(agent.parentId)
  }
  for (const task of state.tasks.values()) {
    expect(task.delegatedAt, `task ${task.id} was never delegated`).toBeDefined()
    expect(task.endedAt ?? Number.POSITIVE_INFINITY, `task ${task.id} ends before it begins`).toBeGreaterThanOrEqual(task.delegatedAt as number)
    if (task.parentTaskId !== undefined) expect(state.tasks.has(task.parentTaskId)).toBe(true)
  }
  for (const turn of state.turns.values()) {
    expect(turn.startedAt, `turn ${turn.id} never started`).toBeDefined()
    expect(turn.endedAt ?? Number.POSITIVE_INFINITY, `turn ${turn.id} ends before it begins`).toBeGreaterThanOrEqual(turn.startedAt as number)
    if (turn.taskId !== undefined) expect(state.tasks.has(turn.taskId), `task ${turn.taskId} of turn ${turn.id}`).toBe(true)
    expect(turn.source, `turn ${turn.id} has no place`).toBeDefined()
  }
  for (const call of state.calls.values()) {
    expect(call.calledAt, `call ${call.id} was never made`).toBeDefined()
    expect(call.returnedAt ?? Number.POSITIVE_INFINITY, `call ${call.id} returns before it is made`).toBeGreaterThanOrEqual(call.calledAt as number)
    if (call.turnId !== undefined) expect(state.turns.has(call.turnId), `turn ${call.turnId} of call ${call.id}`).toBe(true)
  }
  for (const write of state.writes.values()) {
    expect(agents).toContain(write.agentId)
    expect(write.source, `write ${write.id} has no place`).toBeDefined()
    if (write.callId !== undefined) expect(state.calls.has(write.callId)).toBe(true)
    if (write.taskId !== undefined) expect(state.tasks.has(write.taskId)).toBe(true)
  }
  for (const message of state.messages.values()) {
    expect(agents).toContain(message.from)
    if (message.to !== undefined) expect(agents).toContain(message.to)
  }
}

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
        pieces.push({ path, text: lines.slice(at, at + size).join(''), firstLine: at + 1, final: at + size >= lines.length })
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

/** What a watcher sees that looks at these moments (shares of the session): of every file, the lines written by then. */
function looksAt(fixture: Fixture, looks: readonly number[]): Reading[][] {
  const files = [...fixture.inputs].map(([path, text]) => {
    const lines = text.split('\n').map((line, i, all) => (i < all.length - 1 ? `${line}\n` : line))
    const own = lines.map((line) => Date.parse(/"timestamp":"([^"]+)"/.exec(line)?.[1] ?? ''))
    // lines without a time come with their neighbours, files without any at the end
    let time = own.find((one) => !Number.isNaN(one)) ?? Number.POSITIVE_INFINITY
    const times = own.map((one) => {
      if (!Number.isNaN(one)) time = Math.max(time, one)
      return time
    })
    return { path, lines, times, at: 0 }
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

/** JSON (whole, or one value a line) with some of its values replaced by others of the wrong kind. */
function withSwaps(text: string, next: (most: number) => number): string {
  const whole = swapped(text, next)
  if (whole !== undefined) return whole
  return text
    .split('\n')
    .map((line) => (next(4) === 0 ? (swapped(line, next) ?? line) : line))
    .join('\n')
}

const WRONG: readonly unknown[] = [null, 0, -1, '', 'x', true, [], {}, [[]], [null], { text: 1 }, 1e300]

function swapped(text: string, next: (most: number) => number): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const visit = (one: unknown): unknown => {
    if (next(25) === 0) return WRONG[next(WRONG.length)]
    if (Array.isArray(one)) return one.map(visit)
    if (typeof one === 'object' && one !== null) return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, visit(inner)]))
    return one
  }
  return JSON.stringify(visit(value))
}
