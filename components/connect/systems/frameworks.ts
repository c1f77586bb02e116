import { KEY, type Place, type System } from './system'

/** Frameworks that send while they work: their own wires, and OpenTelemetry. */

function otlp({ origin, accounts }: Place): string {
  return `export OTEL_EXPORTER_OTLP_ENDPOINT=${origin}
export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
export OTEL_METRICS_EXPORTER=none
export OTEL_BSP_SCHEDULE_DELAY=100${accounts ? `\nexport OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20${KEY}"` : ''}`
}

/** A tracer provider for frameworks that use the global one. */
function provider({ origin, accounts }: Place): string {
  return `# pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

exporter = OTLPSpanExporter("${origin}/v1/traces"${accounts ? `, headers={"authorization": "Bearer ${KEY}"}` : ''})
provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=100))
trace.set_tracer_provider(provider)`
}

const ENDS = 'A span is sent when it ends. What a running agent has done so far is shown at once, under a name that stands for it until its span comes.'
const CONTENT = 'Prompts and answers are off by default in most instrumentations; without them there are agents, tasks, turns and tokens, but no overwrites.'

export const FRAMEWORKS: readonly System[] = [
  {
    key: 'opentelemetry',
    title: 'OpenTelemetry',
    group: 'frameworks',
    also: 'otlp otel gen_ai genai semantic conventions collector',
    arrives: 'live',
    gives: 'Agents, hand-overs, turns, tokens, tool calls from GenAI spans, over OTLP/HTTP in protobuf or JSON.',
    steps: (place) => [
      { title: 'Where the SDK reads its settings from the environment', code: otlp(place), language: 'shell' },
      { title: 'Or in Python', code: provider(place), language: 'python' },
    ],
    notes: [ENDS, CONTENT, 'gRPC (port 4317) is not spoken.'],
    docs: 'connect/opentelemetry.md',
    from: { formats: ['otlp'] },
  },
  {
    key: 'openinference',
    title: 'OpenInference',
    group: 'frameworks',
    also: 'arize phoenix instrumentor llamaindex dspy smolagents opentelemetry',
    arrives: 'live',
    gives: 'Agents, turns, tokens, messages and calls of whatever has an OpenInference instrumentor.',
    steps: (place) => [
      { title: 'Before your agents are made', code: provider(place), language: 'python' },
      {
        title: 'And the instrumentor of your framework',
        code: `# pip install openinference-instrumentation-smolagents   (or -crewai, -autogen-agentchat, -agno, …)
from openinference.instrumentation.smolagents import SmolagentsInstrumentor

SmolagentsInstrumentor().instrument(tracer_provider=provider)`,
        language: 'python',
      },
    ],
    notes: [ENDS],
    docs: 'connect/opentelemetry.md',
    from: { formats: ['otlp'] },
  },
  {
    key: 'openllmetry',
    title: 'OpenLLMetry',
    group: 'frameworks',
    also: 'traceloop opentelemetry',
    arrives: 'live',
    gives: 'Workflows, agents, hand-overs, turns and tokens, as Traceloop’s SDK sends them.',
    steps: ({ origin, accounts }) => [
      {
        title: 'Before it is initialised',
        code: `export TRACELOOP_BASE_URL=${origin}${accounts ? `\nexport TRACELOOP_HEADERS="authorization=Bearer%20${KEY}"` : ''}`,
        language: 'shell',
      },
      {
        title: 'So that spans are sent one by one',
        code: 'from traceloop.sdk import Traceloop\n\nTraceloop.init(app_name="my-agents", disable_batch=True)',
        language: 'python',
      },
    ],
    notes: [ENDS],
    docs: 'connect/opentelemetry.md',
    from: { formats: ['otlp'] },
  },
  {
    key: 'openai-agents',
    title: 'OpenAI Agents SDK',
    group: 'frameworks',
    also: 'handoff openai swarm',
    arrives: 'live',
    gives: 'Agents, hand-overs, agents used as tools, turns, tokens, calls, by the SDK’s own exporter.',
    steps: ({ origin, accounts }) => [
      {
        title: 'Python',
        code: `from agents.tracing import set_trace_processors
from agents.tracing.processors import BackendSpanExporter, BatchTraceProcessor

exporter = BackendSpanExporter(api_key="${accounts ? KEY : 'none'}", endpoint="${origin}/v1/traces/ingest")
set_trace_processors([BatchTraceProcessor(exporter, schedule_delay=0.1)])`,
        language: 'python',
      },
      {
        title: 'TypeScript',
        code: `import { BatchTraceProcessor, OpenAITracingExporter, setTraceProcessors } from '@openai/agents'

const exporter = new OpenAITracingExporter({ apiKey: '${accounts ? KEY : 'none'}', endpoint: '${origin}/v1/traces/ingest' })
setTraceProcessors([new BatchTraceProcessor(exporter, { scheduleDelay: 100 })])`,
        language: 'typescript',
      },
    ],
    notes: [
      'add_trace_processor (addTraceProcessor) instead keeps the export to OpenAI as well.',
      'Spans of the Responses API hold no text: see the documentation for what is told then.',
    ],
    docs: 'connect/openai-agents.md',
    from: { formats: ['openai-agents'] },
  },
  {
    key: 'crewai',
    title: 'CrewAI',
    group: 'frameworks',
    also: 'crew hierarchical manager flows',
    arrives: 'live',
    gives: 'The manager, its coworkers, delegations and questions, turns and calls; invented observations kept apart.',
    steps: ({ origin }) => [
      { title: 'Where your crew starts', code: `export CREWAI_TRACING_ENABLED=true\nexport CREWAI_PLUS_URL=${origin}`, language: 'shell' },
    ],
    notes: [
      'Events come when the client sends a batch; the client decides how often that is.',
      'The client sends only the token of its own login. Where people sign in to Backseat, use OpenInference’s or OpenLLMetry’s CrewAI instrumentation.',
    ],
    docs: 'connect/crewai.md',
    from: { formats: ['crewai'] },
  },
  {
    key: 'langgraph',
    title: 'LangGraph, LangChain',
    group: 'frameworks',
    also: 'langsmith supervisor traceable',
    arrives: 'live',
    gives: 'Agents, hand-overs, turns, tokens and calls, by LangSmith’s client; a turn is there while the model still writes.',
    steps: ({ origin, accounts }) => [
      {
        title: 'Where your graph starts',
        code: `export LANGSMITH_TRACING=true\nexport LANGSMITH_ENDPOINT=${origin}/v1/langsmith\nexport LANGSMITH_API_KEY=${accounts ? KEY : 'none'}`,
        language: 'shell',
      },
    ],
    notes: ['The session is thread_id in the run’s metadata, else the trace.', 'Run trees exported from LangSmith as JSON are read by npx backseat import.'],
    docs: 'connect/langsmith.md',
    from: { formats: ['langsmith'] },
  },
  {
    key: 'vercel-ai',
    title: 'Vercel AI SDK',
    group: 'frameworks',
    also: 'ai sdk typescript next opentelemetry',
    arrives: 'live',
    gives: 'Agents by their functionId, agents inside tools as sub-agents, turns, tokens, calls.',
    steps: ({ origin, accounts }) => [
      {
        title: 'Once, before the first call',
        code: `import { OpenTelemetry } from '@ai-sdk/otel'
import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { registerTelemetry } from 'ai'

const exporter = new OTLPTraceExporter({ url: '${origin}/v1/traces'${accounts ? `, headers: { authorization: 'Bearer ${KEY}' }` : ''} })
const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: 100 })] })
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
registerTelemetry(new OpenTelemetry({ tracer: provider.getTracer('ai'), agentSpanName: 'functionId' }))`,
        language: 'typescript',
      },
      { title: 'Name each agent', code: "new ToolLoopAgent({ model, tools, telemetry: { functionId: 'coder' } })", language: 'typescript' },
    ],
    notes: ['Spans of versions 4 to 6 are read as well.'],
    docs: 'connect/opentelemetry.md#vercels-ai-sdk',
    from: { formats: ['otlp'], frameworks: ['vercel-ai'] },
  },
  {
    key: 'google-adk',
    title: 'Google ADK',
    group: 'frameworks',
    also: 'agent development kit gemini vertex opentelemetry',
    arrives: 'live',
    gives: 'Agents, transfers, workflow agents, turns, tokens, calls.',
    steps: (place) => [
      { title: 'Before your runner is made', code: provider(place), language: 'python' },
      {
        title: 'Or read a stored session',
        code: `open("session.json", "w").write(session.model_dump_json())   # then: npx backseat import session.json`,
        language: 'python',
      },
    ],
    notes: [ENDS, CONTENT],
    docs: 'formats.md#google-adk',
    from: { formats: ['otlp', 'google-adk'] },
  },
  {
    key: 'microsoft-agent-framework',
    title: 'Microsoft Agent Framework',
    group: 'frameworks',
    also: 'semantic kernel opentelemetry',
    arrives: 'live',
    gives: 'Agents, workflows, hand-overs, turns, tokens, calls.',
    steps: (place) => [
      {
        title: 'Before your agents are made',
        code: `${provider(place)}\n\nfrom agent_framework.observability import enable_instrumentation\n\nenable_instrumentation(enable_sensitive_data=True)   # prompts and answers too`,
        language: 'python',
      },
    ],
    notes: [ENDS],
    docs: 'connect/opentelemetry.md',
    from: { formats: ['otlp'], frameworks: ['microsoft-agent-framework'] },
  },
]
