import { link } from './delegation'
import { continues } from './letters'
import type { Delegation, Session } from './session'
import type { AgentStream, Run } from './stream'
import { settleWorkflows } from './workflows'

/** Calls of `settle` that a stretch of work waits for the call that explains it. */
const RUN_PATIENCE = 2
/** A turn waits longer: its blocks may be written seconds apart, and each early end is told again. */
const TURN_PATIENCE = 6

/**
 * What a decoder holds back it holds in the hope of a line still to come. At an import's end none comes;
 * while watching, `settle` is called a few times a second, and what has waited too long is told.
 */
export function settleSession(session: Session, final: boolean, sessionOf: (id: string) => Session): void {
  settleWorkflows(session, final)
  for (const stream of session.streams.values()) {
    const turn = stream.turn
    if (turn && (final || ++turn.patience >= TURN_PATIENCE)) session.closeTurn(stream)
    for (const run of stream.runs) {
      if (run.state !== 'waiting' || !(final || ++run.patience >= RUN_PATIENCE)) continue
      if (run !== stream.runs[0]) continues(session, stream, run)
      else if (run.warmup) {
        // whether the session's own file is there decides what becomes of it
        if (final || session.mainSeen) warmedUp(session, stream, run, sessionOf)
      } else if (!byElimination(session, stream, run)) orphaned(session, stream, run)
    }
  }
  if (final) for (const delegation of session.delegations.values()) if (delegation.agentId === undefined) neverSeen(session, delegation)
  session.release()
}

/** The only call still without a sub-agent, and the only sub-agent still without a call. */
function byElimination(session: Session, stream: AgentStream, run: Run): boolean {
  const open = [...session.delegations.values()].filter((one) => one.agentId === undefined && one.at <= run.startedAt + 5_000)
  const waiting = [...session.streams.values()].filter((one) => one.runs[0]?.state === 'waiting' && !one.runs[0].warmup)
  const only = open[0]
  if (open.length !== 1 || waiting.length !== 1 || !only) return false
  link(session, only, stream.id, { kind: 'inferred', how: 'the only call without a sub-agent and the only sub-agent without a call' })
  return true
}

/** No call for it was found: it stays visible, without a parent. */
function orphaned(session: Session, stream: AgentStream, run: Run): void {
  if (!session.mainSeen) startedWithout(session, stream, run)
  session.decide(run, undefined)
}

/** Only an agent's file was given: no title, for the session's own file may come later and has a better one. */
function startedWithout(session: Session, stream: AgentStream, run: Run): void {
  session.announce({
    type: 'session.started',
    id: `session:started:${stream.id}`,
    occurredAt: run.startedAt,
    order: -1,
    framework: 'claude-code',
    format: 'claude-code',
    ...(stream.cwd === undefined ? {} : { workingDirectory: stream.cwd }),
  })
}

/**
 * Some versions start agents only to fill caches ("Warmup"): they belong to no task. Beside the
 * session they would be a lane that never was; alone they become a small session of their own.
 */
function warmedUp(session: Session, stream: AgentStream, run: Run, sessionOf: (id: string) => Session): void {
  const held = run.held
  run.held = []
  run.state = 'known'
  if (session.mainSeen) {
    session.issue({
      code: 'warmup_agent',
      severity: 'note',
      message: `Agent ${stream.id} only warmed up caches, with no task; its ${held.length} events were left out.`,
      place: { path: run.path, line: run.line },
    })
    return
  }
  const own = sessionOf(`${session.id}:warmup:${stream.id}`)
  own.announce({
    type: 'session.started',
    id: 'session:started',
    occurredAt: run.startedAt,
    order: -1,
    framework: 'claude-code',
    format: 'claude-code',
    title: `Warm-up of agent ${stream.id}`,
    tags: ['warm-up'],
  })
  for (const draft of held) own.announce(draft)
}

/** Nobody ever took it: refused before it began, or its file is not here. */
function neverSeen(session: Session, delegation: Delegation): void {
  const agentId = `unseen-${delegation.taskId}`.slice(0, 200)
  link(session, delegation, agentId, { kind: 'inferred', how: 'no line of the sub-agent that took this call was found' })
  delegation.orphaned = true
}
