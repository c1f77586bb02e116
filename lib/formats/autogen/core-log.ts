import { Conversation } from '../conversation'
import { contentText, count, isRecord, type JsonRecord, parsed, record, records, shown, text, time, word } from '../foreign'
import type { Decoded, FileChunk } from '../format'
import { nameOfText, Sink } from '../telling'
import { callMade, callReturned } from '../tool-calls'

const TYPES = new Set([
  'LLMCall',
  'LLMStreamStart',
  'LLMStreamEnd',
  'ToolCall',
  'Message',
  'MessageDropped',
  'MessageHandlerException',
  'AgentConstructionException',
])

/** A record of the channel `autogen_core.events`: bare, behind a log prefix, or inside a JSON formatter's "message". */
export function recordIn(line: string): { event: JsonRecord; at: number | undefined } | undefined {
  const start = line.indexOf('{')
  if (start < 0 || !line.includes('"type"')) return undefined
  const value = parsed(line.slice(start).trim())
  if (!isRecord(value)) return undefined
  const inner = parsed(value.message)
  const event = isKnown(value) ? value : isRecord(inner) && isKnown(inner) ? inner : undefined
  if (!event) return undefined
  const stamp = /(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2})(?:[.,](\d{1,6}))?(Z|[+-]\d{2}:?\d{2})?/.exec(line.slice(0, start))
  const at = stamp
    ? time(`${stamp[1]?.replace(' ', 'T')}${stamp[2] ? `.${stamp[2]}` : ''}${stamp[3] ?? 'Z'}`)
    : (time(value, 'timestamp') ?? time(value, 'asctime'))
  return { event, at }
}

function isKnown(value: JsonRecord): boolean {
  return (
    typeof value.type === 'string' &&
    TYPES.has(value.type) &&
    ('agent_id' in value || 'sender' in value || 'messages' in value || 'payload' in value || 'tool_name' in value)
  )
}

/** `Writer_1f0c…/1f0c…` -> `Writer` */
function agentName(id: string | undefined): string {
  return (id ?? 'unnamed').split('/')[0]?.replace(/_[0-9a-f]{8}-[0-9a-f-]{27}$/i, '') || 'unnamed'
}

const MANAGER = /(Orchestrator|GroupChatManager)$/

/** One log file. Message bodies between agents are seen, who directs whom only where a manager sends. */
export class CoreLog {
  private readonly sink = new Sink()
  private talk: Conversation | undefined
  private step = 0
  private lastAt = new Map<string, number>()

  constructor(private readonly path: string) {}

  push(chunk: FileChunk): Decoded {
    let line = chunk.firstLine
    for (const raw of chunk.text.split('\n')) {
      if (raw.trim() !== '') {
        const found = recordIn(raw)
        if (found) this.record(found.event, found.at, line)
        else this.sink.skipped++
      }
      line++
    }
    return this.sink.take()
  }

  end(): Decoded {
    return this.sink.take()
  }

  private record(event: JsonRecord, given: number | undefined, line: number): void {
    const step = this.step++
    if (!this.talk) {
      this.talk = new Conversation(`autogen-log:${nameOfText(JSON.stringify(event))}`, this.sink, given !== undefined)
      this.talk.begin({ format: 'autogen', framework: 'autogen', at: this.talk.when(step, given) })
    }
    const { talk } = this
    const at = talk.when(step, given)
    const source = { path: this.path, line }
    const agentId = agentName(word(event, 'agent_id'))
    switch (event.type) {
      case 'LLMCall':
      case 'LLMStreamEnd': {
        const response = record(event, 'response')
        const message = record(records(response, 'choices')[0], 'message')
        const id = word(response, 'id') ?? `line-${line}`
        talk.join(agentId, at, line)
        const calls = records(message, 'tool_calls')
        talk.turn({
          id,
          agentId,
          startedAt: Math.min(this.lastAt.get(agentId) ?? at, at),
          at,
          order: line,
          output: contentText(message?.content ?? response?.content),
          usage: { inputTokens: count(event, 'prompt_tokens'), outputTokens: count(event, 'completion_tokens') },
          model: word(response, 'model'),
          finish: calls.length > 0 ? 'tool_calls' : 'stop',
          source: { ...source, messageId: id },
        })
        this.lastAt.set(agentId, at)
        return
      }
      case 'ToolCall': {
        talk.join(agentId, at, line)
        const use = {
          callId: `line-${line}`,
          name: word(event, 'tool_name') ?? 'unnamed',
          input: parsed(event.arguments) ?? event.arguments,
          agentId,
          at,
          order: line,
          source,
        }
        callMade(talk.telling, use)
        callReturned(talk.telling, use, { at, order: line + 0.1, status: 'ok', result: shown(event.result) })
        this.lastAt.set(agentId, at)
        return
      }
      case 'Message': {
        const [from, to] = [word(event, 'sender'), word(event, 'receiver')]
        if (from === undefined || to === undefined || !/DELIVER/.test(text(event, 'delivery_stage') ?? '') || agentName(from) === agentName(to)) {
          this.sink.skipped++
          return
        }
        const [a, b] = [agentName(from), agentName(to)]
        talk.join(a, at, line)
        talk.join(b, at, line)
        const payload = parsed(event.payload)
        const said = contentText(record(payload, 'message')?.content ?? record(payload, 'body')?.content ?? (isRecord(payload) ? payload.content : undefined))
        if (MANAGER.test(a)) talk.directs(a, b, at, line, { kind: 'inferred', how: 'a manager sends it messages' })
        talk.tell({
          type: 'message.sent',
          id: `line-${line}:message`,
          occurredAt: at,
          order: line,
          from: a,
          to: b,
          purpose: 'note',
          text: said === '' ? undefined : said,
          source,
        })
        return
      }
      case 'MessageHandlerException':
        talk.telling.issue('handler_failed', 'note', `An agent failed while it handled a message: ${(word(event, 'exception') ?? '').slice(0, 300)}`, {
          path: this.path,
          line,
        })
        return
      default:
        this.sink.skipped++
    }
  }
}
