import { gzipSync } from 'node:zlib'
import { PbfWriter } from 'pbf'

/** A span as tests write it: times in seconds, ids short. */
export interface TestSpan {
  id: number
  parent?: number
  name: string
  /** Start and end in seconds after the test's beginning. */
  at: readonly [number, number]
  attributes?: Record<string, unknown>
  error?: string
  trace?: number
}

const ZERO_MS = Date.UTC(2026, 2, 3, 9, 0, 0)

export const traceIdOf = (n = 1) => `0af7651916cd43dd8448eb211c80${n.toString(16).padStart(4, '0')}`
export const spanIdOf = (n: number) => `b7ad6b716920${n.toString(16).padStart(4, '0')}`

/** A request of OTLP in JSON. */
export function jsonRequest(spans: readonly TestSpan[], service = 'trip-planner'): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: pairs({ 'service.name': service }) },
        scopeSpans: [
          {
            scope: { name: 'test' },
            spans: spans.map((span) => ({
              traceId: traceIdOf(span.trace),
              spanId: spanIdOf(span.id),
              ...(span.parent === undefined ? {} : { parentSpanId: spanIdOf(span.parent) }),
              name: span.name,
              kind: 1,
              startTimeUnixNano: `${ZERO_MS + span.at[0] * 1000}000000`,
              endTimeUnixNano: `${ZERO_MS + span.at[1] * 1000}000000`,
              attributes: pairs(span.attributes ?? {}),
              status: span.error === undefined ? {} : { code: 2, message: span.error },
            })),
          },
        ],
      },
    ],
  }
}

function pairs(attributes: Record<string, unknown>): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }))
}

function anyValue(value: unknown): object {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } }
  return { kvlistValue: { values: pairs(value as Record<string, unknown>) } }
}

/** The same in protocol buffers. */
export function protobufRequest(spans: readonly TestSpan[], service = 'trip-planner'): Uint8Array {
  const pbf = new PbfWriter()
  pbf.writeMessage(
    1,
    (_, resourceSpans) => {
      resourceSpans.writeMessage(1, (__, resource) => writePairs(resource, 1, { 'service.name': service }), undefined)
      resourceSpans.writeMessage(
        2,
        (__, scopeSpans) => {
          scopeSpans.writeMessage(1, (___, scope) => scope.writeStringField(1, 'test'), undefined)
          for (const span of spans) scopeSpans.writeMessage(2, writeSpan, span)
        },
        undefined,
      )
    },
    undefined,
  )
  return pbf.finish()
}

export function gzipped(body: Uint8Array | string): Buffer {
  return gzipSync(body)
}

function writeSpan(span: TestSpan, pbf: PbfWriter): void {
  pbf.writeBytesField(1, Buffer.from(traceIdOf(span.trace), 'hex'))
  pbf.writeBytesField(2, Buffer.from(spanIdOf(span.id), 'hex'))
  if (span.parent !== undefined) pbf.writeBytesField(4, Buffer.from(spanIdOf(span.parent), 'hex'))
  pbf.writeStringField(5, span.name)
  pbf.writeVarintField(6, 1)
  pbf.writeFixed64Field(7, (ZERO_MS + span.at[0] * 1000) * 1e6)
  pbf.writeFixed64Field(8, (ZERO_MS + span.at[1] * 1000) * 1e6)
  writePairs(pbf, 9, span.attributes ?? {})
  if (span.error !== undefined)
    pbf.writeMessage(
      15,
      (_, status) => {
        status.writeStringField(2, span.error ?? '')
        status.writeVarintField(3, 2)
      },
      undefined,
    )
}

function writePairs(pbf: PbfWriter, field: number, attributes: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(attributes)) {
    pbf.writeMessage(
      field,
      (_, pair) => {
        pair.writeStringField(1, key)
        pair.writeMessage(2, writeAny, value)
      },
      undefined,
    )
  }
}

function writeAny(value: unknown, pbf: PbfWriter): void {
  if (typeof value === 'string') pbf.writeStringField(1, value)
  else if (typeof value === 'boolean') pbf.writeBooleanField(2, value)
  else if (typeof value === 'number' && Number.isInteger(value)) pbf.writeVarintField(3, value)
  else if (typeof value === 'number') pbf.writeDoubleField(4, value)
  else if (Array.isArray(value)) pbf.writeMessage(5, (_, list) => value.forEach((one) => list.writeMessage(1, writeAny, one)), undefined)
  else pbf.writeMessage(6, (_, record) => writePairs(record, 1, value as Record<string, unknown>), undefined)
}

const llm = (agent: string | undefined, text: string, input: number, output: number, more: object = {}) => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'gpt-4.1-mini',
  'gen_ai.provider.name': 'openai',
  ...(agent === undefined ? {} : { 'gen_ai.agent.name': agent }),
  'gen_ai.usage.input_tokens': input,
  'gen_ai.usage.output_tokens': output,
  'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: text }], finish_reason: 'stop' }]),
  ...more,
})

const agent = (name: string, text?: string) => ({
  'gen_ai.operation.name': 'invoke_agent',
  'gen_ai.agent.name': name,
  // sums that repeat what the calls below say
  'gen_ai.usage.input_tokens': 9999,
  ...(text === undefined
    ? {}
    : { 'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: text }], finish_reason: 'stop' }]) }),
})

const tool = (name: string, args: object, result: unknown, callId?: string) => ({
  'gen_ai.operation.name': 'execute_tool',
  'gen_ai.tool.name': name,
  ...(callId === undefined ? {} : { 'gen_ai.tool.call.id': callId }),
  'gen_ai.tool.call.arguments': JSON.stringify(args),
  'gen_ai.tool.call.result': JSON.stringify(result),
})

/** A master that lets two agents work and then writes over what one of them wrote. */
export const COMPANY: readonly TestSpan[] = [
  {
    id: 1,
    name: 'invoke_agent planner',
    at: [0, 60],
    attributes: {
      ...agent('planner', 'The route is ready.'),
      'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'Plan a route through the old town' }] }]),
    },
  },
  {
    id: 2,
    parent: 1,
    name: 'chat gpt-4.1-mini',
    at: [1, 3],
    attributes: llm(undefined, 'I ask the cartographer.', 120, 30, {
      'gen_ai.output.messages': JSON.stringify([
        {
          role: 'assistant',
          parts: [{ type: 'tool_call', id: 'call_map', name: 'ask_cartographer', arguments: { task: 'Draw the map' } }],
          finish_reason: 'tool_call',
        },
      ]),
    }),
  },
  {
    id: 3,
    parent: 1,
    name: 'execute_tool ask_cartographer',
    at: [3, 20],
    attributes: tool('ask_cartographer', { task: 'Draw the map', description: 'Map of the old town' }, 'The map is in map.json', 'call_map'),
  },
  { id: 4, parent: 3, name: 'invoke_agent cartographer', at: [3.1, 19.9], attributes: agent('cartographer', 'The map is in map.json') },
  { id: 5, parent: 4, name: 'chat gpt-4.1-mini', at: [4, 8], attributes: llm(undefined, 'I write the map.', 200, 60) },
  {
    id: 6,
    parent: 4,
    name: 'execute_tool write_file',
    at: [8, 9],
    attributes: tool('write_file', { path: 'map.json', content: '{ "streets": ["Fish Lane", "Mill Row"], "square": "Corn Market" }\n' }, 'ok', 'call_write'),
  },
  { id: 7, parent: 4, name: 'chat gpt-4.1-mini', at: [9, 12], attributes: llm(undefined, 'The map is in map.json', 260, 20) },
  { id: 8, parent: 1, name: 'chat gpt-4.1-mini', at: [21, 24], attributes: llm(undefined, 'I would rather draw it myself.', 300, 50) },
  {
    id: 9,
    parent: 1,
    name: 'execute_tool write_file',
    at: [25, 26],
    attributes: tool('write_file', { path: 'map.json', content: '{ "lanes": [["a", "b"], ["b", "c"]], "centre": [4, 7], "scale": 250 }\n' }, 'ok', 'call_over'),
  },
  { id: 10, parent: 1, name: 'invoke_agent guide', at: [30, 50], attributes: agent('guide'), error: 'CancelledError' },
  { id: 11, parent: 10, name: 'chat gpt-4.1-mini', at: [31, 45], attributes: llm(undefined, 'First turn left at the mill', 90, 15) },
]
