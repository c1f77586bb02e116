import { expect, test } from 'vitest'
import { parseEvents } from './parse'

const base = { type: 'session.started', id: 's', sessionId: 'run', occurredAt: 1 }
const write = { type: 'artifact.written', id: 'w', sessionId: 'run', occurredAt: 1, agentId: 'a', path: 'a.ts' }

test.each([
  ['not_an_event', [base]],
  ['unknown_type', { ...base, type: undefined }],
  ['unknown_type', { ...base, type: 'session.began' }],
  ['unknown_version', { ...base, version: 2 }],
  ['unknown_field', { ...base, colour: 'red' }],
  ['bad_field', { ...base, sessionId: ' ' }],
  ['bad_field', { ...base, sessionId: '..' }],
  // neither time nor kind of change is a type of event
  ['bad_field', { ...base, occurredAt: Number.POSITIVE_INFINITY }],
  ['bad_field', { ...write, change: { kind: 'rewrite' } }],
])('%s: %j', (code, value) => {
  const { events, rejected } = parseEvents([value])
  expect(events).toEqual([])
  expect(rejected).toEqual([expect.objectContaining({ index: 0, code })])
})
