import { endTask, workflowAgent } from './delegation'
import { clip } from './draft'
import { isRecord, stringIn, timeOf } from './line'
import { AFTER_LINES, type Session } from './session'

/**
 * A workflow is a script that starts agents. Their files lie in `subagents/workflows/<run>/`; a journal
 * beside them says who has answered, and `workflows/<run>.json` what the script calls them.
 */
export function takeWorkflowJournal(session: Session, runId: string, value: unknown): void {
  const agentId = stringIn(value, 'agentId')
  if (agentId === undefined || !isRecord(value)) return
  if (value.type !== 'result' && value.type !== 'error') return
  const result = value.result
  session.workflowDone.set(`${runId}:${agentId}`, {
    status: value.type === 'error' ? 'failed' : 'completed',
    result: typeof result === 'string' ? result : result === undefined ? '' : JSON.stringify(result, null, 2),
  })
}

export function takeWorkflowRun(session: Session, run: Record<string, unknown>): void {
  const at = timeOf(stringIn(run, 'timestamp'))
  if (at === undefined || !Array.isArray(run.workflowProgress)) return
  for (const step of run.workflowProgress) {
    const agentId = stringIn(step, 'agentId')
    const label = stringIn(step, 'label')
    if (agentId === undefined || label === undefined) continue
    session.announce({
      type: 'agent.joined',
      id: `${agentId}:label`,
      occurredAt: at,
      order: AFTER_LINES,
      agentId,
      name: clip(label, 400),
      ...(typeof run.workflowName === 'string' ? { attributes: { workflow: run.workflowName } } : {}),
    })
  }
}

/** Links the agents of workflows whose call has been read; with `force`, the others too. */
export function settleWorkflows(session: Session, force: boolean): void {
  for (const stream of session.streams.values()) {
    const run = stream.runs[0]
    if (stream.workflow === undefined || !run) continue
    const call = session.workflows.get(stream.workflow)
    if (call || force) workflowAgent(session, stream, run, call)
    const taskId = `${stream.workflow}:${stream.id}`
    const task = session.delegations.get(taskId)
    const done = session.workflowDone.get(taskId)
    if (task && done && !task.ended && stream.lastAt !== undefined) {
      endTask(session, task, { status: done.status, ...(done.result === '' ? {} : { result: done.result }), at: stream.lastAt, order: AFTER_LINES })
    }
  }
}
