import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reportOf } from './analysis-report'
import { analyze, isFailure } from './analyze'

const fixture = (name: string) => join(process.cwd(), 'fixtures', 'claude-code', name)
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backseat-analyze-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('analyze', () => {
  test('a session and its sub-agents are reported under its own file, findings with their places', async () => {
    const { files } = await analyze([fixture('2.1.114-subagents-dir')])
    const main = files.find((file) => file.sessions.length > 0)
    expect(main?.path).toMatch(/cccc1111-[^/]*\.jsonl$/)
    expect(files.filter((file) => file.partOf === main?.path)).toHaveLength(5)
    const [session] = main?.sessions ?? []
    expect(session).toMatchObject({ title: 'Todo app by three agents', masterModel: 'claude-opus-4-7', turns: 16, toolCalls: 14 })
    expect(session?.agents.map((agent) => agent.id).sort()).toEqual(['a00000000000000d1', 'a00000000000000d2', 'a00000000000000d3', 'main', 'user'])
    expect(session?.tasks).toHaveLength(4)
    const overwrite = session?.interventions.find((finding) => finding.kind === 'overwrite')
    expect(overwrite).toMatchObject({
      artifact: 'docs/api.md',
      taskId: 'toolu_c02',
      masterTurn: 'msg_c11',
      survival: 0,
      sources: { master: { toolUseId: 'toolu_c11', messageId: 'msg_c11' }, target: { toolUseId: expect.stringMatching(/^toolu_c0[58]$/) } },
    })
    expect(overwrite?.sources.target?.path).toMatch(/agent-a00000000000000d2\.jsonl$/)
    const interrupt = session?.interventions.find((finding) => finding.kind === 'interrupt')
    expect(interrupt).toMatchObject({ taskId: 'toolu_c02', phase: 'pre_completion' })
  })

  test('what a file does not say is unknown, neither 1970 nor zero', async () => {
    const analysis = await analyze([join(process.cwd(), 'fixtures', 'magentic-one', '2024-stall')])
    const [session] = analysis.files.flatMap((file) => file.sessions)
    expect(session).toMatchObject({ startedAt: null, endedAt: null, lastAt: null, usage: { inputTokens: null, outputTokens: null } })
    expect(session?.tasks.every((task) => task.delegatedAt === null && task.endedAt === null)).toBe(true)
    expect(session?.interventions.every((finding) => finding.occurredAt === null)).toBe(true)
    expect(reportOf(analysis)).toMatch(/at an unknown time; .*\n.*; output tokens unknown\n/)
  })

  test('law L10: what was not understood is counted and said', async () => {
    const analysis = await analyze([fixture('2.1.114-broken-lines'), join(folder, 'nothing-here.jsonl')])
    const [file] = analysis.files
    expect(file).toMatchObject({ format: 'claude-code', rejected: 4 })
    expect(file?.issues.map((issue) => [issue.code, issue.place?.line])).toEqual([
      ['bad_json', 2],
      ['bad_message', 3],
      ['bad_line', 4],
      ['unknown_line_type', 5],
      ['result_without_call', 7],
      ['bad_json', 9],
    ])
    expect(analysis.files[1]?.issues).toMatchObject([{ code: 'no_such_file', severity: 'error' }])
    expect(isFailure(analysis)).toBe(true)
  })

  test('the same events twice are duplicates', async () => {
    const event = '{"type":"session.started","id":"s","sessionId":"twice","occurredAt":1}\n'
    await writeFile(join(folder, 'twice.ndjson'), event + event)
    const { files } = await analyze([join(folder, 'twice.ndjson')])
    expect(files).toMatchObject([{ accepted: 1, duplicate: 1, rejected: 0 }])
  })

  test('a file nobody knows is told apart from one that is empty', async () => {
    await writeFile(join(folder, 'odd.jsonl'), '{"some":"thing"}\n')
    await writeFile(join(folder, 'empty.jsonl'), '')
    const { files } = await analyze([join(folder, 'odd.jsonl'), join(folder, 'empty.jsonl')])
    expect(files.map((file) => [file.format, file.issues[0]?.code])).toEqual([
      [null, 'unknown_format'],
      [null, 'empty'],
    ])
  })

  test('for a person: who worked for whom, and what was done to the work', async () => {
    const report = reportOf(await analyze([fixture('2.1.114-subagents-dir')]))
    expect(report).toContain('main -> a00000000000000d2  Write the docs  (cancelled, 2 turns, 2 writes)')
    expect(report).toMatch(/! overwrite of docs\/api\.md, line \d+: /)
    expect(report).toMatch(/! interrupt, line \d+: /)
  })
})
