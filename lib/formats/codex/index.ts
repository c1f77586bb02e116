import { record, word } from '../foreign'
import type { Detection, Format, Sample } from '../format'
import { firstObjects } from '../json-lines'
import { codexDecoder } from './decoder'
import { parentOf } from './thread'

/** Rollouts of OpenAI's Codex: ~/.codex/sessions/YYYY/MM/DD/rollout-<time>-<thread>.jsonl, a file a thread. */
export const codex: Format = {
  name: 'codex',
  title: 'Codex rollout',
  lies: '~/.codex/sessions/YYYY/MM/DD/rollout-*.jsonl',
  shape: 'a first line {"type": "session_meta", "payload": {…}}',
  detect,
  group,
  decoder: codexDecoder,
}

const TYPES = new Set(['session_meta', 'turn_context', 'response_item', 'event_msg', 'compacted', 'world_state', 'inter_agent_communication'])

function detect(sample: Sample): Detection {
  const lines = firstObjects(sample.head)
  const ours = lines.filter((line) => typeof line.type === 'string' && TYPES.has(line.type) && record(line, 'payload') !== undefined)
  if (ours.some((line) => line.type === 'session_meta' && word(line, 'payload', 'id') !== undefined)) return { score: 0.95 }
  // its first line may be longer than what is looked at
  if (lines.length === 0 && /^\s*\{[^{}]*"type"\s*:\s*"session_meta"\s*,\s*"payload"\s*:\s*\{/.test(sample.head)) return { score: 0.9 }
  if (ours.length === 0) return { score: 0, missing: 'no line is {"type": "session_meta" | "response_item" | "event_msg" …, "payload": {…}}' }
  return { score: 0.45, missing: 'its lines are those of a rollout, but the first one, of type "session_meta" with the thread\'s id, is missing' }
}

/** A thread and those that it started: siblings share `session_id`, which is the root thread's id. */
function group(sample: Sample): string | undefined {
  const meta = firstObjects(sample.head, 1)[0]
  if (meta?.type === 'session_meta') {
    const payload = record(meta, 'payload')
    return word(payload, 'session_id') ?? parentOf(payload) ?? word(payload, 'id')
  }
  const start = sample.head.slice(0, 4096)
  return (/"session_id"\s*:\s*"([^"]+)"/.exec(start) ??
    /"parent_thread_id"\s*:\s*"([^"]+)"/.exec(start) ??
    /"payload"\s*:\s*\{\s*"id"\s*:\s*"([^"]+)"/.exec(start))?.[1]
}
