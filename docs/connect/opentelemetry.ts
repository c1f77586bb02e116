// An agent loop with OpenTelemetry's GenAI spans, sent over OTLP: a lead that gives a task to a coder.
// Run: npx --yes tsx docs/connect/opentelemetry.ts     (OTEL_EXPORTER_OTLP_ENDPOINT, if Backseat is not at http://127.0.0.1:4680)
import { setTimeout as pause } from 'node:timers/promises'
import { context, type Span, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'

process.env.OTEL_EXPORTER_OTLP_ENDPOINT ??= 'http://127.0.0.1:4680'
const json = process.env.OTEL_EXPORTER_OTLP_PROTOCOL === 'http/json'
const exporter = json ? new JsonExporter() : new ProtobufExporter()
// A span is sent when it ends; a short delay shows it at once, and not five seconds later.
const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: 100 })] })
const tracer = provider.getTracer('my-loop')
const conversation = process.env.BACKSEAT_SESSION ?? `otel-${Date.now()}`

/** Runs `work` in a span below `parent`; the conversation's id on every span joins all of a session's traces. */
async function inSpan<T>(
  name: string,
  parent: Span | undefined,
  attributes: Record<string, string | number | string[]>,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const above = parent ? trace.setSpan(context.active(), parent) : context.active()
  const span = tracer.startSpan(name, { attributes: { 'gen_ai.conversation.id': conversation, ...attributes } }, above)
  try {
    return await work(span)
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) })
    throw error
  } finally {
    span.end()
  }
}

const agent = <T>(name: string, parent: Span | undefined, work: (span: Span) => Promise<T>) =>
  inSpan(`invoke_agent ${name}`, parent, { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': name }, work)

// Stands in for the call of a model; put yours here.
const chat = (parent: Span, prompt: string, answer: string) =>
  inSpan('chat stand-in', parent, { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'own', 'gen_ai.request.model': 'stand-in' }, async (span) => {
    await pause(20)
    span.setAttributes({
      'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: prompt }] }]),
      'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: answer }], finish_reason: 'stop' }]),
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': Math.ceil(prompt.length / 4),
      'gen_ai.usage.output_tokens': Math.ceil(answer.length / 4),
    })
    return answer
  })

const writes = (parent: Span, path: string, content: string) =>
  inSpan(
    'execute_tool write_file',
    parent,
    { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'write_file', 'gen_ai.tool.call.arguments': JSON.stringify({ path, content }) },
    async () => undefined,
  )

await agent('lead', undefined, async (lead) => {
  await chat(lead, 'We need sum.ts.', 'I will have the coder write it.')
  await agent('coder', lead, async (coder) => {
    const code = await chat(coder, 'Write sum.ts.', 'export function sum(a: number[]): number {\n  return a.reduce((left, right) => left + right, 0)\n}\n')
    await writes(coder, 'sum.ts', code)
  })
  const better = await chat(
    lead,
    'Review sum.ts.',
    'export const total = (items: Iterable<number>) => { let t = 0; for (const item of items) t += item; return t }\n',
  )
  await writes(lead, 'sum.ts', better)
})
await provider.shutdown()
