import { jsonRequest, protobufRequest, type TestSpan, traceIdOf } from '@/lib/formats/otlp/testing/spans'

/** A foreign way in, and a request of one turn's news, as its client would send it. */
export interface OneTurn {
  wire: string
  sessionId: string
  /** The type of event that shows the news: Claude Code's hooks know of no turns. */
  seen: 'turn.started' | 'tool.called'
  /** Sent once, before the first. */
  opening?: Sent
  request(n: number): Sent
}

export interface Sent {
  method: 'POST' | 'PATCH'
  path: string
  type: 'application/json' | 'application/x-protobuf'
  body: Uint8Array
}

/** `run`: makes ids that no other run has. Times are of the moment at which a request is made. */
export function oneTurnByEachWire(run: string): OneTurn[] {
  const trace = traceNumber(run)
  const crew = `7b1de0aa-0000-4000-8000-${hex(trace, 12)}`
  const traceRun = `10000000-0000-4000-8000-${hex(trace, 12)}`
  const runId = (n: number) => `20000000-0000-4000-8000-${hex(trace, 8)}${hex(n, 4)}`
  return [
    {
      wire: 'OpenTelemetry, protobuf',
      sessionId: traceIdOf(trace),
      seen: 'turn.started',
      request: (n) => ({ method: 'POST', path: '/v1/traces', type: 'application/x-protobuf', body: protobufRequest([span(trace, n)]) }),
    },
    {
      wire: 'OpenTelemetry, JSON',
      sessionId: traceIdOf(trace + 1),
      seen: 'turn.started',
      request: (n) => json('/v1/traces', jsonRequest([span(trace + 1, n)])),
    },
    {
      wire: 'Claude Code hooks',
      sessionId: `hooks-${run}`,
      seen: 'tool.called',
      request: (n) =>
        json('/v1/claude-code/hooks', {
          hook_event_name: 'PreToolUse',
          session_id: `hooks-${run}`,
          cwd: '/w',
          transcript_path: '/w/t.jsonl',
          tool_name: 'Read',
          tool_use_id: `toolu_${n}`,
          tool_input: { file_path: `/w/${n}.ts` },
        }),
    },
    {
      wire: 'Claude stream-json',
      sessionId: `stream-${run}`,
      seen: 'turn.started',
      opening: json('/v1/claude-code/stream', {
        type: 'system',
        subtype: 'init',
        session_id: `stream-${run}`,
        uuid: `init-${run}`,
        model: 'stand-in',
        cwd: '/w',
        tools: [],
      }),
      request: (n) =>
        json('/v1/claude-code/stream', {
          type: 'assistant',
          session_id: `stream-${run}`,
          uuid: `u-${n}`,
          parent_tool_use_id: null,
          timestamp: now(),
          message: {
            id: `msg_${n}`,
            type: 'message',
            role: 'assistant',
            model: 'stand-in',
            content: [{ type: 'text', text: `Step ${n} is done.` }],
            stop_reason: 'end_turn',
            usage: { input_tokens: 10, output_tokens: 5 },
          },
        }),
    },
    {
      wire: 'OpenAI Agents exporter',
      sessionId: `trace_${run}`,
      seen: 'turn.started',
      opening: json('/v1/traces/ingest', { data: [{ object: 'trace', id: `trace_${run}`, workflow_name: 'One turn' }] }),
      request: (n) =>
        json('/v1/traces/ingest', {
          data: [
            {
              object: 'trace.span',
              id: `span_${n}`,
              trace_id: `trace_${run}`,
              started_at: now(),
              ended_at: now(),
              span_data: { type: 'generation', model: 'stand-in', usage: { input_tokens: 10, output_tokens: 5 } },
            },
          ],
        }),
    },
    {
      wire: 'CrewAI batches',
      sessionId: crew,
      seen: 'turn.started',
      opening: json('/crewai_plus/api/v1/tracing/batches', { trace_id: crew, execution_type: 'crew', execution_context: { crew_name: 'orchard' } }),
      request: (n) =>
        json(`/crewai_plus/api/v1/tracing/batches/${crew}/events`, {
          events: [
            crewEvent(`${n}-a`, { type: 'llm_call_started', agent_role: 'Writer', task_id: 'task-1', model: 'stand-in' }),
            crewEvent(`${n}-b`, { type: 'llm_call_completed', agent_role: 'Writer', task_id: 'task-1', model: 'stand-in', response: `Line ${n}` }),
          ],
          batch_metadata: { events_count: 2, batch_sequence: n, is_final_batch: false },
        }),
    },
    {
      wire: 'LangSmith',
      sessionId: traceRun,
      seen: 'turn.started',
      request: (n) =>
        json('/v1/langsmith/runs', {
          id: runId(n),
          trace_id: traceRun,
          dotted_order: `20260304T080002000000Z${runId(n)}`,
          name: 'ChatOpenAI',
          run_type: 'llm',
          start_time: now(),
          inputs: {},
          extra: { metadata: { ls_model_name: 'stand-in' } },
        }),
    },
  ]
}

function json(path: string, body: object): Sent {
  return { method: 'POST', path, type: 'application/json', body: Buffer.from(JSON.stringify(body)) }
}

function span(trace: number, n: number): TestSpan {
  return {
    id: n,
    trace,
    name: 'chat stand-in',
    at: [n, n + 0.5],
    attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'stand-in', 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 5 },
  }
}

function crewEvent(id: string, data: { type: string; [key: string]: unknown }): object {
  return { event_id: `ev-${id}`, timestamp: now(), type: data.type, event_data: data }
}

const now = () => new Date().toISOString()
const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0').slice(-digits)

/** Below what four hexadecimal digits hold, with room for one more. */
function traceNumber(run: string): number {
  let sum = 7
  for (const char of run) sum = (sum * 31 + char.charCodeAt(0)) % 60_000
  return sum + 1_000
}
