import { count, isRecord, type JsonRecord, list, record, text, time, word } from '../foreign'
import type { Decoded, Decoder, FileChunk } from '../format'
import { eachJsonLine } from '../json-lines'
import { Sink } from '../telling'
import type { Place } from './place'
import { CodexSession } from './session'
import { parentOf, Thread, type TokenCount, timeOfUuid } from './thread'
import { answered, called, execEnded, patchApplied, searched } from './tools'
import { closeTurn, counted, spoke, unseen } from './turns'

export function codexDecoder(): Decoder {
  return new CodexDecoder()
}

class CodexDecoder implements Decoder {
  private readonly files = new Map<string, Thread>()
  private readonly sessions = new Map<string, CodexSession>()
  private readonly sink = new Sink()

  push(chunk: FileChunk): Decoded {
    let thread = this.files.get(chunk.path)
    if (!thread || chunk.firstLine === 1) {
      thread = new Thread(chunk.path)
      this.files.set(chunk.path, thread)
    }
    const current = thread
    eachJsonLine(chunk, this.sink, 'Codex rollout', (value, line) => this.line(current, value, line))
    return this.sink.take()
  }

  settle(): Decoded {
    for (const session of this.sessions.values()) session.settle(false)
    return this.sink.take()
  }

  end(): Decoded {
    for (const thread of this.files.values()) {
      closeTurn(this.sessionOf(thread), thread, undefined)
    }
    for (const session of this.sessions.values()) session.settle(true)
    return this.sink.take()
  }

  private readonly homes = new Map<Thread, CodexSession>()

  private sessionOf(thread: Thread, sharedId?: string): CodexSession {
    let session = this.homes.get(thread)
    if (session) return session
    thread.id ??=
      /([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.jsonl$/.exec(thread.path)?.[1] ?? thread.path.split(/[\\/]/).at(-1) ?? 'unnamed'
    const id = sharedId ?? thread.parentId ?? thread.id
    session = this.sessions.get(id)
    if (!session) {
      session = new CodexSession(id, this.sink)
      this.sessions.set(id, session)
    }
    this.homes.set(thread, session)
    return session
  }

  private line(thread: Thread, value: JsonRecord, line: number): void {
    const payload = record(value, 'payload')
    const type = text(value, 'type')
    if (!payload || type === undefined) {
      this.sink.skipped++
      return
    }
    if (type === 'session_meta' && !this.homes.has(thread)) return this.born(thread, payload, time(value, 'timestamp'), line)
    const session = this.sessionOf(thread)
    const at = time(value, 'timestamp') ?? thread.lastAt ?? timeOfUuid(thread.id)
    if (at === undefined) {
      session.telling.issue('no_timestamp', 'error', 'This line has no usable timestamp and none came before it.', { path: thread.path, line })
      return
    }
    if (isReplay(thread, type, payload, at)) {
      replayed(session, thread, payload, line)
      this.sink.skipped++
      return
    }
    thread.lastAt = Math.max(thread.lastAt ?? at, at)
    const place: Place = { path: thread.path, line, at }
    switch (type) {
      case 'turn_context':
        thread.codexTurn = word(payload, 'turn_id') ?? thread.codexTurn
        session.usesModel(thread, word(payload, 'model'), place)
        thread.cwd = word(payload, 'cwd') ?? thread.cwd
        this.sink.skipped++
        return
      case 'response_item':
        if (!responded(session, thread, payload, place)) this.sink.skipped++
        return
      case 'event_msg':
        if (!happened(session, thread, payload, place)) this.sink.skipped++
        return
      default:
        this.sink.skipped++
    }
  }

  private born(thread: Thread, meta: JsonRecord, stamped: number | undefined, line: number): void {
    thread.id = word(meta, 'id')
    thread.parentId = parentOf(meta)
    thread.forkedFrom = word(meta, 'forked_from_id')
    const spawn = record(meta, 'source', 'subagent', 'thread_spawn')
    thread.nickname = word(meta, 'agent_nickname') ?? word(spawn, 'agent_nickname')
    thread.role = word(meta, 'agent_role') ?? word(spawn, 'agent_role') ?? word(meta, 'source', 'subagent')
    thread.agentPath = word(meta, 'agent_path') ?? word(spawn, 'agent_path')
    thread.provider = word(meta, 'model_provider')
    thread.cwd = word(meta, 'cwd')
    thread.version = word(meta, 'cli_version')
    thread.bornLine = line
    thread.bornAt = time(meta, 'timestamp') ?? stamped ?? timeOfUuid(thread.id)
    thread.lastAt = stamped ?? thread.bornAt
    const session = this.sessionOf(thread, word(meta, 'session_id'))
    if (thread.bornAt === undefined) {
      session.telling.issue('no_timestamp', 'error', 'The first line of this rollout has no time, and the thread’s id holds none.', { path: thread.path, line })
      thread.bornAt = 0
    }
    session.joined(thread, { path: thread.path, line, at: thread.bornAt })
  }
}

/**
 * A forked thread's file repeats its parent's history first, with the old times or with new ones. A turn's
 * id is a UUID of version 7, which holds the time of its making: older than the thread means repeated.
 */
function isReplay(thread: Thread, type: string, payload: JsonRecord, at: number): boolean {
  if (thread.parentId === undefined && thread.forkedFrom === undefined) return false
  if (type === 'session_meta') {
    thread.replaying = word(payload, 'id') !== thread.id
    return true
  }
  const turn = word(payload, 'turn_id') ?? word(payload, 'metadata', 'turn_id')
  const turnAt = timeOfUuid(turn)
  const threadAt = timeOfUuid(thread.id)
  if (turnAt !== undefined && threadAt !== undefined) thread.replaying = turnAt < threadAt
  else if (type === 'event_msg' && payload.type === 'task_started' && at >= (thread.bornAt ?? at)) {
    const started = time(payload, 'started_at')
    thread.replaying = started !== undefined && started < (thread.bornAt ?? 0) - 1000
  }
  return thread.replaying || at < (thread.bornAt ?? at) - 1
}

function replayed(session: CodexSession, thread: Thread, payload: JsonRecord, line: number): void {
  // the running total goes on from what the parent had used
  if (payload.type === 'token_count') thread.total = tokens(record(payload, 'info', 'total_token_usage')) ?? thread.total
  if (thread.replayedLines++ > 0) return
  session.telling.issue(
    'replayed_history',
    'note',
    `From here this rollout repeats the history of thread ${thread.parentId ?? thread.forkedFrom}; it is not counted a second time.`,
    { path: thread.path, line },
  )
}

/** What went to the model or came from it. False: it tells nothing. */
function responded(session: CodexSession, thread: Thread, item: JsonRecord, place: Place): boolean {
  switch (item.type) {
    case 'message':
      if (item.role === 'assistant') {
        const said = list(item, 'content')
          .map((part) => text(part, 'text') ?? '')
          .filter((part) => part !== '')
        spoke(session, thread, place, { text: said.join('\n') })
        return true
      }
      if (item.role === 'user')
        return session.noticed(
          thread,
          list(item, 'content')
            .map((part) => text(part, 'text') ?? '')
            .join('\n'),
          place,
        )
      return false
    case 'reasoning': {
      const summary = list(item, 'summary').map((part) => text(part, 'text') ?? '')
      const content = typeof item.content === 'string' ? [item.content] : list(item, 'content').map((part) => text(part, 'text') ?? '')
      spoke(session, thread, place, { reasoning: [...summary, ...content].filter((part) => part !== '').join('\n') })
      return true
    }
    case 'function_call':
    case 'custom_tool_call':
    case 'local_shell_call':
      called(session, thread, item, place)
      return true
    case 'function_call_output':
    case 'custom_tool_call_output':
      answered(session, thread, item, place)
      return true
    case 'web_search_call':
      searched(session, thread, item, place)
      return true
    case 'agent_message':
      return session.mailed(item, place)
    default:
      return false
  }
}

function happened(session: CodexSession, thread: Thread, event: JsonRecord, place: Place): boolean {
  switch (event.type) {
    case 'task_started':
    case 'turn_started':
      closeTurn(session, thread, undefined)
      thread.codexTurn = word(event, 'turn_id') ?? `${place.line}`
      thread.causeAt = place.at
      return false
    case 'user_message': {
      thread.causeAt = place.at
      const said = word(event, 'message')
      return said === undefined ? false : session.asked(thread, said, place)
    }
    case 'token_count':
      return tookCount(session, thread, event, place)
    case 'task_complete':
    case 'turn_complete': {
      closeTurn(session, thread, undefined)
      thread.codexTurn = undefined
      return session.finished(thread, word(event, 'last_agent_message'), place)
    }
    case 'turn_aborted': {
      const wasOpen = thread.turn !== undefined
      closeTurn(session, thread, place, true)
      // stopped before the model's first word: a turn nevertheless
      if (!wasOpen && thread.calls.size === 0 && thread.codexTurn !== undefined && thread.causeAt !== undefined) {
        spoke(session, thread, { ...place, at: thread.causeAt }, {})
        closeTurn(session, thread, place, true)
      }
      thread.codexTurn = undefined
      session.aborted(thread, word(event, 'reason'), place)
      return true
    }
    case 'exec_command_end':
      execEnded(thread, event)
      return false
    case 'patch_apply_end':
      patchApplied(thread, event)
      return false
    case 'collab_agent_spawn_end':
      return session.spawnedAs(word(event, 'call_id'), word(event, 'new_thread_id'), {
        name: word(event, 'new_agent_nickname'),
        role: word(event, 'new_agent_role'),
      })
    case 'sub_agent_activity':
      return session.activity(thread, event, place)
    case 'agent_message':
      return word(event, 'author') !== undefined && session.mailed(event, place)
    default:
      return false
  }
}

function tookCount(session: CodexSession, thread: Thread, event: JsonRecord, place: Place): boolean {
  const info = record(event, 'info')
  if (!info) return false
  const total = tokens(record(info, 'total_token_usage'))
  const before = thread.total
  thread.countsSeen = true
  // told again with new rate limits
  if (total && before && total.total === before.total && total.input === before.input && total.output === before.output) return false
  thread.total = total ?? thread.total
  const last = tokens(record(info, 'last_token_usage')) ?? (total ? difference(total, before) : undefined)
  if (!last || !((last.total ?? (last.input ?? 0) + (last.output ?? 0)) > 0)) return false
  // the total may grow by more than the last call used: another call, of which the file shows nothing
  const grown = total && before ? difference(total, before) : undefined
  if (grown && (grown.total ?? 0) > (last.total ?? 0)) unseen(session, thread, difference(grown, last), place)
  counted(session, thread, last, place)
  return true
}

function tokens(value: unknown): TokenCount | undefined {
  if (!isRecord(value)) return undefined
  return {
    input: count(value, 'input_tokens'),
    cached: count(value, 'cached_input_tokens'),
    output: count(value, 'output_tokens'),
    reasoning: count(value, 'reasoning_output_tokens'),
    total: count(value, 'total_tokens'),
  }
}

function difference(total: TokenCount, before: TokenCount | undefined): TokenCount {
  const less = (a: number | undefined, b: number | undefined) => (a === undefined ? undefined : Math.max(0, a - (b ?? 0)))
  return {
    input: less(total.input, before?.input),
    cached: less(total.cached, before?.cached),
    output: less(total.output, before?.output),
    reasoning: less(total.reasoning, before?.reasoning),
    total: less(total.total, before?.total),
  }
}
