import { artifactPath, resolvePath } from '../claude-code/paths'
import { Conversation } from '../conversation'
import { DocumentDecoder, outline } from '../documents'
import { contentText, count, isRecord, type JsonRecord, parsed, record, records, text, word } from '../foreign'
import type { Detection, Format, Sample } from '../format'
import { nameOfText, type Sink } from '../telling'
import { callMade, callReturned, type ToolUse } from '../tool-calls'

/** SWE-agent's trajectories (`.traj`): steps of action and observation, a history, and what came of it. No times; tokens only as a sum. */
export const sweAgent: Format = {
  name: 'swe-agent',
  title: 'SWE-agent trajectory',
  lies: '*.traj',
  shape: '"trajectory" of steps with "action" and "observation"',
  detect,
  decoder: () => new DocumentDecoder('SWE-agent trajectory', read),
}

function detect(sample: Sample): Detection {
  const { array, keys } = outline(sample.head, 1)
  const [top, inner] = [keys[0] as Set<string>, keys[1] as Set<string>]
  if (array) return { score: 0, missing: 'it is a list' }
  if (top.has('trajectory') && inner.has('action') && (inner.has('observation') || inner.has('response'))) return { score: 0.9 }
  if (top.has('attempts') && /"trajectory"\s*:/.test(sample.head)) return { score: 0.8 }
  if (top.has('history') && inner.has('message_type') && inner.has('agent')) return { score: 0.8 }
  return { score: 0, missing: 'it has no "trajectory" of steps with "action" and "observation"' }
}

function read({ path, value, line }: { path: string; value: unknown; line?: number }, sink: Sink): void {
  if (!isRecord(value)) return
  const attempts = records(value, 'attempts')
  const runs = attempts.length > 0 ? attempts : [value]
  const history = records(runs[0], 'history')
  const place = { path, ...(line === undefined ? {} : { line }) }
  if (runs.every((run) => stepsOf(run).length === 0)) {
    sink.issues.push({ code: 'no_steps', severity: 'error', message: 'This trajectory holds neither steps nor a history of actions.', place })
    return
  }
  const asked = history.find((message) => message.role === 'user' && message.is_demo !== true)
  const named = word(value, 'replay_config') === undefined ? undefined : word(parsed(value.replay_config), 'env', 'problem_statement', 'id')
  const title = named ?? issueIn(contentText(asked?.content)) ?? contentText(asked?.content)
  const id = nameOfText(JSON.stringify([title, stepsOf(runs[0] as JsonRecord).slice(0, 3)]))
  const talk = new Conversation(`swe-agent:${id}`, sink, false)
  talk.begin({ format: 'swe-agent', framework: 'swe-agent', title, at: talk.when(0) })
  let step = 0
  // replays give the same id to several calls
  const taken = new Set<string>()
  runs.forEach((run, nth) => {
    const agentId =
      word(
        records(run, 'history').find((message) => typeof message.agent === 'string'),
        'agent',
      ) ?? 'main'
    talk.join(agentId, talk.when(step), step)
    if (nth === 0 && asked) talk.asked('asked', contentText(asked.content), agentId, talk.when(step), step, place)
    for (const one of stepsOf(run)) tellStep(talk, one, { agentId, step: step++, place, taken, attempt: attempts.length > 0 ? nth + 1 : undefined })
  })
  const info = record(value, 'info') ?? record(runs.at(-1), 'info')
  const status = word(info, 'exit_status')
  const stats = record(info, 'model_stats')
  const cost = stats?.instance_cost
  const sent = count(stats, 'tokens_sent')
  if (status !== undefined) {
    talk.tell({
      type: 'session.ended',
      id: 'session:ended',
      occurredAt: talk.when(step),
      order: step,
      status: /^submitted/.test(status) ? 'completed' : /exit_(cost|context|format|error)|early_exit|skipped/.test(status) ? 'failed' : undefined,
      reason: status,
      source: place,
      // sums over the whole run: they cannot be divided among its turns
      attributes: sent
        ? { tokensSent: sent, tokensReceived: count(stats, 'tokens_received') ?? 0, ...(typeof cost === 'number' ? { costUsd: cost } : {}) }
        : undefined,
    })
  }
}

interface Step {
  action: string
  observation: string | undefined
  thought: string | undefined
  response: string | undefined
  folder: string | undefined
  openFile: string | undefined
  call: { id: string; name: string; input: unknown } | undefined
}

/** Steps, or where a file holds only the history (a demonstration), what that shows of them. */
function stepsOf(run: JsonRecord): Step[] {
  const trajectory = records(run, 'trajectory')
  const history = records(run, 'history').filter((message) => message.is_demo !== true)
  const spoken = history.filter((message) => message.role === 'assistant')
  if (trajectory.length > 0) {
    return trajectory.map((step, i) => {
      const state = record(parsed(step.state))
      const same = spoken[i]
      return {
        action: text(step, 'action') ?? '',
        observation: text(step, 'observation'),
        thought: text(step, 'thought'),
        response: text(step, 'response'),
        folder: word(state, 'working_dir'),
        openFile: known(word(state, 'open_file')),
        call:
          same && text(same, 'action') === text(step, 'action')
            ? callIn(same)
            : callIn(
                records(step, 'messages')
                  .filter((message) => message.role === 'assistant')
                  .at(-1),
              ),
      }
    })
  }
  return history.flatMap((message, i) => {
    if (message.role !== 'assistant') return []
    const after = history[i + 1]
    return [
      {
        action: text(message, 'action') ?? '',
        observation: after && after.role !== 'assistant' ? contentText(after.content) : undefined,
        thought: text(message, 'thought'),
        response: contentText(message.content),
        folder: undefined,
        openFile: undefined,
        call: callIn(message),
      },
    ]
  })
}

function known(path: string | undefined): string | undefined {
  return path === 'n/a' ? undefined : path
}

function callIn(message: JsonRecord | undefined): Step['call'] {
  const call = records(message, 'tool_calls')[0]
  const id = word(call, 'id')
  if (!call || id === undefined) return undefined
  const raw = record(call, 'function')?.arguments
  return { id, name: word(call, 'function', 'name') ?? 'unnamed', input: parsed(raw) ?? raw }
}

function tellStep(
  talk: Conversation,
  one: Step,
  {
    agentId,
    step,
    place,
    taken,
    attempt,
  }: { agentId: string; step: number; place: { path: string; line?: number }; taken: Set<string>; attempt: number | undefined },
): void {
  const turnId = `step-${step}`
  const source = { ...place, messageId: `trajectory[${step}]` }
  const startedAt = talk.when(step)
  const at = startedAt + 500
  const action = one.action.trim()
  talk.turn({
    id: turnId,
    agentId,
    startedAt,
    at,
    order: step,
    output: one.response ?? one.thought,
    finish: action === '' ? 'stop' : 'tool_calls',
    source,
    attributes: attempt === undefined ? undefined : { attempt },
  })
  if (action === '') return
  const callId = one.call && !taken.has(one.call.id) ? one.call.id : `${turnId}:action`
  taken.add(callId)
  const use: ToolUse = {
    callId,
    name: one.call?.name ?? 'bash',
    input: one.call?.input ?? { command: one.action },
    agentId,
    turnId,
    at,
    order: step + 0.1,
    source: { ...source, toolUseId: callId },
    folder: one.folder,
    attributes: { timeIsOrder: true },
  }
  callMade(talk.telling, use)
  const observation = one.observation ?? ''
  const refused = /Your proposed edit has introduced new syntax error|^(?:Error|ERROR|Usage:|Traceback)|No replacement was performed|not found in file/m.test(
    observation.slice(0, 2000),
  )
  const own = edited(one, observation)
  callReturned(talk.telling, use, {
    at: startedAt + 900,
    order: step + 0.5,
    status: refused ? 'error' : 'ok',
    result: observation,
    noWrites: own !== undefined,
  })
  if (!own || refused) return
  talk.tell({
    type: 'artifact.written',
    id: `${use.callId}:written`,
    occurredAt: startedAt + 900,
    order: step + 0.49,
    agentId,
    turnId,
    callId: use.callId,
    path: artifactPath(resolvePath(own.path, one.folder), { session: one.folder }),
    change: own.change,
    evidence: { kind: 'inferred', how: 'from the command and the file that was open' },
    source: use.source,
  })
}

/** The editing commands of SWE-agent's own tools: `edit 3:5 … end_of_edit`, `insert`, `create`; `edit <search> <replace>` of newer ones. */
function edited(
  one: Step,
  observation: string,
): { path: string; change: { kind: 'opaque' } | { kind: 'edit'; edits: { old: string; new: string }[] } | { kind: 'content'; content: string } } | undefined {
  const file = one.openFile ?? /^\[File: (\S+) \(/m.exec(observation)?.[1]
  const search = text(one.call?.input, 'search')
  const replace = text(one.call?.input, 'replace')
  if (one.call?.name === 'edit' && search !== undefined && replace !== undefined && file !== undefined) {
    return { path: file, change: search === '' ? { kind: 'opaque' } : { kind: 'edit', edits: [{ old: search, new: replace }] } }
  }
  // by line numbers: what stood there is not in the trajectory
  if (/^(?:edit\s+\d+:\d+|insert\s|edit\s)/.test(one.action) && file !== undefined) return { path: file, change: { kind: 'opaque' } }
  const created = /^create\s+["']?([^\s"']+)/.exec(one.action)?.[1]
  return created === undefined ? undefined : { path: created, change: { kind: 'content', content: '' } }
}

/** The issue's title in the prompt that SWE-agent builds around it. */
function issueIn(prompt: string): string | undefined {
  return /^(?:ISSUE:|.*issue text:)\s*\n(?:ISSUE:\s*\n)?([^\n]+)/m.exec(prompt)?.[1]?.trim()
}
