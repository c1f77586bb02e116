import { describe, expect, test } from 'vitest'
import { detectAll } from '@/lib/core/detect/detector'
import { type Event, EventSchema } from '@/lib/core/event'
import { applyEvents } from '@/lib/core/fold'
import { SessionId } from '@/lib/core/ids'
import { print } from '@/lib/core/print'
import { newSessionState } from '@/lib/core/session'
import { WorkTree } from '../spans/work-tree'
import { readFixtures } from '../testing/fixtures'
import { batchOfJson, NotOtlp, OTLP_PREFIX, OtlpReader, readTraces, writeAnswer } from '.'
import { COMPANY, jsonRequest, protobufRequest, type TestSpan, traceIdOf } from './testing/spans'

/** What a server makes of requests that come one after the other. */
function served(requests: readonly (readonly TestSpan[])[]): Event[] {
  const reader = new OtlpReader()
  const tree = new WorkTree({ prefix: OTLP_PREFIX, format: 'otlp', whole: false })
  return requests.flatMap((spans) => {
    for (const work of reader.read(batchOfJson(jsonRequest(spans))).works) tree.take(work)
    return tree.tell().map((event) => EventSchema.parse(event))
  })
}

function stateOf(events: readonly Event[]) {
  return applyEvents(newSessionState(SessionId.parse(events[0]?.sessionId ?? 'none')), events)
}

test('a trace becomes agents, tasks, turns, calls and an overwrite', () => {
  const events = served([COMPANY])
  const state = stateOf(events)
  expect(state.id).toBe(traceIdOf())
  expect([...state.agents.keys()].sort()).toEqual(['cartographer', 'guide', 'planner', 'user'])
  expect(print(state)).toMatchInlineSnapshot(`
    "session 0af7651916cd43dd8448eb211c800001 "Plan a route through the old town" completed ended 60s
    agent cartographer under planner
    agent guide under planner
    agent planner
    agent user human
    task b7ad6b7169200003 planner -> cartographer 3s..19.9s completed "Map of the old town" result 22 chars
    task b7ad6b716920000a planner -> guide 30s..50s cancelled result 27 chars
    turn b7ad6b7169200002 planner 1s..3s 30 tokens tool_calls
    turn b7ad6b7169200005 cartographer 4s..8s for b7ad6b7169200003 60 tokens stop 16 chars
    turn b7ad6b7169200007 cartographer 9s..12s for b7ad6b7169200003 20 tokens stop 22 chars
    turn b7ad6b7169200008 planner 21s..24s 50 tokens stop 30 chars
    turn b7ad6b716920000b guide 31s..45s for b7ad6b716920000a 15 tokens stop 27 chars
    call call_map planner ask_cartographer 3s..20s ok in b7ad6b7169200002
    call call_write cartographer write_file 8s..9s ok
    call call_over planner write_file 25s..26s ok
    write otlp:0af7651916cd43dd8448eb211c800001:b7ad6b7169200006:written:0 cartographer 9s content map.json
    write otlp:0af7651916cd43dd8448eb211c800001:b7ad6b7169200009:written:0 planner 26s content map.json
    message otlp:0af7651916cd43dd8448eb211c800001:b7ad6b7169200001:asked user -> planner 0s user"
  `)
  expect(print(detectAll(events), state.firstAt)).toContain('planner overwrote cartographer on map.json')
  // sums that agents' spans repeat are not counted again
  expect(state.totals.inputTokens).toBe(120 + 200 + 260 + 300 + 90)
})

describe('any order of arrival, in any batches, gives the same', () => {
  const expected = print(stateOf(served([COMPANY])))
  const findings = print(detectAll(served([COMPANY])))
  const childrenFirst = [...COMPANY].sort((a, b) => a.at[1] - b.at[1])

  test('one by one, children first', () => {
    const events = served(childrenFirst.map((span) => [span]))
    expect(print(stateOf(events))).toBe(expected)
    expect(print(detectAll(events))).toBe(findings)
  })

  test('shuffled, in batches of one to four', () => {
    let seed = 42
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648
      return seed % below
    }
    for (let round = 0; round < 60; round++) {
      const left = [...COMPANY]
      const requests: TestSpan[][] = []
      while (left.length > 0) {
        const request: TestSpan[] = []
        for (let n = 1 + random(4); n > 0 && left.length > 0; n--) request.push(...left.splice(random(left.length), 1))
        requests.push(request)
      }
      const events = served(requests)
      expect(print(stateOf(events)), JSON.stringify(requests.map((request) => request.map(({ id }) => id)))).toBe(expected)
      expect(print(detectAll(events))).toBe(findings)
    }
  })

  test('the same spans sent again tell nothing new', () => {
    const events = served([COMPANY, COMPANY])
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
    expect(print(stateOf(events))).toBe(expected)
  })

  test('a server that has forgotten, and is sent everything again, agrees', () => {
    const live = served(childrenFirst.slice(0, 6).map((span) => [span]))
    const again = served([COMPANY])
    const known = new Set(live.map(({ id }) => id))
    expect(print(stateOf([...live, ...again.filter(({ id }) => !known.has(id))]))).toBe(expected)
  })
})

/**
 * Agents, tasks, turns, calls and whose they are. Left aside: which session, when its name comes late on some span only;
 * which of two layers tells a call of the model as the turn; by what an agent was first known; and whether a task ends with the agent's run or with the return of the call around it.
 */
function whose(printed: string): string {
  return printed
    .split('\n')
    .slice(1)
    .map((line) =>
      line
        .replace(/^turn \S+/, 'turn')
        .replace(/ in \S+$/, '')
        .replace(/ inferred: .*$/, '')
        .replace(/^(task \S+ \S+ -> \S+ \S+)\.\.\S+/, '$1'),
    )
    .sort()
    .join('\n')
}

describe('every fixture: spans one by one, in any order, give the same as all at once', () => {
  test.each(readFixtures('otlp').map((fixture) => [fixture.name, fixture] as const))('%s', (_, fixture) => {
    const batches = [...fixture.inputs.values()]
      .flatMap((text) => (text.trimStart().startsWith('{"') ? text.trim().split('\n') : [text]))
      .map((text) => batchOfJson(JSON.parse(text)))
    const parts = [
      ...batches.flatMap(({ spans }) => spans.map((span) => ({ spans: [span], logs: [], rejected: [] }))),
      ...batches.flatMap(({ logs }) => logs.map((log) => ({ spans: [], logs: [log], rejected: [] }))),
    ]
    const tell = (requests: readonly (typeof parts)[number][][]) => {
      const reader = new OtlpReader()
      const tree = new WorkTree({ prefix: OTLP_PREFIX, format: 'otlp', whole: false })
      const events = requests.flatMap((request) => {
        for (const part of request) for (const work of reader.read(structuredClone(part)).works) tree.take(work)
        return tree.tell().map((event) => EventSchema.parse(event))
      })
      return [...new Set(events.map(({ sessionId }) => sessionId))]
        .sort()
        .map((id) => whose(print(stateOf(events.filter(({ sessionId }) => sessionId === id)))))
    }
    const whole = tell([parts])
    let seed = 7
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648
      return seed % below
    }
    const byEnd = [...parts].sort((a, b) => (a.spans[0]?.endedAt ?? 0) - (b.spans[0]?.endedAt ?? 0))
    expect(tell(byEnd.map((part) => [part]))).toEqual(whole)
    for (let round = 0; round < 12; round++) {
      const left = [...parts]
      const order: (typeof parts)[number][][] = []
      while (left.length > 0) order.push(left.splice(random(left.length), 1))
      expect(tell(order), order.map(([part]) => part?.spans[0]?.spanId ?? 'log').join(' ')).toEqual(whole)
    }
  })
})

test('work is shown before its agent has a name', () => {
  const [turn] = served([COMPANY.filter(({ id }) => id === 8)]).filter(({ type }) => type === 'turn.started')
  expect(turn).toMatchObject({ agentId: 'span:b7ad6b7169200001' })
})

test('JSON and protocol buffers say the same', () => {
  expect(readTraces(protobufRequest(COMPANY))).toEqual(batchOfJson(jsonRequest(COMPANY)))
})

test('ids in base64, numbers as numbers and enums as names are read as well', () => {
  const request = jsonRequest(COMPANY.slice(9)) as { resourceSpans: { scopeSpans: { spans: Record<string, unknown>[] }[] }[] }
  const expected = batchOfJson(structuredClone(request))
  for (const span of request.resourceSpans[0]?.scopeSpans[0]?.spans ?? []) {
    for (const key of ['traceId', 'spanId', 'parentSpanId']) if (span[key]) span[key] = Buffer.from(String(span[key]), 'hex').toString('base64')
    span.startTimeUnixNano = Number(span.startTimeUnixNano)
    const status = span.status as { code?: unknown }
    if (status.code === 2) status.code = 'STATUS_CODE_ERROR'
  }
  expect(batchOfJson(request)).toEqual(expected)
})

test('spans without ids or time are refused one by one; what is no OTLP as a whole', () => {
  const request = jsonRequest([...COMPANY.slice(0, 1), { id: 0, name: 'nobody', at: [1, 2] }, { id: 77, name: 'backwards', at: [5, 2] }]) as never as {
    resourceSpans: { scopeSpans: { spans: { spanId: string }[] }[] }[]
  }
  const spans = request.resourceSpans[0]?.scopeSpans[0]?.spans
  if (spans?.[1]) spans[1].spanId = '0000000000000000'
  const batch = batchOfJson(request)
  expect(batch.spans).toHaveLength(1)
  expect(batch.rejected).toEqual([expect.stringContaining('span id is not 8 bytes'), expect.stringContaining('ends before it starts')])
  expect(() => batchOfJson({ spans: [] })).toThrow(NotOtlp)
  expect(() => readTraces(Buffer.from('{"resourceSpans": []}'))).toThrow(NotOtlp)
  const bytes = protobufRequest(COMPANY)
  for (let cut = 1; cut < bytes.length; cut += 97) expect(() => readTraces(bytes.subarray(0, cut))).toThrow(NotOtlp)
})

test('an answer in protocol buffers', () => {
  expect(Buffer.from(writeAnswer(0, '')).toString('hex')).toBe('')
  expect(Buffer.from(writeAnswer(2, 'no')).toString('hex')).toBe('0a06080212026e6f')
})
