import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { evaluate } from './evaluate'
import { evaluationReport, summarise } from './evaluation-report'

const fixtures = join(process.cwd(), 'fixtures', 'claude-code')
const recordings = join(process.cwd(), '..', 'shared', 'traces')
const TRACE = '2.1.114-subagents-dir'
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backseat-evaluate-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function labelled(labels: object[], more = ''): Promise<string> {
  const path = join(folder, `labels-${labels.length}${more.length}.jsonl`)
  await writeFile(path, labels.map((label) => `${JSON.stringify(label)}\n`).join('') + more)
  return path
}

const files = `somewhere/${TRACE}/cccc1111-0000-4000-8000-0000000000c1.jsonl`
const label = (id: string, said: string, master: string, target: string, more = {}) => ({
  id,
  file: files,
  label: said,
  master_turn: { tool_use_id: master },
  target_turn: { tool_use_id: target },
  ...more,
})

test('agrees where the master removed lines of the sub-agent, and names the places where it does not', async () => {
  const path = await labelled([
    label('a', 'overwrite', 'toolu_c11', 'toolu_c05', { kind: 'rewrite', initiator: 'user' }),
    label('b', 'not_overwrite', 'toolu_c11', 'toolu_c05', { kind: 'said wrongly', why: 'so that they part' }),
  ])
  const { judged, problems } = await evaluate(path, fixtures)
  expect(problems).toEqual([])
  expect(judged.map((one) => [one.id, one.kinds, one.removed > 0, one.agrees])).toEqual([
    ['a', ['overwrite'], true, true],
    ['b', ['overwrite'], true, false],
  ])
  expect(summarise({ labels: path, judged, problems })).toMatchObject({
    truePositives: 1,
    falsePositives: 1,
    falseNegatives: 0,
    trueNegatives: 0,
    precision: { value: 0.5 },
  })
  expect(judged.map((one) => one.sameKind)).toEqual([true, false])
  const report = evaluationReport({ labels: path, judged, problems })
  expect(report).toContain('kind      0.500')
  expect(report).toContain('agrees with 1.')
  expect(report).toContain('b  labelled not_overwrite (said wrongly); found overwrite')
  expect(report).toContain('so that they part')
})

test('a near miss of any kind is a near miss, and a kind is another than lines removed', async () => {
  const path = await labelled([label('a', 'not_revise', 'toolu_c11', 'toolu_c05'), label('b', 'revise', 'toolu_c11', 'toolu_c05')])
  const { judged, problems } = await evaluate(path, fixtures)
  expect(judged.map((one) => [one.agrees, one.sameKind])).toEqual([
    [true, true],
    [false, false],
  ])
  expect(summarise({ labels: path, judged, problems })).toMatchObject({ truePositives: 0, falseNegatives: 1, trueNegatives: 1, falsePositives: 0 })
})

test('what cannot be used is told: no label, no file, no such place', async () => {
  const path = await labelled(
    [label('c', 'overwrite', 'toolu_nowhere', 'toolu_c05'), { ...label('d', 'overwrite', 'toolu_c11', 'toolu_c05'), file: 'gone.jsonl' }],
    '{"id": 1}\nno json\n',
  )
  const { judged, problems } = await evaluate(path, fixtures)
  expect(judged).toEqual([])
  expect(problems.map((problem) => problem.line)).toEqual([3, 4, undefined, undefined])
  expect(problems[2]?.message).toContain('no event of')
  expect(problems[3]?.message).toContain('gone.jsonl')
  expect((await evaluate(join(folder, 'missing.jsonl'))).problems[0]?.message).toContain('cannot be read')
})

const there = existsSync(join(recordings, 'labels.jsonl'))
if (!there) console.warn(`skipped: no labels in ${recordings}`)
test.skipIf(!there)('the labels of real recordings', async () => {
  const { judged, problems } = await evaluate(join(recordings, 'labels.jsonl'))
  expect(problems).toEqual([])
  expect(judged.filter((one) => !one.agrees).map((one) => one.id)).toEqual([])
})
