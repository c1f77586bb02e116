import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { evaluate } from '@/lib/cli/evaluate'
import type { CompareAnswer } from '@/lib/core/metrics/compare-protocol'
import { isEstimate } from '@/lib/core/metrics/estimate'
import { decodeSnapshot } from '@/lib/core/snapshot'
import { sketch } from '@/lib/core/testing/sketch'
import type { SessionSummary } from '@/lib/live/protocol'
import { type TestBackend, testBackend } from './testing/test-backend'

let server: TestBackend
const ID = 'aside'
const { events } = sketch(`
  0s  lead   delegates t1 to coder: src/a.ts
  2s  coder  writes src/a.ts "export function sum(left, right) { const total = left + right; return total }"
  4s  lead   writes src/a.ts "export const product = (values) => values.reduce((result, value) => result * value, 1)"
  6s  lead   cancels t1
`)

beforeAll(async () => {
  server = await testBackend()
  await server.append(JSON.parse(JSON.stringify(events.map((event) => ({ ...event, sessionId: ID })))))
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

const summary = async () => (await (await server.get(`/api/v1/sessions/${ID}`)).json()) as SessionSummary
const snapshot = async () => decodeSnapshot(new Uint8Array(await (await server.get(`/api/v1/sessions/${ID}/snapshot`)).arrayBuffer()))
const say = (body: object) =>
  fetch(`${server.origin}/api/v1/sessions/${ID}/set-aside`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
async function overwrite() {
  await expect.poll(async () => (await snapshot()).findings.length).toBeGreaterThan(0)
  const found = (await snapshot()).findings.find(({ kind }) => kind === 'overwrite')
  if (!found) throw new Error('no overwrite was found')
  return found
}
const rate = async () => {
  const { groups } = (await (await server.get('/api/v1/compare?by=workflow')).json()) as CompareAnswer
  const any = groups[0]?.overwriteRateAny
  return any && isEstimate(any) ? any.events : undefined
}

test('set aside: out of the list, of the records and of the rates; back again when restored', async () => {
  const finding = await overwrite()
  const before = await summary()
  expect(before.interventions.overwrite).toBe(1)
  expect(await rate()).toBe(1)

  expect((await say({ interventionId: finding.id, reason: 'asked_for', note: '  It had to be replaced.  ' })).status).toBe(201)
  const aside = await summary()
  expect(aside.interventions.overwrite).toBeUndefined()
  expect(aside.setAside).toBe(1)
  expect(aside.lastAt).toBe(before.lastAt)
  // the interrupt that followed is what cut the task short now
  expect(aside.tasksCutShort).toBe(before.interventions.interrupt ? 1 : 0)
  const { state, findings } = await snapshot()
  expect(findings.map(({ id }) => id)).toContain(finding.id)
  expect([...state.verdicts.values()]).toMatchObject([{ verdict: 'set_aside', reason: 'asked_for', note: 'It had to be replaced.', reviewer: 'this computer' }])

  await server.restart()
  expect((await summary()).setAside).toBe(1)
  await server.append([{ type: 'session.ended', id: 'the-end', sessionId: ID, occurredAt: (before.lastAt ?? 0) + 1 }])
  expect((await summary()).interventions.overwrite).toBeUndefined()

  expect((await say({ interventionId: finding.id, restore: true })).status).toBe(201)
  expect((await summary()).interventions.overwrite).toBe(1)
  expect((await summary()).setAside).toBeUndefined()
  expect(await rate()).toBe(1)
})

test('what cannot be set aside is told', async () => {
  expect((await say({ interventionId: 'overwrite:nowhere', reason: 'other' })).status).toBe(404)
  expect((await say({ interventionId: (await overwrite()).id, reason: 'boredom' })).status).toBe(400)
  expect((await say({ reason: 'other' })).status).toBe(400)
  expect(await (await say({ interventionId: (await overwrite()).id, restore: true })).json()).toEqual({ changed: false })
})

test('as labels, which evaluate reads', async () => {
  const finding = await overwrite()
  await say({ interventionId: finding.id, reason: 'generated', note: 'a lock file' })
  const text = await (await server.get(`/api/v1/labels?session=${ID}`)).text()
  expect(JSON.parse(text)).toMatchObject({ label: 'not_overwrite', kind: 'generated', why: 'a lock file', session: ID, initiator: finding.trigger.kind })
  expect(await (await server.get('/api/v1/labels?session=nobody')).text()).toBe('')

  const folder = await mkdtemp(join(tmpdir(), 'backseat-labels-'))
  await writeFile(join(folder, 'labels.jsonl'), text)
  await writeFile(join(folder, `${ID}.jsonl`), await (await server.get(`/api/v1/sessions/${ID}/events?content=inline`)).text())
  const { judged, problems } = await evaluate(join(folder, 'labels.jsonl'))
  expect(problems).toEqual([])
  // the detector still says overwrite: the label is the disagreement
  expect(judged).toMatchObject([{ label: 'not_overwrite', agrees: false, kinds: ['overwrite'] }])

  // taken back and judged: that it happened stands, and a detector that tells it agrees
  expect((await say({ interventionId: finding.id, restore: true })).status).toBe(201)
  const verdicts = `${server.origin}/api/v1/sessions/${ID}/verdicts`
  const interrupt = (await snapshot()).findings.find(({ kind }) => kind === 'interrupt')
  for (const interventionId of [finding.id, interrupt?.id]) {
    const said = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ interventionId, verdict: 'unjustified' }) }
    expect((await fetch(verdicts, said)).status).toBe(201)
  }
  await writeFile(join(folder, 'labels.jsonl'), await (await server.get(`/api/v1/labels?session=${ID}`)).text())
  const confirmed = await evaluate(join(folder, 'labels.jsonl'))
  expect(confirmed.problems).toEqual([])
  expect(confirmed.judged).toMatchObject([
    { label: 'overwrite', labelKind: 'unjustified', agrees: true, sameKind: true },
    { label: 'interrupt', labelKind: 'unjustified', agrees: true, sameKind: true },
  ])
  await rm(folder, { recursive: true })
})
