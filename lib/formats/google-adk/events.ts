import { Conversation } from '../conversation'
import { count, isRecord, type JsonRecord, record, records, shown, time, word } from '../foreign'
import type { Sink } from '../telling'
import { callMade, callReturned, type ToolUse } from '../tool-calls'

/** Python writes snake_case, REST and JavaScript camelCase. */
export function either(value: unknown, snake: string, camel: string): unknown {
  return isRecord(value) ? (value[snake] ?? value[camel]) : undefined
}

export interface AdkSession {
  id: string
  app: string | undefined
  events: JsonRecord[]
  place: { path: string; line?: number }
  evaluation?: boolean
}

const TRANSFERS = new Set(['transfer_to_agent', 'transfer_to_other_agent'])
const USER = 'user'

interface OpenTask {
  id: string
  by: string
  to: string
  lastText: string | undefined
}

/**
 * Control wanders: an agent transfers it, or a workflow agent lets its children speak one after the other
 * with no call at all. Who has it stands on a stack; what is told of who asked whom says how we know.
 */
export function readEvents({ id, app, events, place, evaluation }: AdkSession, sink: Sink): void {
  // what streams is told again in full
  const told = events.filter((event) => event.partial !== true)
  sink.skipped += events.length - told.length
  const timed = told.every((event) => time(event, 'timestamp') !== undefined)
  const talk = new Conversation(`google-adk:${id}`, sink, timed)
  const firstAt = talk.when(0, time(told[0], 'timestamp'))
  const request = told.find((event) => event.author === USER)
  talk.begin({ format: 'google-adk', framework: 'google-adk', title: textIn(request) || app || id, workflow: app, at: firstAt })
  const authors = told.map((event) => word(event, 'author')).filter((author): author is string => author !== undefined && author !== USER)
  const root = authors[0] ?? app ?? 'agent'
  talk.join(root, firstAt, 0)
  const known = new Set(authors)
  const stack: OpenTask[] = []
  const uses = new Map<string, ToolUse>()
  let active = root
  let previousAt = firstAt

  told.forEach((event, step) => {
    const at = talk.when(step, time(event, 'timestamp'))
    const author = word(event, 'author') ?? active
    const eventId = word(event, 'id') ?? `event-${step}`
    const source = { ...place, messageId: eventId }
    const actions = record(event, 'actions') ?? record(event, 'options')
    if (author === USER) {
      endAll(at, step, source)
      active = root
      talk.asked(eventId, textIn(event), root, at, step, source, USER)
      previousAt = at
      return
    }
    const parts = partsOf(event)
    // a tool's answer is nobody's word
    const onlyAnswers = parts.length > 0 && parts.every((part) => isRecord(part.function_response ?? part.functionResponse))
    if (onlyAnswers || author === active) {
      // control stays
    } else if (author !== root && !stack.some((task) => task.to === author)) spokeUncalled(author, event, at, step, source)
    else back(author, at, step, source)
    const task = stack.findLast((one) => one.to === author)
    const calls = partsOf(event)
      .map((part) => part.function_call ?? part.functionCall)
      .filter(isRecord)
    const answers = partsOf(event)
      .map((part) => part.function_response ?? part.functionResponse)
      .filter(isRecord)
    const said = textIn(event)
    if (answers.length === 0 || said !== '') {
      const usage = record(event, 'usage_metadata') ?? record(event, 'usageMetadata')
      const thoughts = count(usage, 'thoughts_token_count') ?? count(usage, 'thoughtsTokenCount')
      const output = count(usage, 'candidates_token_count') ?? count(usage, 'candidatesTokenCount')
      talk.turn({
        id: eventId,
        agentId: author,
        taskId: task?.id,
        startedAt: Math.min(previousAt, at),
        at,
        order: step,
        output: said,
        reasoning: thoughtsIn(event),
        usage: usage
          ? {
              inputTokens: count(usage, 'prompt_token_count') ?? count(usage, 'promptTokenCount'),
              cachedInputTokens: count(usage, 'cached_content_token_count') ?? count(usage, 'cachedContentTokenCount'),
              outputTokens: output === undefined ? undefined : output + (thoughts ?? 0),
              reasoningTokens: thoughts,
            }
          : undefined,
        model: word(event, 'model_version') ?? word(event, 'modelVersion'),
        finish: event.interrupted === true ? 'cancelled' : calls.length > 0 ? 'tool_calls' : 'stop',
        source,
        attributes: evaluation ? { fromEvaluation: true } : undefined,
      })
      if (task && said !== '') task.lastText = said
    }
    if (event.interrupted === true) {
      talk.join(USER, at, step, { role: 'human' })
      talk.tell({
        type: 'message.sent',
        id: `${eventId}:interrupt`,
        occurredAt: at,
        order: step + 0.5,
        from: USER,
        to: author,
        purpose: 'user',
        text: '[interrupted]',
        source,
        attributes: { userInterrupt: true },
      })
    }
    for (const [nth, call] of calls.entries()) called(call, nth, author, answers.length === 0 || said !== '' ? eventId : undefined, at, step, source, task)
    for (const answer of answers) answered(answer, at, step)
    for (const [name, version] of Object.entries(record(actions, 'artifact_delta') ?? record(actions, 'artifactDelta') ?? {})) {
      talk.tell({
        type: 'artifact.written',
        id: `${eventId}:artifact:${name}`,
        occurredAt: at,
        order: step + 0.6,
        agentId: author,
        taskId: task?.id,
        path: name,
        change: { kind: 'opaque' },
        source,
        attributes: { version: Number(version) },
      })
    }
    const target = word(actions, 'transfer_to_agent') ?? word(actions, 'transferToAgent')
    if (target !== undefined && target !== active) transfer(author, target, undefined, at, step, source)
    if (actions?.escalate === true && stack.length > 0) {
      endTop(at, step, source, 'it escalated')
      active = stack.at(-1)?.to ?? root
    }
    previousAt = at
  })
  const last = told.length - 1
  if (last >= 0) endAll(talk.when(last, time(told[last], 'timestamp')), last + 0.9, { ...place, messageId: word(told[last], 'id') ?? `event-${last}` })

  function called(
    call: JsonRecord,
    nth: number,
    author: string,
    turnId: string | undefined,
    at: number,
    step: number,
    source: ToolUse['source'],
    task: OpenTask | undefined,
  ): void {
    const name = word(call, 'name') ?? 'unnamed'
    const callId = word(call, 'id') ?? `${source.messageId}:${name}:${nth}`
    const use: ToolUse = {
      callId,
      name,
      input: call.args,
      agentId: author,
      turnId,
      taskId: task?.id,
      at,
      order: step + 0.1 + nth * 0.001,
      source: { ...source, toolUseId: callId },
      ...(timed ? {} : { attributes: { timeIsOrder: true } }),
    }
    uses.set(callId, use)
    uses.set(name, use)
    callMade(talk.telling, use)
    const target = word(call, 'args', 'agent_name') ?? word(call, 'args', 'agentName')
    if (TRANSFERS.has(name) && target !== undefined) transfer(author, target, use, at, step, source)
    // an agent used as a tool: its own events are in another session
    else if (known.has(name) && name !== author)
      hand(author, name, word(call, 'args', 'request') ?? shown(call.args), use, at, step + 0.2, source, {
        kind: 'declared',
        how: 'the call is named like the agent',
      })
  }

  function answered(answer: JsonRecord, at: number, step: number): void {
    const use = uses.get(word(answer, 'id') ?? '') ?? uses.get(word(answer, 'name') ?? '')
    if (!use) return
    const response = record(answer, 'response')
    const failed = response !== undefined && ('error' in response || response.status === 'error')
    callReturned(talk.telling, use, {
      at,
      order: step + 0.1,
      status: failed ? 'error' : 'ok',
      result: word(response, 'result') ?? word(response, 'output') ?? shown(answer.response),
    })
  }

  function transfer(by: string, to: string, use: ToolUse | undefined, at: number, step: number, source: ToolUse['source']): void {
    if (to === active) return
    if (to === root || stack.some((task) => task.to === to)) return back(to, at, step + 0.3, source)
    // to a sibling: the work in hand is passed on, its giver stays the same
    hand(by, to, undefined, use, at, step + 0.3, source, { kind: 'declared', how: use ? `the call of ${use.name} names it` : 'the event’s actions name it' })
  }

  function hand(
    by: string,
    to: string,
    brief: string | undefined,
    use: ToolUse | undefined,
    at: number,
    order: number,
    source: ToolUse['source'],
    evidence: { kind: 'declared' | 'inferred'; how: string },
  ): void {
    const parent = stack.findLast((one) => one.to === by)
    const task: OpenTask = { id: use ? `${use.callId}:${to}` : `${source.messageId}:${to}`, by, to, lastText: undefined }
    talk.join(to, at, order, { parentId: by, evidence })
    talk.directs(by, to, at, order, evidence)
    talk.delegate({
      taskId: task.id,
      by,
      to,
      at,
      order,
      brief,
      title: brief === undefined ? `transfer to ${to}` : undefined,
      parentTaskId: parent?.id,
      turnId: use?.turnId,
      callId: use?.callId,
      evidence,
      source,
      attributes: { delegatedBy: use?.name ?? 'workflow' },
    })
    stack.push(task)
    active = to
  }

  /** A workflow agent's child: nobody called it. */
  function spokeUncalled(author: string, event: JsonRecord, at: number, step: number, source: ToolUse['source']): void {
    const above = word(event, 'branch')?.split('.').at(-2)
    // siblings follow each other under the same parent
    while (stack.at(-1)?.id.endsWith(':uncalled') && stack.at(-1)?.to !== above) endTop(at, step - 0.2, source, 'the next agent spoke')
    const by = above !== undefined && (above === root || stack.some((task) => task.to === above)) ? above : (stack.at(-1)?.to ?? root)
    const task: OpenTask = { id: `${source.messageId}:uncalled`, by, to: author, lastText: undefined }
    const evidence = {
      kind: 'inferred' as const,
      how: above === undefined ? 'it spoke without a call, as children of a workflow agent do' : 'its branch names who it works under',
    }
    talk.join(author, at, step, { parentId: by, evidence })
    talk.delegate({
      taskId: task.id,
      by,
      to: author,
      at,
      order: step - 0.15,
      title: author,
      parentTaskId: stack.findLast((one) => one.to === by)?.id,
      evidence,
      source,
      attributes: { delegatedBy: 'workflow' },
    })
    stack.push(task)
    active = author
  }

  function back(to: string, at: number, step: number, source: ToolUse['source']): void {
    while (stack.length > 0 && stack.at(-1)?.to !== to) endTop(at, step - 0.2, source, 'control went back')
    active = to
  }

  function endTop(at: number, order: number, source: ToolUse['source'], how: string): void {
    const task = stack.pop()
    if (task) talk.endTask({ taskId: task.id, status: 'completed', at, order, result: task.lastText, source, evidence: { kind: 'inferred', how } })
  }

  function endAll(at: number, step: number, source: ToolUse['source']): void {
    while (stack.length > 0) endTop(at, step - 0.2, source, 'the invocation ended')
  }
}

function partsOf(event: JsonRecord): JsonRecord[] {
  return records(event, 'content', 'parts')
}

function textIn(event: JsonRecord | undefined): string {
  if (!event) return ''
  return partsOf(event)
    .filter((part) => part.thought !== true)
    .map((part) => {
      if (typeof part.text === 'string') return part.text
      const code = record(part, 'executable_code') ?? record(part, 'executableCode')
      const result = record(part, 'code_execution_result') ?? record(part, 'codeExecutionResult')
      return code ? `\`\`\`${(shown(code.language) ?? '').toLowerCase()}\n${shown(code.code) ?? ''}\n\`\`\`` : result ? (shown(result.output) ?? '') : ''
    })
    .filter((said) => said !== '')
    .join('\n')
}

function thoughtsIn(event: JsonRecord): string | undefined {
  const thoughts = partsOf(event).flatMap((part) => (part.thought === true && typeof part.text === 'string' ? [part.text] : []))
  return thoughts.length === 0 ? undefined : thoughts.join('\n')
}
