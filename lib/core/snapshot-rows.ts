import type { ColumnSet } from './columns'
import type { Explanation, Intervention } from './interventions'
import type { Message, Task, ToolCall, Turn, Write } from './session'

/** One reader a field, typed as the field is; a field that is added to a row and not here fails to compile. */
type Readers<T> = { [K in keyof Required<T>]: (row: number) => T[K] }

function readers<T>(columns: ColumnSet, fields: { [K in keyof Required<T>]: true }): Readers<T> {
  return Object.fromEntries(Object.keys(fields).map((field) => [field, columns.field(field)])) as Readers<T>
}

export function readTurn(columns: ColumnSet): (row: number) => Turn {
  const of = readers<Turn>(columns, {
    id: true,
    agentId: true,
    taskId: true,
    model: true,
    startedAt: true,
    streamedAt: true,
    endedAt: true,
    streamedTokens: true,
    usage: true,
    finish: true,
    output: true,
    reasoning: true,
    source: true,
  })
  return (i) => ({
    id: of.id(i),
    agentId: of.agentId(i),
    taskId: of.taskId(i),
    model: of.model(i),
    startedAt: of.startedAt(i),
    streamedAt: of.streamedAt(i),
    endedAt: of.endedAt(i),
    streamedTokens: of.streamedTokens(i),
    usage: of.usage(i),
    finish: of.finish(i),
    output: of.output(i),
    reasoning: of.reasoning(i),
    source: of.source(i),
  })
}

export function readCall(columns: ColumnSet): (row: number) => ToolCall {
  const of = readers<ToolCall>(columns, {
    id: true,
    agentId: true,
    turnId: true,
    taskId: true,
    name: true,
    arguments: true,
    reads: true,
    calledAt: true,
    returnedAt: true,
    status: true,
    result: true,
    check: true,
    source: true,
  })
  return (i) => ({
    id: of.id(i),
    agentId: of.agentId(i),
    turnId: of.turnId(i),
    taskId: of.taskId(i),
    name: of.name(i),
    arguments: of.arguments(i),
    reads: of.reads(i),
    calledAt: of.calledAt(i),
    returnedAt: of.returnedAt(i),
    status: of.status(i),
    result: of.result(i),
    check: of.check(i),
    source: of.source(i),
  })
}

export function readWrite(columns: ColumnSet): (row: number) => Write {
  const of = readers<Write>(columns, {
    id: true,
    agentId: true,
    path: true,
    change: true,
    at: true,
    order: true,
    taskId: true,
    turnId: true,
    callId: true,
    partial: true,
    from: true,
    source: true,
  })
  return (i) => ({
    id: of.id(i),
    agentId: of.agentId(i),
    path: of.path(i),
    change: of.change(i),
    at: of.at(i),
    order: of.order(i),
    taskId: of.taskId(i),
    turnId: of.turnId(i),
    callId: of.callId(i),
    partial: of.partial(i),
    from: of.from(i),
    source: of.source(i),
  })
}

export function readMessage(columns: ColumnSet): (row: number) => Message {
  const of = readers<Message>(columns, { id: true, from: true, to: true, taskId: true, turnId: true, purpose: true, text: true, at: true, order: true })
  return (i) => ({
    id: of.id(i),
    from: of.from(i),
    to: of.to(i),
    taskId: of.taskId(i),
    turnId: of.turnId(i),
    purpose: of.purpose(i),
    text: of.text(i),
    at: of.at(i),
    order: of.order(i),
  })
}

export function readTask(columns: ColumnSet, kept: boolean): (row: number) => Task {
  const of = readers<Task>(columns, {
    id: true,
    by: true,
    to: true,
    title: true,
    brief: true,
    outputs: true,
    parentTaskId: true,
    turnId: true,
    callId: true,
    group: true,
    background: true,
    delegatedAt: true,
    blockedAt: true,
    endedAt: true,
    endedBy: true,
    endStatus: true,
    endReason: true,
    result: true,
    acceptedAt: true,
    evidence: true,
    stamps: true,
  })
  return (i) => ({
    id: of.id(i),
    by: of.by(i),
    to: of.to(i),
    title: of.title(i),
    brief: of.brief(i),
    outputs: of.outputs(i),
    parentTaskId: of.parentTaskId(i),
    turnId: of.turnId(i),
    callId: of.callId(i),
    group: of.group(i),
    background: of.background(i),
    delegatedAt: of.delegatedAt(i),
    blockedAt: of.blockedAt(i),
    endedAt: of.endedAt(i),
    endedBy: of.endedBy(i),
    endStatus: of.endStatus(i),
    endReason: of.endReason(i),
    result: of.result(i),
    acceptedAt: of.acceptedAt(i),
    evidence: of.evidence(i),
    stamps: kept ? (of.stamps(i) ?? {}) : {},
  })
}

const UNTOLD: Explanation = { sentence: '', rule: '', thresholds: {}, confidence: 'declared', inferences: [] }

export function readFinding(columns: ColumnSet): (row: number) => Intervention {
  const of = readers<Intervention>(columns, {
    id: true,
    kind: true,
    phase: true,
    trigger: true,
    flags: true,
    occurredAt: true,
    taskId: true,
    artifact: true,
    master: true,
    target: true,
    assigneeId: true,
    distance: true,
    survival: true,
    cumulativeSurvival: true,
    owned: true,
    destroyed: true,
    destroyedComments: true,
    destroyedLines: true,
    units: true,
    clocks: true,
    headline: true,
    explanation: true,
  })
  return (i) => ({
    id: of.id(i),
    kind: of.kind(i),
    phase: of.phase(i),
    trigger: of.trigger(i),
    flags: of.flags(i),
    occurredAt: of.occurredAt(i),
    taskId: of.taskId(i),
    artifact: of.artifact(i),
    master: of.master(i),
    target: of.target(i),
    assigneeId: of.assigneeId(i),
    distance: of.distance(i),
    survival: of.survival(i),
    cumulativeSurvival: of.cumulativeSurvival(i),
    owned: of.owned(i),
    destroyed: of.destroyed(i),
    destroyedComments: of.destroyedComments(i),
    destroyedLines: of.destroyedLines(i),
    units: of.units(i),
    clocks: of.clocks(i),
    headline: of.headline(i),
    explanation: toldSoFar(of.explanation(i)),
  })
}

/** Before the second part has come there are no words. */
function toldSoFar(explanation: Partial<Explanation> | undefined): Explanation {
  return explanation?.rule === undefined ? { ...UNTOLD, ...explanation } : (explanation as Explanation)
}
