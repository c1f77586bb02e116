import { answersLetter } from './letters'
import { blocksOf, textOf } from './line'
import { isInterrupt, taskNotifications, teammateMessages, userRequest } from './phrases'
import { endedElsewhere, tookResult } from './results'
import { type Call, MAIN, type Session, shortTitle, USER } from './session'
import type { AgentStream, Entry } from './stream'

/** A `user` line: what a person said, what tools answered, or what the tool put in a person's mouth. */
export function tookUser(session: Session, stream: AgentStream, entry: Entry): void {
  const results = blocksOf(entry.message).filter((block) => block.type === 'tool_result')
  results.forEach((block, nth) => {
    tookResult(session, stream, entry, block, nth)
  })
  const text = textOf(entry.message)
  if (text !== '' && !entry.isCompactSummary) {
    const interrupt = blocksOf(entry.message).find((block) => block.type === 'text' && isInterrupt(block.text))
    if (interrupt?.type === 'text') interrupted(session, stream, entry, interrupt.text)
    else if (!entry.isMeta) said(session, stream, entry, text, results.length > 0)
  }
  // anything but a tool's answer ends the turn that was being written
  if (results.length === 0 && text !== '') session.closeTurn(stream)
  stream.causeAt = entry.at
}

function said(session: Session, stream: AgentStream, entry: Entry, text: string, besideResults: boolean): void {
  if (stream.isMain) return toMaster(session, entry, text)
  const first = stream.runs[0]
  // the prompt that began its work has been taken already
  if (besideResults || first?.prompt === text || first?.order === entry.line) return
  answersLetter(session, stream, session.beginRun(stream, entry, text))
}

/** A line in the session's own file that is no tool result. */
function toMaster(session: Session, entry: Entry, text: string): void {
  const place = { path: entry.path, line: entry.line, uuid: entry.uuid, messageId: undefined }
  const notices = taskNotifications(text)
  if (notices.length > 0) return notified(session, text, { at: entry.at, order: entry.line, place })
  const letters = teammateMessages(text)
  if (letters.length > 0) {
    letters.forEach((letter, nth) => {
      fromTeammate(session, entry, letter, nth)
    })
    return
  }
  if (entry.originKind !== undefined && entry.originKind !== 'human') return
  const request = userRequest(text)
  if (request === undefined) return
  asked(session, entry, request)
}

/** A person's request: what the master was told to do. */
export function asked(session: Session, entry: Pick<Entry, 'path' | 'line' | 'uuid' | 'at'>, request: string): void {
  session.joinUser(entry.at, entry.line)
  const id = entry.uuid ?? `line-${entry.line}`
  if (session.titled === 'nothing') {
    session.titled = 'prompt'
    session.announce({ type: 'session.started', id: `${id}:title`, occurredAt: entry.at, order: entry.line, title: shortTitle(request) })
  }
  session.announce({
    type: 'message.sent',
    id: `${id}:message`,
    occurredAt: entry.at,
    order: entry.line,
    from: USER,
    to: MAIN,
    purpose: 'user',
    text: request,
    source: { path: entry.path, line: entry.line, ...(entry.uuid === undefined ? {} : { uuid: entry.uuid }) },
  })
}

/** `[Request interrupted by user]`: a person stopped the model, not a master its sub-agent. */
function interrupted(session: Session, stream: AgentStream, entry: Entry, text: string): void {
  session.closeTurn(stream, true)
  session.joinUser(entry.at, entry.line)
  session.announce({
    type: 'message.sent',
    id: `${entry.uuid ?? `line-${entry.line}`}:interrupt`,
    occurredAt: entry.at,
    order: entry.line,
    from: USER,
    to: stream.id,
    purpose: 'user',
    text,
    attributes: { userInterrupt: true },
    source: { path: entry.path, line: entry.line, ...(entry.uuid === undefined ? {} : { uuid: entry.uuid }) },
  })
}

/** Background agents report by notifications; shells do too, and are no tasks. */
export function notified(session: Session, text: string, where: { at: number; order: number; place: Call['place'] }): void {
  for (const notice of taskNotifications(text)) {
    const byCall = notice.toolUseId === undefined ? undefined : session.delegations.get(notice.toolUseId)
    const task = session.latestTask(notice.taskId) ?? byCall
    if (task) endedElsewhere(session, task, notice.status, notice.result, notice.summary, where)
  }
}

function fromTeammate(session: Session, entry: Entry, letter: { from: string; summary?: string; text: string }, nth: number): void {
  const target = session.delegationNamed(letter.from)
  if (!target) return
  const isNews = letter.text.startsWith('{') && /"type":\s*"(idle_notification|shutdown_approved|teammate_terminated)"/.test(letter.text)
  const tell = (from: string) =>
    session.announce({
      type: 'message.sent',
      id: `${entry.uuid ?? `line-${entry.line}`}:teammate:${nth}`,
      occurredAt: entry.at,
      order: entry.line + nth * 0.001,
      from,
      to: MAIN,
      purpose: isNews ? 'note' : 'result',
      ...(letter.text === '' ? {} : { text: letter.text }),
      source: { path: entry.path, line: entry.line, ...(entry.uuid === undefined ? {} : { uuid: entry.uuid }) },
    })
  if (target.agentId === undefined) target.then.push(tell)
  else tell(target.agentId)
}
