/** What a person pastes to send events from a loop of their own. `origin`: where this server answers. */
export interface Snippet {
  key: 'curl' | 'typescript' | 'python' | 'opentelemetry' | 'claude-hooks' | 'openai-agents' | 'crewai' | 'langgraph'
  title: string
  text: (origin: string) => string
}

export const SNIPPETS: Snippet[] = [
  {
    key: 'curl',
    title: 'curl',
    text: (origin) => `NOW=$(date -u +%FT%TZ)
curl -sS ${origin}/api/v1/events -H 'content-type: application/json' -d '[
  {"type": "session.started", "id": "1", "sessionId": "hello", "occurredAt": "'$NOW'", "title": "Hello from curl"},
  {"type": "agent.joined", "id": "2", "sessionId": "hello", "occurredAt": "'$NOW'", "agentId": "lead", "model": "gpt-4o"},
  {"type": "task.delegated", "id": "3", "sessionId": "hello", "occurredAt": "'$NOW'", "taskId": "t1", "by": "lead", "to": "coder", "title": "Write the schema"}
]'`,
  },
  {
    key: 'typescript',
    title: 'TypeScript',
    text: (origin) => `const sessionId = \`run-\${Date.now()}\`
let serial = 0

/** Sends one event; resolves once the server has it for good. */
async function tell(type: string, fields: object = {}) {
  const event = { type, id: String(++serial), sessionId, occurredAt: Date.now(), ...fields }
  const response = await fetch('${origin}/api/v1/events', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([event]),
  })
  const { rejected } = await response.json()
  if (rejected?.length) console.error(rejected)
}

await tell('session.started', { title: 'My agent loop' })
await tell('agent.joined', { agentId: 'lead', model: 'gpt-4o' })
await tell('task.delegated', { taskId: 't1', by: 'lead', to: 'coder', title: 'Write the schema', outputs: ['schema.sql'] })
await tell('turn.started', { turnId: 'u1', agentId: 'coder', taskId: 't1' })
await tell('artifact.written', { agentId: 'coder', taskId: 't1', turnId: 'u1', path: 'schema.sql', change: { kind: 'content', content: 'create table users (id uuid)' } })
await tell('turn.ended', { turnId: 'u1', usage: { outputTokens: 12 }, output: 'The schema is in schema.sql' })
await tell('task.ended', { taskId: 't1', status: 'completed' })
await tell('session.ended', { status: 'completed' })`,
  },
  {
    key: 'python',
    title: 'Python',
    text: (origin) => `import itertools, json, time, urllib.request

session_id = f"run-{int(time.time())}"
serial = itertools.count(1)

def tell(type, **fields):
    """Sends one event; returns once the server has it for good."""
    event = {"type": type, "id": str(next(serial)), "sessionId": session_id, "occurredAt": time.time() * 1000, **fields}
    request = urllib.request.Request("${origin}/api/v1/events", json.dumps([event]).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request) as response:
        rejected = json.load(response)["rejected"]
    if rejected:
        print(rejected)

tell("session.started", title="My agent loop")
tell("agent.joined", agentId="lead", model="gpt-4o")
tell("task.delegated", taskId="t1", by="lead", to="coder", title="Write the schema", outputs=["schema.sql"])
tell("turn.started", turnId="u1", agentId="coder", taskId="t1")
tell("artifact.written", agentId="coder", taskId="t1", turnId="u1", path="schema.sql", change={"kind": "content", "content": "create table users (id uuid)"})
tell("turn.ended", turnId="u1", usage={"outputTokens": 12}, output="The schema is in schema.sql")
tell("task.ended", taskId="t1", status="completed")
tell("session.ended", status="completed")`,
  },
  {
    key: 'opentelemetry',
    title: 'OpenTelemetry',
    text: (origin) => `export OTEL_EXPORTER_OTLP_ENDPOINT=${origin}
export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
export OTEL_METRICS_EXPORTER=none
export OTEL_BSP_SCHEDULE_DELAY=100`,
  },
  {
    key: 'claude-hooks',
    title: 'Claude Code hooks',
    text: (origin) => {
      const hooks = [{ type: 'http', url: `${origin}/v1/claude-code/hooks`, timeout: 2 }]
      const every = [{ matcher: '*', hooks }]
      return JSON.stringify(
        {
          hooks: {
            UserPromptSubmit: [{ hooks }],
            PreToolUse: every,
            PostToolUse: every,
            SubagentStart: [{ hooks }],
            SubagentStop: [{ hooks }],
            SessionEnd: [{ hooks }],
          },
        },
        null,
        2,
      )
    },
  },
  {
    key: 'openai-agents',
    title: 'OpenAI Agents',
    text: (origin) => `from agents.tracing import set_trace_processors
from agents.tracing.processors import BackendSpanExporter, BatchTraceProcessor

exporter = BackendSpanExporter(api_key="none", endpoint="${origin}/v1/traces/ingest")
set_trace_processors([BatchTraceProcessor(exporter, schedule_delay=0.1)])`,
  },
  {
    key: 'crewai',
    title: 'CrewAI',
    text: (origin) => `export CREWAI_TRACING_ENABLED=true
export CREWAI_PLUS_URL=${origin}`,
  },
  {
    key: 'langgraph',
    title: 'LangGraph',
    text: (origin) => `export LANGSMITH_TRACING=true
export LANGSMITH_ENDPOINT=${origin}/v1/langsmith
export LANGSMITH_API_KEY=none`,
  },
]
