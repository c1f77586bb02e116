import type { Evidence } from '@/lib/core/event'
import { clip } from './draft'
import { stringIn } from './line'
import { barePrompt } from './phrases'
import { type Call, type Delegation, type Letter, MAIN, type Session, sourceOf } from './session'
import type { AgentStream, Run } from './stream'

/**
 * Who works for whom. A call delegates; which sub-agent took it stands elsewhere: in the call's result,
 * in progress lines, in a `.meta.json`, or only in that the sub-agent's first message is the call's prompt.
 */
const CLOCK_SLACK = 5_000

export function isDelegatingTool(name: string): boolean {
  return name === 'Task' || name === 'Agent'
}

export function delegated(session: Session, call: Call): Delegation {
  const { input } = call
  const delegation: Delegation = {
    taskId: call.id,
    callId: call.id,
    by: call.stream,
    byRun: call.run,
    turnId: call.turnId,
    how: call.name,
    prompt: stringIn(input, 'prompt'),
    title: stringIn(input, 'description'),
    name: stringIn(input, 'name'),
    agentType: stringIn(input, 'subagent_type') ?? 'general-purpose',
    model: stringIn(input, 'model'),
    background: input.run_in_background === true,
    at: call.at,
    order: call.order,
    place: call.place,
    agentId: undefined,
    ended: false,
    orphaned: false,
    wentToBackground: false,
    said: new Set(),
    then: [],
  }
  session.delegations.set(call.id, delegation)
  for (const [agentId, callId] of session.metaCalls) if (callId === call.id) link(session, delegation, agentId, DECLARED)
  for (const stream of session.streams.values()) {
    const first = stream.runs[0]
    if (!first || stream === call.stream || stream.isMain || !matches(delegation, first)) continue
    if (delegation.agentId === undefined ? first.state === 'waiting' : delegation.agentId === stream.id) foundByPrompt(session, delegation, stream)
  }
  return delegation
}

/** A sub-agent's first line has been read: look for the call that it answers. */
export function sought(session: Session, stream: AgentStream, run: Run): void {
  if (stream.isMain) return
  const declaredCall = session.metaCalls.get(stream.id)
  const named = declaredCall === undefined ? undefined : session.delegations.get(declaredCall)
  if (named) link(session, named, stream.id, DECLARED)
  for (const delegation of session.delegations.values()) {
    if (delegation.by === stream) continue
    if (delegation.agentId === stream.id && delegation.callId !== undefined && run === stream.runs[0]) session.decide(run, delegation.taskId)
    if (matches(delegation, run) && (delegation.agentId === undefined || delegation.agentId === stream.id)) {
      foundByPrompt(session, delegation, stream)
      return
    }
  }
}

function matches(delegation: Delegation, run: Run): boolean {
  if (run.prompt === undefined || delegation.prompt === undefined || delegation.how === 'SendMessage') return false
  if (run.state === 'known' && run.taskId !== delegation.taskId) return false
  if (delegation.at > run.startedAt + CLOCK_SLACK) return false
  const asked = delegation.prompt.trim()
  const got = barePrompt(run.prompt)
  return got === asked || (asked.length >= 40 && got.includes(asked))
}

function foundByPrompt(session: Session, delegation: Delegation, stream: AgentStream): void {
  link(session, delegation, stream.id, { kind: 'inferred', how: `its first message is the prompt of ${delegation.callId ?? delegation.taskId}` })
}

/** The same words whichever line said it first: the same lines in another order tell the same. */
export const DECLARED: Evidence = { kind: 'declared', how: 'the call’s result, its progress lines or the sub-agent’s .meta.json name both' }

/** This sub-agent took this work. */
export function link(session: Session, delegation: Delegation, agentId: string, evidence: Evidence): void {
  const stream = session.stream(agentId)
  const saying = `${agentId} ${evidence.kind}`
  if (delegation.said.has(saying)) return
  delegation.said.add(saying)
  session.announce({
    type: 'agent.joined',
    id: `${agentId}:joined:${delegation.taskId}:${evidence.kind}`,
    occurredAt: delegation.at,
    order: delegation.order + (evidence.kind === 'declared' ? 0.2 : 0.1),
    agentId,
    parentId: delegation.by.id,
    role: 'agent',
    ...nameOf(delegation),
    ...(delegation.agentType === undefined ? {} : { agentType: clip(delegation.agentType, 200) }),
    evidence,
  })
  const before = delegation.agentId
  if (before === agentId) return
  delegation.agentId = agentId
  tellDelegation(session, delegation, agentId, before !== undefined || delegation.orphaned)
  if (before !== undefined) unlink(session, delegation, before)
  const first = stream.runs[0]
  if (first && first.state === 'waiting') session.decide(first, delegation.taskId)
  session.release()
  const then = delegation.then
  delegation.then = []
  for (const step of then) step(agentId)
}

function tellDelegation(session: Session, delegation: Delegation, agentId: string, corrected: boolean): void {
  const { taskId, callId, by, byRun, turnId, prompt, title, background, at, order, place } = delegation
  session.tell(
    by,
    {
      type: 'task.delegated',
      id: `${taskId}:delegated:${agentId}`,
      occurredAt: at,
      // a correction is told after what it corrects
      order: corrected ? order + 0.5 : order,
      taskId,
      by: by.id,
      to: agentId,
      ...(title === undefined ? {} : { title: clip(title, 2000) }),
      ...(prompt === undefined ? {} : { brief: prompt }),
      ...(turnId === undefined ? {} : { turnId }),
      ...(callId === undefined ? {} : { callId }),
      ...(background ? { background: true } : {}),
      ...(place ? { source: sourceOf(place, callId) } : {}),
      attributes: { delegatedBy: delegation.how },
    },
    byRun,
  )
}

/** A guess that a declaration has corrected: whoever was taken for the assignee is not. */
function unlink(session: Session, delegation: Delegation, agentId: string): void {
  session.issue({
    code: 'corrected_link',
    severity: 'note',
    message: `Two calls gave the same prompt; ${delegation.taskId} turned out to be the work of ${delegation.agentId}, not of ${agentId}.`,
  })
}

function nameOf(delegation: Delegation): { name?: string } {
  const name = delegation.name ?? delegation.title
  return name === undefined ? {} : { name: clip(name, 400) }
}

/** The call's result says that the sub-agent works on beside the master. */
export function wentToBackground(session: Session, delegation: Delegation): void {
  if (delegation.background || delegation.wentToBackground) return
  delegation.wentToBackground = true
  const tell = (agentId: string) =>
    session.tell(
      delegation.by,
      {
        type: 'task.delegated',
        id: `${delegation.taskId}:background`,
        occurredAt: delegation.at,
        order: delegation.order + 0.6,
        taskId: delegation.taskId,
        by: delegation.by.id,
        to: agentId,
        background: true,
      },
      delegation.byRun,
    )
  if (delegation.agentId === undefined) delegation.then.push(tell)
  else tell(delegation.agentId)
}

export type TaskEnding = {
  status: 'completed' | 'failed' | 'cancelled' | 'rejected'
  by?: string
  reason?: string
  result?: string
  at: number
  order: number
  place?: Call['place']
  turnId?: string
  evidence?: Evidence
}

export function endTask(session: Session, delegation: Delegation, ending: TaskEnding): void {
  if (delegation.ended) return
  delegation.ended = true
  const { status, by, reason, result, at, order, place, turnId, evidence } = ending
  session.announce({
    type: 'task.ended',
    id: `${delegation.taskId}:ended`,
    occurredAt: at,
    order,
    taskId: delegation.taskId,
    status,
    ...(by === undefined ? {} : { by }),
    ...(reason === undefined ? {} : { reason: clip(reason, 2000) }),
    ...(result === undefined ? {} : { result }),
    ...(turnId === undefined ? {} : { turnId }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(place ? { source: sourceOf(place, delegation.callId) } : {}),
  })
}

/**
 * A message that a sub-agent's own transcript shows in the middle: the start of another stretch of
 * work if it resumed an agent that had ended, else part of the work in hand.
 */
export function resumedBy(session: Session, letter: Letter, agentId: string, evidence: Evidence): Delegation {
  const known = session.delegations.get(letter.callId)
  if (known) return known
  const before = session.latestTask(agentId)
  const delegation: Delegation = {
    taskId: letter.callId,
    callId: letter.callId,
    by: letter.from,
    byRun: letter.run,
    turnId: letter.turnId,
    how: 'SendMessage',
    prompt: letter.text,
    title: before?.title,
    name: before?.name,
    agentType: before?.agentType,
    model: before?.model,
    background: true,
    at: letter.at,
    order: letter.order,
    place: letter.place,
    agentId: undefined,
    ended: false,
    orphaned: false,
    wentToBackground: false,
    said: new Set(),
    then: [],
  }
  session.delegations.set(letter.callId, delegation)
  link(session, delegation, agentId, evidence)
  return delegation
}

/** A workflow's script started this agent. */
export function workflowAgent(session: Session, stream: AgentStream, run: Run, call: Call | undefined): void {
  const runId = stream.workflow
  if (runId === undefined || run !== stream.runs[0]) return
  const taskId = `${runId}:${stream.id}`
  if (session.delegations.has(taskId)) return
  const by = call?.stream ?? session.stream(MAIN)
  const delegation: Delegation = {
    taskId,
    callId: undefined,
    by,
    byRun: call?.run,
    turnId: call?.turnId,
    how: 'Workflow',
    prompt: run.prompt,
    title: run.prompt === undefined ? undefined : clip(run.prompt.split('\n')[0] ?? '', 200),
    name: undefined,
    agentType: undefined,
    model: undefined,
    background: true,
    at: run.startedAt,
    order: run.order,
    place: { path: run.path, line: run.line, uuid: undefined, messageId: undefined },
    agentId: undefined,
    ended: false,
    orphaned: false,
    wentToBackground: false,
    said: new Set(),
    then: [],
  }
  session.delegations.set(taskId, delegation)
  link(
    session,
    delegation,
    stream.id,
    call
      ? { kind: 'declared', how: `its file lies in the folder of workflow run ${runId}` }
      : { kind: 'inferred', how: `its file lies in the folder of a workflow run, ${runId}` },
  )
}
