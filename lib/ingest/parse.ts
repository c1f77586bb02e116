import type { ZodError } from 'zod'
import { type Event, EventSchema } from '@/lib/core/event'
import type { Rejection } from '@/lib/live/protocol'
import { quickCheck } from './quick-check'

/** Values nested deeper than this are refused: nobody reads them, and walking them costs a stack. */
export const MAX_DEPTH = 64

export interface Parsed {
  events: Incoming[]
  rejected: Rejection[]
}

/** One event on its way in; ingest changes it (see extract.ts). */
export interface Incoming {
  event: Event
  place: Place
}

/** Where each value came from, to say it again in a rejection. */
export interface Place {
  index: number
  line?: number
}

/** A value that is nested too deep: the whole batch is refused, for it is an attack or a bug. */
export class TooDeep extends Error {
  constructor(readonly place: Place) {
    super(`The event ${describePlace(place)} is nested deeper than ${MAX_DEPTH} levels. Send flatter attributes.`)
  }
}

export function describePlace(place: Place): string {
  return place.line === undefined ? `at index ${place.index}` : `in line ${place.line}`
}

const isEvent = quickCheck(EventSchema)

/** Sorts values into events and rejections; the values become the events and are no longer the caller's. Throws TooDeep. */
export function parseEvents(values: readonly unknown[], placeOf: (index: number) => Place = (index) => ({ index })): Parsed {
  const events: Incoming[] = []
  const rejected: Rejection[] = []
  values.forEach((value, index) => {
    if (isEvent(value)) {
      const event = value as Event
      events.push({ event, place: placeOf(index) })
      return
    }
    // Only attributes can nest without bound in an event that the schema accepts.
    if (hasAttributes(value) && isDeeper(value.attributes, MAX_DEPTH)) throw new TooDeep(placeOf(index))
    const result = EventSchema.safeParse(value)
    if (result.success) {
      events.push({ event: result.data, place: placeOf(index) })
      return
    }
    if (isDeeper(value, MAX_DEPTH)) throw new TooDeep(placeOf(index))
    rejected.push({ ...placeOf(index), ...idOf(value), ...explain(value, result.error) })
  })
  return { events, rejected }
}

function hasAttributes(value: unknown): value is { attributes: unknown } {
  return typeof value === 'object' && value !== null && 'attributes' in value
}

/** Looks no deeper than `levels`, so that the check itself cannot overflow. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  for (const inner of Object.values(value)) if (isDeeper(inner, levels - 1)) return true
  return false
}

/** For a rejection: what the event calls itself, if it does. */
export function idOf(value: unknown): { id?: string } {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' ? { id: value.id.slice(0, 400) } : {}
}

function explain(value: unknown, error: ZodError): { code: string; message: string } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return {
      code: 'not_an_event',
      message: `An event is a JSON object; this is ${Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`}.`,
    }
  }
  const issue = error.issues[0]
  if (!issue) return { code: 'bad_event', message: 'The event does not match docs/formats.md.' }
  if (issue.path[0] === 'version') {
    const version = 'version' in value ? JSON.stringify(value.version) : 'none'
    return { code: 'unknown_version', message: `This server knows version 1 of the events, not ${version.slice(0, 40)}. Update Backseat, or send version 1.` }
  }
  if (issue.path[0] === 'type') return { code: 'unknown_type', message: sentence(issue.path, issue.message) }
  if (issue.code === 'unrecognized_keys')
    return { code: 'unknown_field', message: `${sentence(issue.path, issue.message)} Put what is your own under "attributes".` }
  return { code: 'bad_field', message: sentence(issue.path, issue.message) }
}

function sentence(path: readonly PropertyKey[], message: string): string {
  const at = path.map(String).join('.')
  return `${at ? `${at}: ` : ''}${message}`.replace(/\.?$/, '.')
}

/** In each session the order in which they came. */
export function splitBySession(events: readonly Incoming[]): Map<string, Incoming[]> {
  const parts = new Map<string, Incoming[]>()
  for (const incoming of events) {
    const part = parts.get(incoming.event.sessionId)
    if (part) part.push(incoming)
    else parts.set(incoming.event.sessionId, [incoming])
  }
  return parts
}
