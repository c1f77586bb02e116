import { expect, test } from 'vitest'
import { detectAll } from '@/lib/core/detect/detector'
import { type Event, EventSchema } from '@/lib/core/event'
import { applyEvents } from '@/lib/core/fold'
import { SessionId } from '@/lib/core/ids'
import { print } from '@/lib/core/print'
import { newSessionState } from '@/lib/core/session'
import { claudeCode } from '../claude-code'
import { countTokens } from '../testing/fixtures'
import { HookReader } from './hooks'

const session_id = '0b000000-0000-4000-8000-00000000beef'
const common = { session_id, transcript_path: '/w/x.jsonl', cwd: '/w', permission_mode: 'default' }
const sub = { agent_id: 'a0f1', agent_type: 'general-purpose' }
const BREAD = 'Bake at 230 degrees until the crust is brown and sounds hollow\n'
const CAKE = 'Whisk eggs with sugar, fold in flour, leave to cool overnight\n'

const HOOKS = [
  { ...common, hook_event_name: 'UserPromptSubmit', prompt: 'Write down how to bake bread' },
  {
    ...common,
    hook_event_name: 'PreToolUse',
    tool_name: 'Agent',
    tool_use_id: 'toolu_1',
    tool_input: { description: 'Recipe', prompt: 'Write bread.md', subagent_type: 'general-purpose' },
  },
  { ...common, ...sub, hook_event_name: 'SubagentStart' },
  { ...common, ...sub, hook_event_name: 'PreToolUse', tool_name: 'Write', tool_use_id: 'toolu_2', tool_input: { file_path: '/w/bread.md', content: BREAD } },
  {
    ...common,
    ...sub,
    hook_event_name: 'PostToolUse',
    tool_name: 'Write',
    tool_use_id: 'toolu_2',
    tool_input: { file_path: '/w/bread.md', content: BREAD },
    tool_response: { type: 'create', filePath: '/w/bread.md', content: BREAD },
  },
  { ...common, ...sub, hook_event_name: 'SubagentStop', last_assistant_message: 'bread.md is written', stop_hook_active: false },
  {
    ...common,
    hook_event_name: 'PostToolUse',
    tool_name: 'Agent',
    tool_use_id: 'toolu_1',
    tool_input: {},
    tool_response: { status: 'completed', agentId: 'a0f1', content: [{ type: 'text', text: 'bread.md is written' }] },
  },
  { ...common, hook_event_name: 'PreToolUse', tool_name: 'Write', tool_use_id: 'toolu_3', tool_input: { file_path: '/w/bread.md', content: CAKE } },
  {
    ...common,
    hook_event_name: 'PostToolUse',
    tool_name: 'Write',
    tool_use_id: 'toolu_3',
    tool_input: { file_path: '/w/bread.md', content: CAKE },
    tool_response: { type: 'update', filePath: '/w/bread.md', content: CAKE, originalFile: BREAD },
  },
]

function told(): Event[] {
  const reader = new HookReader()
  return HOOKS.flatMap((hook, index) => reader.read(hook, 1_000_000 + index * 1000) ?? []).map((event) => EventSchema.parse(event))
}

test('hooks become agents, tasks, calls and an overwrite', () => {
  const events = told()
  const state = applyEvents(newSessionState(SessionId.parse(session_id)), events)
  expect(print(state)).toMatchInlineSnapshot(`
    "session 0b000000-0000-4000-8000-00000000beef "Write down how to bake bread" claude-code
    agent a0f1 under main general-purpose
    agent main
    task toolu_1 main -> a0f1 1s..5s completed "Recipe" result 19 chars
    call toolu_1 main Agent 1s..6s ok
    call toolu_2 a0f1 Write 3s..4s ok
    call toolu_3 main Write 7s..8s ok
    write toolu_2:written a0f1 4s content bread.md for toolu_1
    write toolu_3:written main 8s content bread.md"
  `)
  expect(print(detectAll(events), state.firstAt)).toContain('main overwrote a0f1 on bread.md')
})

test('hooks and the transcript of the same session add up to one', () => {
  const line = (uuid: string, at: number, type: string, content: unknown, more: object = {}) =>
    JSON.stringify({
      type,
      uuid,
      parentUuid: null,
      sessionId: session_id,
      timestamp: new Date(1_000_000 + at * 1000).toISOString(),
      cwd: '/w',
      version: '2.1.150',
      isSidechain: false,
      message: { role: type, id: `msg_${uuid}`, model: 'claude-opus-4-7', content, stop_reason: 'tool_use', usage: { input_tokens: 5, output_tokens: 30 } },
      ...more,
    })
  const transcript = [
    line('u0', 0, 'user', 'Write down how to bake bread'),
    line('u1', 1, 'assistant', [
      { type: 'tool_use', id: 'toolu_1', name: 'Agent', input: { description: 'Recipe', prompt: 'Write bread.md', subagent_type: 'general-purpose' } },
    ]),
    line('u2', 6, 'user', [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'bread.md is written' }] }], {
      toolUseResult: { status: 'completed', agentId: 'a0f1', prompt: 'Write bread.md', content: [{ type: 'text', text: 'bread.md is written' }] },
    }),
    line('u3', 7, 'assistant', [{ type: 'tool_use', id: 'toolu_3', name: 'Write', input: { file_path: '/w/bread.md', content: CAKE } }]),
    line('u4', 8, 'user', [{ type: 'tool_result', tool_use_id: 'toolu_3', content: 'ok' }], {
      toolUseResult: { type: 'update', filePath: '/w/bread.md', content: CAKE, originalFile: BREAD },
    }),
  ].join('\n')
  const decoder = claudeCode.decoder({ countTokens })
  const watched = [decoder.push({ path: `/home/.claude/projects/w/${session_id}.jsonl`, text: `${transcript}\n`, firstLine: 1, final: true }), decoder.end()]
    .flatMap((part) => part.events)
    .map((event) => EventSchema.parse(event))
  const both = new Map([...told(), ...watched].map((event) => [event.id, event]))
  const state = applyEvents(newSessionState(SessionId.parse(session_id)), both.values())
  expect([...state.agents.keys()].filter((id) => state.agents.get(id)?.role === undefined || state.agents.get(id)?.role === 'agent').sort()).toEqual([
    'a0f1',
    'main',
  ])
  expect([state.tasks.size, state.calls.size, state.writes.size]).toEqual([1, 3, 2])
})
