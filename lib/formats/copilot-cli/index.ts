import { isRecord, word } from '../foreign'
import type { Companion, Decoded, Decoder, Detection, FileChunk, Format, Sample } from '../format'
import { eachJsonLine, firstObjects } from '../json-lines'
import { Sink } from '../telling'
import { FileReader } from './events'

/**
 * GitHub Copilot CLI: ~/.copilot/session-state/<session>/events.jsonl. One file holds the master and its
 * sub-agents; a sub-agent's lines carry `agentId`, which is the id of the call that started it.
 */
export const copilotCli: Format = {
  name: 'copilot-cli',
  title: 'Copilot CLI events',
  lies: '~/.copilot/session-state/<session>/events.jsonl',
  shape: 'a first line {"type": "session.start", "data": {…}}',
  detect,
  companion,
  group,
  decoder: () => new CopilotDecoder(),
}

const KINDS = /^(session|user|assistant|tool|subagent|system|skill|hook|abort|permission|model)(\.|$)/

function detect(sample: Sample): Detection {
  const lines = firstObjects(sample.head)
  const ours = lines.filter(
    (line) => typeof line.type === 'string' && KINDS.test(line.type) && isRecord(line.data) && 'parentId' in line && 'timestamp' in line,
  )
  if (ours.some((line) => line.type === 'session.start' && word(line, 'data', 'sessionId') !== undefined)) return { score: 0.95 }
  if (ours.length > 0)
    return { score: 0.45, missing: 'its lines are those of events.jsonl, but the first one, "session.start" with the session\'s id, is missing' }
  return { score: 0, missing: 'no line is {"type": "session.start" | "assistant.message" …, "data": {…}, "id", "parentId", "timestamp"}' }
}

function companion(path: string): Companion | undefined {
  if (/\/session-state\/[^/]+\/(workspace\.yaml|plan\.md|vscode\.metadata\.json)$/.test(path))
    return { read: false, what: 'a note of Copilot CLI beside its events' }
  return undefined
}

function group(sample: Sample): string | undefined {
  return /"sessionId"\s*:\s*"([^"]+)"/.exec(sample.head.slice(0, 4096))?.[1]
}

class CopilotDecoder implements Decoder {
  private readonly sink = new Sink()
  private readonly files = new Map<string, FileReader>()

  push(chunk: FileChunk): Decoded {
    let file = this.files.get(chunk.path)
    if (!file || chunk.firstLine === 1) {
      file = new FileReader(chunk.path, this.sink)
      this.files.set(chunk.path, file)
    }
    const reader = file
    eachJsonLine(chunk, this.sink, 'Copilot CLI events file', (value, line) => reader.line(value, line))
    return this.sink.take()
  }

  end(): Decoded {
    for (const file of this.files.values()) file.end()
    return this.sink.take()
  }
}
