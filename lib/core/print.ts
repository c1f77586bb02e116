import { contentChars } from './content'
import type { Intervention, InterventionKind, Phase } from './interventions'
import { type SessionState, taskStatus, turnOutputTokens } from './session'

/**
 * State and findings as text, for tests and terminals: the same state prints the same text, whatever
 * order its events came in.
 */
export function print(what: SessionState | readonly Intervention[], start?: number): string {
  return isState(what) ? printState(what) : what.map((finding) => printIntervention(finding, start ?? 0)).join('\n')
}

function isState(what: SessionState | readonly Intervention[]): what is SessionState {
  return !Array.isArray(what)
}

export function printState(state: SessionState): string {
  const zero = state.firstAt ?? 0
  const at = (time: number | undefined) => (time === undefined ? '?' : printSeconds(time - zero))
  const span = (from: number | undefined, to: number | undefined) => `${at(from)}..${to === undefined ? '' : at(to)}`
  const facts = state.facts
  const lines: string[] = []
  const say = (...words: (string | undefined | false)[]) => lines.push(words.filter(Boolean).join(' '))

  say(
    'session',
    state.id,
    facts.title && JSON.stringify(facts.title),
    facts.framework,
    facts.simulated && 'simulated',
    facts.endStatus,
    facts.endedAt !== undefined && `ended ${at(facts.endedAt)}`,
  )
  for (const agent of sorted(state.agents.values(), (a) => a.id)) {
    say(
      'agent',
      agent.id,
      agent.role,
      agent.parentId && `under ${agent.parentId}`,
      agent.agentType,
      agent.model,
      !agent.declared && 'undeclared',
      agent.evidence?.kind === 'inferred' && `inferred: ${agent.evidence.how ?? ''}`,
    )
  }
  for (const task of sorted(
    state.tasks.values(),
    (t) => t.id,
    (t) => t.delegatedAt,
  )) {
    say(
      'task',
      task.id,
      `${task.by ?? '?'} -> ${task.to ?? '?'}`,
      span(task.delegatedAt, task.endedAt),
      taskStatus(task),
      task.title && JSON.stringify(task.title),
      task.outputs && `outputs ${task.outputs.join(', ')}`,
      task.parentTaskId && `in ${task.parentTaskId}`,
      task.background && 'background',
      task.result !== undefined && `result ${contentChars(task.result)} chars`,
    )
  }
  for (const turn of sorted(
    state.turns.values(),
    (t) => t.id,
    (t) => t.startedAt,
  )) {
    const tokens = turnOutputTokens(turn)
    say(
      'turn',
      turn.id,
      turn.agentId ?? '?',
      span(turn.startedAt, turn.endedAt),
      turn.taskId && `for ${turn.taskId}`,
      tokens !== undefined && `${turn.usage?.estimated ? '~' : ''}${tokens} tokens`,
      turn.finish,
      turn.output !== undefined && `${contentChars(turn.output)} chars`,
    )
  }
  for (const call of sorted(
    state.calls.values(),
    (c) => c.id,
    (c) => c.calledAt,
  )) {
    const check = call.check && `${call.check.kind} ${call.check.ok === undefined ? '?' : call.check.ok ? 'ok' : 'failed'}`
    say('call', call.id, call.agentId ?? '?', call.name, span(call.calledAt, call.returnedAt), call.status, call.turnId && `in ${call.turnId}`, check)
  }
  for (const write of sorted(
    state.writes.values(),
    (w) => w.id,
    (w) => w.at,
    (w) => w.order,
  )) {
    say(
      'write',
      write.id,
      write.agentId,
      at(write.at),
      write.change,
      write.from && `${write.from} ->`,
      write.path,
      write.partial && 'partial',
      write.taskId && `for ${write.taskId}`,
    )
  }
  for (const message of sorted(
    state.messages.values(),
    (m) => m.id,
    (m) => m.at,
    (m) => m.order,
  )) {
    say('message', message.id, `${message.from} -> ${message.to ?? '?'}`, at(message.at), message.purpose, message.taskId && `about ${message.taskId}`)
  }
  for (const verdict of sorted(
    state.verdicts.values(),
    (v) => v.id,
    (v) => v.at,
    (v) => v.order,
  )) {
    say('verdict', verdict.id, verdict.by, at(verdict.at), verdict.verdict, verdict.taskId ?? verdict.interventionId)
  }
  return lines.join('\n')
}

const DID: Record<InterventionKind, string> = {
  overwrite: 'overwrote',
  interrupt: 'interrupted',
  takeover: 'took over from',
  rederive: 'redid the work of',
  reject: 'rejected the work of',
  revise: 'revised',
  redelegate: 'redelegated the task of',
  retry: 'retried the task of',
  duplicate: 'duplicated the task of',
  steer: 'steered',
  rename: 'renamed in the work of',
  touch: 'touched the work of',
  append: 'appended to the work of',
  format: 'reformatted the work of',
  move: 'moved the work of',
  merge: 'merged the work of',
  opaque_change: 'changed out of sight the work of',
  accept: 'accepted the work of',
  result_passed: 'passed on the answer of',
  result_revised: 'revised the answer of',
  result_replaced: 'put in its own words the answer of',
  result_ignored: 'used nothing of the answer of',
  peer_overwrite: 'overwrote its peer',
  censor_human: 'stopped, as a human,',
  censor_harness: 'stopped, as the harness,',
}

const WHEN: Record<Phase, string> = {
  pre_unit: 'before the first unit was complete',
  pre_completion: 'before completion',
  post_completion: 'after completion',
  post_acceptance: 'after acceptance',
}

/** `4s lead overwrote coder on src/a.ts (kept 0%, before completion)` */
export function printIntervention(finding: Intervention, start = 0): string {
  const details = [finding.survival === undefined ? undefined : `kept ${Math.round(finding.survival * 100)}%`, WHEN[finding.phase], ...finding.flags].filter(
    Boolean,
  )
  const where = finding.artifact === undefined ? '' : ` on ${finding.artifact}`
  return `${printSeconds(finding.occurredAt - start)} ${finding.master.agentId} ${DID[finding.kind]} ${finding.target?.agentId ?? finding.assigneeId}${where} (${details.join(', ')})`
}

function printSeconds(ms: number): string {
  return `${Math.round(ms) / 1000}s`
}

function sorted<T>(items: Iterable<T>, id: (item: T) => string, ...numbers: ((item: T) => number | undefined)[]): T[] {
  return [...items].sort((a, b) => {
    for (const number of numbers) {
      const difference = (number(a) ?? Number.NEGATIVE_INFINITY) - (number(b) ?? Number.NEGATIVE_INFINITY)
      if (difference !== 0 && !Number.isNaN(difference)) return difference
    }
    return id(a) < id(b) ? -1 : id(a) > id(b) ? 1 : 0
  })
}
