import { expect, test } from 'vitest'
import type { CallId, EventId, SessionId } from '@/lib/core/ids'
import type { Intervention } from '@/lib/core/interventions'
import { newSessionState } from '@/lib/core/session'
import { checkPairs, commandOf } from './check-pairs'

test('a command is found in what its tool was given', () => {
  expect(commandOf({ arguments: '{"command":"npm test -- \\"a b\\"","timeout":3}' })).toBe('npm test -- "a b"')
  expect(commandOf({ arguments: '{"cmd":["pytest","-q"]}' })).toBe('pytest')
  expect(commandOf({ arguments: 'go test ./...' })).toBe('go test ./...')
  expect(commandOf({})).toBeUndefined()
})

test('each check knows which change it stands before or after, and what was said on the other side', () => {
  const finding = { id: 'overwrite:w:t' } as Intervention
  const coverage = {
    interventions: 1,
    pairs: 1,
    byLevel: { test: 1, build: 0, type: 0, lint: 0, syntax: 0 },
    onlyBefore: 0,
    onlyAfter: 0,
    neither: 0,
    fragments: 0,
    testsChanged: 0,
    flaky: 0,
  }
  const outcome = { level: 'test' as const, before: { ok: true, eventId: 'r1' as EventId }, after: { ok: false, eventId: 'r2' as EventId }, note: '' }
  const findings = new Map([[finding.id, finding]])
  const pairs = checkPairs({ outcomes: { [finding.id]: outcome, gone: outcome }, coverage, calls: { r1: 'c1' as CallId, r2: 'c2' as CallId } }, findings)
  expect(pairs.get('c1')).toEqual([{ side: 'before', finding, other: false }])
  expect(pairs.get('c2')).toEqual([{ side: 'after', finding, other: true }])
  // a replay that stands between the two
  const known = newSessionState('s' as SessionId).calls.set('c1' as CallId, { id: 'c1' as CallId, returnedAt: 1 })
  const then = checkPairs({ outcomes: { [finding.id]: outcome }, coverage, calls: { r1: 'c1' as CallId, r2: 'c2' as CallId } }, findings, known)
  expect(then.get('c1')).toEqual([{ side: 'before', finding, other: undefined }])
})
