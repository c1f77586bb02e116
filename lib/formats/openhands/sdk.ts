import { Conversation } from '../conversation'
import { contentText, isRecord, type JsonRecord, list, parsed, record, shown, text, time, word } from '../foreign'
import type { Sink } from '../telling'
import { callMade, callReturned, type ToolUse } from '../tool-calls'
import type { Trace } from '.'

const MAIN = 'main'

interface Sub {
  id: string
  taskId: string
}

/** The SDK's events, a file each; a sub-agent's lie under `subagents/<id>/`. Tokens stand only as running sums and are left unknown. */
export function readSdk(trace: Trace, sink: Sink): void {
  const { events } = trace
  const timed = events.every(({ value }) => time(value, 'timestamp') !== undefined)
  const talk = new Conversation(`openhands:${trace.id}`, sink, timed)
  const firstAt = talk.when(0, time(events[0]?.value, 'timestamp'))
  const request = events.find(({ value }) => value.kind === 'MessageEvent' && value.source === 'user')?.value
  talk.begin({ format: 'openhands', framework: 'openhands', title: contentText(record(request, 'llm_message')?.content), at: firstAt })
  talk.join(MAIN, firstAt, 0)
  const subs = new Map<string, Sub>()
  const uses = new Map<string, ToolUse>()
  const turns = new Set<string>()
  const previous = new Map<string, number>()

  events.forEach(({ value, path, line }, step) => {
    const at = talk.when(step, time(value, 'timestamp'))
    const id = word(value, 'id') ?? `step-${step}`
    const source = { path, ...(line === undefined ? {} : { line }), uuid: id }
    const subId = /\/subagents\/([^/]+)\//.exec(path.replaceAll('\\', '/'))?.[1]
    const agentId = subId === undefined ? MAIN : (subs.get(subId)?.id ?? subId)
    const taskId = subId === undefined ? undefined : subs.get(subId)?.taskId
    if (subId !== undefined)
      talk.join(agentId, at, step, { parentId: MAIN, evidence: { kind: 'declared', how: 'its events lie under its master’s conversation' } })
    const startedAt = Math.min(previous.get(agentId) ?? at, at)
    const spoken = (output: string | undefined, finish: 'stop' | 'tool_calls') => {
      const turnId = word(value, 'llm_response_id') ?? id
      if (!turns.has(turnId)) {
        turns.add(turnId)
        const reasoning = word(value, 'reasoning_content')
        talk.turn({ id: turnId, agentId, taskId, startedAt, at, order: step, output, reasoning, finish, source })
      }
      return turnId
    }
    switch (value.kind) {
      case 'MessageEvent': {
        const said = contentText(record(value, 'llm_message')?.content)
        if (value.source === 'user') {
          if (subId === undefined) talk.asked(id, said, MAIN, at, step, source)
          else sink.skipped++
        } else spoken(said, 'stop')
        break
      }
      case 'ActionEvent': {
        const turnId = spoken(contentText(value.thought), 'tool_calls')
        const name = word(value, 'tool_name') ?? 'unnamed'
        const args = parsed(text(value, 'tool_call', 'arguments') ?? text(value, 'tool_call', 'function', 'arguments'))
        const action = record(value, 'action')
        const input = isRecord(args) ? args : action
        const callId = word(value, 'tool_call_id') ?? id
        const use: ToolUse = {
          callId,
          name,
          input,
          agentId,
          turnId,
          taskId,
          at,
          order: step + 0.1,
          source: { ...source, toolUseId: callId },
          folder: '/workspace',
        }
        uses.set(callId, use)
        callMade(talk.telling, use)
        delegated(use, input, at, step)
        if (name === 'finish' && subId === undefined) talk.end('completed', 'finish', at, step + 0.99, source)
        break
      }
      case 'ObservationEvent':
      case 'AgentErrorEvent':
      case 'UserRejectObservation': {
        const use = uses.get(word(value, 'tool_call_id') ?? '')
        if (!use) {
          sink.skipped++
          break
        }
        const observation = record(value, 'observation')
        const exit = observation?.exit_code ?? record(observation, 'metadata')?.exit_code
        const failed = value.kind === 'AgentErrorEvent' || observation?.is_error === true || (typeof exit === 'number' && exit !== 0)
        const result = contentText(observation?.content) || word(observation, 'output') || word(value, 'error') || word(value, 'rejection_reason')
        callReturned(talk.telling, use, { at, order: step, status: value.kind === 'UserRejectObservation' ? 'cancelled' : failed ? 'error' : 'ok', result })
        returned(use, observation, failed, result, at, step, source)
        break
      }
      default:
        sink.skipped++
    }
    previous.set(agentId, at)
  })

  function hand(id: string, name: string | undefined, brief: string | undefined, use: ToolUse, at: number, step: number): void {
    const taskId = `${use.callId}:${id}`
    const by = use.agentId
    const evidence = { kind: 'declared' as const, how: `the call of ${use.name} names it` }
    talk.join(id, at, step + 0.6, { name: name ?? id, agentType: name, parentId: by, evidence })
    talk.delegate({
      taskId,
      by,
      to: id,
      at,
      order: step + 0.2,
      brief,
      parentTaskId: use.taskId,
      turnId: use.turnId,
      callId: use.callId,
      evidence,
      source: use.source,
      attributes: { delegatedBy: use.name },
    })
    subs.set(id, { id, taskId })
  }

  function delegated(use: ToolUse, input: unknown, at: number, step: number): void {
    if (use.name === 'delegate' && word(input, 'command') === 'delegate') {
      const tasks = record(input, 'tasks') ?? {}
      for (const [id, brief] of Object.entries(tasks)) hand(id, undefined, shown(brief), use, at, step)
    } else if (use.name === 'delegate') {
      const types = list(input, 'agent_types')
      list(input, 'ids').forEach((id, i) => {
        if (typeof id === 'string')
          talk.join(id, at, step + 0.6, {
            parentId: use.agentId,
            agentType: typeof types[i] === 'string' ? types[i] : undefined,
            evidence: { kind: 'declared', how: 'the call of delegate spawned it' },
          })
      })
    } else if (use.name === 'task' || use.name === 'task_tool_set') {
      const type = word(input, 'subagent_type')
      hand(word(input, 'resume') ?? `${type ?? 'task'}-${use.callId}`, type, word(input, 'prompt'), use, at, step)
    }
  }

  function returned(
    use: ToolUse,
    observation: JsonRecord | undefined,
    failed: boolean,
    result: string | undefined,
    at: number,
    step: number,
    source: ToolUse['source'],
  ): void {
    for (const sub of subs.values()) {
      if (!sub.taskId.startsWith(`${use.callId}:`)) continue
      const bad = failed || /error|fail/i.test(word(observation, 'status') ?? '')
      talk.endTask({ taskId: sub.taskId, status: bad ? 'failed' : 'completed', at, order: step, result, source })
      const named = word(observation, 'task_id')
      // the sub-agent's own folder is named by what the answer says
      if (named !== undefined && !subs.has(named)) subs.set(named, sub)
    }
  }
}
