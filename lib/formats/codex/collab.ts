import { isRecord, type JsonRecord, list, parsed, record, text, word } from '../foreign'

/** The calls by which a thread directs others, and what their answers tell. Names changed between versions. */
const COLLAB = new Set([
  'spawn_agent',
  'send_input',
  'send_message',
  'followup_task',
  'resume_agent',
  'wait',
  'wait_agent',
  'close_agent',
  'interrupt_agent',
  'list_agents',
])

export function isCollab(name: string): boolean {
  return COLLAB.has(bare(name))
}

/** Without the namespace that some versions put before it. */
export function bare(name: string): string {
  return name.replace(/^(?:collab|collaboration|multi_agent(?:_v[12])?|agents)(?:__|\.|:)/, '')
}

/** What a call says to an agent; undefined where it is encrypted. */
export function messageOf(input: JsonRecord | string | undefined): string | undefined {
  const said = word(input, 'message') ?? word(input, 'prompt') ?? word(input, 'task')
  if (said !== undefined) return said
  const items = list(input, 'items').map((item) => text(item, 'text') ?? '')
  const joined = items.filter((item) => item !== '').join('\n')
  return joined === '' ? undefined : joined
}

export interface SpawnAnswer {
  agentId: string | undefined
  taskName: string | undefined
  nickname: string | undefined
}

export function spawnAnswer(output: string): SpawnAnswer {
  const value = parsed(output)
  return { agentId: word(value, 'agent_id') ?? word(value, 'thread_id'), taskName: word(value, 'task_name'), nickname: word(value, 'nickname') }
}

export type ReportedStatus =
  | { kind: 'completed'; result: string | undefined }
  | { kind: 'failed'; reason: string | undefined }
  | { kind: 'stopped' }
  | { kind: 'running' }
  | { kind: 'unknown' }

/** `"running"`, `{"completed": "…"}`, `{"errored": "…"}`, `"shutdown"`, `"interrupted"`, … */
export function statusOf(value: unknown): ReportedStatus {
  const name = typeof value === 'string' ? value : isRecord(value) ? Object.keys(value)[0] : undefined
  const detail = isRecord(value) && name !== undefined ? value[name] : undefined
  const said = typeof detail === 'string' && detail !== '' ? detail : undefined
  switch (name) {
    case 'completed':
      return { kind: 'completed', result: said }
    case 'errored':
    case 'failed':
      return { kind: 'failed', reason: said }
    case 'shutdown':
    case 'interrupted':
    case 'closed':
      return { kind: 'stopped' }
    case 'running':
    case 'pending_init':
      return { kind: 'running' }
    default:
      return { kind: 'unknown' }
  }
}

/** The statuses in an answer of `wait`: by agent. */
export function waitAnswer(output: string): { agent: string; status: ReportedStatus }[] {
  const status = record(parsed(output), 'status')
  return status ? Object.entries(status).map(([agent, value]) => ({ agent, status: statusOf(value) })) : []
}

/** What an agent was doing when it was closed or interrupted. */
export function closeAnswer(output: string): ReportedStatus {
  const value = parsed(output)
  return isRecord(value) ? statusOf(value.previous_status ?? value.status) : { kind: 'unknown' }
}

/** News of a sub-agent that the tool writes into the master's conversation as if a person had said it. */
export function notificationsIn(said: string): { agent: string; status: ReportedStatus }[] {
  const out: { agent: string; status: ReportedStatus }[] = []
  for (const match of said.matchAll(/<subagent_notification>\s*([\s\S]*?)\s*<\/subagent_notification>/g)) {
    const value = parsed(match[1])
    const agent = word(value, 'agent_path') ?? word(value, 'agent_id')
    if (agent !== undefined && isRecord(value)) out.push({ agent, status: statusOf(value.status) })
  }
  return out
}
