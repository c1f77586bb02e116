import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countChecks, figuresOf } from '@/components/sessions/figures'
import { analyze } from '@/lib/cli/analyze'
import { reportMarkdown } from '@/lib/cli/report'
import type { CompareAnswer, CompareDetailsAnswer } from '@/lib/core/metrics/compare-protocol'
import { isEstimate } from '@/lib/core/metrics/estimate'
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
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

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
  const printed = reportMarkdown(compare)
  expect(printed).toContain(group?.disposed ?? '-')
  expect(printed).toContain(`| ${group?.tasks} |`)
})
