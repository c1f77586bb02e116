import { outline } from '../documents'
import { isRecord, type JsonRecord, text, word } from '../foreign'
import type { Companion, Decoded, Decoder, Detection, FileChunk, Format, Sample } from '../format'
import { eachJsonLine, firstObjects } from '../json-lines'
import { Sink } from '../telling'
import { Chat } from './chat'
import { GeminiSession } from './session'

/**
 * Gemini CLI: ~/.gemini/tmp/<project>/chats/session-<date>-<id>.jsonl, a sub-agent's under
 * chats/<session>/<agent>.jsonl; before that one JSON document a session.
 */
export const geminiCli: Format = {
  name: 'gemini-cli',
  title: 'Gemini CLI chat',
  lies: '~/.gemini/tmp/<project>/chats/session-*.jsonl',
  shape: 'a first line {"sessionId", "projectHash", "startTime"}',
  detect,
  companion,
  group,
  decoder: () => new GeminiDecoder(),
}

function detect(sample: Sample): Detection {
  const first = firstObjects(sample.head, 1)[0]
  if (first && isHead(first)) return { score: 0.95 }
  const { array, keys } = outline(sample.head, 1)
  const top = keys[0] as Set<string>
  if (!array && top.has('sessionId') && top.has('projectHash') && top.has('startTime')) return { score: 0.9 }
  if (firstObjects(sample.head, 5).some((line) => line.type === 'gemini' && 'id' in line))
    return { score: 0.45, missing: 'its lines are those of a chat, but the first one with "sessionId" and "projectHash" is missing' }
  return { score: 0, missing: 'it does not begin with {"sessionId", "projectHash", "startTime"}' }
}

function isHead(line: JsonRecord): boolean {
  return word(line, 'sessionId') !== undefined && word(line, 'projectHash') !== undefined && 'startTime' in line
}

function companion(path: string): Companion | undefined {
  if (/\.gemini\/tmp\/[^/]+\/(logs\.json|shell_history|checkpoint[^/]*\.json)$/.test(path))
    return { read: false, what: 'a note of Gemini CLI beside its chats' }
  return undefined
}

function group(sample: Sample): string | undefined {
  const start = sample.head.slice(0, 4096)
  const own = /"sessionId"\s*:\s*"([^"]+)"/.exec(start)?.[1]
  return /"kind"\s*:\s*"subagent"/.test(start) ? (parentFolder(sample.path) ?? own) : own
}

/** A sub-agent's file lies in a folder that is named as its master's session. */
function parentFolder(path: string | undefined): string | undefined {
  return path?.split(/[\\/]/).at(-2)
}

class GeminiDecoder implements Decoder {
  private readonly sink = new Sink()
  private readonly sessions = new Map<string, GeminiSession>()
  private readonly chats = new Map<string, Chat>()
  /** Older versions: documents, their text so far. */
  private readonly texts = new Map<string, string>()

  push(chunk: FileChunk): Decoded {
    const { path, text: piece, firstLine } = chunk
    const document = this.texts.get(path)
    if (firstLine === 1 ? !startsWithLine(piece) : document !== undefined) {
      const whole = (firstLine === 1 ? '' : (document ?? '')) + piece
      this.texts.set(path, whole)
      if (chunk.final) this.document(path)
      return this.sink.take()
    }
    if (firstLine === 1) this.chats.delete(path)
    eachJsonLine(chunk, this.sink, 'Gemini CLI chat', (value, line) => this.line(path, value, line))
    return this.sink.take()
  }

  settle(): Decoded {
    for (const session of this.sessions.values()) session.settle(false)
    return this.sink.take()
  }

  end(): Decoded {
    for (const path of [...this.texts.keys()]) this.document(path)
    for (const chat of this.chats.values()) chat.close()
    for (const session of this.sessions.values()) session.settle(true)
    return this.sink.take()
  }

  private document(path: string): void {
    const whole = this.texts.get(path) ?? ''
    this.texts.delete(path)
    if (whole.trim() === '') return
    try {
      const value: unknown = JSON.parse(whole)
      this.chats.delete(path)
      if (isRecord(value)) this.line(path, value, 1)
    } catch (error) {
      this.sink.issues.push({
        code: 'bad_json',
        severity: 'error',
        message: `The file begins like a Gemini CLI chat but is not whole JSON (${error instanceof Error ? error.message.slice(0, 100) : 'unreadable'}); check that its end is there and import again.`,
        place: { path },
      })
    }
  }

  private line(path: string, value: JsonRecord, line: number): void {
    let chat = this.chats.get(path)
    if (!chat) {
      if (!isHead(value)) {
        this.sink.issues.push({
          code: 'no_head',
          severity: 'error',
          message: 'The first line of a Gemini CLI chat names its session; this file begins in the middle.',
          place: { path, line },
        })
        return
      }
      const own = text(value, 'sessionId') ?? 'unnamed'
      const child = value.kind === 'subagent'
      const root = child ? (parentFolder(path) ?? own) : own
      let session = this.sessions.get(root)
      if (!session) {
        session = new GeminiSession(root, this.sink)
        this.sessions.set(root, session)
      }
      chat = new Chat(session, path, child ? own : undefined)
      this.chats.set(path, chat)
      chat.begin(value, line)
    }
    chat.line(value, line)
  }
}

function startsWithLine(piece: string): boolean {
  const end = piece.indexOf('\n')
  try {
    return isRecord(JSON.parse(end < 0 ? piece : piece.slice(0, end)))
  } catch {
    return false
  }
}
