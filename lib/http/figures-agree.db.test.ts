import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countChecks, figuresOf } from '@/components/sessions/figures'
import { analyze } from '@/lib/cli/analyze'
import { reportMarkdown } from '@/lib/cli/report'
import type { CompareAnswer, CompareDetailsAnswer } from '@/lib/core/metrics/compare-protocol'
import type { EventInput } from '@/lib/core/event'
import { isEstimate } from '@/lib/core/metrics/estimate'
import type { CheckAnswer } from '@/lib/core/policy/judge'
import { study } from '@/lib/sample/study'
import { sessionFigures } from '@/lib/core/metrics/session-figures'
import { tasksOf } from '@/lib/core/metrics/tasks-of'
import { decodeSnapshot } from '@/lib/core/snapshot'
import { scenarioEvents } from '@/lib/sample/scenarios'
import { type TestBackend, testBackend } from './testing/test-backend'

let server: TestBackend
const events = [...scenarioEvents('ten-thousand-turns', { turns: 600, seed: 5 })]
const id = events[0]?.sessionId ?? ''

beforeAll(async () => {
  server = await testBackend()
  for (let at = 0; at < events.length; at += 500) await server.append(events.slice(at, at + 500))
  await server.examined()
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

const inJson = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown

test('page, report and policy take waste, yield, costs, the multiplier, d′ and c by one rule', async () => {
  const own = await testBackend()
  const startedAt = Date.UTC(2026, 0, 5)
  try {
    for (const session of study({ sessions: 12, startedAt })) await own.append(session)
    const started = study({ sessions: 1, startedAt })
      .next()
      .value?.find(({ type }) => type === 'session.started')
    const workflow = started?.type === 'session.started' ? started.workflow : undefined
    for (let i = 0; i < 12; i++) await own.append(lone(`lone-${i}`, workflow ?? '', 1_000 + 50 * i))
    await own.examined()
    const details = (await (await own.get('/api/v1/compare/details?by=masterModel')).json()) as CompareDetailsAnswer
    const compare = (await (await own.get('/api/v1/compare?by=masterModel')).json()) as CompareAnswer
    const policy = {
      simulated: true,
      rules: (['wasteShare', 'delegationYield', 'costPerSuccess', 'tokensPerSuccess', 'delegationMultiplier', 'discrimination', 'bias'] as const).map(
        (metric) => ({
          metric,
          max: 1,
          groupBy: ['masterModel'],
          level: 0.975,
        }),
      ),
    }
    const response = await fetch(`${own.origin}/api/v1/check`, {
      method: 'POST',
      body: JSON.stringify(policy),
      headers: { 'content-type': 'application/json' },
    })
    const { judgements } = (await response.json()) as CheckAnswer
    const printed = reportMarkdown(compare, details)
    expect(details.groups).toHaveLength(3)
    for (const group of details.groups) {
      const { waste, discrimination: found } = group
      const shown = {
        wasteShare: 'reason' in waste ? waste : waste.share,
        delegationYield: group.yield,
        costPerSuccess: group.costPerSuccess,
        tokensPerSuccess: group.tokensPerSuccess,
        delegationMultiplier: group.multiplier,
        discrimination: 'reason' in found ? found : found.sensitivity,
        bias: 'reason' in found ? found : found.bias,
      }
      for (const [metric, measured] of Object.entries(shown)) {
        const judged = judgements.find(({ rule, group: label }) => rule.startsWith(metric) && label === group.label)?.measured
        // a level is one minus a sum of tails: not the same to the last bit
        expect(inJson({ ...judged, level: 0.95 }), `${metric} of ${group.label}`).toEqual(closeTo({ ...measured, level: 0.95 }))
      }
      expect(isEstimate(group.yield) && printed.includes(`${(group.yield.value * 100).toFixed(1)} %`), 'the report prints the yield').toBe(true)
      // lone agents run on the first master's model alone
      expect(isEstimate(group.multiplier), group.label).toBe(group.label === LONE_MODEL)
    }
  } finally {
    await own.close()
  }
})

function closeTo(value: unknown): unknown {
  if (typeof value === 'number') return expect.closeTo(value, 9)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, own]) => own !== undefined)
      .map(([key, own]) => [key, closeTo(own)]),
  )
}

const LONE_MODEL = 'simulated-hasty'

/** One agent that does a workflow by itself. */
function lone(sessionId: string, workflow: string, outputTokens: number): EventInput[] {
  const base = { sessionId, occurredAt: Date.UTC(2026, 0, 6) }
  return [
    { ...base, type: 'session.started', id: '1', workflow, simulated: true },
    { ...base, type: 'agent.joined', id: '2', agentId: 'solo', model: LONE_MODEL },
    { ...base, type: 'turn.started', id: '3', turnId: 'u', agentId: 'solo' },
    { ...base, type: 'turn.ended', id: '4', turnId: 'u', usage: { inputTokens: 300, outputTokens } },
    { ...base, type: 'session.ended', id: '5', status: 'completed' },
  ]
}

/** One session alone, so that what is counted over many can be held against what is counted over it. */
test('the session page, analyze, compare and report count the same', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'backseat-agree-'))
  await writeFile(join(folder, 'session.jsonl'), events.map((event) => JSON.stringify(event)).join('\n'))
  const analysed = (await analyze([join(folder, 'session.jsonl')])).files[0]?.sessions[0]?.figures

  const { state, findings } = decodeSnapshot(new Uint8Array(await (await server.get(`/api/v1/sessions/${id}/snapshot`)).arrayBuffer()))
  const tasks = tasksOf(state, [...findings.values()])
  const page = sessionFigures(tasks, true)
  const strip = figuresOf(page, countChecks(state), tasks.length, true)

  const compare = (await (await server.get('/api/v1/compare?by=workflow')).json()) as CompareAnswer
  const details = (await (await server.get('/api/v1/compare/details?by=workflow')).json()) as CompareDetailsAnswer
  const [group] = compare.groups
  const cut = isEstimate(page.cutShort) ? page.cutShort : undefined

  expect(cut?.events).toBeGreaterThan(3)
  expect(analysed).toMatchObject({ cutShort: cut, untouched: page.untouched, kinds: page.kinds, destroyed: page.destroyed, cutTokens: page.cutTokens })
  expect(strip[0]?.value).toEqual({ kind: 'share', x: cut?.events, n: cut?.n })
  expect(compare.groups).toHaveLength(1)
  expect(group?.disposition).toMatchObject({ n: cut?.n, open: page.open, notStarted: page.notStarted })
  expect(details.groups[0]?.kinds).toEqual(Object.fromEntries(page.kinds))
  // the same curve, whether over one session or over many that happen to be one
  expect('reason' in page.pace ? page.pace.code : page.pace.median.value).toEqual(
    group && ('reason' in group.pace ? group.pace.code : (group.pace.median.value ?? undefined)),
  )
  const printed = reportMarkdown(compare, details)
  expect(printed).toContain(group?.disposed ?? '-')
  expect(printed).toContain(`| ${group?.tasks} |`)
})

test('the report says what it left out, before any figure', async () => {
  const compare = (await (await server.get('/api/v1/compare?by=workflow')).json()) as CompareAnswer
  const details = (await (await server.get('/api/v1/compare/details?by=workflow')).json()) as CompareDetailsAnswer
  const first = (answer: CompareAnswer) => reportMarkdown(answer, details).split('\n')[2]
  expect(first({ ...compare, simulatedLeftOut: 9 })).toMatch(/^9 simulated tasks left out \(--simulated include counts them\)\. /)
  expect(first({ ...compare, simulatedLeftOut: 1 })).toMatch(/^1 simulated task left out \(--simulated include counts it\)\. /)
  expect(first(compare)).not.toContain('left out')
})
