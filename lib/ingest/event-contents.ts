import type { Content } from '@/lib/core/content'
import type { Event } from '@/lib/core/event'

/**
 * Replaces every content of an event by what `replace` gives, in place: the event has just been
 * parsed and nobody else holds it. The one list of where events carry content.
 */
export function replaceContents(event: Event, replace: (content: Content) => Content): void {
  switch (event.type) {
    case 'task.delegated':
      if (event.brief !== undefined) event.brief = replace(event.brief)
      return
    case 'task.blocked':
      if (event.reason !== undefined) event.reason = replace(event.reason)
      return
    case 'task.ended':
      if (event.result !== undefined) event.result = replace(event.result)
      return
    case 'turn.streamed':
      if (event.text !== undefined) event.text = replace(event.text)
      return
    case 'turn.ended':
      if (event.output !== undefined) event.output = replace(event.output)
      if (event.reasoning !== undefined) event.reasoning = replace(event.reasoning)
      return
    case 'tool.called':
      if (event.arguments !== undefined) event.arguments = replace(event.arguments)
      return
    case 'tool.returned':
      if (event.result !== undefined) event.result = replace(event.result)
      return
    case 'message.sent':
      if (event.text !== undefined) event.text = replace(event.text)
      return
    case 'artifact.written': {
      const { change } = event
      switch (change.kind) {
        case 'content':
          change.content = replace(change.content)
          return
        case 'append':
          change.text = replace(change.text)
          return
        case 'edit':
          for (const edit of change.edits) {
            edit.old = replace(edit.old)
            edit.new = replace(edit.new)
          }
          if (change.before !== undefined) change.before = replace(change.before)
          return
        case 'patch':
          change.patch = replace(change.patch)
          if (change.before !== undefined) change.before = replace(change.before)
          return
        case 'revert':
          if (change.content !== undefined) change.content = replace(change.content)
          return
        case 'delete':
        case 'move':
        case 'opaque':
          return
        default: {
          const impossible: never = change
          throw new Error(`a change that ingest does not know: ${JSON.stringify(impossible)}`)
        }
      }
    }
    case 'session.started':
    case 'session.ended':
    case 'agent.joined':
    case 'task.accepted':
    case 'turn.started':
    case 'artifact.read':
    case 'verdict.given':
      return
    default: {
      const impossible: never = event
      throw new Error(`an event that ingest does not know: ${JSON.stringify(impossible)}`)
    }
  }
}

/** Hashes of the contents that an event refers to, added to `hashes`. */
export function collectHashes(event: Event, hashes: Set<string>): void {
  replaceContents(event, (content) => {
    if (typeof content !== 'string') hashes.add(content.hash)
    return content
  })
}
