import type { EventOf } from '../event'
import { sign } from './clocks'
import { type Inquiry, triggerFor } from './inquiry'
import { answered, judgeLastWords, noteWords } from './results'
import type { TextOf } from './text'
import { quoted } from './wording'
import { type KnownArtifact, relationTo } from './world'

/** Rules on tool calls and messages: work done again, failures that move a master, help and steering. */

export function called(inquiry: Inquiry, event: EventOf<'tool.called'>, text: TextOf): void {
  const lastWrite = (path: string) => inquiry.world.artifacts.get(path as KnownArtifact['path'])?.lastWrite ?? 0
  const repeated = inquiry.calls.take(inquiry.world, event, argumentsOf(event, text), inquiry.writes, lastWrite)
  if (!repeated) return
  inquiry.find({
    kind: 'rederive',
    task: repeated.task,
    event,
    actorId: event.agentId,
    trigger: triggerFor(inquiry, repeated.task, event.agentId, event.occurredAt),
    distance: repeated.distance,
    target: repeated.owner,
    rule: 'rederive: same call',
    sentence: `${event.agentId} made the call that ${repeated.task.to} had made (${event.name}), although its result had come back and nothing it reads has changed.`,
    thresholds: {},
  })
}

/** Undefined: not known any more. */
export function argumentsOf(event: EventOf<'tool.called'>, text: TextOf): string | undefined {
  return event.arguments === undefined ? '' : text(event.arguments)
}

export function returned(inquiry: Inquiry, event: EventOf<'tool.returned'>): void {
  const call = inquiry.calls.called(event.callId)
  const agentId = event.agentId ?? call?.agentId
  if (agentId === undefined) return
  sign(inquiry, agentId, event.occurredAt)
  const failed = event.check?.ok === false || (event.status === 'error' && call?.runs === true)
  if (failed)
    inquiry.stimuli.add({
      kind: 'tool_failure',
      at: event.occurredAt,
      to: agentId,
      because: `${event.check ? `a ${event.check.kind} check` : (call?.name ?? 'a command')} had failed`,
      eventId: event.id,
    })
}

export function messaged(inquiry: Inquiry, event: EventOf<'message.sent'>, text: TextOf): void {
  sign(inquiry, event.from, event.occurredAt)
  const task = event.taskId === undefined ? undefined : inquiry.world.tasks.get(event.taskId)
  switch (event.purpose) {
    case 'user': {
      const asked = event.text === undefined ? '' : (text(event.text) ?? '')
      if (asked !== '') inquiry.results.asked = asked
      for (const master of event.to === undefined ? [...inquiry.results.candidates.keys()] : [event.to]) judgeLastWords(inquiry, master)
      const words = quoted(asked, 80)
      inquiry.stimuli.add({
        kind: 'user_request',
        at: event.occurredAt,
        to: event.to,
        because: words ? `the user had asked: “${words}”` : 'the user had asked',
        eventId: event.id,
      })
      return
    }
    case 'help_request':
      if (task?.status === 'open') task.blocked = true
      return
    case 'answer': {
      if (task) {
        task.blocked = false
        return
      }
      const words = event.text === undefined ? undefined : text(event.text)
      if (words === undefined || words === '') return
      noteWords(inquiry, event.from, words)
      return answered(inquiry, event, words)
    }
    case 'steer': {
      if (task?.status !== 'open') return
      const relation = relationTo(inquiry.world, event.from, task)
      if (relation.kind !== 'master') return
      inquiry.find({
        kind: 'steer',
        task,
        event,
        actorId: event.from,
        trigger: triggerFor(inquiry, task, event.from, event.occurredAt),
        distance: relation.distance,
        rule: 'steer',
        sentence: `${event.from} sent ${task.to} a message while it was at work, without stopping it.`,
        thresholds: {},
      })
      return
    }
    case 'result':
    case 'note':
      return
  }
}
