import { DocumentDecoder, outline } from '../documents'
import { isRecord, type JsonRecord, records, shown, text, word } from '../foreign'
import type { Detection, Format, Sample } from '../format'
import { nameOfText, type Sink } from '../telling'
import { either, readEvents } from './events'

/** Google's Agent Development Kit: a session with its events, a list of events, or an evaluation's cases. */
export const googleAdk: Format = {
  name: 'google-adk',
  title: 'Google ADK session',
  lies: 'a session or its events as JSON, an evaluation set',
  shape: 'events with "invocation_id" and "author"',
  detect,
  decoder: () => new DocumentDecoder('Google ADK session', read, undefined, true),
}

function detect(sample: Sample): Detection {
  const { keys } = outline(sample.head, 2)
  for (const found of keys)
    if ((found.has('invocation_id') || found.has('invocationId')) && (found.has('author') || found.has('user_content') || found.has('userContent')))
      return { score: 0.9 }
  if ((keys[0]?.has('eval_cases') || keys[0]?.has('evalCases')) && /"(invocation_id|invocationId|user_content|userContent)"/.test(sample.head))
    return { score: 0.85 }
  return { score: 0, missing: 'no event has "invocation_id" (or "invocationId") and "author"' }
}

function read({ path, value, line }: { path: string; value: unknown; line?: number }, sink: Sink): void {
  const place = { path, ...(line === undefined ? {} : { line }) }
  const list = Array.isArray(value) ? value.filter(isRecord) : []
  if (list.length > 0 && list.every((one) => 'author' in one))
    return readEvents({ id: nameOfText(JSON.stringify(list.slice(0, 2))), app: undefined, events: list, place }, sink)
  if (list.length > 0) {
    for (const one of list) read({ path, value: one, ...(line === undefined ? {} : { line }) }, sink)
    return
  }
  const cases = records(value, 'eval_cases').concat(records(value, 'evalCases'))
  for (const one of cases) readEvents(eventsOfCase(one, place), sink)
  const events = records(value, 'events')
  if (events.length > 0 && isRecord(value)) {
    readEvents(
      { id: word(value, 'id') ?? nameOfText(JSON.stringify(events.slice(0, 2))), app: text(value, 'app_name') ?? text(value, 'appName'), events, place },
      sink,
    )
  } else if (cases.length === 0) {
    sink.issues.push({ code: 'no_events', severity: 'error', message: 'This holds no events of the ADK; export the session with its events.', place })
  }
}

/** An evaluation keeps of each invocation the question, tool calls and answers: as events in that order. */
function eventsOfCase(one: JsonRecord, place: { path: string; line?: number }): Parameters<typeof readEvents>[0] {
  const app = word(either(one, 'session_input', 'sessionInput'), 'app_name') ?? word(either(one, 'session_input', 'sessionInput'), 'appName')
  const events: JsonRecord[] = []
  for (const turn of records(one, 'conversation')) {
    const invocationId = either(turn, 'invocation_id', 'invocationId')
    const timestamp = either(turn, 'creation_timestamp', 'creationTimestamp')
    const base = { invocation_id: invocationId, timestamp }
    events.push({ ...base, id: `${shown(invocationId)}:user`, author: 'user', content: either(turn, 'user_content', 'userContent') })
    const between = either(turn, 'intermediate_data', 'intermediateData')
    const calls = records(between, 'tool_uses').concat(records(between, 'toolUses'))
    if (calls.length > 0)
      events.push({
        ...base,
        id: `${shown(invocationId)}:calls`,
        author: app ?? 'agent',
        content: { role: 'model', parts: calls.map((call) => ({ function_call: call })) },
      })
    const final = either(turn, 'final_response', 'finalResponse')
    if (isRecord(final)) events.push({ ...base, id: `${shown(invocationId)}:final`, author: app ?? 'agent', content: final })
  }
  const id = text(one, 'eval_id') ?? text(one, 'evalId')
  return { id: id === undefined ? nameOfText(JSON.stringify(events)) : id, app, events, place, evaluation: true }
}
