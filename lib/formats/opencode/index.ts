import { type Document, DocumentDecoder, outline } from '../documents'
import { isRecord, type JsonRecord, number, records, word } from '../foreign'
import type { Decoded, Decoder, Detection, FileChunk, Format, Sample } from '../format'
import { firstObjects } from '../json-lines'
import { Sink } from '../telling'
import { OpenCodeRun, type Part, type SessionInfo } from './run'

/**
 * OpenCode: `opencode export`'s {"info", "messages": [{"info", "parts"}]}, a file a session, and lists of
 * parts with "_role" and "_ts" as tools that watch it record them.
 */
export const opencode: Format = {
  name: 'opencode',
  title: 'OpenCode session',
  lies: '`opencode export`',
  shape: '"info" with "messages" of "parts"',
  detect,
  group,
  decoder: () => new OpenCodeDecoder(),
}

function detect(sample: Sample): Detection {
  if (firstObjects(sample.head, 3).some((line) => '_role' in line && '_ts' in line && typeof line.type === 'string')) return { score: 0.9 }
  const { array, keys } = outline(sample.head, 2)
  const top = keys[0] as Set<string>
  if (!array && top.has('info') && (top.has('messages') || /"info"\s*:\s*\{[^{}]*"id"\s*:\s*"ses_/.test(sample.head))) return { score: 0.9 }
  return { score: 0, missing: 'it has no "info" with "messages" of "parts", and no line has "_role" and "_ts"' }
}

/** A session and those that its calls of `task` started. */
function group(sample: Sample): string | undefined {
  const start = sample.head.slice(0, 8192)
  return /"parentID"\s*:\s*"([^"]+)"/.exec(start)?.[1] ?? /"info"\s*:\s*\{[^{}]*?"id"\s*:\s*"([^"]+)"/.exec(start)?.[1]
}

class OpenCodeDecoder implements Decoder {
  private readonly sink = new Sink()
  private readonly runs = new Map<string, OpenCodeRun>()
  private readonly documents = new DocumentDecoder('OpenCode session', (document) => this.document(document), undefined, true)

  push(chunk: FileChunk): Decoded {
    return this.joined(this.documents.push(chunk))
  }

  settle(): Decoded {
    for (const run of this.runs.values()) run.settle(false)
    return this.sink.take()
  }

  end(): Decoded {
    const ended = this.documents.end()
    for (const run of this.runs.values()) run.settle(true)
    return this.joined(ended)
  }

  private joined(part: Decoded): Decoded {
    const own = this.sink.take()
    return { events: [...part.events, ...own.events], issues: [...part.issues, ...own.issues], skipped: part.skipped + own.skipped }
  }

  private document({ path, value }: Document): void {
    const lines = (Array.isArray(value) ? value : [value]).filter(isRecord)
    if (lines.some((line) => '_role' in line)) return this.recorded(path, lines)
    for (const one of lines) this.exported(path, one)
  }

  private run(id: string): OpenCodeRun {
    let run = this.runs.get(id)
    if (!run) {
      run = new OpenCodeRun(id, this.sink)
      this.runs.set(id, run)
    }
    return run
  }

  private exported(path: string, value: JsonRecord): void {
    const info = isRecord(value.info) ? value.info : {}
    const messages = records(value, 'messages')
    const id = word(info, 'id')
    if (id === undefined || messages.length === 0) {
      this.sink.issues.push({
        code: 'no_messages',
        severity: 'error',
        message: 'This holds no session of OpenCode with messages; write one with "opencode export".',
        place: { path },
      })
      return
    }
    const session: SessionInfo = {
      id,
      parentId: word(info, 'parentID'),
      title: word(info, 'title'),
      folder:
        word(info, 'directory') ??
        word(
          messages.find((one) => word(one, 'info', 'path', 'cwd') !== undefined),
          'info',
          'path',
          'cwd',
        ),
      at: number(info, 'time', 'created'),
      path,
    }
    const parts = messages.flatMap((message, m): Part[] => {
      const said = isRecord(message.info) ? message.info : {}
      const created = number(said, 'time', 'created') ?? session.at ?? 0
      // parts without a time of their own come after the one before
      let clock = created
      return records(message, 'parts').map((part, p) => {
        const at = number(part, 'time', 'start') ?? number(part, 'state', 'time', 'start') ?? clock
        const end = number(part, 'time', 'end') ?? number(part, 'state', 'time', 'end')
        clock = Math.max(clock, end ?? at)
        return {
          part,
          role: word(said, 'role') ?? 'assistant',
          messageId: word(said, 'id') ?? `messages[${m}]`,
          at,
          endedAt: end ?? clock,
          model: word(said, 'modelID') ?? word(said, 'model', 'modelID'),
          provider: word(said, 'providerID') ?? word(said, 'model', 'providerID'),
          info: said,
          order: m + 1 + p * 0.001,
          line: undefined,
          last: p === records(message, 'parts').length - 1,
        }
      })
    })
    this.run(session.parentId ?? id).session(session, parts)
  }

  private recorded(path: string, lines: JsonRecord[]): void {
    const at = number(lines[0], '_ts') ?? 0
    const id = word(lines[0], 'sessionID') ?? word(lines[0], '_session') ?? `opencode:${at}`
    const parts = lines.map(
      (part, i): Part => ({
        part,
        role: word(part, '_role') ?? 'assistant',
        messageId: word(part, 'messageID') ?? word(part, 'id') ?? `line-${i + 1}`,
        at: number(part, 'time', 'start') ?? number(part, 'state', 'time', 'start') ?? number(part, '_ts') ?? at,
        endedAt: number(part, 'time', 'end') ?? number(part, 'state', 'time', 'end') ?? number(part, '_ts'),
        model: word(part, '_model') ?? word(part, 'state', 'metadata', 'model', 'modelID'),
        provider: undefined,
        info: {},
        order: i + 1,
        line: i + 1,
        last: i === lines.length - 1,
      }),
    )
    this.run(id).session({ id, parentId: undefined, title: undefined, folder: word(lines[0], '_cwd'), at, path }, parts)
  }
}
