import type { Place } from './place'
import type { CodexSession } from './session'
import { agentOf, type OpenTurn, type Thread, type TokenCount } from './thread'

/**
 * One turn is one call of the model: what it says and calls until the count of its tokens. (Codex itself
 * calls "turn" everything between two requests of a person; that one's id goes into the attributes.)
 */
export function spoke(session: CodexSession, thread: Thread, place: Place, said: { text?: string; reasoning?: string; call?: boolean }): OpenTurn {
  // files without counts: a new answer begins with words after a tool's answer
  if (thread.turn?.answered && !thread.countsSeen && !said.call) closeTurn(session, thread, undefined)
  const turn = thread.turn ?? begun(session, thread, place)
  turn.lastAt = Math.max(turn.lastAt, place.at)
  turn.lastLine = place.line
  if (said.text) turn.texts.push(said.text)
  if (said.reasoning) turn.thoughts.push(said.reasoning)
  if (said.call) turn.called = true
  session.telling.tell({
    type: 'turn.streamed',
    id: `${thread.id}:${place.line}:streamed`,
    occurredAt: place.at,
    order: place.line,
    turnId: turn.id,
    agentId: agentOf(thread),
    taskId: session.taskOf(thread),
  })
  return turn
}

function begun(session: CodexSession, thread: Thread, place: Place): OpenTurn {
  const startedAt = Math.min(thread.causeAt ?? place.at, place.at)
  const turn: OpenTurn = {
    id: `${thread.id}:${place.line}`,
    startedAt,
    lastAt: place.at,
    lastLine: place.line,
    firstLine: place.line,
    texts: [],
    thoughts: [],
    called: false,
    answered: false,
  }
  thread.turn = turn
  session.telling.tell({
    type: 'turn.started',
    id: `${turn.id}:turn.started`,
    occurredAt: startedAt,
    order: place.line - 0.1,
    turnId: turn.id,
    agentId: agentOf(thread),
    taskId: session.taskOf(thread),
    model: thread.model,
    source: { path: thread.path, line: place.line, ...(thread.codexTurn === undefined ? {} : { messageId: thread.codexTurn }) },
    ...(thread.codexTurn === undefined ? {} : { attributes: { codexTurn: thread.codexTurn } }),
  })
  return turn
}

/** The tokens of the call that has just ended. */
export function counted(session: CodexSession, thread: Thread, used: TokenCount, place: Place): void {
  // a call of which the file shows nothing, as when the history is compacted
  if (!thread.turn) begun(session, thread, place)
  closeTurn(session, thread, undefined, false, used)
}

/** A call that only the running total tells of. */
export function unseen(session: CodexSession, thread: Thread, used: TokenCount, place: Place): void {
  const id = `${thread.id}:${place.line}:unseen`
  const common = { turnId: id, agentId: agentOf(thread), taskId: session.taskOf(thread), model: thread.model, occurredAt: place.at }
  const source = { path: thread.path, line: place.line }
  session.telling.tell({ ...common, type: 'turn.started', id: `${id}:turn.started`, order: place.line - 0.3, source, attributes: { onlyCounted: true } })
  session.telling.tell({
    ...common,
    type: 'turn.ended',
    id: `${id}:turn.ended`,
    order: place.line - 0.2,
    source,
    usage: { inputTokens: used.input, cachedInputTokens: used.cached, outputTokens: used.output, reasoningTokens: used.reasoning },
  })
}

export function closeTurn(session: CodexSession, thread: Thread, at: Place | undefined, cancelled = false, used?: TokenCount): void {
  const turn = thread.turn
  if (!turn) return
  thread.turn = undefined
  const output = turn.texts.join('\n\n')
  const reasoning = turn.thoughts.join('\n\n')
  session.telling.tell({
    type: 'turn.ended',
    id: `${turn.id}:turn.ended`,
    occurredAt: Math.max(turn.startedAt, at?.at ?? turn.lastAt),
    order: (at?.line ?? turn.lastLine) + 0.9,
    turnId: turn.id,
    agentId: agentOf(thread),
    taskId: session.taskOf(thread),
    model: thread.model,
    usage: used ? { inputTokens: used.input, cachedInputTokens: used.cached, outputTokens: used.output, reasoningTokens: used.reasoning } : undefined,
    finish: cancelled ? 'cancelled' : turn.called ? 'tool_calls' : output === '' ? undefined : 'stop',
    output: output === '' ? undefined : output,
    reasoning: reasoning === '' ? undefined : reasoning,
  })
}
