import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FORMATS, recognise } from '.'
import { readFixtures } from './testing/fixtures'

const HEAD = 64 * 1024

function claims(head: string): string[] {
  return FORMATS.filter((format) => format.detect({ head }).score >= 0.5).map((format) => format.name)
}

/** Folders of the recordings -> the format that reads what lies in them. */
const OWNERS: readonly [string, string][] = [
  ['claude-code/', 'claude-code'],
  ['codex/', 'codex'],
  ['copilot-cli/', 'copilot-cli'],
  ['gemini-cli/', 'gemini-cli'],
  ['magentic-one/', 'magentic-one'],
  ['ag2-captain/', 'ag2'],
  ['openhands/', 'openhands'],
  ['google-adk/', 'google-adk'],
  ['atif/', 'atif'],
  ['otel/langfuse-export/', 'langfuse'],
  ['opencode/', 'opencode'],
  ['swe-agent/', 'swe-agent'],
  ['crewai/', 'crewai'],
  ['openai-agents-ingest/', 'openai-agents'],
  ['otel/any-agent/', 'otlp'],
]

const traces = FORMATS.flatMap((format) =>
  readFixtures(format.name).flatMap((fixture) =>
    [...fixture.inputs]
      .filter(([path]) => recognise({ path, head: fixture.inputs.get(path) ?? '' }).kind === 'format')
      .map(([path, text]) => [`${format.name}/${fixture.name}/${path}`, format.name, text] as const),
  ),
)

describe('law L5, blind: with the name hidden exactly one format claims a trace', () => {
  test.each(traces)('%s', (_, format, text) => {
    expect(claims(text.slice(0, HEAD))).toEqual([format])
  })

  const recordings = join(process.cwd(), '..', 'shared', 'traces')
  test.skipIf(!existsSync(recordings))('a recording is claimed by the format of its folder and by no other', () => {
    const walk = (folder: string): string[] =>
      readdirSync(folder).flatMap((name) => (statSync(join(folder, name)).isDirectory() ? walk(join(folder, name)) : [join(folder, name)]))
    for (const path of walk(recordings)) {
      const claimed = claims(readFileSync(path, 'utf8').slice(0, HEAD))
      const below = path.slice(recordings.length + 1)
      const owner = OWNERS.find(([folder]) => below.startsWith(folder))?.[1]
      // companions and notes beside a recording are nobody's
      expect([below, claimed]).toEqual([below, claimed.length === 0 ? [] : [owner]])
    }
  })
})

describe('what is not read is said', () => {
  test('an unknown file gets the nearest formats and what each misses', () => {
    const answer = recognise({ path: 'x.jsonl', head: '{"type":"response_item","payload":{}}\n' })
    expect(answer).toMatchObject({ kind: 'unknown', why: expect.stringMatching(/Nearest: Codex rollout: .*session_meta.*is missing/) })
  })

  test.each([
    ['{"shopping":["milk"]}', 'its objects begin with "shopping"'],
    ['[{"a":1},{"b":{"c":2}}]', 'it is a list of objects with "a", "b"'],
    ['[1, 2]', 'it is a list without objects'],
    ['%PDF-1.7 and so on, at some length', 'it is not JSON, it begins with "%PDF-1.7 and so on, at s"'],
    [`{${Array.from({ length: 9 }, (_, n) => `"k${n}":1`).join(',')}}`, '"k5" and more'],
  ])('a file that is like none is told what was seen, shortly: %s', (head, said) => {
    const answer = recognise({ path: 'x.json', head })
    expect(answer).toMatchObject({ kind: 'unknown', why: expect.stringMatching(/none comes near.*"npx backseat formats" lists/) })
    if (answer.kind === 'unknown') {
      expect(answer.why).toContain(said)
      expect(answer.why.length).toBeLessThan(260)
    }
  })

  test('at most three formats are named as near, the nearest first', () => {
    const answer = recognise({ head: '{"messages":[{"role":"user","content":"hello"}]}' })
    expect(answer).toMatchObject({
      kind: 'unknown',
      why: expect.stringMatching(/^No format claims it\. Nearest: AG2 chat history: its messages do not have "name"/),
    })
    if (answer.kind === 'unknown') expect(answer.why.split('; ').length).toBeLessThanOrEqual(3)
  })

  test('an event with a type that is none comes close', () => {
    const answer = recognise({ head: '{"type":"session.begun","sessionId":"s","occurredAt":1}\n' })
    expect(answer).toMatchObject({ kind: 'format', format: { name: 'native' } })
  })

  test.each([
    ['s/subagents/agent-1.meta.json', true],
    ['s/subagents/workflows/wf_1/journal.jsonl', true],
    ['s/workflows/wf_1.json', true],
    ['s/subagents/agent-acompact-1.jsonl', false],
    ['s/tool-results/b.txt', false],
    ['x.entire-metadata.json', false],
  ])('%s lies beside a trace', (path, read) => {
    expect(recognise({ path, head: '{"a":1}' })).toMatchObject({ kind: 'companion', companion: { read } })
  })

  test('an empty file is empty', () => {
    expect(recognise({ path: 'x.jsonl', head: ' \n' })).toEqual({ kind: 'empty' })
  })
})
