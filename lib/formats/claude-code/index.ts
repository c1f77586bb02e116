import type { Companion, Detection, Format, Sample } from '../format'
import { tellingLines } from '../json-lines'
import { claudeCodeDecoder } from './decoder'
import { KNOWN_TYPES } from './line'
import { folderOf } from './transcript-files'

export const claudeCode: Format = {
  name: 'claude-code',
  title: 'Claude Code transcript',
  lies: '~/.claude/projects/<folder>/<session>.jsonl and <session>/subagents/',
  shape: 'lines with "type", "uuid", "sessionId"',
  detect,
  companion,
  group,
  decoder: claudeCodeDecoder,
}

const MARKS = ['uuid', 'sessionId', 'parentUuid', 'isSidechain', 'leafUuid', 'snapshot', 'timestamp'] as const

function detect(sample: Sample): Detection {
  const { known, other } = tellingLines(
    sample.head,
    (line) => typeof line.type === 'string' && KNOWN_TYPES.has(line.type) && marks(line) >= (line.type === 'user' || line.type === 'assistant' ? 3 : 1),
  )
  if (known === 0) {
    return { score: 0, missing: 'no line has the `type`, `uuid` and `sessionId` of a Claude Code transcript (~/.claude/projects/<folder>/<session>.jsonl)' }
  }
  return known > other ? { score: 0.95 } : { score: 0.4, missing: `${other} of the first ${known + other} lines are no lines of a transcript` }
}

function marks(line: Record<string, unknown>): number {
  return MARKS.filter((mark) => mark in line).length
}

function companion(path: string): Companion | undefined {
  const name = path.split(/[\\/]/).at(-1) ?? ''
  if (/^agent-.+\.meta\.json$/.test(name)) return { read: true, what: 'names the call that started a sub-agent' }
  if (name === 'journal.jsonl' && /\/workflows\/[^/]+\/journal\.jsonl$/.test(path)) return { read: true, what: 'says which agents of a workflow have answered' }
  if (/\/workflows\/[^/]+\.json$/.test(path)) return { read: true, what: 'names the agents of a workflow run' }
  if (/\/workflows\/scripts\//.test(path)) return { read: false, what: 'the script of a workflow' }
  if (/^agent-a?(?:compact|prompt(?:_suggestion)?)[-_][^/]*\.jsonl$/.test(name))
    return { read: false, what: "the tool's own work (compacting or suggesting a prompt), not a sub-agent's" }
  if (/\/tool-results\//.test(path)) return { read: false, what: 'a long tool result kept beside the transcript' }
  if (/\.entire-metadata\.json$/.test(name)) return { read: false, what: 'a checkpoint’s own notes about the transcript beside it' }
  if (name === 'sessions-index.json' || name === 'history.jsonl') return { read: false, what: 'an index of sessions or prompts' }
  if (/\/(teams|tasks)\/[^/]+\//.test(path) && name.endsWith('.json')) return { read: false, what: 'a team’s settings, inbox or task list' }
  return undefined
}

/** The session: by the folder that the file lies in, else by the first line that names one. */
function group(sample: Sample): string | undefined {
  const folder = sample.path === undefined ? undefined : folderOf(sample.path).sessionId
  return folder ?? /"sessionId"\s*:\s*"([^"#]+)/.exec(sample.head)?.[1]
}
