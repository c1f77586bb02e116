import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { INTERVENTION_KINDS } from '@/lib/core/interventions'
import { type TestBackend, testBackend } from '@/lib/http/testing/test-backend'
import type { SessionSummary } from '@/lib/live/protocol'
import { MAX_SPEED, startSample } from './player'
import { SCENARIO_NAMES, scenario, scenarioTitle } from './scenarios'
import { sampleScript } from './script'
import { FakeTime } from './testing/fake-time'

let server: TestBackend
beforeAll(async () => {
  server = await testBackend()
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

const summaryOf = async (id: string) => (await (await server.get(`/api/v1/sessions/${id}`)).json()) as SessionSummary

test('the sample, through the real ingest, ends with every kind of intervention in its summary', async () => {
  const startedAt = Date.now() - 600_000
  const end = await startSample({
    speed: MAX_SPEED,
    sessionId: 'played',
    startedAt,
    clock: Date.now,
    ingest: async (events) => {
      expect(await server.append(events)).toMatchObject({ accepted: events.length, rejected: [] })
    },
  }).done
  expect(end).toEqual({ how: 'completed', events: sampleScript('played').length })
  const summary = await summaryOf('played')
  expect(summary).toMatchObject({
    title: 'Build a REST API (simulated)',
    simulated: true,
    startedAt,
    endStatus: 'completed',
    openTasks: 0,
    masterModel: 'gpt-4o (simulated)',
  })
  // what the last batch shows is written a moment after it
  await vi.waitFor(async () => expect(Object.keys((await summaryOf('played')).interventions).sort()).toEqual([...INTERVENTION_KINDS].sort()), 30_000)
})

test('a sample that is stopped leaves an ended session behind', async () => {
  const time = new FakeTime(Date.now())
  const sample = startSample({
    speed: 2,
    sessionId: 'stopped',
    startedAt: time.clock() - 30_000,
    clock: time.clock,
    timer: time.timer,
    ingest: async (events) => void (await server.append(events)),
  })
  sample.stop()
  expect(await sample.done).toMatchObject({ how: 'stopped' })
  expect(await summaryOf('stopped')).toMatchObject({ endStatus: 'cancelled', openTasks: 0 })
})

test.each(SCENARIO_NAMES)('the scenario %s is taken whole', async (name) => {
  for (const batch of scenario(name, { turns: name === 'ten-thousand-turns' ? 500 : undefined, batch: 500 })) {
    expect(await server.append(batch)).toEqual({ accepted: batch.length, duplicate: 0, rejected: [] })
  }
  expect(await summaryOf(`scenario-${name}-1`)).toMatchObject({ title: scenarioTitle(name), simulated: true })
})
