import type { IncomingMessage, ServerResponse } from 'node:http'
import { Overloaded } from '@/lib/ingest/failures'
import { type Parsed, parseEvents, TooDeep } from '@/lib/ingest/parse'
import type { Door } from '@/lib/ingest/scope'
import type { AppendResult, Problem } from '@/lib/live/protocol'
import { type BodyLimits, discardRest, readBody } from './body'
import { type BatchLimits, parseBatch, withoutLarge } from './events-body'
import { databaseAway, problem, Refused, sendJson, sendProblem } from './problem'

export interface EventsLimits extends BodyLimits, BatchLimits {}

export const DEFAULT_LIMITS: EventsLimits = {
  wireBytes: 32 * 1024 * 1024,
  bytes: 64 * 1024 * 1024,
  events: 20_000,
  eventBytes: 8 * 1024 * 1024,
}

/** POST /api/v1/events, without a framework between the socket and the log. */
export async function takeEvents(
  request: IncomingMessage,
  response: ServerResponse,
  door: Door,
  limits: EventsLimits,
  onProblem: (what: string, error: unknown) => void,
): Promise<void> {
  try {
    const batch = parseBatch(await readBody(request, limits), request.headers['content-type'], limits)
    const parsed = parseEvents(batch.values, (index) => batch.places[index] ?? { index })
    parsed.rejected.push(...batch.rejected)
    sendJson(response, 200, await door.append(parsed))
  } catch (error) {
    const { problem: said, headers } = explainFailure(error, onProblem)
    if (response.destroyed) return
    discardRest(request)
    sendProblem(response, said, headers)
  }
}

/** The same for events that are values already (a socket, the sample). Never throws. */
export async function appendValues(
  values: unknown,
  door: Door,
  limits: EventsLimits,
  onProblem: (what: string, error: unknown) => void,
): Promise<AppendResult | Problem> {
  try {
    if (!Array.isArray(values)) throw new Refused('bad_request', 'Send an array of events.')
    if (values.length > limits.events) throw new Refused('too_many_events', `A batch may have ${limits.events} events. Send them in several.`)
    const batch = withoutLarge(values, limits)
    const parsed: Parsed = parseEvents(batch.values, (index) => batch.places[index] ?? { index })
    parsed.rejected.push(...batch.rejected)
    return await door.append(parsed)
  } catch (error) {
    return explainFailure(error, onProblem).problem
  }
}

export function explainFailure(
  error: unknown,
  onProblem: (what: string, error: unknown) => void,
): { problem: Problem; headers: Readonly<Record<string, string>> } {
  if (error instanceof Refused) return error
  if (error instanceof TooDeep) return { problem: problem('too_deep', error.message), headers: {} }
  if (error instanceof Overloaded) return { problem: problem('overloaded', error.message), headers: { 'retry-after': String(error.retryAfterSeconds) } }
  onProblem('taking events in failed', error)
  const away = databaseAway(error, 'Nothing of this batch is promised. Send it again; ids make that safe.')
  if (away) return away
  return { problem: problem('internal', 'The batch could not be written; the server log says why. Sending it again is safe.'), headers: {} }
}
