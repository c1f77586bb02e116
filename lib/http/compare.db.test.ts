import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyEvents } from '@/lib/core/fold'
import { inlineText } from '@/lib/core/detect/detector'
import type { SessionId } from '@/lib/core/ids'
import type { CompareAnswer, CompareDetailsAnswer } from '@/lib/core/metrics/compare-protocol'
import { overwriteRate } from '@/lib/core/metrics/overwrite-rate'
import { isEstimate } from '@/lib/core/metrics/estimate'
import { autonomousCompletion } from '@/lib/core/metrics/completion'
import type { TaskRecord } from '@/lib/core/metrics/task-record'
import { tasksOf } from '@/lib/core/metrics/tasks-of'
import { newSessionState } from '@/lib/core/session'
import { parseEvents } from '@/lib/ingest/parse'
import type { SessionsPage } from '@/lib/live/protocol'
import { study } from '@/lib/sample/study'
import { newParsingDetector } from '@/lib/units/detector'
import { type TestBackend, testBackend } from './testing/test-backend'

let server: TestBackend
const startedAt = Date.UTC(2026, 0, 5)
const sessions = [...study({ sessions: 8, startedAt })]
const byHand: TaskRecord[] = []

beforeAll(async () => {
  server = await testBackend()
  for (const events of sessions) {
    await server.append(events)
    const parsed = parseEvents(JSON.parse(JSON.stringify(events)) as unknown[]).events.map(({ event }) => event)
    const detector = newParsingDetector()
    for (const event of parsed) detector.apply(event, inlineText)
    const state = applyEvents(newSessionState(events[0]?.sessionId as SessionId), parsed)
    byHand.push(...tasksOf(state, detector.findings(), detector.ledger()))
  }
  await server.examined()
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

const compare = async (query: string) => (await (await server.get(`/api/v1/compare?${query}`)).json()) as CompareAnswer

test('figures are those of the metrics over the same sessions', async () => {
  const answer = await compare('by=masterModel')
  expect(answer).toMatchObject({ tasks: byHand.length, sessions: sessions.length, simulatedTasks: byHand.length, recorded: sessions.length })
  expect(answer.groups).toHaveLength(3)
  for (const group of answer.groups) {
    const members = byHand.filter(({ groups }) => groups.masterModel === group.label)
    expect(group.tasks).toBe(members.length)
    expect(group.overwriteRate).toEqual(JSON.parse(JSON.stringify(overwriteRate(members))))
    expect(group.completion).toEqual(JSON.parse(JSON.stringify(autonomousCompletion(members, { clock: 'opportunity' }))))
    const { n, cutShort, completed, failed, open, stopped } = group.disposition
    expect(cutShort + completed + failed + open + stopped).toBe(n)
  }
  expect(answer.overwrite.contrasts).toHaveLength(3)
  expect(answer.choices.masterModel).toHaveLength(3)
})

test('the same after a restart, from what is stored; what is new is counted; what is deleted is not', async () => {
  const before = await compare('by=masterModel,promptVariant&k=3&theta=0.8')
  expect(before.groups).toHaveLength(6)
  await server.restart()
  expect(await compare('by=masterModel,promptVariant&k=3&theta=0.8')).toEqual(before)
  const [more] = study({ sessions: 1, seed: 2, startedAt })
  await server.append(more ?? [])
  expect((await compare('by=masterModel')).tasks).toBe(byHand.length + 3)
  await fetch(`${server.origin}/api/v1/sessions/${more?.[0]?.sessionId}`, { method: 'DELETE' })
  expect((await compare('by=masterModel')).tasks).toBe(byHand.length)
})

test('filters, ranges, and what makes no sense', async () => {
  expect((await compare('simulated=exclude')).tasks).toBe(0)
  expect((await compare(`until=${startedAt}`)).tasks).toBe(0)
  expect((await compare('masterModel=simulated-hasty')).groups.map(({ label }) => label)).toEqual(['simulated-hasty'])
  const tags = await compare('by=tag')
  expect(tags).toMatchObject({ overlapping: true, overwrite: { contrasts: [] } })
  for (const query of ['by=moon', 'by=tag,tag', 'k=0', 'theta=2', 'simulated=perhaps', 'since=soon'])
    expect((await server.get(`/api/v1/compare?${query}`)).status, query).toBe(400)
})

test('simulated tasks are left out where real ones match, and said to be', async () => {
  expect(await compare('simulated=auto')).toMatchObject({ tasks: byHand.length, simulatedTasks: byHand.length, simulatedLeftOut: 0 })
  const [real] = study({ sessions: 1, seed: 9, startedAt })
  const told = (real ?? []).map((event) => (event.type === 'session.started' ? { ...event, simulated: false } : event))
  await server.append(told)
  expect(await compare('simulated=auto')).toMatchObject({ tasks: 3, simulatedTasks: 0, simulatedLeftOut: byHand.length })
  expect(await compare('simulated=include')).toMatchObject({ tasks: byHand.length + 3, simulatedLeftOut: 0 })
  await fetch(`${server.origin}/api/v1/sessions/${real?.[0]?.sessionId}`, { method: 'DELETE' })
})

test('what was read in from a recording does not run; what arrives now does', async () => {
  const [recorded] = study({ sessions: 1, seed: 7, startedAt })
  const [now] = study({ sessions: 1, seed: 8, startedAt: Date.now() })
  const withoutEnd = (events = recorded) => (events ?? []).filter(({ type }) => type !== 'session.ended')
  await server.append(withoutEnd(recorded))
  expect((await compare('')).running).toBe(0)
  await server.append(withoutEnd(now))
  expect((await compare('')).running).toBe(1)
  expect((await compare('masterModel=nobody')).running).toBe(0)
  for (const one of [recorded, now]) await fetch(`${server.origin}/api/v1/sessions/${one?.[0]?.sessionId}`, { method: 'DELETE' })
})

test('below the first screen: the same groups, curves over k and the threshold, dispositions that sum to 1, the prompt', async () => {
  const answer = await compare('by=masterModel')
  const details = (await (await server.get('/api/v1/compare/details?by=masterModel&margin=0.2')).json()) as CompareDetailsAnswer
  expect(details.groups.map(({ label }) => label)).toEqual(answer.groups.map(({ label }) => label))
  for (const [i, group] of details.groups.entries()) {
    const rate = answer.groups[i]?.overwriteRate
    if (!rate || !isEstimate(rate) || !Array.isArray(group.byK) || !Array.isArray(group.byTheta)) throw new Error('no rate')
    expect(group.byK.find(({ at }) => at === 5)?.value).toBeCloseTo(rate.value, 12)
    expect(group.byTheta.find(({ at }) => at === 0.7)?.value).toBeCloseTo(rate.value, 12)
    const shares = Object.values(group.disposition).map((share) => (isEstimate(share) ? share.value : Number.NaN))
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
    expect(Object.values(group.kinds).reduce((sum, n) => sum + n, 0)).toBe(
      byHand.filter(({ groups, fate }) => groups.masterModel === group.label && fate.how === 'cut_short').length,
    )
    expect(group.waste).toHaveProperty('share')
  }
  expect(details.prompt).toMatchObject({ baseline: 'neutral', margin: 0.2, unnamed: 0, phases: 'before' })
  expect(details.prompt.rows).toHaveLength(4)
  expect((await server.get('/api/v1/compare/details?margin=2')).status).toBe(400)
})

test('the sessions behind a group: by who delegates, what is not said, when it began, whether it is simulated', async () => {
  const list = async (query: string) => (await (await server.get(`/api/v1/sessions?limit=200&${query}`)).json()) as SessionsPage
  expect((await list('master=simulated-hasty')).sessions).toHaveLength(8)
  expect((await list('master=simulated-hasty&worker=nobody')).sessions).toHaveLength(0)
  expect((await list('delegated=1&simulated=only')).sessions).toHaveLength(sessions.length)
  expect((await list('simulated=exclude')).sessions).toHaveLength(0)
  expect((await list('without=framework')).sessions).toHaveLength(0)
  expect((await list(`until=${startedAt}`)).sessions).toHaveLength(0)
  expect((await list(`since=${startedAt}&until=${startedAt + 3_600_000}`)).sessions).toHaveLength(3)
  for (const query of ['without=moon', 'simulated=perhaps', 'since=soon']) expect((await server.get(`/api/v1/sessions?${query}`)).status, query).toBe(400)
})

test('CSV: one row a task', async () => {
  const response = await server.get('/api/v1/compare.csv')
  expect(response.headers.get('content-type')).toContain('text/csv')
  const lines = (await response.text()).trim().split('\r\n')
  expect(lines).toHaveLength(byHand.length + 1)
  expect(lines[0]).toContain('session,task,title,simulated,master_model')
  const cut = lines.filter((line) => line.includes(',cut_short,')).length
  expect(cut).toBeGreaterThan(0)
})
