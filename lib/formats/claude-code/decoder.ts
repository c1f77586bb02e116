import type { Decoded, DecodeOptions, Decoder, FileChunk } from '../format'
import { seen, titleLine } from './beginning'
import { DECLARED, link, sought } from './delegation'
import { AgentProgress, blocksOf, isRecord, type Line, LineShape, SILENT_TYPES, stringIn, textOf, timeOf } from './line'
import { taskNotifications, userRequest } from './phrases'
import { tookCall } from './results'
import { MAIN, Session, type Sink } from './session'
import { settleSession } from './settle'
import type { AgentStream, Entry } from './stream'
import { countLines, type FileState, isInternalAgent, newFileState, plainSessionId, sideChainOf } from './transcript-files'
import { takeAssistant } from './turns'
import { asked, notified, tookUser } from './user-lines'
import { takeWorkflowJournal, takeWorkflowRun } from './workflows'

export function claudeCodeDecoder(options: DecodeOptions): Decoder {
  return new ClaudeCodeDecoder(options)
}

class ClaudeCodeDecoder implements Decoder {
  private readonly files = new Map<string, FileState>()
  private readonly sessions = new Map<string, Session>()
  private readonly sink: Sink = { events: [], issues: [], skipped: 0 }

  constructor(private readonly options: DecodeOptions) {}

  push(chunk: FileChunk): Decoded {
    const file = this.file(chunk.path)
    switch (file.kind.kind) {
      case 'skip':
        if (chunk.firstLine === 1) this.sink.issues.push({ code: 'skipped_file', severity: 'note', message: file.kind.why, place: { path: chunk.path } })
        this.sink.skipped += countLines(chunk.text)
        break
      case 'transcript':
      case 'journal':
        this.lines(chunk, file)
        break
      case 'meta':
      case 'workflow-run':
        file.text = chunk.firstLine === 1 ? chunk.text : file.text + chunk.text
        if (chunk.final) this.document(chunk.path, file)
        break
    }
    return this.take()
  }

  settle(): Decoded {
    for (const session of this.sessions.values()) settleSession(session, false, (id) => this.session(id))
    return this.take()
  }

  end(): Decoded {
    for (const session of [...this.sessions.values()]) settleSession(session, true, (id) => this.session(id))
    return this.take()
  }

  private take(): Decoded {
    const { sink } = this
    const taken = { events: sink.events, issues: sink.issues, skipped: sink.skipped }
    sink.events = []
    sink.issues = []
    sink.skipped = 0
    return taken
  }

  private session(id: string): Session {
    let session = this.sessions.get(id)
    if (!session) {
      session = new Session(id, this.sink, this.options.countTokens)
      this.sessions.set(id, session)
    }
    return session
  }

  private file(path: string): FileState {
    let file = this.files.get(path)
    if (!file) {
      file = newFileState(path)
      this.files.set(path, file)
    }
    return file
  }

  private lines(chunk: FileChunk, file: FileState): void {
    let line = chunk.firstLine
    let from = 0
    const { text } = chunk
    while (from < text.length) {
      const newline = text.indexOf('\n', from)
      const raw = text.slice(from, newline < 0 ? text.length : newline).trim()
      from = newline < 0 ? text.length : newline + 1
      if (raw !== '') this.line(chunk.path, line, raw, file)
      line++
    }
  }

  private line(path: string, number: number, raw: string, file: FileState): void {
    let value: unknown
    try {
      value = JSON.parse(raw)
    } catch (error) {
      this.sink.issues.push({
        code: 'bad_json',
        severity: 'error',
        message: `This line is not JSON (${error instanceof Error ? error.message.slice(0, 120) : 'unreadable'}); mend or remove it and import again.`,
        place: { path, line: number },
      })
      return
    }
    if (file.kind.kind === 'journal') {
      if (file.sessionId !== undefined && file.workflow !== undefined) takeWorkflowJournal(this.session(file.sessionId), file.workflow, value)
      this.sink.skipped++
      return
    }
    const parsed = LineShape.safeParse(value)
    if (!parsed.success) {
      this.sink.issues.push({
        code: 'bad_line',
        severity: 'error',
        message: 'This line is JSON but has no `type`, so it is no line of a Claude Code transcript; remove it and import again.',
        place: { path, line: number },
      })
      return
    }
    this.typedLine(path, number, parsed.data, file)
  }

  private typedLine(path: string, number: number, line: Line, file: FileState): void {
    const sessionId = file.sessionId ?? plainSessionId(line.sessionId) ?? file.lastSessionId
    if (sessionId !== undefined) file.lastSessionId = sessionId
    const at = timeOf(line.timestamp)
    if (at !== undefined) file.lastAt = at
    if (sessionId === undefined) {
      this.sink.skipped++
      return
    }
    const session = this.session(sessionId)
    if (line.forkedFrom && !file.toldFork) {
      file.toldFork = true
      session.issue({
        code: 'forked',
        severity: 'note',
        message: `Lines of this file were copied from session ${line.forkedFrom.sessionId ?? 'of unknown id'} by a fork; their tokens are counted in both.`,
        place: { path, line: number },
      })
    }
    switch (line.type) {
      case 'user':
      case 'assistant':
        this.message(session, path, number, line, at ?? file.lastAt, file)
        return
      case 'progress':
        this.progress(session, path, number, line, at ?? file.lastAt, file)
        return
      case 'system':
        if (at !== undefined) {
          seen(session, path, number, line, at)
          this.streamOf(session, line, file).remember(line.uuid, at)
        }
        // the tool writes these when the model has finished answering
        if (line.subtype === 'turn_duration' || line.subtype === 'stop_hook_summary') session.closeTurn(this.streamOf(session, line, file))
        this.sink.skipped++
        return
      case 'attachment':
        if (at !== undefined) this.attachment(session, path, number, line, at)
        else this.sink.skipped++
        return
      case 'queue-operation': {
        const text = typeof line.content === 'string' ? line.content : undefined
        if (text !== undefined && at !== undefined && line.operation === 'enqueue' && taskNotifications(text).length > 0) {
          notified(session, text, { at, order: number, place: { path, line: number, uuid: line.uuid, messageId: undefined } })
        } else this.sink.skipped++
        return
      }
      case 'ai-title':
      case 'custom-title':
      case 'summary':
        this.sink.skipped++
        titleLine(session, number, line, at ?? file.lastAt)
        return
      default:
        this.sink.skipped++
        if (!SILENT_TYPES.has(line.type) && !file.toldUnknown.has(line.type)) {
          file.toldUnknown.add(line.type)
          session.issue({
            code: 'unknown_line_type',
            severity: 'note',
            message: `Lines of type "${line.type.slice(0, 60)}" are not known to this version and were passed over.`,
            place: { path, line: number },
          })
        }
    }
  }

  private message(session: Session, path: string, number: number, line: Line, at: number | undefined, file: FileState): void {
    if (!line.message || at === undefined) {
      session.issue({
        code: line.message ? 'no_timestamp' : 'bad_message',
        severity: 'error',
        message: line.message
          ? `This ${line.type} line has no usable timestamp and none came before it.`
          : `The message of this ${line.type} line is missing or not in the shape of Anthropic's API.`,
        place: { path, line: number },
      })
      return
    }
    if (line.agentId !== undefined && isInternalAgent(line.agentId)) {
      this.sink.skipped++
      return
    }
    seen(session, path, number, line, at)
    const stream = this.streamOf(session, line, file)
    if (!stream.isMain && line.agentId !== undefined) {
      stream.ownFile = true
      stream.workflow ??= file.workflow
    }
    this.entry(session, stream, {
      path,
      line: number,
      uuid: line.uuid,
      parentUuid: line.parentUuid,
      at,
      cwd: line.cwd,
      message: line.message,
      toolUseResult: line.toolUseResult,
      isMeta: line.isMeta === true,
      isCompactSummary: line.isCompactSummary === true || line.isVisibleInTranscriptOnly === true,
      apiError: line.isApiErrorMessage === true,
      originKind: line.origin?.kind,
    })
  }

  /** A line of an agent's, whatever it came wrapped in. */
  private entry(session: Session, stream: AgentStream, entry: Entry): void {
    stream.cwd ??= entry.cwd
    stream.lastAt = Math.max(stream.lastAt ?? entry.at, entry.at)
    if (stream.runs.length === 0) this.firstRun(session, stream, entry)
    if (entry.message.role === 'assistant') {
      this.modelled(session, stream, entry)
      const { turn, calls } = takeAssistant(stream, entry, session.turnOptions(stream))
      calls.forEach((made, nth) => {
        tookCall(session, stream, turn, entry, made, nth)
      })
    } else tookUser(session, stream, entry)
    stream.remember(entry.uuid, entry.at)
  }

  /** Older versions leave out a sub-agent's prompt: its file starts with the answer. */
  private firstRun(session: Session, stream: AgentStream, entry: Entry): void {
    const isPrompt = entry.message.role === 'user' && !blocksOf(entry.message).some((block) => block.type === 'tool_result')
    this.begin(session, stream, entry, isPrompt ? textOf(entry.message) : undefined)
  }

  private begin(session: Session, stream: AgentStream, entry: Pick<Entry, 'path' | 'line' | 'at'>, prompt: string | undefined): void {
    const run = session.beginRun(stream, entry, prompt)
    session.tell(stream, {
      type: 'agent.joined',
      id: `${stream.id}:joined`,
      occurredAt: entry.at,
      order: entry.line - 0.4,
      agentId: stream.id,
      role: 'agent',
      ...(stream.isMain ? { name: 'main' } : {}),
    })
    sought(session, stream, run)
  }

  private modelled(session: Session, stream: AgentStream, entry: Entry): void {
    const model = entry.message.model
    if (stream.model !== undefined || model === undefined || model === '<synthetic>') return
    stream.model = model
    session.tell(stream, {
      type: 'agent.joined',
      id: `${stream.id}:model`,
      occurredAt: entry.at,
      order: entry.line - 0.3,
      agentId: stream.id,
      model: model.slice(0, 200),
      provider: 'anthropic',
    })
  }

  private progress(session: Session, path: string, number: number, line: Line, at: number | undefined, file: FileState): void {
    const parsed = AgentProgress.safeParse(line.data)
    if (at !== undefined && line.uuid !== undefined) session.stream(MAIN).remember(line.uuid, at)
    if (!parsed.success) {
      this.sink.skipped++
      return
    }
    const { agentId, message, prompt } = parsed.data
    const inside = timeOf(message.timestamp) ?? at
    if (inside === undefined || isInternalAgent(agentId)) {
      this.sink.skipped++
      return
    }
    seen(session, path, number, line, inside)
    const stream = session.stream(agentId)
    const where = { path, line: number, at: inside }
    if (stream.runs.length === 0) this.begin(session, stream, where, prompt)
    const delegation = line.parentToolUseID === undefined ? undefined : session.delegations.get(line.parentToolUseID)
    if (delegation) link(session, delegation, agentId, DECLARED)
    if (stream.ownFile || file.sessionId !== undefined) {
      this.sink.skipped++
      return
    }
    this.entry(session, stream, {
      ...where,
      uuid: message.uuid,
      parentUuid: undefined,
      cwd: line.cwd,
      message: message.message,
      toolUseResult: message.toolUseResult,
      isMeta: false,
      isCompactSummary: false,
      apiError: false,
      originKind: undefined,
    })
  }

  private attachment(session: Session, path: string, number: number, line: Line, at: number): void {
    seen(session, path, number, line, at)
    const main = session.stream(MAIN)
    main.remember(line.uuid, at)
    // what a person typed while the model worked reaches it as an attachment
    const prompt = stringIn(line.attachment, 'type') === 'queued_command' ? line.attachment?.prompt : undefined
    const text =
      typeof prompt === 'string' ? prompt : Array.isArray(prompt) ? prompt.map((part: unknown) => stringIn(part, 'text') ?? '').join('\n') : undefined
    if (text === undefined || line.isSidechain) {
      this.sink.skipped++
      return
    }
    const place = { path, line: number, uuid: line.uuid, messageId: undefined }
    if (taskNotifications(text).length > 0) notified(session, text, { at, order: number, place })
    else {
      const request = userRequest(text)
      if (request === undefined) this.sink.skipped++
      else asked(session, { path, line: number, uuid: line.uuid, at }, request)
    }
  }

  private streamOf(session: Session, line: Line, file: FileState): AgentStream {
    if (line.agentId !== undefined) return session.stream(line.agentId)
    if (line.isSidechain !== true) return session.stream(MAIN)
    return session.stream(sideChainOf(file, line))
  }

  /** A whole JSON file beside the transcripts. */
  private document(path: string, file: FileState): void {
    let value: unknown
    try {
      value = JSON.parse(file.text)
    } catch {
      this.sink.issues.push({
        code: 'bad_json',
        severity: 'warning',
        message: 'This file is not JSON; what it says of its agent was not used.',
        place: { path },
      })
      return
    } finally {
      file.text = ''
    }
    this.sink.skipped++
    if (file.sessionId === undefined) return
    const session = this.session(file.sessionId)
    if (file.kind.kind === 'meta') {
      const callId = stringIn(value, 'toolUseId')
      if (callId === undefined) return
      session.metaCalls.set(file.kind.agentId, callId)
      const delegation = session.delegations.get(callId)
      if (delegation) link(session, delegation, file.kind.agentId, DECLARED)
    } else if (isRecord(value)) takeWorkflowRun(session, value)
  }
}
