import { isRecord, type Json, parsed, textOf } from '../spans/json'

/** What of a conversation's messages matters here: the newest wish, the answer, and what the answer asks for. */
export interface Said {
  /** The last message of a person. */
  user?: string
  /** What the model answered: text only. */
  answer?: string
  reasoning?: string
  /** Ids of the tool calls that the answer asks for. */
  asksFor: string[]
  /** Names of these tools, for answers that are nothing but calls. */
  calls: string[]
  finish?: string
}

/**
 * Messages as any dialect writes them: `parts` (OpenTelemetry), `content` as text or blocks (OpenAI,
 * Anthropic), `contents` (OpenInference), `tool_calls`. As JSON text or as values.
 */
export function readMessages(value: unknown): Said {
  const said: Said = { asksFor: [], calls: [] }
  const list = parsed(value)
  const messages = Array.isArray(list) ? list : list === undefined || list === null ? [] : [list]
  const answers: string[] = []
  const thoughts: string[] = []
  for (const raw of messages) {
    const message = isRecord(raw) && isRecord(raw.message) ? { ...raw, ...raw.message } : raw
    if (typeof message === 'string') {
      answers.push(message)
      said.user = message
      continue
    }
    if (!isRecord(message)) continue
    const role = textOf(message.role) ?? textOf(message.type) ?? ''
    const parts: string[] = []
    const finish = textOf(message.finish_reason) ?? textOf(message.finishReason)
    if (finish !== undefined) said.finish = finish
    readContent(message.parts ?? message.contents ?? message.content, parts, thoughts, said)
    for (const call of Array.isArray(message.tool_calls) ? message.tool_calls : []) readCall(call, said)
    if ('tool.name' in message) said.calls.push(textOf(message['tool.name']) ?? 'tool')
    const text = parts.join('\n')
    if (/^(?:user|human)$/i.test(role)) {
      if (text !== '') said.user = text
    } else if (/^(?:assistant|model|ai|)$/i.test(role) && text !== '') answers.push(text)
  }
  if (answers.length > 0) said.answer = answers.join('\n\n')
  if (thoughts.length > 0) said.reasoning = thoughts.join('\n\n')
  return said
}

function readContent(content: unknown, texts: string[], thoughts: string[], said: Said): void {
  if (typeof content === 'string') {
    if (content !== '') texts.push(content)
    return
  }
  if (isRecord(content)) {
    readContent([content], texts, thoughts, said)
    return
  }
  for (const raw of Array.isArray(content) ? content : []) {
    const part = isRecord(raw) && isRecord(raw.message_content) ? raw.message_content : raw
    if (typeof part === 'string') texts.push(part)
    if (!isRecord(part)) continue
    const kind = textOf(part.type) ?? ''
    const text = textOf(part.text) ?? textOf(part.content)
    if (/^(?:reasoning|thinking)$/.test(kind)) {
      const thought = textOf(part.thinking) ?? text
      if (thought !== undefined) thoughts.push(thought)
    } else if (/tool_call$|tool_use$|^function_call$/.test(kind) || 'function_call' in part || 'functionCall' in part) readCall(part, said)
    else if (/tool_call_response|tool_result|function_response/.test(kind)) continue
    else if (text !== undefined) texts.push(text)
  }
}

function readCall(raw: unknown, said: Said): void {
  const call = isRecord(raw) && isRecord(raw.tool_call) ? raw.tool_call : raw
  if (!isRecord(call)) return
  const inner = [call.function, call.function_call, call.functionCall].find(isRecord) as Json | undefined
  const id = textOf(call.id) ?? textOf(call.call_id) ?? textOf(inner?.id)
  const name = textOf(call.name) ?? textOf(inner?.name)
  if (id !== undefined) said.asksFor.push(id)
  if (name !== undefined) said.calls.push(name)
}

/** `llm.input_messages.10.message.role` and its like, to a list: numbers in their order, gaps closed. */
export function unflattened(attributes: Json, prefix: string): unknown[] | undefined {
  const root: Json = {}
  let found = false
  for (const key of Object.keys(attributes)) {
    if (!key.startsWith(`${prefix}.`)) continue
    found = true
    const path = key.slice(prefix.length + 1).split('.')
    if (path.some((step) => step === '__proto__') || path.length > 16) continue
    let at = root
    for (const step of path.slice(0, -1)) {
      const next = at[step]
      if (isRecord(next)) at = next
      else {
        const made: Json = {}
        at[step] = made
        at = made
      }
    }
    at[path.at(-1) ?? ''] = attributes[key]
  }
  if (!found) return undefined
  const list = listed(root)
  return Array.isArray(list) ? list : undefined
}

function listed(value: unknown): unknown {
  if (!isRecord(value)) return value
  const keys = Object.keys(value)
  if (keys.length > 0 && keys.every((key) => /^\d+$/.test(key))) return keys.sort((a, b) => Number(a) - Number(b)).map((key) => listed(value[key]))
  const record: Json = {}
  for (const key of keys) record[key] = listed(value[key])
  return record
}

export function finishOf(reason: unknown): 'stop' | 'tool_calls' | 'length' | 'cancelled' | 'error' | undefined {
  const first = Array.isArray(reason) ? reason[0] : reason
  if (typeof first !== 'string') return undefined
  const plain = first.toLowerCase()
  if (/tool|function/.test(plain)) return 'tool_calls'
  if (/length|max_tokens|limit/.test(plain)) return 'length'
  if (/cancel|abort|interrupt/.test(plain)) return 'cancelled'
  if (/error|refus|safety|content_filter/.test(plain)) return 'error'
  if (/stop|end|complete/.test(plain)) return 'stop'
  return undefined
}
