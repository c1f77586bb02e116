/**
 * Stands in for Claude Code's program under the Agent SDK: speaks its stream-json over standard input and
 * output, delegates once, and ends. Nothing leaves the machine.
 */
import { createInterface } from 'node:readline'

const session = process.env.STAND_IN_SESSION ?? '5eed0000-0000-4000-8000-0000000000c1'
let count = 0
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)
const tell = (message) => say({ ...message, session_id: session, uuid: `5eed0000-0000-4000-9000-${String(++count).padStart(12, '0')}` })
const usage = { input_tokens: 10, cache_read_input_tokens: 30, cache_creation_input_tokens: 0, output_tokens: 9 }
const assistant = (id, content, stop_reason, parent_tool_use_id = null) =>
  tell({
    type: 'assistant',
    parent_tool_use_id,
    message: { id, type: 'message', role: 'assistant', model: 'claude-sonnet-4-5-20250929', content: [content], stop_reason, stop_sequence: null, usage },
  })
const returned = (tool_use_id, text, parent_tool_use_id = null, more = {}) =>
  tell({ type: 'user', parent_tool_use_id, message: { role: 'user', content: [{ type: 'tool_result', tool_use_id, content: text }] }, ...more })

function run() {
  const content = 'export const sum = (a: number[]) => a.reduce((x, y) => x + y, 0)\n'
  tell({
    type: 'system',
    subtype: 'init',
    cwd: process.cwd(),
    model: 'claude-sonnet-4-5-20250929',
    tools: ['Task', 'Write'],
    agents: ['general-purpose'],
    mcp_servers: [],
    permissionMode: 'acceptEdits',
    slash_commands: [],
    apiKeySource: 'none',
    output_style: 'default',
    skills: [],
    plugins: [],
  })
  assistant(
    'msg_1',
    { type: 'tool_use', id: 'toolu_a', name: 'Agent', input: { description: 'Sum', prompt: 'Write src/sum.ts.', subagent_type: 'general-purpose' } },
    'tool_use',
  )
  tell({ type: 'system', subtype: 'task_started', task_id: 'a77', tool_use_id: 'toolu_a', task_type: 'local_agent', description: 'Sum' })
  assistant('msg_2', { type: 'tool_use', id: 'toolu_w', name: 'Write', input: { file_path: `${process.cwd()}/src/sum.ts`, content } }, 'tool_use', 'toolu_a')
  returned('toolu_w', 'File created', 'toolu_a')
  assistant('msg_3', { type: 'text', text: 'src/sum.ts is there.' }, 'end_turn', 'toolu_a')
  returned('toolu_a', 'src/sum.ts is there.', null, {
    tool_use_result: {
      status: 'completed',
      agentId: 'a77',
      prompt: 'Write src/sum.ts.',
      content: [{ type: 'text', text: 'src/sum.ts is there.' }],
      totalDurationMs: 5,
      totalTokens: 49,
      totalToolUseCount: 1,
      usage,
    },
  })
  assistant('msg_4', { type: 'text', text: 'The sub-agent wrote src/sum.ts.' }, 'end_turn')
  tell({
    type: 'result',
    subtype: 'success',
    is_error: false,
    result: 'The sub-agent wrote src/sum.ts.',
    num_turns: 2,
    duration_ms: 20,
    duration_api_ms: 10,
    total_cost_usd: 0.01,
    usage,
    modelUsage: {},
    permission_denials: [],
  })
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line)
  if (message.type === 'control_request')
    say({
      type: 'control_response',
      response: {
        subtype: 'success',
        request_id: message.request_id,
        response: { commands: [], models: [], account: {}, output_style: 'default', available_output_styles: [] },
      },
    })
  else if (message.type === 'user') {
    run()
    process.exit(0)
  }
}
