import { Conversation } from '../conversation'
import { DocumentDecoder } from '../documents'
import { contentText, count, isRecord, type JsonRecord, parsed, record, records, shown, text, time, word } from '../foreign'
import type { Detection, Format, Sample } from '../format'
import type { Sink } from '../telling'
import { callMade, callReturned, type ToolUse } from '../tool-calls'

/** OpenAI's Assistants API: runs, their steps and a thread's messages, as JSON objects of the API. One assistant a run. */
export const assistants: Format = {
  name: 'assistants',
  title: 'OpenAI Assistants run',
  lies: 'a run, its steps and the thread’s messages from the API, as JSON',
  shape: 'objects "thread.run" and "thread.run.step"',
  detect,
  decoder: () => new DocumentDecoder('OpenAI Assistants run', read, undefined, true),
}

function detect(sample: Sample): Detection {
  if (/"object"\s*:\s*"thread\.run(\.step)?"/.test(sample.head)) return { score: 0.9 }
  return { score: 0, missing: 'no object is a "thread.run" or "thread.run.step"' }
}

function read({ path, value }: { path: string; value: unknown }, sink: Sink): void {
  const found = new Map<string, JsonRecord[]>()
  gather(value, found)
  const runs = found.get('thread.run') ?? []
  const steps = found.get('thread.run.step') ?? []
  const messages = new Map((found.get('thread.message') ?? []).map((message) => [word(message, 'id'), message]))
  if (runs.length === 0 && steps.length === 0) {
    sink.issues.push({
      code: 'no_runs',
      severity: 'error',
      message: 'This holds no run and no step of the Assistants API; save the run with its steps.',
      place: { path },
    })
    return
  }
  const threads = new Set([...runs, ...steps].map((one) => word(one, 'thread_id') ?? 'thread'))
  for (const thread of threads) {
    const mine = (one: JsonRecord) => (word(one, 'thread_id') ?? 'thread') === thread
    tellThread(thread, path, runs.filter(mine), steps.filter(mine), messages, sink)
  }
}

/** Objects of the API wherever they stand: alone, in lists, in pages ("data"), under names of the saver's. */
function gather(value: unknown, found: Map<string, JsonRecord[]>, depth = 0): void {
  if (depth > 4) return
  if (Array.isArray(value)) {
    for (const one of value) gather(one, found, depth + 1)
    return
  }
  if (!isRecord(value)) return
  const kind = text(value, 'object')
  if (kind === 'thread.run' || kind === 'thread.run.step' || kind === 'thread.message') found.set(kind, [...(found.get(kind) ?? []), value])
  else for (const one of Object.values(value)) gather(one, found, depth + 1)
  if (kind === 'thread.run') gather(value.steps, found, depth + 1)
}

function tellThread(thread: string, path: string, runs: JsonRecord[], steps: JsonRecord[], messages: Map<string | undefined, JsonRecord>, sink: Sink): void {
  const all = [...runs, ...steps]
  const timed = all.every((one) => time(one, 'created_at') !== undefined)
  const talk = new Conversation(`assistants:${thread}`, sink, timed)
  const asked = [...messages.values()].filter((message) => message.role === 'user' && (word(message, 'thread_id') ?? thread) === thread)
  const firstAt = talk.when(
    0,
    Math.min(...all.map((one) => time(one, 'created_at') ?? 0), ...asked.map((one) => time(one, 'created_at') ?? Number.POSITIVE_INFINITY)),
  )
  talk.begin({ format: 'assistants', framework: 'openai-assistants', title: saidIn(asked[0]) || `Thread ${thread}`, at: firstAt })
  const agentOf = (one: JsonRecord) => word(one, 'assistant_id') ?? 'assistant'
  for (const one of all) talk.join(agentOf(one), firstAt, 0, { model: word(one, 'model') })
  const first = all[0]
  asked.forEach((message, i) => {
    if (first)
      talk.asked(word(message, 'id') ?? `asked-${i}`, saidIn(message), agentOf(first), talk.when(0, time(message, 'created_at')), i * 0.001, {
        path,
        messageId: word(message, 'id'),
      })
  })
  const ordered = [...steps].sort((a, b) => (time(a, 'created_at') ?? 0) - (time(b, 'created_at') ?? 0))
  const counted = new Set<string>()
  ordered.forEach((step, i) => {
    const order = i + 1
    const id = word(step, 'id') ?? `step-${i}`
    const startedAt = talk.when(order, time(step, 'created_at'))
    const endedAt = timed ? (time(step, 'completed_at') ?? time(step, 'failed_at') ?? time(step, 'cancelled_at') ?? startedAt) : startedAt + 900
    const source = { path, messageId: id }
    const details = record(step, 'step_details')
    const message = messages.get(word(details, 'message_creation', 'message_id'))
    const calls = records(details, 'tool_calls')
    const run = runs.find((one) => one.id === step.run_id)
    counted.add(word(step, 'run_id') ?? '')
    talk.turn({
      id,
      agentId: agentOf(step),
      startedAt,
      at: Math.max(endedAt, startedAt),
      order,
      output: saidIn(message),
      usage: usageOf(record(step, 'usage')),
      model: word(run, 'model'),
      finish: finishOf(word(step, 'status'), calls.length > 0),
      source,
    })
    calls.forEach((call, nth) => {
      tellCall(talk, call, { agentId: agentOf(step), turnId: id, at: startedAt, order: order + 0.1 + nth * 0.001, source }, endedAt, timed)
    })
  })
  runs.forEach((run, i) => {
    const order = ordered.length + 1 + i
    const at = talk.when(order, time(run, 'completed_at') ?? time(run, 'cancelled_at') ?? time(run, 'failed_at') ?? time(run, 'created_at'))
    const source = { path, messageId: word(run, 'id') }
    // a run without its steps is one turn, as far as it is known
    if (!counted.has(word(run, 'id') ?? '')) {
      talk.turn({
        id: word(run, 'id') ?? `run-${i}`,
        agentId: agentOf(run),
        startedAt: talk.when(order, time(run, 'started_at') ?? time(run, 'created_at')),
        at,
        order,
        usage: usageOf(record(run, 'usage')),
        model: word(run, 'model'),
        finish: finishOf(word(run, 'status'), false),
        source,
        attributes: { wholeRun: true },
      })
    }
    const status = word(run, 'status')
    const ended =
      status === 'completed'
        ? 'completed'
        : status === 'cancelled'
          ? 'cancelled'
          : status === 'failed' || status === 'expired' || status === 'incomplete'
            ? 'failed'
            : undefined
    if (ended && i === runs.length - 1) talk.end(ended, word(run, 'last_error', 'message') ?? status, at, order + 0.99, source)
  })
}

function tellCall(
  talk: Conversation,
  call: JsonRecord,
  turn: Pick<ToolUse, 'agentId' | 'turnId' | 'at' | 'order' | 'source'>,
  endedAt: number,
  timed: boolean,
): void {
  const type = word(call, 'type') ?? 'function'
  const body = record(call, type) ?? {}
  const callId = word(call, 'id') ?? `${turn.turnId}:${type}`
  const raw = body.arguments ?? body.input
  const use: ToolUse = {
    ...turn,
    callId,
    name: word(body, 'name') ?? type,
    input: parsed(raw) ?? raw,
    source: { ...turn.source, toolUseId: callId },
    ...(timed ? {} : { attributes: { timeIsOrder: true } }),
  }
  callMade(talk.telling, use)
  const outputs = Array.isArray(body.outputs) ? body.outputs.map((one) => text(one, 'logs') ?? '[image]').join('\n') : undefined
  const output = text(body, 'output') ?? outputs
  if (output !== undefined && output !== '')
    callReturned(talk.telling, use, { at: Math.max(endedAt, turn.at), order: turn.order, status: 'ok', result: output })
}

function usageOf(raw: JsonRecord | undefined): { inputTokens?: number; cachedInputTokens?: number; outputTokens?: number } | undefined {
  if (!raw) return undefined
  return {
    inputTokens: count(raw, 'prompt_tokens'),
    cachedInputTokens: count(raw, 'prompt_token_details', 'cached_tokens'),
    outputTokens: count(raw, 'completion_tokens'),
  }
}

function finishOf(status: string | undefined, called: boolean): 'stop' | 'tool_calls' | 'length' | 'cancelled' | 'error' | undefined {
  switch (status) {
    case 'cancelled':
    case 'cancelling':
      return 'cancelled'
    case 'failed':
    case 'expired':
      return 'error'
    case 'incomplete':
      return 'length'
    default:
      return called ? 'tool_calls' : status === 'completed' ? 'stop' : undefined
  }
}

/** A message's text: blocks whose `text` is an object with a `value`. */
function saidIn(message: JsonRecord | undefined): string {
  if (!message) return ''
  const blocks = records(message, 'content').map((block) => text(block, 'text', 'value') ?? text(block, 'text') ?? '')
  const joined = blocks.filter((block) => block !== '').join('\n')
  return joined !== '' ? joined : ((contentText(message.content) || shown(message.content)) ?? '')
}
