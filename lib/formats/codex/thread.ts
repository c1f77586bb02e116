import { type JsonRecord, record, text, word } from '../foreign'

/** One model call while it is read. */
export interface OpenTurn {
  id: string
  startedAt: number
  /** The model's newest word. */
  lastAt: number
  lastLine: number
  firstLine: number
  texts: string[]
  thoughts: string[]
  called: boolean
  /** A call's answer came since: what the model says next may be another turn. */
  answered: boolean
}

/** A tool call that waits for its answer. */
export interface Call {
  id: string
  name: string
  /** Arguments as an object, or the free text of a custom tool. */
  input: JsonRecord | string | undefined
  at: number
  line: number
  turnId: string
  /** The exit code or success that an event told before the answer. */
  failed?: boolean
  output?: string
  /** The patch's changes as the tool applied them. */
  changes?: JsonRecord
  applied?: boolean
}

/** One rollout file: the thread of one agent. */
export class Thread {
  id: string | undefined
  parentId: string | undefined
  forkedFrom: string | undefined
  /** When the thread was made; what is older in its file belongs to the thread that it was forked from. */
  bornAt: number | undefined
  bornLine = 1
  nickname: string | undefined
  role: string | undefined
  agentPath: string | undefined
  provider: string | undefined
  cwd: string | undefined
  version: string | undefined
  /** This part of the file is the history of another thread. */
  replaying = false
  replayedLines = 0
  model: string | undefined
  codexTurn: string | undefined
  lastAt: number | undefined
  /** What the next model call answers: a request or a tool's answer. */
  causeAt: number | undefined
  turn: OpenTurn | undefined
  calls = new Map<string, Call>()
  answeredCalls = new Set<string>()
  /** The running total of the last count of tokens. */
  total: TokenCount | undefined
  countsSeen = false
  titled = false
  joined = false
  asked = 0

  constructor(readonly path: string) {}

  get isChild(): boolean {
    return this.parentId !== undefined
  }
}

export interface TokenCount {
  input: number | undefined
  cached: number | undefined
  output: number | undefined
  reasoning: number | undefined
  total: number | undefined
}

/** The thread that started this one as its sub-agent. */
export function parentOf(meta: JsonRecord | undefined): string | undefined {
  const source = record(meta, 'source', 'subagent', 'thread_spawn')
  const named = word(meta, 'parent_thread_id') ?? word(source, 'parent_thread_id')
  if (named !== undefined) return named
  // `/review` and compaction run as sub-agents too; some versions name only the thread they were forked from
  return text(meta, 'thread_source') === 'subagent' ? word(meta, 'forked_from_id') : undefined
}

/** The time inside a UUID of version 7, in milliseconds since 1970. */
export function timeOfUuid(id: string | undefined): number | undefined {
  const match = id === undefined ? null : /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.exec(id)
  return match ? Number.parseInt(`${match[1]}${match[2]}`, 16) : undefined
}

/** A thread's id is its agent's. */
export function agentOf(thread: Thread): string {
  return thread.id ?? 'unnamed'
}
