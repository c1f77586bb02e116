// Two agents of Vercel's AI SDK, one as the other's tool; its telemetry goes to Backseat over OTLP.
// Run: npx --yes tsx docs/connect/vercel-ai.ts     (OTEL_EXPORTER_OTLP_ENDPOINT, if Backseat is not at http://127.0.0.1:4680)
import { LegacyOpenTelemetry, OpenTelemetry } from '@ai-sdk/otel'
import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { registerTelemetry, ToolLoopAgent, tool } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import { z } from 'zod'

process.env.OTEL_EXPORTER_OTLP_ENDPOINT ??= 'http://127.0.0.1:4680'
const conversation = process.env.BACKSEAT_SESSION ?? `ai-sdk-${Date.now()}`
const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter(), { scheduledDelayMillis: 100 })] })
// Without a context manager an agent inside a tool would not know whose tool it is.
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
const tracer = provider.getTracer('ai')
registerTelemetry(
  process.env.AI_TELEMETRY === 'legacy'
    ? new LegacyOpenTelemetry({ tracer })
    : new OpenTelemetry({ tracer, agentSpanName: 'functionId', enrichSpan: () => ({ 'gen_ai.conversation.id': conversation }) }),
)

/** Stands in for a model that follows a script; put yours here (`openai('...')`). */
type Step = { text: string } | { call: string; input: object }
function standIn(steps: Step[]) {
  const left = [...steps]
  return new MockLanguageModelV4({
    provider: 'own',
    modelId: 'stand-in',
    doGenerate: async () => {
      const step = left.shift() ?? { text: 'Done.' }
      return {
        content: [
          'text' in step
            ? { type: 'text', text: step.text }
            : { type: 'tool-call', toolCallId: `call-${left.length}-${step.call}`, toolName: step.call, input: JSON.stringify(step.input) },
        ],
        finishReason: { unified: 'text' in step ? 'stop' : 'tool-calls', raw: undefined },
        usage: { inputTokens: { total: 40, noCache: 30, cacheRead: 10, cacheWrite: undefined }, outputTokens: { total: 9, text: 9, reasoning: undefined } },
        warnings: [],
      }
    },
  })
}

// `functionId` is the agent's name: give every agent its own.
const coder = new ToolLoopAgent({
  model: standIn([
    { call: 'write_file', input: { path: 'src/sum.ts', content: 'export const sum = (a: number[]) => a.reduce((x, y) => x + y, 0)\n' } },
    { text: 'It is written.' },
  ]),
  telemetry: { functionId: 'coder' },
  tools: {
    write_file: tool({
      description: 'Writes a file of the project.',
      inputSchema: z.object({ path: z.string(), content: z.string() }),
      execute: async ({ path, content }) => `Wrote ${content.length} characters to ${path}.`,
    }),
  },
})
const lead = new ToolLoopAgent({
  model: standIn([{ call: 'ask_coder', input: { prompt: 'Write src/sum.ts.' } }, { text: 'src/sum.ts is there.' }]),
  telemetry: { functionId: 'lead' },
  tools: {
    ask_coder: tool({
      description: 'Gives work to the coder.',
      inputSchema: z.object({ prompt: z.string() }),
      execute: async ({ prompt }) => (await coder.generate({ prompt })).text,
    }),
  },
})

await lead.generate({ prompt: 'We need src/sum.ts.' })
await provider.shutdown()
