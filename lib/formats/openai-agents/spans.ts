import type { Issue } from '@/lib/core/issue'
import { finishOf, readMessages } from '../dialects/messages'
import { usageOf } from '../dialects/usage'
import { bounded } from '../spans/bounded'
import { isRecord, type Json, printed, textOf, timeOf } from '../spans/json'
import type { Work } from '../spans/work'

/**
 * The OpenAI Agents SDK's own traces: `{ data: [trace | trace.span, ...] }`, as its exporter posts them. Spans
 * come before or after their trace, over several posts, mixed with those of other traces.
 */
export const OPENAI_AGENTS_PREFIX = 'openai-agents'

/** Turns whose tokens or calls have not met yet. */
const KEPT = 5_000

/** What a trace's own record says of the session; kept until spans of the trace come, or added to them. */
export class AgentsReader {
  private readonly traces = new Map<string, Work['session']>()
  /** Answers of the Responses API that were logged beside the spans, by their id. */
  private readonly responses = new Map<string, Json>()
  /** Tokens of a "turn" span, and calls of the model that came without any: by the turn span's id. */
  private readonly turns = new Map<string, NonNullable<Work['usage']>>()
  private readonly unmetered = new Map<string, Work>()

  /** An exchange with the model, logged by somebody beside the spans: it has the words that spans leave out. */
  keepResponse(response: Json): void {
    const id = textOf(response.id)
    if (id !== undefined) this.responses.set(id, response)
  }

  /** No work: a trace's own record, kept for its spans. Two: a turn's tokens complete the call that was told before. */
  read(item: unknown): { works: Work[]; flaw?: Omit<Issue, 'place'> } {
    if (!isRecord(item)) return { works: [], flaw: flaw('not_a_record', 'An item of "data" is a JSON object with "object": "trace" or "trace.span".') }
    if (item.object === 'trace') {
      this.readTrace(item)
      return { works: [] }
    }
    if (item.object !== 'trace.span')
      return {
        works: [],
        flaw: flaw('unknown_object', `An item has "object": ${JSON.stringify(item.object)?.slice(0, 40) ?? 'nothing'}; known are "trace" and "trace.span".`),
      }
    const id = textOf(item.id)
    const traceId = textOf(item.trace_id)
    const startedAt = timeOf(item.started_at)
    if (id === undefined || traceId === undefined || startedAt === undefined)
      return {
        works: [],
        flaw: flaw('bad_span', `Span ${id ?? '?'} lacks ${id === undefined ? '"id"' : traceId === undefined ? '"trace_id"' : 'a time in "started_at"'}.`),
      }
    const endedAt = timeOf(item.ended_at)
    const parentId = textOf(item.parent_id)
    const data = isRecord(item.span_data) ? item.span_data : {}
    const work: Work = {
      traceId,
      id,
      ...(parentId === undefined ? {} : { parentId }),
      name: textOf(data.name) ?? textOf(data.type) ?? 'span',
      kind: 'container',
      startedAt,
      ...(endedAt === undefined ? {} : { endedAt }),
      session: { framework: 'openai-agents', ...this.traces.get(traceId) },
      provider: 'openai',
      source: { traceId: traceId.slice(0, 100), spanId: id.slice(0, 100) },
    }
    this.readData(data, work)
    readError(item.error, work)
    const metered = this.meter(data, work)
    return { works: metered ? [work, metered] : [work] }
  }

  /**
   * Spans of the Responses API hold an id only; the tokens stand on the custom span "turn" above, which
   * comes after them. Sums on "task" spans are left alone.
   */
  private meter(data: Json, work: Work): Work | undefined {
    if (work.kind === 'model' && work.parentId !== undefined) {
      if (work.usage) return undefined
      const usage = this.turns.get(work.parentId)
      if (usage) work.usage = usage
      else bounded(this.unmetered, work.parentId, work, KEPT)
      return undefined
    }
    const turn = data.type === 'custom' && isRecord(data.data) && data.data.sdk_span_type === 'turn' ? data.data : undefined
    const usage = turn && usageIn(turn.usage)
    if (!usage) return undefined
    const call = this.unmetered.get(work.id)
    if (!call) {
      bounded(this.turns, work.id, usage, KEPT)
      return undefined
    }
    this.unmetered.delete(work.id)
    return { ...call, usage }
  }

  private readTrace(item: Json): void {
    const id = textOf(item.id)
    if (id === undefined) return
    const conversation = textOf(item.group_id)
    const workflow = textOf(item.workflow_name)
    this.traces.set(id, { ...(conversation === undefined ? {} : { conversation }), ...(workflow === undefined ? {} : { workflow }) })
    if (this.traces.size > 10_000) for (const oldest of [...this.traces.keys()].slice(0, 5_000)) this.traces.delete(oldest)
  }

  private readData(data: Json, work: Work): void {
    switch (data.type) {
      case 'agent':
        work.kind = 'agent'
        work.agent = { name: textOf(data.name) ?? 'agent' }
        return
      case 'handoff': {
        const to = textOf(data.to_agent)
        const from = textOf(data.from_agent)
        if (to === undefined) return
        work.kind = 'handoff'
        work.handoff = { to, ...(from === undefined ? {} : { from }) }
        return
      }
      case 'function': {
        work.kind = 'tool'
        const args = printed(data.input)
        const result = printed(data.output)
        work.tool = { name: textOf(data.name) ?? 'function', ...(args === undefined ? {} : { arguments: args }), ...(result === undefined ? {} : { result }) }
        return
      }
      case 'generation':
        work.kind = 'model'
        readGeneration(data, work)
        return
      case 'response':
        this.readResponse(data, work)
        return
      default:
        return
    }
  }

  private readResponse(data: Json, work: Work): void {
    work.kind = 'model'
    work.usage = usageIn(data.usage)
    const id = textOf(data.response_id)
    if (id !== undefined) work.source.messageId = id.slice(0, 400)
    const response = isRecord(data.response) ? data.response : id === undefined ? undefined : this.responses.get(id)
    readAnswer(work, data.input, response?.output)
    if (!response) return
    if (textOf(response.model) !== undefined) work.model = textOf(response.model)
    work.usage = usageIn(response.usage) ?? work.usage
    const finish = finishOf(response.status)
    if (finish && !work.finish) work.finish = finish
  }
}

function readAnswer(work: Work, input: unknown, output: unknown): void {
  const asked = readMessages(input)
  const said = readMessages(output)
  if (asked.user !== undefined) work.input = asked.user
  if (said.answer !== undefined) work.output = said.answer
  if (said.reasoning !== undefined) work.reasoning = said.reasoning
  const calls = Array.isArray(output) ? output.filter((item): item is Json => isRecord(item) && item.type === 'function_call') : []
  const asksFor = [...said.asksFor, ...calls.map((call) => textOf(call.call_id)).filter((id) => id !== undefined)]
  if (asksFor.length > 0) work.asksFor = asksFor
  if (said.calls.length + calls.length > 0) work.finish = 'tool_calls'
}

/** Python lists the answer's messages; JavaScript the whole completion, with its own model and tokens. */
function readGeneration(data: Json, work: Work): void {
  const items: unknown[] = Array.isArray(data.output) ? data.output : []
  const completion = items.find((item): item is Json => isRecord(item) && Array.isArray(item.choices))
  const choices: unknown[] = completion && Array.isArray(completion.choices) ? completion.choices : []
  readAnswer(work, data.input, completion ? choices.filter(isRecord).map(({ message }) => message) : data.output)
  const model = textOf(completion?.model) ?? textOf(data.model)
  if (model !== undefined) work.model = model
  work.usage = usageIn(data.usage) ?? usageIn(completion?.usage)
  const finish = finishOf(choices.filter(isRecord).map(({ finish_reason: reason }) => reason))
  if (finish && !work.finish) work.finish = finish
}

/** Tokens as completions, responses and the SDK's own turns write them; what an exporter moved to `details` as well. */
function usageIn(raw: unknown): Work['usage'] {
  if (!isRecord(raw)) return undefined
  const all = isRecord(raw.details) ? { ...raw.details, ...raw } : raw
  const input = [all.input_tokens_details, all.prompt_tokens_details].find(isRecord)
  const output = [all.output_tokens_details, all.completion_tokens_details].find(isRecord)
  return usageOf({
    'gen_ai.usage.input_tokens': all.input_tokens ?? all.prompt_tokens,
    'gen_ai.usage.output_tokens': all.output_tokens ?? all.completion_tokens,
    'gen_ai.usage.cache_read.input_tokens': input?.cached_tokens ?? all.cached_input_tokens,
    'gen_ai.usage.reasoning.output_tokens': output?.reasoning_tokens,
  })
}

function readError(error: unknown, work: Work): void {
  if (!isRecord(error)) return
  const words = textOf(error.message) ?? 'error'
  work.outcome = /cancel|interrupt/i.test(words) ? 'cancelled' : 'error'
  work.trouble = words.slice(0, 2000)
}

function flaw(code: string, message: string): Omit<Issue, 'place'> {
  return { code, severity: 'error', message }
}
