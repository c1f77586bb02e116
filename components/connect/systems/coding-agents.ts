import { backseat, KEY, type Place, type System } from './system'

/** Coding agents: files that they write while they work, and what some of them send. */

const AGAIN = 'Reading the same file twice changes nothing: what is known already is not counted again.'
const WHERE = 'Run it in this project’s folder, in a terminal of its own. A folder or a single file will do as well.'

function hooks({ origin, accounts }: Place): string {
  const hook = {
    type: 'http',
    url: `${origin}/v1/claude-code/hooks`,
    timeout: 2,
    ...(accounts ? { headers: { Authorization: `Bearer ${KEY}` } } : {}),
  }
  const always = [{ hooks: [hook] }]
  const every = [{ matcher: '*', hooks: [hook] }]
  const events = { UserPromptSubmit: always, PreToolUse: every, PostToolUse: every, SubagentStart: always, SubagentStop: always, SessionEnd: always }
  // a line for each event: whole, it would be longer than the page
  const lines = Object.entries(events).map(([event, matchers]) => `    "${event}": ${JSON.stringify(matchers)}`)
  return `{\n  "hooks": {\n${lines.join(',\n')}\n  }\n}`
}

const stream = ({ origin, accounts }: Place) => `import { query } from '@anthropic-ai/claude-agent-sdk'

for await (const message of query({ prompt: '…', options: { forwardSubagentText: true } }))
  await fetch('${origin}/v1/claude-code/stream', {
    method: 'POST',
    headers: { 'content-type': 'application/json'${accounts ? `, authorization: 'Bearer ${KEY}'` : ''} },
    body: JSON.stringify({ ...message, timestamp: new Date().toISOString() }),
  })`

export const CODING_AGENTS: readonly System[] = [
  {
    key: 'claude-code',
    title: 'Claude Code',
    group: 'coding',
    also: 'anthropic transcripts hooks teams workflows',
    arrives: 'follows',
    gives: 'Turns, tokens, models, sub-agents, teams, every file written, while it happens.',
    steps: (place) => [
      { title: 'Show runs while they happen, sub-agents included', code: backseat(place, 'watch ~/.claude/projects'), language: 'shell' },
      { title: 'Read what was recorded before', code: backseat(place, 'import ~/.claude/projects'), language: 'shell' },
      { title: 'Only look, with no server and nothing stored', code: 'npx backseat analyze ~/.claude/projects --json', language: 'shell' },
      { title: 'Or have Claude Code tell each call itself, in ~/.claude/settings.json', code: hooks(place), language: 'json' },
    ],
    notes: [WHERE, AGAIN, 'Hooks tell calls and sub-agents at once but no turns and no tokens; with watch beside them the two add up to one session.'],
    docs: 'connect/claude-code-hooks.md',
    from: { formats: ['claude-code', 'claude-code-hooks'], frameworks: ['claude-code'] },
  },
  {
    key: 'claude-agent-sdk',
    title: 'Claude Agent SDK, claude -p',
    group: 'coding',
    also: 'anthropic stream-json headless',
    arrives: 'live',
    gives: 'Turns, tokens, models, sub-agents and their words, message by message.',
    steps: (place) => [
      { title: 'With the SDK: send each message on', code: stream(place), language: 'typescript' },
      {
        title: 'From a shell: follow what claude -p prints',
        code: `claude -p "…" --output-format stream-json --verbose > run.jsonl &\n${backseat(place, 'watch run.jsonl')}`,
        language: 'shell',
      },
    ],
    notes: ['Without forwardSubagentText sub-agents show their calls, not their words.'],
    docs: 'connect/claude-code-hooks.md',
    from: { formats: ['claude-code', 'claude-code-stream'], frameworks: ['claude-code'] },
  },
  {
    key: 'codex',
    title: 'Codex',
    group: 'coding',
    also: 'openai rollouts',
    arrives: 'follows',
    gives: 'Turns, tokens, models, threads that it started, patches.',
    steps: (place) => [
      { title: 'Show runs while they happen', code: backseat(place, 'watch ~/.codex/sessions'), language: 'shell' },
      { title: 'Read what was recorded before', code: backseat(place, 'import ~/.codex/sessions'), language: 'shell' },
    ],
    notes: ['Give the whole folder: a sub-agent’s rollout lies in the date tree and not beside its master’s.', WHERE, AGAIN],
    docs: 'formats.md#codex',
    from: { formats: ['codex'] },
  },
  {
    key: 'copilot-cli',
    title: 'Copilot CLI',
    group: 'coding',
    also: 'github',
    arrives: 'follows',
    gives: 'Turns, output tokens, models, sub-agents with their beginnings and ends.',
    steps: (place) => [
      { title: 'Show runs while they happen', code: backseat(place, 'watch ~/.copilot/session-state'), language: 'shell' },
      { title: 'Read what was recorded before', code: backseat(place, 'import ~/.copilot/session-state'), language: 'shell' },
    ],
    notes: [WHERE, AGAIN],
    docs: 'formats.md#copilot-cli',
    from: { formats: ['copilot-cli'] },
  },
  {
    key: 'gemini-cli',
    title: 'Gemini CLI',
    group: 'coding',
    also: 'google',
    arrives: 'follows',
    gives: 'Turns, tokens, models, sub-agents, files written.',
    steps: (place) => [
      { title: 'Show runs while they happen', code: backseat(place, 'watch ~/.gemini/tmp'), language: 'shell' },
      { title: 'Read what was recorded before', code: backseat(place, 'import ~/.gemini/tmp'), language: 'shell' },
    ],
    notes: [WHERE, AGAIN],
    docs: 'formats.md#gemini-cli',
    from: { formats: ['gemini-cli'] },
  },
  {
    key: 'opencode',
    title: 'OpenCode',
    group: 'coding',
    arrives: 'file',
    gives: 'Turns, tokens, models, costs, sub-sessions as sub-agents.',
    steps: (place) => [
      {
        title: 'Export a session and its sub-sessions, then read them together',
        code: `opencode export SESSION > session.json\nopencode export SUB_SESSION > sub-session.json\n${backseat(place, 'import session.json sub-session.json')}`,
        language: 'shell',
      },
    ],
    notes: [AGAIN],
    docs: 'formats.md#opencode',
    from: { formats: ['opencode'] },
  },
  {
    key: 'openhands',
    title: 'OpenHands',
    group: 'coding',
    also: 'opendevin trajectories delegates',
    arrives: 'file',
    gives: 'Turns, calls, files written, delegates between their brackets.',
    steps: (place) => [
      {
        title: 'A trajectory, an evaluation’s output.jsonl, or a conversation’s folder of events',
        code: backseat(place, 'import FILE_OR_FOLDER'),
        language: 'shell',
      },
    ],
    notes: ['The SDK keeps tokens as running sums only: turns have none.', AGAIN],
    docs: 'formats.md#openhands',
    from: { formats: ['openhands'] },
  },
  {
    key: 'swe-agent',
    title: 'SWE-agent',
    group: 'coding',
    also: 'traj trajectories swe-bench',
    arrives: 'file',
    gives: 'Steps, edits, retries as attempts; tokens and cost as a sum.',
    steps: (place) => [{ title: 'A folder of .traj files, or one', code: backseat(place, 'import trajectories/'), language: 'shell' }],
    notes: ['These files have no times: the order of steps stands for them.', AGAIN],
    docs: 'formats.md#swe-agent-devin-assistants',
    from: { formats: ['swe-agent'] },
  },
  {
    key: 'devin',
    title: 'Devin',
    group: 'coding',
    also: 'cognition',
    arrives: 'file',
    gives: 'The talk with its times. Its API shows no calls, sub-agents or tokens.',
    steps: (place) => [
      {
        title: 'Ask the API for a session’s messages and read the answer',
        code: `curl -sS https://api.devin.ai/v3/organizations/ORG_ID/sessions/DEVIN_ID/messages -H "authorization: Bearer $DEVIN_API_KEY" |\n  ${backseat(place, 'import -')}`,
        language: 'shell',
      },
    ],
    notes: [AGAIN],
    docs: 'formats.md#swe-agent-devin-assistants',
    from: { formats: ['devin'] },
  },
]
