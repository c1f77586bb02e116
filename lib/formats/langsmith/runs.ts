import type { Issue } from '@/lib/core/issue'
import { readMessages } from '../dialects/messages'
import { usageOf } from '../dialects/usage'
import { isRecord, type Json, parsed, printed, textOf, timeOf } from '../spans/json'
import type { Work } from '../spans/work'

/** What every event id of this way in begins with. */
export const LANGSMITH_PREFIX = 'langsmith'

const KEPT = 20_000

/** Nodes of prebuilt graphs: steps of one agent, not agents. */
const STEPS =
  /^(?:agent|model|call_model|tools?|tool_node|llm|chatbot|assistant|generate|should_continue|route\w*|__\w+__|pre_model_hook|post_model_hook|generate_structured_response|\w*[Mm]iddleware[.\w]*)$/

/**
 * LangSmith's runs: told when they begin and again, in part, when they end. A node of a graph is an agent
 * when a model is called below it and no nearer node claims the call; steps of a prebuilt agent are not.
 */
export class RunReader {
  private readonly runs = new Map<string, Json>()
  /** Runs below which a model was called, nearer agents not in between. */
  private readonly modelBelow = new Set<string>()

  /** A run, or what has changed of one. Several works when it shows what others are. */
  read(raw: unknown): { works: Work[]; flaw?: Omit<Issue, 'place'> } {
    if (!isRecord(raw)) return { works: [], flaw: flaw('not_a_run', 'A run is a JSON object with "id", "run_type" and "start_time".') }
    const id = textOf(raw.id)
    if (id === undefined) return { works: [], flaw: flaw('not_a_run', 'A run has an "id".') }
    const known = this.runs.get(id)
    const run: Json = known ? joined(known, raw) : raw
    const startedAt = timeOf(run.start_time)
    if (startedAt === undefined)
      return {
        works: [],
        flaw: flaw('unknown_run', `Run ${id.slice(0, 60)} has no "start_time", and its beginning was not seen. Send the run's beginning first.`),
      }
    this.keep(id, run)
    const works = [this.workOf(id, run, startedAt)]
    // whose call of a model this is
    let parentId = textOf(run.parent_run_id)
    if (run.run_type === 'llm' || this.modelBelow.has(id)) {
      if (run.run_type !== 'llm' && this.isAgent(run)) return { works }
      for (let depth = 0; parentId !== undefined && depth < 200; depth++) {
        if (this.modelBelow.has(parentId)) break
        this.modelBelow.add(parentId)
        const parent = this.runs.get(parentId)
        if (!parent) break
        if (this.isAgent(parent)) {
          const at = timeOf(parent.start_time)
          if (at !== undefined) works.push(this.workOf(parentId, parent, at))
          break
        }
        parentId = textOf(parent.parent_run_id)
      }
    }
    return { works }
  }

  /** A chain that may be an agent's: a named node of a graph, or what a tool runs. */
  private isAgent(run: Json): boolean {
    if (run.run_type !== 'chain') return false
    const declared = agentIn(run)
    // what is below inherits the metadata: the outermost run with the name is the agent's
    if (declared !== undefined) {
      const above = this.runs.get(textOf(run.parent_run_id) ?? '')
      return above ? agentIn(above) !== declared : textOf(run.name) === declared || textOf(run.parent_run_id) === undefined
    }
    const node = textOf(metadataOf(run).langgraph_node)
    const name = textOf(run.name)
    if (name === undefined || STEPS.test(name)) return false
    if (node === name) return true
    const parent = this.runs.get(textOf(run.parent_run_id) ?? '')
    return parent?.run_type === 'tool'
  }

  private workOf(id: string, run: Json, startedAt: number): Work {
    const metadata = metadataOf(run)
    const endedAt = timeOf(run.end_time)
    const parentId = textOf(run.parent_run_id)
    const traceId = textOf(run.trace_id) ?? rootOf(run) ?? (parentId === undefined ? id : parentId)
    const conversation = textOf(metadata.thread_id) ?? textOf(metadata.conversation_id) ?? textOf(metadata.session_id)
    const name = textOf(run.name) ?? 'run'
    const tags = Array.isArray(run.tags) ? run.tags.filter((tag): tag is string => typeof tag === 'string' && !/^(?:seq:|graph:|langsmith:)/.test(tag)) : []
    const work: Work = {
      traceId: traceId.slice(0, 150),
      id: id.slice(0, 150),
      ...(parentId === undefined ? {} : { parentId }),
      name,
      kind: 'container',
      startedAt,
      ...(endedAt === undefined ? {} : { endedAt: Math.max(endedAt, startedAt) }),
      session: {
        ...('langgraph_step' in metadata || 'langgraph_node' in metadata || name === 'LangGraph' ? { framework: 'langgraph' } : {}),
        ...(conversation === undefined ? {} : { conversation }),
        ...(parentId === undefined ? { workflow: name, ...(tags.length > 0 ? { tags } : {}) } : {}),
      },
      source: { traceId: traceId.slice(0, 100), spanId: id.slice(0, 100) },
    }
    readError(run.error, work)
    switch (run.run_type) {
      case 'llm':
        readModel(run, metadata, work)
        break
      case 'tool':
        readTool(run, work)
        break
      default:
        if (this.modelBelow.has(id) && this.isAgent(run)) {
          work.kind = 'agent'
          work.agent = { name: agentIn(run) ?? name }
        }
    }
    return work
  }

  private keep(id: string, run: Json): void {
    this.runs.delete(id)
    this.runs.set(id, run)
    if (this.runs.size <= KEPT) return
    const oldest = this.runs.keys().next().value
    if (oldest === undefined) return
    this.runs.delete(oldest)
    this.modelBelow.delete(oldest)
  }
}

function joined(known: Json, more: Json): Json {
  const run = { ...known }
  for (const [key, value] of Object.entries(more)) if (value !== undefined && value !== null) run[key] = value
  if (isRecord(known.extra) && isRecord(more.extra)) run.extra = { ...known.extra, ...more.extra, metadata: { ...metadataOf(known), ...metadataOf(more) } }
  return run
}

/** The first id of `dotted_order`: "<start>Z<root id>.<start>Z<id>". */
function rootOf(run: Json): string | undefined {
  return /^[^.]*?Z([0-9a-f-]{36})/.exec(textOf(run.dotted_order) ?? '')?.[1]
}

function metadataOf(run: Json): Json {
  return isRecord(run.extra) && isRecord(run.extra.metadata) ? run.extra.metadata : isRecord(run.metadata) ? run.metadata : {}
}

/** Who a run says it works for: LangChain's agents by themselves, wrapped functions by metadata of their author. */
function agentIn(run: Json): string | undefined {
  const metadata = metadataOf(run)
  return textOf(metadata.lc_agent_name) ?? textOf(metadata.agent_name)
}

function readModel(run: Json, metadata: Json, work: Work): void {
  work.kind = 'model'
  const given = isRecord(run.inputs) ? run.inputs : {}
  // a wrapped function with several parameters
  const inputs = Array.isArray(given.args) ? (given.args.find(isRecord) ?? given) : given
  const outputs = isRecord(run.outputs) ? run.outputs : {}
  const params = isRecord(run.extra) && isRecord(run.extra.invocation_params) ? run.extra.invocation_params : {}
  const model = textOf(metadata.ls_model_name) ?? textOf(params.model) ?? textOf(params.model_name)
  if (model !== undefined) work.model = model
  const provider = textOf(metadata.ls_provider)
  if (provider !== undefined) work.provider = provider
  const asked = readMessages(plainMessages(inputs.messages ?? inputs.prompts ?? inputs.input))
  if (asked.user !== undefined) work.input = asked.user
  const message = answerOf(outputs)
  const said = readMessages(plainMessages(message === undefined ? [] : [message]))
  if (said.answer !== undefined) work.output = said.answer
  if (said.reasoning !== undefined) work.reasoning = said.reasoning
  if (said.asksFor.length > 0) work.asksFor = said.asksFor
  if (run.end_time !== undefined && work.outcome === undefined) work.finish = said.calls.length > 0 ? 'tool_calls' : 'stop'
  const usage = usageIn(run, outputs, message)
  if (usage) work.usage = usage
}

function answerOf(outputs: Json): unknown {
  const generations: unknown = outputs.generations
  const first: unknown = Array.isArray(generations) ? generations[0] : undefined
  const one: unknown = Array.isArray(first) ? first[0] : first
  if (isRecord(one)) return one.message ?? (textOf(one.text) === undefined ? undefined : { role: 'assistant', content: one.text })
  const choice: unknown = Array.isArray(outputs.choices) ? outputs.choices[0] : undefined
  if (isRecord(choice)) return choice.message
  const messages: unknown = outputs.messages ?? outputs.message ?? outputs.output
  if (Array.isArray(messages)) return messages.at(-1)
  return messages ?? ('content' in outputs ? { role: 'assistant', ...outputs } : undefined)
}

/** LangChain writes messages as {lc, id: [..., "HumanMessage"], kwargs: {content, tool_calls}}, some as ["human", "text"]. */
function plainMessages(value: unknown): unknown {
  const list = parsed(value)
  if (!Array.isArray(list)) return list === undefined ? undefined : plainMessages([list])
  const flat: unknown[] =
    list.length === 1 && Array.isArray(list[0]) && list[0].some((one) => isRecord(one) || Array.isArray(one)) ? (list[0] as unknown[]) : list
  return flat.map((one) => {
    if (Array.isArray(one) && one.length === 2 && typeof one[0] === 'string') return { role: roleOf(one[0]), content: one[1] as unknown }
    if (typeof one === 'string') return { role: 'user', content: one }
    if (!isRecord(one)) return one
    const kwargs = isRecord(one.kwargs) ? one.kwargs : isRecord(one.data) ? one.data : one
    const kind = Array.isArray(one.id) ? (textOf(one.id.at(-1)) ?? '') : (textOf(one.type) ?? textOf(one.role) ?? '')
    return { ...kwargs, role: textOf(kwargs.role) ?? roleOf(kind) }
  })
}

function roleOf(kind: string): string {
  if (/human|user/i.test(kind)) return 'user'
  if (/^ai|assistant/i.test(kind)) return 'assistant'
  if (/tool|function/i.test(kind)) return 'tool'
  return /system|developer/i.test(kind) ? 'system' : 'assistant'
}

function usageIn(run: Json, outputs: Json, message: unknown): Work['usage'] {
  const kwargs = isRecord(message) ? (isRecord(message.kwargs) ? message.kwargs : message) : {}
  const metadata = [outputs.usage_metadata, kwargs.usage_metadata].find(isRecord) as Json | undefined
  const llm = isRecord(outputs.llm_output) ? outputs.llm_output : {}
  const raw = [llm.token_usage, llm.usage, outputs.usage].find(isRecord) as Json | undefined
  const input = isRecord(metadata?.input_token_details) ? metadata.input_token_details : {}
  const output = isRecord(metadata?.output_token_details) ? metadata.output_token_details : {}
  return usageOf({
    'gen_ai.usage.input_tokens': metadata?.input_tokens ?? raw?.prompt_tokens ?? raw?.input_tokens ?? run.prompt_tokens,
    'gen_ai.usage.output_tokens': metadata?.output_tokens ?? raw?.completion_tokens ?? raw?.output_tokens ?? run.completion_tokens,
    'gen_ai.usage.cache_read.input_tokens': input.cache_read,
    'gen_ai.usage.cache_creation.input_tokens': input.cache_creation,
    'gen_ai.usage.reasoning.output_tokens': output.reasoning,
    'llm.cost.total': run.total_cost,
  })
}

function readTool(run: Json, work: Work): void {
  work.kind = 'tool'
  const inputs = isRecord(run.inputs) ? run.inputs : {}
  const outputs = isRecord(run.outputs) ? run.outputs : {}
  const inside = parsed(inputs.input ?? inputs)
  const output = outputs.output ?? outputs.content ?? outputs.outputs ?? (Object.keys(outputs).length > 0 ? outputs : undefined)
  const message = isRecord(output) && isRecord(output.kwargs) ? output.kwargs : isRecord(output) && 'content' in output ? output : undefined
  const callId =
    textOf(message?.tool_call_id) ??
    (isRecord(run.extra) ? textOf(run.extra.tool_call_id) : undefined) ??
    (isRecord(inside) ? textOf(inside.tool_call_id) : undefined)
  const args = printed(isRecord(inside) && isRecord(inside.args) ? inside.args : inside)
  const result = printed(message ? message.content : output)
  work.tool = {
    name: textOf(run.name) ?? 'tool',
    // known at the call's end only: the run's own id stands for it from the beginning
    ...(callId === undefined ? {} : { askedAs: callId }),
    ...(args === undefined ? {} : { arguments: args }),
    ...(result === undefined ? {} : { result }),
  }
}

function readError(error: unknown, work: Work): void {
  const words = textOf(error)
  if (words === undefined) return
  // a graph that pauses or jumps says so with an exception that is none
  if (/^(?:GraphInterrupt|ParentCommand|GraphBubbleUp|NodeInterrupt)/.test(words)) return
  work.outcome = /Cancell?ed|AbortError|KeyboardInterrupt/.test(words) ? 'cancelled' : 'error'
  work.trouble = words.slice(0, 2000)
}

function flaw(code: string, message: string): Omit<Issue, 'place'> {
  return { code, severity: 'error', message }
}
