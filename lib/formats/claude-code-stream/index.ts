import { claudeCode } from '../claude-code'
import { clip } from '../claude-code/draft'
import type { Decoded, DecodeOptions, Decoder, Detection, FileChunk, Format, Sample } from '../format'
import { tellingLines } from '../json-lines'
import { isRecord, type Json, textOf, timeOf } from '../spans/json'

/** What `claude -p --output-format stream-json --verbose` and the Agent SDK print: one message a line. */
export const claudeCodeStream: Format = {
  name: 'claude-code-stream',
  title: 'Claude Code stream-json',
  lies: 'what `claude -p --output-format stream-json --verbose` and the Agent SDK print',
  shape: 'lines {"type": "system" | "assistant" | "user" | "result", "session_id"}',
  detect,
  group: (sample) => /"session_id"\s*:\s*"([^"]+)"/.exec(sample.head)?.[1],
  decoder: (options) => new StreamDecoder(options),
}

function detect(sample: Sample): Detection {
  const { known, other } = tellingLines(
    sample.head,
    (line) => typeof line.session_id === 'string' && /^(?:system|assistant|user|result|stream_event)$/.test(String(line.type)),
  )
  if (known === 0) return { score: 0, missing: 'no lines with "type": "system", "assistant" or "result" and "session_id"' }
  return known > other ? { score: 0.9 } : { score: 0.4, missing: `${other} of the first ${known + other} lines are no lines of stream-json` }
}

/**
 * Line by line into the transcript's own shape, which its decoder reads: a sub-agent's line names the call
 * that started it, as progress lines of transcripts do. The stream carries no times of its own in most
 * versions: a line without one happened when it was read.
 */
class StreamDecoder implements Decoder {
  private readonly inner: Decoder
  /** The call that started an agent -> the agent's id. */
  private readonly agents = new Map<string, string>()
  private last = 0
  /** The run's folder, which only its first line names. */
  private folder: string | undefined

  constructor(options: DecodeOptions) {
    this.inner = claudeCode.decoder(options)
  }

  push(chunk: FileChunk): Decoded {
    const ended: Decoded = { events: [], issues: [], skipped: 0 }
    const lines = chunk.text.split('\n').map((raw, index) => (raw.trim() === '' ? raw : this.translated(raw, chunk.path, chunk.firstLine + index, ended)))
    const decoded = this.inner.push({ ...chunk, text: lines.join('\n') })
    return { events: [...decoded.events, ...ended.events], issues: [...decoded.issues, ...ended.issues], skipped: decoded.skipped + ended.skipped }
  }

  settle(): Decoded {
    return this.inner.settle?.() ?? { events: [], issues: [], skipped: 0 }
  }

  end(): Decoded {
    return this.inner.end()
  }

  private translated(raw: string, path: string, number: number, out: Decoded): string {
    let line: unknown
    try {
      line = JSON.parse(raw)
    } catch {
      // the transcript's decoder says so, with the line's number
      return raw
    }
    const sessionId = isRecord(line) ? textOf(line.session_id) : undefined
    if (!isRecord(line) || sessionId === undefined) return raw
    this.last = timeOf(line.timestamp) ?? Math.max(this.last + 1, this.last === 0 ? Date.now() : 0)
    const timestamp = new Date(this.last).toISOString()
    const uuid = textOf(line.uuid) ?? `${sessionId}:${number}`
    this.folder = textOf(line.cwd) ?? this.folder
    const base = { sessionId, timestamp, uuid, ...(this.folder === undefined ? {} : { cwd: this.folder }) }
    if (line.type === 'system') this.noteTask(line)
    if (line.type === 'result') {
      out.events.push({
        type: 'session.ended',
        id: clip(`${uuid}:ended`, 400),
        sessionId: clip(sessionId, 200),
        occurredAt: this.last,
        order: number,
        status: statusOf(line),
        source: { path, line: number },
      })
    }
    if (line.type !== 'assistant' && line.type !== 'user') return JSON.stringify({ type: 'mode', ...base })
    const parent = textOf(line.parent_tool_use_id)
    const message = { type: line.type, uuid, timestamp, message: line.message, ...('tool_use_result' in line ? { toolUseResult: line.tool_use_result } : {}) }
    if (parent === undefined) return JSON.stringify({ ...message, ...base, parentUuid: null, isSidechain: false, version: 'stream-json' })
    const agentId = this.agents.get(parent) ?? `agent-${parent}`
    return JSON.stringify({
      type: 'progress',
      ...base,
      isSidechain: false,
      parentToolUseID: parent,
      data: { type: 'agent_progress', agentId, prompt: '', message },
    })
  }

  private noteTask(line: Json): void {
    const call = textOf(line.tool_use_id)
    const agent = textOf(line.task_id)
    if (line.subtype === 'task_started' && call !== undefined && agent !== undefined && line.task_type !== 'local_bash') this.agents.set(call, agent)
  }
}

function statusOf(line: Json): 'completed' | 'failed' | 'cancelled' {
  if (/abort|interrupt|cancel/.test(textOf(line.terminal_reason) ?? '')) return 'cancelled'
  return line.subtype === 'success' && line.is_error !== true ? 'completed' : 'failed'
}
