import { Conversation } from '../conversation'
import { DocumentDecoder, outline } from '../documents'
import { isRecord, records, time, word } from '../foreign'
import type { Detection, Format, Sample } from '../format'
import { nameOfText, type Sink } from '../telling'

/**
 * Messages of a Devin session, as its API gives them: v3's {"items": [{"source", "message", "created_at"}]} or
 * v1's session with "messages". Only the talk is there: no tool calls, no sub-agents, no tokens.
 */
export const devin: Format = {
  name: 'devin',
  title: 'Devin session messages',
  lies: 'a session or its messages from the API, as JSON',
  shape: '"items" with "event_id", "source", "message"',
  detect,
  decoder: () => new DocumentDecoder('Devin session', read),
}

function detect(sample: Sample): Detection {
  const { keys } = outline(sample.head, 1)
  const [top, inner] = [keys[0] as Set<string>, keys[1] as Set<string>]
  const spoken = inner.has('message') && (inner.has('event_id') || inner.has('source') || inner.has('type'))
  if (top.has('items') && spoken && inner.has('event_id') && /"(devin|user)"/.test(sample.head)) return { score: 0.9 }
  if (
    top.has('session_id') &&
    top.has('messages') &&
    spoken &&
    /"(devin_message|initial_user_message|user_message)"|"session_id"\s*:\s*"devin-/.test(sample.head)
  )
    return { score: 0.9 }
  return { score: 0, missing: 'it has no "items" (or "messages") with "event_id", "source" and "message"' }
}

function read({ path, value, line }: { path: string; value: unknown; line?: number }, sink: Sink): void {
  const items = records(value, 'items').length > 0 ? records(value, 'items') : records(value, 'messages')
  const messages = items.filter((item) => typeof item.message === 'string')
  const place = { path, ...(line === undefined ? {} : { line }) }
  if (!isRecord(value) || messages.length === 0) {
    sink.issues.push({ code: 'no_messages', severity: 'error', message: 'This answer of the API holds no messages; ask for the messages of a session.', place })
    return
  }
  const stampOf = (item: unknown) => time(item, 'created_at') ?? time(item, 'timestamp')
  const timed = messages.every((item) => stampOf(item) !== undefined)
  const id = word(value, 'session_id') ?? word(value, 'devin_id') ?? nameOfText(JSON.stringify(messages.slice(0, 2)))
  const talk = new Conversation(`devin:${id}`, sink, timed)
  const isUser = (item: (typeof messages)[number]) => item.source === 'user' || /user/.test(word(item, 'type') ?? '')
  // the API may give the newest first
  const ordered = timed ? [...messages].sort((a, b) => (stampOf(a) ?? 0) - (stampOf(b) ?? 0)) : messages
  const firstAt = talk.when(0, stampOf(ordered[0]))
  talk.begin({ format: 'devin', framework: 'devin', title: word(value, 'title') ?? word(ordered.find(isUser), 'message'), at: firstAt })
  talk.join('devin', firstAt, 0)
  let previousAt = firstAt
  ordered.forEach((item, step) => {
    const at = talk.when(step, stampOf(item))
    const eventId = word(item, 'event_id') ?? `message-${step}`
    const source = { ...place, messageId: eventId }
    if (isUser(item)) talk.asked(eventId, word(item, 'message') ?? '', 'devin', at, step, source, 'user')
    else
      talk.turn({ id: eventId, agentId: 'devin', startedAt: Math.min(previousAt, at), at, order: step, output: word(item, 'message'), finish: 'stop', source })
    previousAt = at
  })
  const status = word(value, 'status_enum') ?? word(value, 'status')
  const last = ordered.length - 1
  const ended = status === undefined ? undefined : /finished|exit|completed/.test(status) ? 'completed' : /expired|error/.test(status) ? 'failed' : undefined
  if (ended) talk.end(ended, status, talk.when(last, stampOf(ordered[last])), last + 0.99, place)
  if (word(value, 'end_cursor') !== undefined && value.has_next_page === true) {
    talk.telling.issue('more_pages', 'warning', 'This is one page of the messages; fetch the others and put their items into one file.', place)
  }
}
