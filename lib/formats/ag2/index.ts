import { Conversation } from '../conversation'
import { DocumentDecoder, outline } from '../documents'
import { contentText, isRecord, type JsonRecord, list, parsed, records, shown, text, word } from '../foreign'
import type { Detection, Format, Sample } from '../format'
import { nameOfText, type Sink } from '../telling'
import { callMade, callReturned, type ToolUse } from '../tool-calls'

/**
 * Histories of AG2 (and AutoGen 0.2): messages with `name` and `role`, as `chat_history` of a ChatResult,
 * as `messages` of a group chat, or as `history` of a published log. No times, no tokens.
 */
export const ag2: Format = {
  name: 'ag2',
  title: 'AG2 chat history',
  lies: 'chat_history of a ChatResult, or messages of a group chat, as JSON',
  shape: 'messages with "name", "role", "content"',
  detect,
  decoder: () => new DocumentDecoder('AG2 chat history', read, undefined, true),
}

const LISTS = ['history', 'chat_history', 'messages'] as const

function detect(sample: Sample): Detection {
  const { array, keys } = outline(sample.head, 1)
  const [top, inner] = [keys[0] as Set<string>, keys[1] as Set<string>]
  const message = array ? top : LISTS.some((key) => top.has(key)) ? inner : undefined
  if (!message) return { score: 0, missing: 'it has no "history", "chat_history" or "messages"' }
  const fits = message.has('content') && message.has('role') && message.has('name')
  if (!fits) return { score: message.has('content') && message.has('role') ? 0.3 : 0, missing: 'its messages do not have "name", "role" and "content"' }
  if (message.has('models_usage') || message.has('source') || message.has('timestamp') || message.has('agent') || message.has('id'))
    return { score: 0.2, missing: 'its messages are richer than AG2 writes them' }
  return { score: 0.85 }
}

const HARNESS = /^(computer_terminal|code_?executor|executor|terminal)$/i
const HUMAN = /^(user|user_?proxy|admin|human)$/i

function read({ path, value, line }: { path: string; value: unknown; line?: number }, sink: Sink): void {
  const history = Array.isArray(value) ? value.filter(isRecord) : (LISTS.map((key) => records(value, key)).find((found) => found.length > 0) ?? [])
  if (history.length === 0) {
    sink.issues.push({ code: 'no_history', severity: 'error', message: 'This file holds no messages; export the chat with its history.', place: { path } })
    return
  }
  const id = word(value, 'question_ID') ?? word(value, 'chat_id') ?? nameOfText(JSON.stringify(history.slice(0, 3)))
  const talk = new Conversation(`ag2:${id}`, sink, false)
  const title = word(value, 'question') ?? contentText(history[0]?.content)
  talk.begin({ format: 'ag2', framework: 'ag2', title, at: talk.when(0) })
  const uses = new Map<string, ToolUse>()
  const place = { path, ...(line === undefined ? {} : { line }) }
  history.forEach((message, step) => {
    const name = word(message, 'name') ?? word(message, 'role') ?? 'unnamed'
    const said = contentText(message.content)
    const startedAt = talk.when(step)
    const at = startedAt + 900
    const source = { ...place, messageId: `history[${step}]` }
    const turnId = `step-${step}`
    const answers = records(message, 'tool_responses')
    if (message.role === 'tool' || answers.length > 0) {
      talk.join(name, startedAt, step, HUMAN.test(name) ? { role: 'human' } : {})
      for (const answer of answers.length > 0 ? answers : [message]) answered(talk, uses, answer, at, step)
      return
    }
    if (HUMAN.test(name)) {
      const next = history
        .slice(step + 1)
        .map((one) => word(one, 'name'))
        .find((one) => one !== undefined && !HUMAN.test(one))
      if (next !== undefined) talk.join(next, startedAt, step)
      talk.asked(turnId, said, next ?? name, startedAt, step, source, name)
      return
    }
    const runs = HARNESS.test(name)
    talk.join(name, startedAt, step, runs ? { role: 'harness' } : {})
    const exit = runs ? /^exitcode: (\d+)/.exec(said)?.[1] : undefined
    talk.turn({
      id: turnId,
      agentId: name,
      startedAt,
      at,
      order: step,
      output: said,
      source,
      finish: list(message, 'tool_calls').length > 0 ? 'tool_calls' : undefined,
      attributes: exit === undefined ? undefined : { exitCode: Number(exit) },
    })
    for (const call of records(message, 'tool_calls')) called(talk, uses, call, { agentId: name, turnId, at, order: step, source })
  })
  const last = history.at(-1)
  if (/\bTERMINATE\b/.test(contentText(last?.content)))
    talk.end('completed', 'TERMINATE', talk.when(history.length - 1) + 900, history.length, { ...place, messageId: `history[${history.length - 1}]` })
}

function called(
  talk: Conversation,
  uses: Map<string, ToolUse>,
  call: JsonRecord,
  said: { agentId: string; turnId: string; at: number; order: number; source: ToolUse['source'] },
): void {
  const callId = word(call, 'id') ?? `${said.turnId}:${word(call, 'function', 'name')}`
  const raw = text(call, 'function', 'arguments')
  const use: ToolUse = { ...said, callId, name: word(call, 'function', 'name') ?? 'unnamed', input: parsed(raw) ?? raw, attributes: { timeIsOrder: true } }
  uses.set(callId, use)
  callMade(talk.telling, use)
}

function answered(talk: Conversation, uses: Map<string, ToolUse>, answer: JsonRecord, at: number, step: number): void {
  const use = uses.get(word(answer, 'tool_call_id') ?? '')
  if (!use) return
  const result = shown(answer.content) ?? ''
  callReturned(talk.telling, use, { at, order: step, status: /^Error:/.test(result) ? 'error' : 'ok', result })
}
