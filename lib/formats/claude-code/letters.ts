import { DECLARED, resumedBy } from './delegation'
import { stringIn } from './line'
import { barePrompt } from './phrases'
import { type Call, type Letter, MAIN, type Session, sourceOf } from './session'
import type { AgentStream, Run } from './stream'

/**
 * SendMessage: to an agent at work it steers, to one that has ended it gives new work (a second task of
 * the same agent), to the lead it reports or asks. Which of them it was, the call's result says, and
 * whether the agent's own transcript goes on with it.
 */
export function wroteLetter(session: Session, call: Call): void {
  const to = stringIn(call.input, 'to') ?? stringIn(call.input, 'recipient') ?? stringIn(call.input, 'target_agent_id')
  const message = call.input.message ?? call.input.content ?? call.input.summary
  if (to === undefined) return
  session.letters.push({
    callId: call.id,
    from: call.stream,
    run: call.run,
    to,
    text: typeof message === 'string' ? message : message === undefined ? '' : JSON.stringify(message),
    at: call.at,
    order: call.order,
    place: call.place,
    turnId: call.turnId,
    outcome: 'pending',
    targetOpen: false,
  })
}

export function letterFailed(session: Session, callId: string): void {
  const letter = session.letters.find((one) => one.callId === callId)
  if (letter) letter.outcome = 'failed'
}

const ASKS = /\?\s*$|\b(blocked|stuck|need (?:your |some )?(?:input|help|clarification|decision|guidance)|please (?:advise|clarify))\b/i

/** The result of SendMessage. */
export function sent(session: Session, call: Call, text: string): void {
  const letter = session.letters.find((one) => one.callId === call.id)
  if (!letter) return
  const target = session.delegationNamed(letter.to)
  letter.outcome = /\bresum(?:ed|ing)\b/i.test(text) ? 'resumed' : 'delivered'
  letter.targetOpen = target !== undefined && !target.ended
  const whenKnown = (step: (agentId: string) => void) => {
    if (target?.agentId !== undefined) step(target.agentId)
    else target?.then.push(step)
  }
  if (target && letter.outcome === 'resumed') whenKnown((agentId) => void resumedBy(session, letter, agentId, DECLARED))
  else {
    const upwards = !letter.from.isMain && (letter.to === MAIN || /^(team-)?lead\b/.test(letter.to))
    if (upwards) tellLetter(session, letter, MAIN, undefined, ASKS.test(letter.text) ? 'help_request' : 'note')
    else if (!target) tellLetter(session, letter, undefined, undefined, 'note')
    else if (letter.targetOpen) whenKnown((agentId) => tellLetter(session, letter, agentId, target.taskId, target.by === letter.from ? 'steer' : 'note'))
    else whenKnown((agentId) => tellLetter(session, letter, agentId, undefined, 'note'))
  }
  // its own transcript may have been read first
  for (const stream of session.streams.values())
    for (const run of stream.runs) if (run.state === 'waiting' && run !== stream.runs[0]) answersLetter(session, stream, run)
}

/** Something was said to a sub-agent that was at work or had ended; `run` begins with it. */
export function answersLetter(session: Session, stream: AgentStream, run: Run): void {
  const bare = barePrompt(run.prompt ?? '')
  for (const letter of session.letters) {
    const text = letter.text.trim()
    if (letter.outcome === 'pending' || letter.outcome === 'failed' || text === '' || !bare.includes(text)) continue
    if (session.delegationNamed(letter.to)?.agentId !== stream.id) continue
    if (letter.outcome === 'delivered' && letter.targetOpen) continues(session, stream, run)
    else session.decide(run, resumedBy(session, letter, stream.id, DECLARED).taskId)
    return
  }
}

/** The run belongs to the same task as the one before it. */
export function continues(session: Session, stream: AgentStream, run: Run): void {
  const before = stream.runs[stream.runs.indexOf(run) - 1]
  if (before?.state === 'known') session.decide(run, before.taskId)
}

function tellLetter(session: Session, letter: Letter, to: string | undefined, taskId: string | undefined, purpose: 'steer' | 'note' | 'help_request'): void {
  session.tell(
    letter.from,
    {
      type: 'message.sent',
      id: `${letter.callId}:message`,
      occurredAt: letter.at,
      order: letter.order,
      from: letter.from.id,
      ...(to === undefined ? {} : { to }),
      ...(taskId === undefined ? {} : { taskId }),
      turnId: letter.turnId,
      purpose,
      ...(letter.text === '' ? {} : { text: letter.text }),
      ...(purpose === 'help_request' ? { evidence: { kind: 'inferred', how: 'the message asks for something' } } : {}),
      source: sourceOf(letter.place, letter.callId),
    },
    letter.run,
  )
}
