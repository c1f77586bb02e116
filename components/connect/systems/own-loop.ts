import { KEY, type Place, type System } from './system'

/** Loops of one's own, which send native events. */

const curl = ({ origin, accounts }: Place) => `NOW=$(date -u +%FT%TZ)
curl -sS ${origin}/api/v1/events -H 'content-type: application/json'${accounts ? ` -H 'authorization: Bearer ${KEY}'` : ''} -d '[
  {"type": "session.started", "id": "1", "sessionId": "hello", "occurredAt": "'$NOW'", "title": "Hello from curl"},
  {"type": "agent.joined", "id": "2", "sessionId": "hello", "occurredAt": "'$NOW'", "agentId": "lead", "model": "gpt-4o"},
  {"type": "task.delegated", "id": "3", "sessionId": "hello", "occurredAt": "'$NOW'", "taskId": "t1", "by": "lead", "to": "coder", "title": "Write the schema"}
]'`

const typescript = ({ origin, accounts }: Place) => `const sessionId = \`run-\${Date.now()}\`
let serial = 0

/** Sends one event; resolves once the server has it for good. */
async function tell(type: string, fields: object = {}) {
  const event = { type, id: String(++serial), sessionId, occurredAt: Date.now(), ...fields }
  const response = await fetch('${origin}/api/v1/events', {
    method: 'POST',
    headers: { 'content-type': 'application/json'${accounts ? `, authorization: 'Bearer ${KEY}'` : ''} },
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
await tell('session.ended', { status: 'completed' })`

const python = ({ origin, accounts }: Place) => `import itertools, json, time, urllib.request

session_id = f"run-{int(time.time())}"
serial = itertools.count(1)

def tell(type, **fields):
    """Sends one event; returns once the server has it for good."""
    event = {"type": type, "id": str(next(serial)), "sessionId": session_id, "occurredAt": time.time() * 1000, **fields}
    headers = {"content-type": "application/json"${accounts ? `, "authorization": "Bearer ${KEY}"` : ''}}
    request = urllib.request.Request("${origin}/api/v1/events", json.dumps([event]).encode(), headers)
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
tell("session.ended", status="completed")`

// a paragraph a line: the page and whoever it is pasted into break them as they like
const prompt = ({
  origin,
  accounts,
}: Place) => `Instrument this repository so that every run of its agents is shown live in Backseat, a dashboard at ${origin} that shows what a master agent does to the work it delegated to sub-agents.

1. Find out what the agents run in, and prefer what it already has. Only change configuration then, and go to step 4.
- OpenTelemetry spans (gen_ai, OpenInference, OpenLLMetry, Vercel's AI SDK, Google ADK, Microsoft Agent Framework, AutoGen, AG2): export them with OTLP over HTTP to ${origin}/v1/traces, schedule delay 100 ms, content capture on.
- OpenAI Agents SDK: its tracing exporter, endpoint ${origin}/v1/traces/ingest.
- CrewAI: CREWAI_TRACING_ENABLED=true, CREWAI_PLUS_URL=${origin}.
- LangGraph, LangChain: LANGSMITH_TRACING=true, LANGSMITH_ENDPOINT=${origin}/v1/langsmith, LANGSMITH_API_KEY=${accounts ? KEY : 'none'}.

2. Otherwise send Backseat's own events: POST ${origin}/api/v1/events with content-type application/json and a JSON array. Every event has "type", "id", "sessionId" and "occurredAt" (epoch ms); everything else may be left out when it is unknown.
- session.started {title}; session.ended {status}
- agent.joined {agentId, name, parentId, model}
- task.delegated {taskId, by, to, title, brief, outputs: [paths it is to make]}; task.ended {taskId, status, result}
- turn.started {turnId, agentId, taskId}; turn.ended {turnId, usage: {inputTokens, outputTokens}, output}
- tool.called {callId, agentId, turnId, name, arguments as text}; tool.returned {callId, status: ok or error, result}
- artifact.written {agentId, taskId, turnId, path, change: {"kind": "content", "content": the whole text after the write}}
The status of a session and a task is completed, failed or cancelled.

3. Rules:
- Make "id" of what the event is ("call-7:returned"), not at random, so that a retry counts once. One sessionId a run.
- Send turn.* for every call of a model, task.* for every delegation, artifact.written for every file that an agent writes, the master too: that is how overwrites are seen.
- Send in the background, in order, in batches every 100 ms. Never let a failed request disturb the run, but log what the answer lists under "rejected".
- Read the address from BACKSEAT_URL (default ${origin})${accounts ? ' and the key from BACKSEAT_KEY, sent as "Authorization: Bearer …"' : ''}; send nothing when it is set to an empty text.

4. Run one short example and check that GET ${origin}/api/v1/sessions?limit=5 lists the run with the right numbers of agents, tasks and turns, and that nothing was rejected. Tell me the address of that run: ${origin}/sessions/<its id>.`

const SAFE = 'An answer means that the events are stored for good. Sending one again, with the same id, changes nothing, so a retry is always safe.' as const

export const OWN_LOOP: readonly System[] = [
  {
    key: 'coding-agent',
    title: 'Let a coding agent do it',
    group: 'own',
    also: 'prompt instrument claude code codex cursor copilot',
    arrives: 'live',
    gives: 'Words for the coding agent of your choice: it finds out what your agents run in and connects them.',
    steps: (place) => [{ title: 'Paste this into it, in your repository', code: prompt(place), language: 'prompt' }],
    docs: 'formats.md',
    from: {},
  },
  {
    key: 'curl',
    title: 'curl',
    group: 'own',
    also: 'shell bash http api native events',
    arrives: 'live',
    gives: 'A session, an agent and a delegation, to see that something arrives.',
    steps: (place) => [{ title: 'In a terminal', code: curl(place), language: 'shell' }],
    notes: [SAFE],
    docs: 'formats.md',
    from: { formats: [] },
  },
  {
    key: 'typescript',
    title: 'TypeScript',
    group: 'own',
    also: 'javascript node deno bun native events',
    arrives: 'live',
    gives: 'Everything that you tell: agents, tasks, turns, tokens, files.',
    steps: (place) => [{ title: 'In your loop', code: typescript(place), language: 'typescript' }],
    notes: [SAFE, 'docs/connect/typescript-loop.ts is a whole loop with streaming and batches.'],
    docs: 'formats.md',
    from: { formats: [] },
  },
  {
    key: 'python',
    title: 'Python',
    group: 'own',
    also: 'native events',
    arrives: 'live',
    gives: 'Everything that you tell: agents, tasks, turns, tokens, files.',
    steps: (place) => [{ title: 'In your loop', code: python(place), language: 'python' }],
    notes: [SAFE, 'docs/connect/python-loop.py is a whole loop with streaming and batches.'],
    docs: 'formats.md',
    from: { formats: [] },
  },
]
