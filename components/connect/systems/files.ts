import { backseat, type Place, type System } from './system'

/** Systems whose runs are saved or exported, then read. */

const AGAIN = 'Reading the same file twice changes nothing: what is known already is not counted again.'
const NO_TIMES = 'These files have no times: the order of messages stands for them.'

function assistants(place: Place): string {
  return `THREAD=https://api.openai.com/v1/threads/THREAD_ID
for PART in runs/RUN_ID runs/RUN_ID/steps messages; do
  curl -sS $THREAD/$PART -H "authorization: Bearer $OPENAI_API_KEY" -H "openai-beta: assistants=v2"
done | jq -s . > run.json
${backseat(place, 'import run.json')}`
}

export const FILES: readonly System[] = [
  {
    key: 'autogen',
    title: 'AutoGen',
    group: 'files',
    also: 'agentchat studio microsoft swarm selector',
    arrives: 'follows',
    gives: 'Speakers, hand-offs, chosen speakers, turns, tokens, calls.',
    steps: (place) => [
      {
        title: 'Write the event log to a file …',
        code: `import logging
from autogen_core import EVENT_LOGGER_NAME

handler = logging.FileHandler("autogen.log")
handler.setFormatter(logging.Formatter("%(asctime)s - %(name)s - %(levelname)s - %(message)s"))
logging.getLogger(EVENT_LOGGER_NAME).addHandler(handler)
logging.getLogger(EVENT_LOGGER_NAME).setLevel(logging.INFO)`,
        language: 'python',
      },
      { title: '… and follow it', code: backseat(place, 'watch autogen.log'), language: 'shell' },
      {
        title: 'Or save a run when it is done',
        code: `result = await team.run(task="…")
open("run.json", "w").write(result.model_dump_json())   # then: npx backseat import run.json`,
        language: 'python',
      },
    ],
    notes: [
      'Runs exported by AutoGen Studio are read as they are.',
      'Who is whose sub-agent is told by hand-offs and by managers that choose; see the documentation.',
    ],
    docs: 'formats.md#autogen-ag2-magentic-one',
    from: { formats: ['autogen'], frameworks: ['autogen'] },
  },
  {
    key: 'ag2',
    title: 'AG2',
    group: 'files',
    also: 'autogen 0.2 captain group chat',
    arrives: 'file',
    gives: 'Named messages and calls of a chat; who directs whom is not in them.',
    steps: (place) => [
      {
        title: 'Save the chat',
        code: `import json

result = user.initiate_chat(manager, message="…")
json.dump({"chat_history": result.chat_history}, open("chat.json", "w"))`,
        language: 'python',
      },
      { title: 'Read it', code: backseat(place, 'import chat.json'), language: 'shell' },
    ],
    notes: [NO_TIMES, 'AG2’s OpenTelemetry spans say more, hand-overs included: see OpenTelemetry.'],
    docs: 'formats.md#autogen-ag2-magentic-one',
    from: { formats: ['ag2', 'otlp'], frameworks: ['ag2'] },
  },
  {
    key: 'magentic-one',
    title: 'Magentic-One',
    group: 'files',
    also: 'orchestrator ledger stall replanning microsoft autogen',
    arrives: 'file',
    gives: 'The orchestrator’s instructions, its ledgers, stalls and new plans, each agent’s answers.',
    steps: (place) => [{ title: 'Logs with a history, one or a folder', code: backseat(place, 'import logs/'), language: 'shell' }],
    notes: [NO_TIMES, 'MagenticOneGroupChat of AgentChat: see AutoGen.'],
    docs: 'formats.md#autogen-ag2-magentic-one',
    from: { formats: ['magentic-one'] },
  },
  {
    key: 'langfuse',
    title: 'Langfuse export',
    group: 'files',
    also: 'observations traces',
    arrives: 'file',
    gives: 'Agents, turns, tokens, costs and calls of a trace, whatever framework sent it there.',
    steps: (place) => [
      { title: 'A trace downloaded from its page', code: backseat(place, 'import trace.json'), language: 'shell' },
      {
        title: 'Or asked of its API',
        code: `curl -sS -u "$LANGFUSE_PUBLIC_KEY:$LANGFUSE_SECRET_KEY" https://cloud.langfuse.com/api/public/traces/TRACE_ID |\n  ${backseat(place, 'import -')}`,
        language: 'shell',
      },
    ],
    notes: [AGAIN],
    docs: 'formats.md#langfuse',
    from: { formats: ['langfuse'] },
  },
  {
    key: 'atif',
    title: 'ATIF',
    group: 'files',
    also: 'harbor terminal-bench terminus trajectory',
    arrives: 'file',
    gives: 'Steps, tokens, costs, calls, sub-agents’ trajectories inside their parent’s.',
    steps: (place) => [
      { title: 'A folder of jobs, or a trajectory.json with those of its sub-agents', code: backseat(place, 'import jobs/'), language: 'shell' },
    ],
    notes: [AGAIN],
    docs: 'formats.md#atif',
    from: { formats: ['atif'] },
  },
  {
    key: 'assistants',
    title: 'OpenAI Assistants API',
    group: 'files',
    also: 'threads runs steps legacy',
    arrives: 'file',
    gives: 'A run’s steps, calls and tokens with the thread’s messages; one assistant a run.',
    steps: (place) => [{ title: 'Put the run, its steps and the thread’s messages into one file, then read it', code: assistants(place), language: 'shell' }],
    notes: [AGAIN],
    docs: 'formats.md#swe-agent-devin-assistants',
    from: { formats: ['assistants'] },
  },
]
