import { type Document, DocumentDecoder, outline } from '../documents'
import { isRecord, type JsonRecord, record, records, word } from '../foreign'
import type { Decoded, Decoder, Detection, FileChunk, Format, Sample } from '../format'
import { nameOfText, type Sink } from '../telling'
import { CoreLog, recordIn } from './core-log'
import { readMessages } from './messages'

/**
 * AutoGen 0.4 and later: a TaskResult or its messages, runs exported by AutoGen Studio, and the log of
 * `autogen_core.events`.
 */
export const autogen: Format = {
  name: 'autogen',
  title: 'AutoGen messages or event log',
  lies: 'a TaskResult or its messages as JSON, an AutoGen Studio export, the log autogen_core.events',
  shape: 'messages with "source", "models_usage", "content"',
  detect,
  decoder: () => new AutoGenDecoder(),
}

function detect(sample: Sample): Detection {
  const log = sample.head
    .split('\n')
    .slice(0, 40)
    .filter((line) => recordIn(line) !== undefined).length
  if (log > 0) return { score: 0.95 }
  const { keys } = outline(sample.head, 5)
  for (const [depth, found] of keys.entries()) {
    if (found.has('source') && found.has('models_usage') && found.has('content')) return { score: depth > 3 ? 0.6 : 0.93 }
  }
  return { score: 0, missing: 'no message has "source", "models_usage" and "content" (AgentChat, Studio), and no line is an event of autogen_core.events' }
}

class AutoGenDecoder implements Decoder {
  private readonly documents = new DocumentDecoder('AutoGen messages file', read, undefined, true)
  private readonly logs = new Map<string, CoreLog>()

  push(chunk: FileChunk): Decoded {
    let log = this.logs.get(chunk.path)
    if (chunk.firstLine === 1 && chunk.text.split('\n', 40).some((line) => recordIn(line) !== undefined)) {
      log = new CoreLog(chunk.path)
      this.logs.set(chunk.path, log)
    }
    return log ? log.push(chunk) : this.documents.push(chunk)
  }

  end(): Decoded {
    const parts = [this.documents.end(), ...[...this.logs.values()].map((log) => log.end())]
    return {
      events: parts.flatMap((part) => part.events),
      issues: parts.flatMap((part) => part.issues),
      skipped: parts.reduce((sum, part) => sum + part.skipped, 0),
    }
  }
}

/** A TaskResult, a list of messages, a Studio run, several of them, or a session with its runs. */
function read(document: Document, sink: Sink): void {
  const { value, path } = document
  const runs = runsIn(value)
  if (runs.length === 0) {
    sink.issues.push({
      code: 'no_messages',
      severity: 'error',
      message: 'No list of AgentChat messages was found; export a TaskResult, its messages, or a Studio run.',
      place: { path },
    })
    return
  }
  for (const run of runs) readMessages(run, document, sink)
}

export interface Run {
  id: string
  title: string | undefined
  messages: JsonRecord[]
  stopReason: string | undefined
  status: string | undefined
}

function runsIn(value: unknown): Run[] {
  if (Array.isArray(value)) {
    const items = value.filter(isRecord)
    if (items.some(isMessage)) return [run(undefined, items)]
    return items.flatMap(runsIn)
  }
  if (!isRecord(value)) return []
  const runs = records(value, 'runs')
  if (runs.length > 0) return runs.flatMap(runsIn)
  const result = record(value, 'team_result', 'task_result') ?? record(value, 'task_result')
  const listed = records(result ?? value, 'messages')
  const messages = listed.length > 0 ? listed : records(value, 'messages')
  // Studio wraps each message: {"config": {"source", …}, "run_id"}
  const plain = messages.map((message) => record(message, 'config') ?? message).filter(isMessage)
  return plain.length > 0 ? [run(value, plain, word(result ?? value, 'stop_reason'))] : []
}

function run(value: JsonRecord | undefined, messages: JsonRecord[], stopReason?: string): Run {
  const given = value === undefined ? undefined : (value.id ?? value.run_id)
  const id = typeof given === 'string' || typeof given === 'number' ? String(given) : nameOfText(JSON.stringify(messages.slice(0, 3)))
  return { id, title: word(value, 'task', 'content') ?? word(value, 'task'), messages, stopReason, status: word(value, 'status') }
}

function isMessage(value: JsonRecord): boolean {
  return typeof value.source === 'string' && ('content' in value || 'type' in value)
}
