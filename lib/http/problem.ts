import type { ServerResponse } from 'node:http'
import type { Problem } from '@/lib/live/protocol'
import { type WhyAway, whyAway } from '@/lib/store/outage'

const TITLES = {
  bad_request: [400, 'The request cannot be understood'],
  bad_json: [400, 'The body is not JSON'],
  bad_utf8: [400, 'The body is not UTF-8'],
  bad_encoding: [400, 'The body cannot be unpacked'],
  unauthenticated: [401, 'Sign in first'],
  forbidden: [403, 'Not allowed'],
  foreign_host: [403, 'This address is not served'],
  foreign_origin: [403, 'Requests from other sites are not served'],
  not_found: [404, 'Not found'],
  conflict: [409, 'This cannot be done now'],
  method_not_allowed: [405, 'Method not allowed'],
  too_large: [413, 'The body is too large'],
  too_many_events: [413, 'The batch has too many events'],
  unsupported_type: [415, 'The content type is not supported'],
  unsupported_encoding: [415, 'The content encoding is not supported'],
  too_deep: [422, 'The body is nested too deep'],
  too_often: [429, 'Tried too often'],
  overloaded: [429, 'Too much is waiting'],
  internal: [500, 'The server failed'],
  database_unavailable: [503, 'The database is not available'],
} as const satisfies Record<string, readonly [number, string]>

export type ProblemCode = keyof typeof TITLES

/** `detail` says how to mend it. */
export function problem(code: ProblemCode, detail: string): Problem {
  const [status, title] = TITLES[code]
  return { type: `urn:backseat:problem:${code}`, title, status, detail, code }
}

/** An expected failure on its way to the answer. */
export class Refused extends Error {
  readonly problem: Problem
  constructor(
    code: ProblemCode,
    detail: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail)
    this.problem = problem(code, detail)
  }
}

const AWAY: Record<WhyAway, string> = {
  'no-answer': 'The database does not answer. This server connects again by itself as soon as it does.',
  'disk-full': 'The disk of the database is full. Free some space there; nothing that was acknowledged is lost.',
  'too-many-connections': 'The database takes no more connections. Close others, or raise its max_connections.',
  'read-only': 'The database is read-only, perhaps a standby. Point DATABASE_URL at one that can be written to.',
}

/** 503 when the error says that the database is away; `then` says what that means for the request. */
export function databaseAway(error: unknown, then: string): Refused | undefined {
  const why = whyAway(error)
  return why && new Refused('database_unavailable', `${AWAY[why]} ${then}`, { 'retry-after': '2' })
}

export const PROBLEM_TYPE = 'application/problem+json'

export function sendJson(response: ServerResponse, status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): void {
  const text = JSON.stringify(value)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), 'cache-control': 'no-store', ...headers })
  response.end(text)
}

export function sendProblem(response: ServerResponse, value: Problem, headers: Readonly<Record<string, string>> = {}): void {
  sendJson(response, value.status, value, { 'content-type': PROBLEM_TYPE, ...headers })
}
