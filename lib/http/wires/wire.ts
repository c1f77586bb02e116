import type { IncomingMessage, ServerResponse } from 'node:http'
import { isDeeper } from '@/lib/ingest/parse'
import { decodeUtf8, discardRest, readBody } from '../body'
import { type EventsLimits, explainFailure } from '../events-route'
import { Refused, sendProblem } from '../problem'
import type { Owing } from './owing'

/** What every foreign way in is given. */
export interface WireParts {
  owing: Owing
  limits: EventsLimits
  onProblem(what: string, error: unknown): void
  /** Counts tokens where a source gives none. */
  now(): number
}

/** One foreign protocol on its own paths. */
export interface Wire {
  /** Undefined when the path is not this protocol's. */
  route(method: string, path: string): Handler | undefined
  /** Called now and then. */
  forget?(now: number): void
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Answers what `take` throws with a problem that says how to mend it; `answer` may say it in the protocol's own words. */
export async function guarded(
  parts: WireParts,
  request: IncomingMessage,
  response: ServerResponse,
  take: () => Promise<void>,
  answer: (status: number, detail: string, headers: Readonly<Record<string, string>>) => boolean = () => false,
): Promise<void> {
  try {
    parts.owing.check()
    await take()
  } catch (error) {
    const { problem, headers } = explainFailure(error, parts.onProblem)
    if (response.destroyed || response.headersSent) return
    discardRest(request)
    if (!answer(problem.status, problem.detail, headers)) sendProblem(response, problem, headers)
  }
}

/** JSON that is nested deeper cannot be walked or printed safely. Four levels of OTLP's JSON are one of an attribute's. */
export const MAX_LEVELS = 256

export function tooDeep(): Refused {
  return new Refused('too_deep', `The body is nested deeper than ${MAX_LEVELS} levels. Send it flatter; nothing of it was taken.`)
}

/** A JSON body within the limits. Throws Refused. */
export async function jsonBody(request: IncomingMessage, parts: WireParts): Promise<unknown> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type !== undefined && type !== 'application/json') throw new Refused('unsupported_type', `Send application/json, not ${type.slice(0, 60)}.`)
  return parsedJson(decodeUtf8(await readBody(request, parts.limits)))
}

export function parsedJson(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Refused(
      'bad_json',
      `The body is not JSON (${error instanceof Error ? error.message.slice(0, 120) : 'it cannot be parsed'}). Nothing of it was taken.`,
    )
  }
  if (isDeeper(value, MAX_LEVELS)) throw tooDeep()
  return value
}
