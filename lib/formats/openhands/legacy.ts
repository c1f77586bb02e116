import type { EventOf, Usage } from '@/lib/core/event'
import { artifactPath } from '../claude-code/paths'
import { Conversation } from '../conversation'
import { count, isRecord, type JsonRecord, number, record, records, shown, text, time, word } from '../foreign'
import type { Sink } from '../telling'
import { callMade, callReturned, type ToolUse } from '../tool-calls'
import type { Trace } from '.'

const MAIN = 'main'
const FOLDER = '/workspace'
/** Actions that are no work of the model's. */
const SILENT = new Set(['system', 'null', 'change_agent_state', 'recall', 'condensation', 'condensation_request', 'pause', 'resume', 'start', 'stop'])

interface Delegate {
  taskId: string
  agentId: string
  actionId: string | undefined
  lastText: string | undefined
}

type Written = EventOf<'artifact.written'>

interface Pending extends ToolUse {
  action: string
  args: JsonRecord
}

/**
 * The first generation's events. A delegate's events run in the same stream as its master's and carry no
 * name: everything between the action `delegate` and its observation is the delegate's, nested as a stack.
 */
export function readLegacy(trace: Trace, sink: Sink): void {
  const { events } = trace
  const timed = events.every(({ value }) => time(value, 'timestamp') !== undefined)
  const talk = new Conversation(`openhands:${trace.id}`, sink, timed)
  const first = events.find(({ value }) => value.source === 'user' || value.action === 'message')?.value
  talk.begin({
    format: 'openhands',
    framework: 'openhands',
    title: trace.title ?? contentOf(first ?? {}),
    workingDirectory: FOLDER,
    at: talk.when(0, time(events[0]?.value, 'timestamp')),
  })
  talk.join(MAIN, talk.when(0, time(events[0]?.value, 'timestamp')), 0)
  const costs = trace.costs.length === events.filter(({ value }) => isModelAction(value)).length ? [...trace.costs] : []
  const stack: Delegate[] = []
  const calls = new Map<string, Pending>()
  const named = new Map<string, number>()
  let latest: Pending | undefined
  let previousAt = talk.when(0, time(events[0]?.value, 'timestamp'))
  let end: { status: 'completed' | 'failed' | 'cancelled'; reason: string | undefined; at: number; step: number; source: ToolUse['source'] } | undefined
  const turns = new Set<string>()

  events.forEach(({ value, path, line }, step) => {
    const at = talk.when(step, time(value, 'timestamp'))
    const id = value.id === undefined ? `step-${step}` : `event-${shown(value.id)}`
    const source = { path, ...(line === undefined ? {} : { line }), messageId: id }
    const now = stack.at(-1)
    const agentId = now?.agentId ?? MAIN
    const observation = word(value, 'observation')
    const action = word(value, 'action')
    if (observation !== undefined) observed(observation, value, at, step, source)
    else if (action === undefined || SILENT.has(action)) sink.skipped++
    else if (value.source === 'user' || (step === 0 && action === 'message')) {
      const said = contentOf(value)
      if (action === 'message') talk.asked(id, said, MAIN, at, step, source)
      end = undefined
    } else if (value.source === 'environment') sink.skipped++
    else acted(action, value, at, step, source, id, agentId, now)
    previousAt = Math.max(previousAt, at)
  })
  if (end) talk.end(end.status, end.reason, end.at, end.step + 0.99, end.source)

  function acted(
    action: string,
    value: JsonRecord,
    at: number,
    step: number,
    source: ToolUse['source'],
    id: string,
    agentId: string,
    now: Delegate | undefined,
  ): void {
    const args = record(value, 'args') ?? value
    const meta = record(value, 'tool_call_metadata')
    const response = record(meta, 'model_response')
    const turnId = word(response, 'id') ?? id
    const said =
      action === 'message' || action === 'finish'
        ? contentOf(value)
        : (word(args, 'thought') ?? text(record(records(response, 'choices')[0], 'message'), 'content'))
    if (!turns.has(turnId)) {
      turns.add(turnId)
      const cost = costs.shift()
      const usage = usageOf(response)
      talk.turn({
        id: turnId,
        agentId,
        taskId: now?.taskId,
        startedAt: Math.min(previousAt, at),
        at,
        order: step,
        output: said,
        usage: usage || cost !== undefined ? { ...usage, ...(cost === undefined ? {} : { costUsd: cost }) } : undefined,
        model: word(response, 'model'),
        finish: action === 'message' || action === 'finish' ? 'stop' : 'tool_calls',
        source,
      })
    }
    if (now && said) now.lastText = said
    if (action === 'message') return
    if (action === 'finish' || action === 'reject') {
      if (now) now.lastText = shown(args.outputs) === '{}' ? (said ?? now.lastText) : (word(args, 'outputs', 'summary') ?? shown(args.outputs) ?? said)
      else end = { status: action === 'finish' ? 'completed' : 'failed', reason: action, at, step, source }
      return
    }
    const use: Pending = {
      callId: word(meta, 'tool_call_id') ?? id,
      name: word(meta, 'function_name') ?? action,
      input: args,
      action,
      args,
      agentId,
      turnId,
      taskId: now?.taskId,
      at,
      order: step + 0.1,
      source,
      folder: FOLDER,
      ...(timed ? {} : { attributes: { timeIsOrder: true } }),
    }
    calls.set(shown(value.id ?? step) ?? '', use)
    latest = use
    callMade(talk.telling, use)
    if (action !== 'delegate') return
    const name = word(args, 'agent') ?? 'delegate'
    const nth = (named.get(name) ?? 0) + 1
    named.set(name, nth)
    const delegate: Delegate = {
      taskId: use.callId,
      agentId: nth === 1 ? name : `${name}-${nth}`,
      actionId: shown(value.id),
      lastText: undefined,
    }
    const brief = word(args, 'inputs', 'task') ?? (isRecord(args.inputs) && Object.keys(args.inputs).length > 0 ? shown(args.inputs) : undefined)
    const evidence = { kind: 'declared' as const, how: 'the action delegate names it' }
    talk.join(delegate.agentId, at, step + 0.6, { name, agentType: name, parentId: agentId, evidence })
    talk.delegate({
      taskId: delegate.taskId,
      by: agentId,
      to: delegate.agentId,
      at,
      order: step + 0.2,
      brief,
      parentTaskId: now?.taskId,
      turnId,
      callId: use.callId,
      evidence,
      source,
      attributes: { delegatedBy: 'delegate' },
    })
    stack.push(delegate)
  }

  function observed(observation: string, value: JsonRecord, at: number, step: number, source: ToolUse['source']): void {
    const extras = record(value, 'extras') ?? value
    if (observation === 'agent_state_changed') return stateChanged(word(extras, 'agent_state'), at, step, source)
    const use = value.cause === undefined || value.cause === null ? latest : calls.get(String(value.cause))
    if (observation === 'delegate') {
      const open = stack.findLastIndex(
        (one) => one.actionId === undefined || value.cause === undefined || value.cause === null || one.actionId === shown(value.cause),
      )
      // those inside it that never answered end with it
      for (const done of open < 0 ? [] : stack.splice(open).reverse()) {
        const failed = /error/i.test(text(value, 'content') ?? '') && !isRecord(extras.outputs)
        talk.endTask({
          taskId: done.taskId,
          status: failed ? 'failed' : 'completed',
          at,
          order: step,
          result: word(extras, 'outputs', 'summary') ?? done.lastText ?? shown(extras.outputs),
          source,
        })
        const call = calls.get(done.actionId ?? '') ?? (done.taskId === use?.callId ? use : undefined)
        if (call) callReturned(talk.telling, call, { at, order: step, status: failed ? 'error' : 'ok', result: text(value, 'content') })
      }
      return
    }
    if (!use) {
      sink.skipped++
      return
    }
    if (latest === use) latest = undefined
    const exit = number(extras, 'exit_code') ?? number(extras, 'metadata', 'exit_code')
    const failed = observation === 'error' || (exit !== undefined && exit !== 0)
    const rejected = observation === 'user_rejected'
    const own = use.action === 'write' || use.action === 'edit'
    callReturned(talk.telling, use, {
      at,
      order: step,
      status: rejected ? 'cancelled' : failed ? 'error' : 'ok',
      result: text(value, 'content'),
      noWrites: own,
    })
    if (own && !failed && !rejected) wrote(use, extras, at, step)
    else if (use.action === 'run_ipython' && !failed && !rejected) replacedByCode(use, text(value, 'content') ?? '', at, step)
  }

  function wrote(use: Pending, extras: JsonRecord, at: number, step: number): void {
    const path = word(extras, 'path') ?? word(use.args, 'path')
    if (path === undefined || use.args.command === 'view') return
    const content = text(extras, 'new_content') ?? (use.action === 'write' ? text(use.args, 'content') : text(use.args, 'file_text'))
    const diff = word(extras, 'diff')
    const [old, fresh] = [text(use.args, 'old_str'), text(use.args, 'new_str')]
    const change =
      content !== undefined
        ? { kind: 'content' as const, content }
        : old !== undefined && fresh !== undefined && old !== ''
          ? { kind: 'edit' as const, edits: [{ old, new: fresh }] }
          : diff !== undefined
            ? { kind: 'patch' as const, patch: diff }
            : { kind: 'opaque' as const }
    tellWrite(use, path, change, at, step)
  }

  /** Older versions edit by a Python function; its literal arguments say what it replaced, its answer whether it did. */
  function replacedByCode(use: Pending, answer: string, at: number, step: number): void {
    const match = /edit_file_by_replace\(\s*(['"])([^'"\n]+)\1,\s*to_replace\s*=\s*"""([\s\S]*?)""",\s*new_content\s*=\s*"""([\s\S]*?)"""/.exec(
      text(use.args, 'code') ?? '',
    )
    const path = match?.[2]
    if (!match || path === undefined || !match[3] || !/lines total after edit/.test(answer)) return
    const change = { kind: 'edit' as const, edits: [{ old: match[3], new: match[4] ?? '' }] }
    tellWrite(use, path, change, at, step, { kind: 'inferred', how: 'from the arguments of a function in the code that was run' })
  }

  function tellWrite(use: Pending, path: string, change: Written['change'], at: number, step: number, evidence?: Written['evidence']): void {
    talk.tell({
      type: 'artifact.written',
      id: `${use.callId}:written`,
      occurredAt: at,
      order: step - 0.0001,
      agentId: use.agentId,
      taskId: use.taskId,
      turnId: use.turnId,
      callId: use.callId,
      path: artifactPath(path, { session: FOLDER }),
      change,
      ...(evidence ? { evidence } : {}),
      source: { ...use.source, toolUseId: use.callId },
    })
  }

  function stateChanged(state: string | undefined, at: number, step: number, source: ToolUse['source']): void {
    if (state === 'stopped') {
      talk.join('user', at, step, { role: 'human' })
      for (const done of stack.splice(0).reverse())
        talk.endTask({ taskId: done.taskId, status: 'cancelled', by: 'user', at, order: step, result: done.lastText, source })
      talk.tell({
        type: 'message.sent',
        id: `stopped:${step}`,
        occurredAt: at,
        order: step,
        from: 'user',
        to: MAIN,
        purpose: 'user',
        text: '[stopped]',
        source,
        attributes: { userInterrupt: true },
      })
      end = { status: 'cancelled', reason: 'stopped', at, step, source }
    } else if (state === 'error') end = { status: 'failed', reason: 'error', at, step, source }
    else if (state === 'finished' && !end) end = { status: 'completed', reason: 'finished', at, step, source }
    else sink.skipped++
  }
}

function isModelAction(value: JsonRecord): boolean {
  const action = word(value, 'action')
  return (
    action !== undefined &&
    !SILENT.has(action) &&
    value.source !== 'user' &&
    value.source !== 'environment' &&
    !(action === 'message' && value.wait_for_response === false && value.images_urls !== undefined && value.thought === undefined)
  )
}

function contentOf(value: JsonRecord): string {
  return (
    word(value, 'args', 'content') ??
    word(value, 'args', 'final_thought') ??
    word(value, 'args', 'thought') ??
    word(value, 'content') ??
    word(value, 'thought') ??
    text(value, 'message') ??
    ''
  )
}

function usageOf(response: JsonRecord | undefined): Usage | undefined {
  const raw = record(response, 'usage')
  if (!raw) return undefined
  return {
    inputTokens: count(raw, 'prompt_tokens'),
    cachedInputTokens: count(raw, 'prompt_tokens_details', 'cached_tokens'),
    outputTokens: count(raw, 'completion_tokens'),
    reasoningTokens: count(raw, 'completion_tokens_details', 'reasoning_tokens'),
  }
}
