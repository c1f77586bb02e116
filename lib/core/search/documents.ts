import type { Content } from '../content'
import type { Event, EventType } from '../event'
import type { SearchKind } from './answer'

/** Something that an event says and that can be found. */
export interface SearchDocument {
  kind: SearchKind
  /** As SearchHit.ref. */
  ref: string
  /** What is looked through, in this order. */
  texts: Content[]
}

/** Characters of one document that are looked through; what follows can be read, and is not found. */
export const SEARCHED_CHARS = 50_000

/** The types that `documentOf` knows: others need not be read. Of what streams, see lib/ingest/search-slice.ts. */
export const SEARCHED_TYPES: readonly EventType[] = [
  'session.started',
  'agent.joined',
  'task.delegated',
  'task.blocked',
  'task.ended',
  'turn.ended',
  'tool.called',
  'tool.returned',
  'artifact.written',
  'message.sent',
]

/** Undefined: it says nothing that is a text. */
export function documentOf(event: Event): SearchDocument | undefined {
  const document = (kind: SearchKind, ref: string, texts: readonly (Content | undefined)[]): SearchDocument | undefined => {
    const given = texts.filter((text) => text !== undefined && text !== '') as Content[]
    return given.length > 0 ? { kind, ref, texts: given } : undefined
  }
  switch (event.type) {
    case 'session.started':
      return document('session', event.sessionId, [event.title, event.workflow, event.promptVariant, ...(event.tags ?? [])])
    case 'task.delegated':
      return document('task', event.taskId, [event.title, event.brief])
    case 'task.blocked':
      return document('task', event.taskId, [event.reason])
    case 'task.ended':
      return document('task', event.taskId, [event.reason, event.result])
    case 'turn.ended':
      return document('turn', event.turnId, [event.output, event.reasoning])
    case 'tool.called':
      return document('call', event.callId, [event.name, event.arguments])
    case 'tool.returned':
      return document('result', event.callId, [event.result])
    case 'message.sent':
      return document('message', event.id, [event.text])
    case 'artifact.written':
      return document('write', event.id, [event.path, ...writtenTexts(event.change)])
    case 'session.ended':
    case 'agent.joined':
    case 'task.accepted':
    case 'turn.started':
    case 'turn.streamed':
    case 'artifact.read':
    case 'verdict.given':
      return undefined
    default: {
      const impossible: never = event
      throw new Error(`an event that search does not know: ${JSON.stringify(impossible)}`)
    }
  }
}

type Change = Extract<Event, { type: 'artifact.written' }>['change']

/** What is new in it. */
function writtenTexts(change: Change): (Content | undefined)[] {
  switch (change.kind) {
    case 'content':
      return [change.content]
    case 'append':
      return [change.text]
    case 'edit':
      return change.edits.map((edit) => edit.new)
    case 'patch':
      return [change.patch]
    case 'revert':
      return [change.content]
    case 'move':
      return [change.from]
    case 'delete':
    case 'opaque':
      return []
    default: {
      const impossible: never = change
      throw new Error(`a change that search does not know: ${JSON.stringify(impossible)}`)
    }
  }
}
