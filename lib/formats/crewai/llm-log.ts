import { readMessages } from '../dialects/messages'
import { usageOf } from '../dialects/usage'
import { isRecord, type Json, textOf } from '../spans/json'
import { same } from '../spans/trace'
import type { Work } from '../spans/work'
import { actionIn, ownWords } from './react-text'

/** One request to the model and its answer, as a proxy or a test cassette keeps it. */
export function isExchange(value: unknown): value is Json {
  return isRecord(value) && isRecord(value.request) && Array.isArray(value.request.messages) && 'response' in value
}

/**
 * Exchanges of a hierarchical crew: the manager's and its coworkers' calls of the model, in the order made.
 * Who speaks stands in the system prompt ("You are Scorer. ..."); a delegation is the manager's call of a
 * "Delegate work" or "Ask question" tool, as a function or as text; its answer is what the manager is told
 * next, never what it imagines.
 */
export function worksOfExchanges(exchanges: readonly Json[]): Work[] {
  const works: Work[] = []
  const answers = exchanges.map((exchange) => (isRecord(exchange.response) ? exchange.response : {}))
  const traceId = `crew-${textOf(answers.find((answer) => textOf(answer.id) !== undefined)?.id) ?? 'log'}`.slice(0, 150)
  const session = { framework: 'crewai', workflow: 'hierarchical' }
  const base = (id: string, kind: Work['kind'], at: number): Work => ({
    traceId,
    id,
    name: id,
    kind,
    startedAt: at,
    session,
    source: { traceId: traceId.slice(0, 100), spanId: id.slice(0, 100) },
  })
  const runs = new Map<string, Work>()
  const open: Open[] = []
  let lastAt = 0

  exchanges.forEach((exchange, index) => {
    const answer = answers[index] ?? {}
    const request = isRecord(exchange.request) ? exchange.request : {}
    // seconds only, and of several in one second: the order of the log decides
    const at = Math.max(Number(answer.created ?? 0) * 1000, lastAt + 1)
    const startedAt = lastAt === 0 ? at - 1 : lastAt
    lastAt = at
    const role = roleOf(request)
    const id = textOf(answer.id) ?? `exchange-${index + 1}`
    const model = { ...base(id, 'model', startedAt), endedAt: at, ...modelOf(answer, request) }
    if (role === undefined) {
      // the framework's own call, to bring an answer into a form
      works.push({ ...model, agent: { name: 'CrewAI' } })
      return
    }
    closeCalls(
      request,
      open.filter((one) => one.by === role),
      startedAt,
    )
    for (let i = open.length - 1; i >= 0; i--) if (open[i]?.by === role) open.splice(i, 1)
    const call = open.find((one) => same(one.to, role))
    let run = call ? call.run : runs.get(role)
    if (!run) {
      run = {
        ...base(`run-${id}`, 'agent', startedAt),
        name: role,
        agent: { name: role },
        ...(call ? { parentId: call.work.id } : { input: readMessages(request.messages).user }),
      }
      works.push(run)
      if (call) call.run = run
      else runs.set(role, run)
    }
    run.endedAt = at
    works.push({ ...model, parentId: run.id })
    for (const asked of callsOf(answer)) {
      const coworker = textOf(asked.args.coworker)
      const work: Work = {
        ...base(asked.id ?? `${id}-action`, 'tool', at),
        name: asked.name,
        parentId: run.id,
        tool: { name: asked.name, callId: asked.id ?? `${id}-action`, arguments: asked.text },
      }
      works.push(work)
      if (coworker !== undefined && /^(?:delegate|ask)[_ ]/i.test(asked.name)) open.push({ work, by: role, to: coworker.trim() })
      else work.endedAt = at
    }
  })
  for (const { work, run } of open) work.endedAt ??= run?.endedAt ?? work.startedAt
  return works
}

/** A delegating call that has not been answered. */
interface Open {
  work: Work
  by: string
  to: string
  /** The coworker's run. */
  run?: Work
}

/** What the manager is told of its calls: a tool's message, or the text that follows its own. */
function closeCalls(request: Json, open: readonly Open[], at: number): void {
  const messages: unknown[] = Array.isArray(request.messages) ? request.messages : []
  for (const one of open) {
    const { tool } = one.work
    const told = messages.find((message) => isRecord(message) && message.role === 'tool' && message.tool_call_id === tool?.callId)
    const text = isRecord(told) ? textOf(told.content) : observationAfter(messages)
    one.work.endedAt = Math.max(at, one.run?.endedAt ?? at)
    if (tool && text !== undefined) one.work.tool = { ...tool, result: text }
    if (one.run && text !== undefined) one.run.output = text
  }
}

function observationAfter(messages: readonly unknown[]): string | undefined {
  const last = messages.at(-1)
  const text = isRecord(last) && last.role === 'assistant' ? textOf(last.content) : undefined
  return text === undefined ? undefined : /^[ \t]*Observation:\s*([\s\S]*)$/m.exec(text)?.[1]?.trim()
}

function roleOf(request: Json): string | undefined {
  const messages: unknown[] = Array.isArray(request.messages) ? request.messages : []
  const system = messages.find((message) => isRecord(message) && message.role === 'system')
  return isRecord(system) ? /^You are (.+?)\.\s/.exec(textOf(system.content) ?? '')?.[1] : undefined
}

function modelOf(answer: Json, request: Json): Partial<Work> {
  const message = messageOf(answer)
  const text = textOf(message.content)
  const words = text === undefined ? undefined : ownWords(text)
  const raw = isRecord(answer.usage) ? answer.usage : {}
  const details = isRecord(raw.prompt_tokens_details) ? raw.prompt_tokens_details : {}
  const usage = usageOf({
    'gen_ai.usage.input_tokens': raw.prompt_tokens,
    'gen_ai.usage.output_tokens': raw.completion_tokens,
    'gen_ai.usage.cache_read.input_tokens': details.cached_tokens,
  })
  const calls = callsOf(answer)
  return {
    model: textOf(answer.model) ?? textOf(request.model),
    provider: 'openai',
    ...(usage ? { usage } : {}),
    ...(words ? { output: words.own } : {}),
    ...(words?.invented === undefined ? {} : { attributes: { hallucinatedObservation: words.invented.slice(0, 4000) } }),
    finish: calls.length > 0 ? 'tool_calls' : 'stop',
    asksFor: calls.map((call) => call.id ?? `${textOf(answer.id) ?? ''}-action`),
  }
}

function messageOf(answer: Json): Json {
  const choice: unknown = Array.isArray(answer.choices) ? answer.choices[0] : undefined
  return isRecord(choice) && isRecord(choice.message) ? choice.message : {}
}

function callsOf(answer: Json): { id?: string; name: string; args: Json; text: string }[] {
  const message = messageOf(answer)
  const calls: { id?: string; name: string; args: Json; text: string }[] = []
  for (const call of Array.isArray(message.tool_calls) ? message.tool_calls : []) {
    if (!isRecord(call) || !isRecord(call.function)) continue
    const name = textOf(call.function.name)
    const text = textOf(call.function.arguments) ?? '{}'
    const id = textOf(call.id)
    if (name !== undefined) calls.push({ name, text, args: argsOf(text), ...(id === undefined ? {} : { id }) })
  }
  const action = actionIn(textOf(message.content) ?? '')
  if (action) calls.push({ name: action.name, text: action.args, args: argsOf(action.args) })
  return calls
}

function argsOf(text: string): Json {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    // text after the arguments, or quotes that are none
    const coworker = /["']coworker["']\s*:\s*["']([^"']+)["']/.exec(text)?.[1]
    return coworker === undefined ? {} : { coworker }
  }
}
