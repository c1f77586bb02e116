import { Conversation } from '../conversation'
import { type Document, DocumentDecoder, outline } from '../documents'
import { contentText, count, isRecord, type JsonRecord, record, records, shown, text, time, word } from '../foreign'
import type { Detection, Format, Sample } from '../format'
import type { Sink } from '../telling'
import { callMade, callReturned, type ToolUse } from '../tool-calls'

/**
 * ATIF, the trajectory interchange format of Harbor: {"schema_version": "ATIF-v1.x", "session_id", "agent",
 * "steps"}. Sub-agents' trajectories lie inside their parent's or in files beside it, and are named by
 * `subagent_trajectory_ref`.
 */
export const atif: Format = {
  name: 'atif',
  title: 'ATIF trajectory',
  lies: 'trajectory.json of Harbor and others',
  shape: '"schema_version": "ATIF-v1.x"',
  detect,
  group,
  decoder,
}

function detect(sample: Sample): Detection {
  if (/"schema_version"\s*:\s*"ATIF-v/.test(sample.head.slice(0, 16384))) return { score: 0.95 }
  const top = outline(sample.head, 1).keys[0] as Set<string>
  return { score: top.has('steps') && top.has('agent') && top.has('session_id') ? 0.4 : 0, missing: 'no "schema_version" says "ATIF-v…"' }
}

/** Trajectories of one run lie in one folder. */
function group(sample: Sample): string | undefined {
  return sample.path?.split(/[\\/]/).slice(0, -1).join('/')
}

interface Trajectory {
  value: JsonRecord
  path: string
  ids: string[]
  id: string
}

function decoder(): DocumentDecoder {
  const all: Trajectory[] = []
  let read = 0
  return new DocumentDecoder(
    'ATIF trajectory',
    (document) => collect(document, document.value, all),
    (sink) => {
      // told when all files are there; again when another has come
      if (read === all.length) return
      read = all.length
      tellAll(
        [...all].sort((a, b) => (a.id < b.id ? -1 : 1)),
        sink,
      )
    },
  )
}

/** A trajectory, one that holds others, or an object or list of them. */
function collect(document: Document, value: unknown, all: Trajectory[]): void {
  if (Array.isArray(value)) {
    for (const one of value) collect(document, one, all)
    return
  }
  if (!isRecord(value)) return
  if (!Array.isArray(value.steps)) {
    for (const one of Object.values(value)) if (isRecord(one) && Array.isArray(one.steps)) collect(document, one, all)
    return
  }
  const ids = [word(value, 'trajectory_id'), word(value, 'session_id')].filter((id): id is string => id !== undefined)
  const id = ids[0] ?? document.path
  if (!all.some((one) => one.id === id)) all.push({ value, path: document.path, ids: ids.length > 0 ? ids : [id], id })
  for (const one of records(value, 'subagent_trajectories')) collect(document, one, all)
}

function tellAll(all: Trajectory[], sink: Sink): void {
  const named = new Set(all.flatMap((one) => refsOf(one).map((ref) => find(all, ref)?.id)))
  for (const one of all) {
    const above = word(one.value, 'agent', 'extra', 'parent_session_id')
    if (named.has(one.id) || (above !== undefined && find(all, above))) continue
    new Telling(one, all, sink, above).tell()
  }
}

function refsOf(one: Trajectory): string[] {
  return records(one.value, 'steps').flatMap((step) => records(step, 'observation', 'results').flatMap((result) => refIds(result)))
}

function refIds(result: JsonRecord): string[] {
  return records(result, 'subagent_trajectory_ref').map((ref) => word(ref, 'trajectory_id') ?? word(ref, 'session_id') ?? word(ref, 'trajectory_path') ?? '')
}

function find(all: readonly Trajectory[], id: string): Trajectory | undefined {
  return all.find((one) => one.ids.includes(id) || (id !== '' && one.path.endsWith(id)))
}

/** One root trajectory and what hangs on it. */
class Telling {
  private readonly talk: Conversation
  private readonly timed: boolean
  private readonly done = new Set<string>()
  private step = 0

  constructor(
    private readonly root: Trajectory,
    private readonly all: readonly Trajectory[],
    private readonly sink: Sink,
    /** A parent that was not read. */
    private readonly above: string | undefined,
  ) {
    const family = all.filter((one) => one === root || all.length > 1)
    this.timed = family.every((one) => records(one.value, 'steps').every((step) => time(step, 'timestamp') !== undefined || step.is_copied_context === true))
    this.talk = new Conversation(`atif:${root.id}`, sink, this.timed)
  }

  tell(): void {
    const { root, talk } = this
    const steps = records(root.value, 'steps')
    const request = steps.find((step) => step.source === 'user')
    const at = talk.when(0, time(steps[0], 'timestamp'))
    talk.begin({ format: 'atif', framework: word(root.value, 'agent', 'name') ?? 'atif', title: contentText(request?.message), at })
    const agentId = word(root.value, 'agent', 'name') ?? 'agent'
    talk.join(agentId, at, 0, { model: word(root.value, 'agent', 'model_name') })
    if (this.above !== undefined) {
      this.talk.telling.issue(
        'parent_missing',
        'note',
        `This trajectory is a sub-agent's; that of its parent, ${this.above.slice(0, 100)}, was not read. Import both files together.`,
        { path: root.path },
      )
    }
    this.trajectory(root, agentId, undefined, at)
  }

  private trajectory(one: Trajectory, agentId: string, taskId: string | undefined, from: number): { at: number; lastText: string | undefined } {
    this.done.add(one.id)
    const { talk } = this
    let previousAt = from
    let lastText: string | undefined
    records(one.value, 'steps').forEach((step, nth) => {
      // copied from the parent, where it is counted
      if (step.is_copied_context === true) {
        this.sink.skipped++
        return
      }
      const order = this.step++
      const at = talk.when(order, time(step, 'timestamp'))
      const id = `${one === this.root ? '' : `${agentId}:`}step-${shown(step.step_id ?? nth + 1)}`
      const source = { path: one.path, messageId: `steps[${nth}]` }
      const said = contentText(step.message)
      if (step.source === 'user') {
        if (one === this.root) talk.asked(id, said, agentId, at, order, source)
        else this.sink.skipped++
      } else if (step.source === 'agent') {
        const calls = records(step, 'tool_calls')
        const metrics = record(step, 'metrics')
        const cost = metrics?.cost_usd
        talk.turn({
          id,
          agentId,
          taskId,
          startedAt: Math.min(previousAt, at),
          at,
          order,
          output: said,
          reasoning: word(step, 'reasoning_content'),
          usage: metrics
            ? {
                inputTokens: count(metrics, 'prompt_tokens'),
                cachedInputTokens: count(metrics, 'cached_tokens'),
                outputTokens: count(metrics, 'completion_tokens'),
                ...(typeof cost === 'number' && cost >= 0 ? { costUsd: cost } : {}),
              }
            : undefined,
          model: word(step, 'model_name') ?? word(one.value, 'agent', 'model_name'),
          finish: calls.length > 0 ? 'tool_calls' : 'stop',
          source,
        })
        if (said !== '') lastText = said
        this.calls(one, step, calls, { id, agentId, taskId, at, order, source })
      } else this.sink.skipped++
      previousAt = Math.max(previousAt, at)
    })
    return { at: previousAt, lastText }
  }

  private calls(
    one: Trajectory,
    step: JsonRecord,
    calls: JsonRecord[],
    turn: { id: string; agentId: string; taskId: string | undefined; at: number; order: number; source: ToolUse['source'] },
  ): void {
    const { talk } = this
    const uses = calls.map((call, i): ToolUse => {
      const callId = word(call, 'tool_call_id') ?? `${turn.id}:call-${i}`
      return {
        callId: one === this.root ? callId : `${turn.agentId}:${callId}`,
        name: word(call, 'function_name') ?? 'unnamed',
        input: call.arguments,
        agentId: turn.agentId,
        turnId: turn.id,
        taskId: turn.taskId,
        at: turn.at,
        order: turn.order + 0.1 + i * 0.001,
        source: { ...turn.source, toolUseId: callId },
        ...(this.timed ? {} : { attributes: { timeIsOrder: true } }),
      }
    })
    for (const use of uses) callMade(talk.telling, use)
    records(step, 'observation', 'results').forEach((result, i) => {
      const named = word(result, 'source_call_id')
      const use = uses.find((each) => each.source.toolUseId === named) ?? (named === undefined ? (uses[i] ?? uses[0]) : undefined)
      const answer = contentText(result.content) || shown(result.content)
      let at = turn.at
      for (const ref of refIds(result)) at = Math.max(at, this.child(ref, use, turn, answer))
      if (use) callReturned(talk.telling, use, { at, order: turn.order + 0.5, status: 'ok', result: answer })
    })
  }

  /** The time when the sub-agent was done. */
  private child(
    ref: string,
    use: ToolUse | undefined,
    turn: { id: string; agentId: string; taskId: string | undefined; at: number; order: number; source: ToolUse['source'] },
    answer: string | undefined,
  ): number {
    const { talk } = this
    const found = find(this.all, ref)
    const childId = found?.id ?? ref
    const taskId = `${childId}:task`
    const steps = records(found?.value, 'steps')
    const asked = steps.find((step) => step.source === 'user' && step.is_copied_context !== true)
    const brief = text(use?.input, 'task') ?? text(use?.input, 'prompt') ?? (asked ? contentText(asked.message) : undefined) ?? shown(use?.input)
    const evidence = { kind: 'declared' as const, how: 'subagent_trajectory_ref names it' }
    talk.join(childId, turn.at, turn.order + 0.6, {
      name: word(found?.value, 'agent', 'name') ?? childId,
      parentId: turn.agentId,
      model: word(found?.value, 'agent', 'model_name'),
      evidence,
    })
    talk.delegate({
      taskId,
      by: turn.agentId,
      to: childId,
      at: turn.at,
      order: turn.order + 0.2,
      brief,
      parentTaskId: turn.taskId,
      turnId: turn.id,
      callId: use?.callId,
      evidence,
      source: turn.source,
      attributes: { delegatedBy: use?.name ?? 'subagent_trajectory_ref' },
    })
    if (!found || this.done.has(found.id)) {
      if (!found)
        talk.telling.issue('sub_missing', 'note', `The trajectory of sub-agent ${ref.slice(0, 100)} was not read; import its file together with this one.`, {
          path: turn.source.path,
        })
      return turn.at
    }
    const { at, lastText } = this.trajectory(found, childId, taskId, turn.at)
    talk.endTask({
      taskId,
      status: 'completed',
      at,
      order: this.step - 0.05,
      result: lastText ?? answer,
      source: { path: found.path },
      evidence: { kind: 'inferred', how: 'its trajectory ends here' },
    })
    return at
  }
}
