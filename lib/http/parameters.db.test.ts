import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CompareAnswer } from '@/lib/core/metrics/compare-protocol'
import { isEstimate } from '@/lib/core/metrics/estimate'
import { DETECTOR_PARAMETERS } from '@/lib/core/interventions'
import type { ParametersAnswer } from '@/lib/core/parameter-trial'
import { decodeSnapshot } from '@/lib/core/snapshot'
import { sketch } from '@/lib/core/testing/sketch'
import type { SessionSummary } from '@/lib/live/protocol'
import { type TestBackend, testBackend } from './testing/test-backend'

let server: TestBackend
// Half of the work survives: an overwrite below 0.70, a revision below 0.30.
const { events } = sketch(`
  0s  lead   delegates t1 to coder: src/a.ts
  1s  coder  writes src/a.ts "export function sum(left, right) { const total = left + right; return total * 1 } export const unused = nothing + of + note - here * today"
  2s  lead   writes src/a.ts "export function sum(left, right) { const total = left + right; return total * 1 } export class Other { first = 1; second = 2; third = 3 }"
`)
const SESSIONS = 6

beforeAll(async () => {
  server = await testBackend()
  for (let n = 1; n <= SESSIONS; n++) await server.append(JSON.parse(JSON.stringify(events.map((event) => ({ ...event, sessionId: `s${n}` })))))
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

const summary = async (id: string) => (await (await server.get(`/api/v1/sessions/${id}`)).json()) as SessionSummary
const answer = async () => (await (await server.get('/api/v1/parameters')).json()) as ParametersAnswer
const send = (method: string, path: string, body: object = {}) =>
  fetch(`${server.origin}/api/v1/parameters/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: method === 'DELETE' ? undefined : JSON.stringify(body),
  })
const ready = () => expect.poll(async () => (await answer()).trial?.state).toBe('ready')
const applied = () => expect.poll(async () => (await answer()).applying).toBeUndefined()

test('a trial shows what would change, and changes nothing', async () => {
  for (let n = 1; n <= SESSIONS; n++) await expect.poll(async () => (await summary(`s${n}`)).interventions.overwrite).toBe(1)
  expect((await answer()).active).toEqual({ version: 0, parameters: DETECTOR_PARAMETERS })
  expect((await send('POST', 'trial', { parameters: { overwriteBelow: 0.3 } })).status).toBe(202)
  await ready()
  const { trial } = await answer()
  expect(trial?.outcome).toMatchObject({
    changed: SESSIONS,
    gained: 0,
    lost: 0,
    moves: [{ from: 'overwrite', to: 'revise', count: SESSIONS }],
    sessionsChanged: SESSIONS,
  })
  expect(trial?.outcome.sessions[0]).toMatchObject({
    cutBefore: 1,
    cutAfter: 0,
    tasks: 1,
    examples: [{ from: 'overwrite', to: 'revise', artifact: 'src/a.ts' }],
  })
  const { before, after } = trial?.outcome.figures ?? {}
  expect(before && isEstimate(before.overwriteRateAny) && before.overwriteRateAny.value).toBe(1)
  // no master ever had another chance, so without the overwrites nothing can be measured
  expect(after && 'code' in after.overwriteRateAny && after.overwriteRateAny.code).toBeTruthy()
  expect(trial?.progress).toMatchObject({ sessions: { done: SESSIONS, all: SESSIONS } })
  expect((await summary('s1')).interventions).toMatchObject({ overwrite: 1 })
})

test('a restart goes on with it; discarded, nothing is left of it', async () => {
  await server.restart()
  await ready()
  expect((await answer()).trial?.outcome.changed).toBe(SESSIONS)
  expect((await send('DELETE', 'trial')).status).toBe(204)
  expect((await answer()).trial).toBeUndefined()
  expect((await send('POST', 'trial/keep')).status).toBe(409)
  await server.restart()
  expect((await answer()).trial).toBeUndefined()
})

test('kept, it is in force everywhere: findings, lists, rates, new events, after a restart', async () => {
  await send('POST', 'trial', { parameters: { overwriteBelow: 0.3 } })
  await ready()
  expect((await send('POST', 'trial/keep')).status).toBe(200)
  await applied()
  const { active, earlier } = await answer()
  expect(active).toMatchObject({ version: 1, parameters: { overwriteBelow: 0.3, touchFrom: 0.95 } })
  expect(earlier).toEqual([])
  for (let n = 1; n <= SESSIONS; n++) expect((await summary(`s${n}`)).interventions).toMatchObject({ revise: 1 })
  expect((await summary('s1')).interventions.overwrite).toBeUndefined()
  expect(decodeSnapshot(new Uint8Array(await (await server.get('/api/v1/sessions/s1/snapshot')).arrayBuffer())).findings.map(({ kind }) => kind)).toContain(
    'revise',
  )
  const { groups } = (await (await server.get('/api/v1/compare?by=workflow')).json()) as CompareAnswer
  const any = groups[0]?.overwriteRateAny
  expect(any && isEstimate(any)).toBe(false)
  expect((await summary('s1')).tasksCutShort).toBe(0)
  await server.restart()
  expect((await answer()).active.version).toBe(1)
  await server.append(JSON.parse(JSON.stringify(events.map((event) => ({ ...event, sessionId: 'later' })))))
  await expect.poll(async () => (await summary('later')).interventions.revise).toBe(1)
})

test('killed while findings are being replaced, the next start goes on', async () => {
  await send('POST', 'trial', { parameters: { overwriteBelow: 0.7 } })
  await ready()
  await send('POST', 'trial/keep')
  await server.restart()
  await applied()
  for (let n = 1; n <= SESSIONS; n++) await expect.poll(async () => (await summary(`s${n}`)).interventions.overwrite).toBe(1)
  expect((await answer()).earlier.map(({ version }) => version)).toEqual([1])
  // the same again by the same parameters: nothing to tell
  await send('POST', 'trial', { parameters: {} })
  await ready()
  expect((await answer()).trial?.outcome).toMatchObject({ changed: 0, gained: 0, lost: 0, sessionsChanged: 0 })
  await send('DELETE', 'trial')
})

test('what makes no sense is told', async () => {
  expect((await send('POST', 'trial', { parameters: { overwriteBelow: 7 } })).status).toBe(400)
  expect((await send('POST', 'trial', { parameters: { overwriteBelow: 0.9, touchFrom: 0.8 } })).status).toBe(400)
  expect((await send('POST', 'trial', {})).status).toBe(400)
  expect((await answer()).trial).toBeUndefined()
})
