import type { Usage } from '@/lib/core/event'
import { Conversation } from '../conversation'
import type { Document } from '../documents'
import { contentText, count, isRecord, type JsonRecord, parsed, record, records, shown, text, time, word } from '../foreign'
import type { Sink } from '../telling'
import { callMade, callReturned, type ToolUse } from '../tool-calls'
import type { Run } from '.'

const HUMAN = /^(user|user_?proxy|human)$/i
const ORCHESTRATOR = /Orchestrator$/
/** Events that repeat or prepare what a message says. */
const SILENT = new Set(['ModelClientStreamingChunkEvent', 'MemoryQueryEvent', 'UserInputRequestedEvent'])

interface OpenTask {
  id: string
  to: string
  lastText: string | undefined
}

/** AgentChat messages in their order. Who asked whom stands in hand-offs, in a manager's choice of speaker, or in an orchestrator's words. */
export function readMessages(run: Run, { path, line }: Document, sink: Sink): void {
  const { messages } = run
  const timed = messages.every((message) => time(message, 'created_at') !== undefined)
  const talk = new Conversation(`autogen:${run.id}`, sink, timed)
  const first = time(messages[0], 'created_at')
  const title = run.title ?? contentText(messages.find((message) => HUMAN.test(text(message, 'source') ?? ''))?.content)
  talk.begin({ format: 'autogen', framework: 'autogen', title, at: talk.when(0, first) })
  const root = messages.map((message) => text(message, 'source') ?? '').find((source) => source !== '' && !HUMAN.test(source)) ?? 'team'
  const uses = new Map<string, ToolUse>()
  const tasks = new Map<string, OpenTask>()
  let instruction: { by: string; text: string; turnId: string; at: number; order: number } | undefined
  let thought: string | undefined
  let previousAt = talk.when(0, first)

  messages.forEach((message, step) => {
    const at = talk.when(step, time(message, 'created_at'))
    const startedAt = Math.min(previousAt, at)
    const agentId = word(message, 'source') ?? 'unnamed'
    const type = word(message, 'type') ?? 'TextMessage'
    const id = word(message, 'id') ?? `step-${step}`
    const source = { path, ...(line === undefined ? {} : { line }), messageId: word(message, 'id') ?? `messages[${step}]` }
    const said = typeof message.content === 'string' ? message.content : ''
    const usage = usageOf(message)
    if (SILENT.has(type)) {
      sink.skipped++
      return
    }
    if (HUMAN.test(agentId) && type !== 'HandoffMessage') {
      talk.join(root, at, step)
      talk.asked(id, contentText(message.content), root, at, step, source, agentId)
      previousAt = at
      return
    }
    talk.join(agentId, at, step)
    const begun = instruction
    if (begun && begun.by !== agentId && ORCHESTRATOR.test(begun.by)) {
      // the orchestrator's words were for whoever speaks next
      delegate(agentId, begun.by, begun.text, begun, { kind: 'inferred', how: 'it spoke next after the orchestrator’s instruction' }, 'instruction')
    }
    if (begun && begun.by !== agentId) instruction = undefined
    const task = tasks.get(agentId)
    const turn = (output: string | undefined, finish?: 'stop' | 'tool_calls') => {
      talk.turn({
        id,
        agentId,
        taskId: task?.id,
        startedAt,
        at,
        order: step,
        output,
        reasoning: thought,
        usage,
        finish,
        source,
        attributes: { messageType: type },
      })
      thought = undefined
      if (task && output) task.lastText = output
    }
    switch (type) {
      case 'ToolCallRequestEvent':
        turn(undefined, 'tool_calls')
        for (const call of records(message, 'content')) called(call)
        break
      case 'ToolCallExecutionEvent':
        for (const answer of records(message, 'content')) answered(answer)
        break
      case 'ToolCallSummaryMessage':
        // its tools' answers put together: no call of the model
        if (task) task.lastText = said
        sink.skipped++
        break
      case 'ThoughtEvent':
        thought = said
        if (usage) turn(undefined)
        break
      case 'HandoffMessage': {
        const target = word(message, 'target')
        if (target === undefined) break
        if (usage) turn(said)
        end(agentId, said)
        if (HUMAN.test(target)) {
          talk.join(target, at, step, { role: 'human' })
          talk.tell({
            type: 'message.sent',
            id: `${id}:handoff`,
            occurredAt: at,
            order: step,
            from: agentId,
            to: target,
            purpose: 'help_request',
            text: said,
            source,
          })
        } else if (tasks.get(target) || target === root) back(target)
        else {
          talk.join(target, at, step)
          delegate(
            target,
            agentId,
            said,
            { turnId: undefined, at, order: step + 0.5 },
            { kind: 'declared', how: 'a HandoffMessage names it' },
            'HandoffMessage',
          )
        }
        break
      }
      case 'SelectSpeakerEvent':
      case 'SelectorEvent': {
        if (usage) turn(typeof message.content === 'string' ? said : undefined)
        const chosen =
          type === 'SelectSpeakerEvent' ? (Array.isArray(message.content) ? message.content : []).filter((one): one is string => typeof one === 'string') : []
        for (const name of chosen) {
          for (const open of [...tasks.keys()]) if (open !== name) end(open, undefined)
          if (tasks.has(name)) continue
          talk.join(name, at, step)
          delegate(
            name,
            agentId,
            undefined,
            { turnId: usage ? id : undefined, at, order: step + 0.5 },
            { kind: 'declared', how: 'the manager chose the next speaker' },
            type,
          )
        }
        break
      }
      case 'CodeGenerationEvent':
        turn(
          text(message, 'content') ??
            records(message, 'code_blocks')
              .map((block) => `\`\`\`${text(block, 'language') ?? ''}\n${text(block, 'code') ?? ''}\n\`\`\``)
              .join('\n'),
        )
        break
      case 'CodeExecutionEvent': {
        const code = uses.get(`${id}:code`) ?? {
          callId: `${id}:code`,
          name: 'code_executor',
          input: undefined,
          agentId,
          taskId: task?.id,
          at: startedAt,
          order: step,
          source,
        }
        callMade(talk.telling, code)
        const exit = count(message, 'result', 'exit_code')
        callReturned(talk.telling, code, {
          at,
          order: step + 0.5,
          status: exit === undefined || exit === 0 ? 'ok' : 'error',
          result: text(message, 'result', 'output'),
        })
        break
      }
      case 'StopMessage':
        if (usage) turn(said)
        break
      default: {
        const shownText = contentText(message.content) || (shown(isRecord(message.content) ? message.content : undefined) ?? '')
        turn(shownText, 'stop')
        if (ORCHESTRATOR.test(agentId)) {
          for (const open of [...tasks.keys()]) end(open, undefined)
          instruction = { by: agentId, text: shownText, turnId: id, at, order: step + 0.5 }
        }
      }
    }
    previousAt = Math.max(previousAt, at)

    function delegate(
      to: string,
      by: string,
      brief: string | undefined,
      when: { turnId?: string; at: number; order: number },
      evidence: { kind: 'declared' | 'inferred'; how: string },
      how: string,
    ): void {
      end(to, undefined)
      const given: OpenTask = { id: `task-${step}:${to}`, to, lastText: undefined }
      talk.join(by, when.at, step)
      talk.directs(by, to, when.at, when.order, evidence)
      talk.delegate({
        taskId: given.id,
        by,
        to,
        at: when.at,
        order: when.order,
        brief: brief === '' ? undefined : brief,
        turnId: when.turnId,
        evidence,
        source,
        attributes: { delegatedBy: how },
        parentTaskId: tasks.get(by)?.id,
      })
      tasks.set(to, given)
    }

    function end(who: string, result: string | undefined): void {
      const open = tasks.get(who)
      if (!open) return
      tasks.delete(who)
      talk.endTask({
        taskId: open.id,
        status: 'completed',
        at,
        order: step + 0.4,
        result: open.lastText ?? result,
        source,
        evidence: { kind: 'inferred', how: 'the next speaker took over' },
      })
    }

    function back(target: string): void {
      for (const open of [...tasks.keys()]) if (open !== target) end(open, said)
    }

    function called(call: JsonRecord): void {
      const callId = word(call, 'id') ?? `${id}:call`
      const use: ToolUse = {
        callId,
        name: word(call, 'name') ?? 'unnamed',
        input: parsed(call.arguments) ?? call.arguments,
        agentId,
        turnId: id,
        taskId: task?.id,
        at,
        order: step + 0.1,
        source: { ...source, toolUseId: callId },
        ...(timed ? {} : { attributes: { timeIsOrder: true } }),
      }
      uses.set(callId, use)
      callMade(talk.telling, use)
    }

    function answered(answer: JsonRecord): void {
      const use = uses.get(word(answer, 'call_id') ?? '')
      if (use) callReturned(talk.telling, use, { at, order: step + 0.1, status: answer.is_error === true ? 'error' : 'ok', result: text(answer, 'content') })
    }
  })

  const last = messages.length - 1
  const lastAt = talk.when(last, time(messages[last], 'created_at'))
  const source = { path, ...(line === undefined ? {} : { line }), messageId: word(messages[last], 'id') ?? `messages[${last}]` }
  for (const task of tasks.values()) {
    talk.endTask({
      taskId: task.id,
      status: 'completed',
      at: lastAt,
      order: last + 0.8,
      result: task.lastText,
      source,
      evidence: { kind: 'inferred', how: 'the run has ended' },
    })
  }
  if (run.stopReason !== undefined || run.status !== undefined) talk.end(statusOf(run), run.stopReason, lastAt, last + 0.99, source)
}

function statusOf(run: Run): 'completed' | 'failed' | 'cancelled' | undefined {
  if (/cancel|stopped/i.test(`${run.status ?? ''} ${run.stopReason ?? ''}`) && /cancel/i.test(`${run.status ?? ''} ${run.stopReason ?? ''}`)) return 'cancelled'
  if (run.status === 'error') return 'failed'
  return run.stopReason !== undefined || run.status === 'complete' ? 'completed' : undefined
}

function usageOf(message: JsonRecord): Usage | undefined {
  const raw = record(message, 'models_usage')
  const inputTokens = count(raw, 'prompt_tokens')
  const outputTokens = count(raw, 'completion_tokens')
  return inputTokens === undefined && outputTokens === undefined ? undefined : { inputTokens, outputTokens }
}
