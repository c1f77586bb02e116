import { expect, test } from 'vitest'
import { detectAll, inlineText } from '../detect/detector'
import { type Event, type EventInput, EventSchema } from '../event'
import { sketch } from '../testing/sketch'
import { type Outcome, pairOutcomes } from './pairs'
import { readCheck } from './read-check'

const q = JSON.stringify
const WORK = 'export function total(rows: number[]) {\n  let sum = 0\n  for (const row of rows) sum += row * 2\n  return sum\n}\n'
const OTHER = 'import { fold } from "./fold"\n\nexport const total = (values: Iterable<number>) => fold(values, 0, (left, right) => left + right)\n'

/** `overwrite test: good -> bad` a line. */
function told(drawing: string): string {
  const { events, interventions } = sketch(drawing)
  const { outcomes } = pairOutcomes(events, interventions, inlineText)
  return interventions.flatMap((finding) => (outcomes.has(finding.id) ? [`${finding.kind} ${words(outcomes.get(finding.id))}`] : [])).join('\n')
}

function words(outcome: Outcome | undefined): string {
  if (!outcome) return 'nothing'
  const side = (ok: boolean | undefined) => (ok === undefined ? '?' : ok ? 'good' : 'bad')
  return [
    `${outcome.level}: ${side(outcome.before?.ok)} -> ${side(outcome.after?.ok)}`,
    outcome.testsChanged && 'tests changed',
    outcome.flaky && `${outcome.flaky} flaky`,
  ]
    .filter(Boolean)
    .join(', ')
}

const rewritten = (before: string, after: string) =>
  told(`
    0s lead  delegates t1 to coder: a.ts
    1s coder writes a.ts ${q(WORK)}
    ${before}
    3s coder completes t1
    4s lead  writes a.ts ${q(OTHER)}
    ${after}`)

test('the same command on the work and on what the master made of it', () => {
  expect(rewritten('2s coder checks "npm test" passes', '5s lead checks "npm test" fails')).toBe('overwrite test: good -> bad')
  expect(rewritten('2s coder checks "npm test" fails', '5s lead checks "npm test" passes')).toBe('overwrite test: bad -> good')
})

test('one side only, another command, or a check after the next change says nothing', () => {
  expect(rewritten('', '5s lead checks "npm test" fails')).toBe('overwrite test: ? -> bad')
  expect(rewritten('2s coder checks "npm test" passes', '')).toBe('overwrite test: good -> ?')
  expect(rewritten('2s coder checks "npm test -- a" passes', '5s lead checks "npm test" fails')).toBe('overwrite test: good -> ?')
  expect(rewritten('2s coder checks "npm test" passes', `5s coder writes a.ts ${q(WORK)}\n6s lead checks "npm test" fails`)).toContain(
    'overwrite test: good -> ?',
  )
})

test('a check that ran before the last write of the work does not speak for it', () => {
  expect(rewritten(`1.2s coder checks "npm test" fails\n1.5s coder writes a.ts ${q(`${WORK}\n// done\n`)}`, '5s lead checks "npm test" fails')).toBe(
    'overwrite test: ? -> bad',
  )
})

test('a check with both answers on one state is flaky', () => {
  expect(rewritten('2s coder checks "npm test" passes\n2.5s coder checks "npm test" fails', '5s lead checks "npm test" fails')).toBe(
    'overwrite test: ? -> bad, 1 flaky',
  )
})

test('a master’s writes one after the other are one change', () => {
  expect(
    rewritten('2s coder checks "npm test" passes', `4.5s lead writes a.ts ${q(`${OTHER}\nexport const more = 1\n`)}\n5s lead checks "npm test" fails`),
  ).toBe('overwrite test: good -> bad')
})

test('a fragment has no outcome', () => {
  expect(
    told(`
      0s lead  delegates t1 to coder: a.ts
      1s coder writes a.ts partial "export function total(rows: number[]) {"
      2s coder checks "npm test" fails
      4s lead  writes a.ts ${q(OTHER)}
      5s lead  checks "npm test" passes`),
  ).toContain('? -> good')
})

// ---- with the tests by name ----

const VITEST = (tests: [string, boolean][]) =>
  `${tests.map(([id, ok]) => ` ${ok ? '✓' : '×'} ${id} 2ms`).join('\n')}\n\n Test Files  1 passed (1)\n      Tests  ${tests.filter(([, ok]) => !ok).length} failed | ${tests.filter(([, ok]) => ok).length} passed (${tests.length})\n`

function session(before: [string, boolean][], after: [string, boolean][], between: object[] = []): { events: Event[]; outcome: Outcome | undefined } {
  const raw: object[] = [
    { type: 'task.delegated', taskId: 't1', by: 'lead', to: 'coder', outputs: ['src/a.ts'] },
    { type: 'artifact.written', agentId: 'coder', path: 'src/a.ts', change: { kind: 'content', content: WORK } },
    ...run('coder', before),
    { type: 'task.ended', taskId: 't1', status: 'completed', by: 'coder' },
    { type: 'artifact.written', agentId: 'lead', turnId: 'm1', path: 'src/a.ts', change: { kind: 'content', content: OTHER } },
    ...between,
    ...run('lead', after),
  ]
  const events = raw.map((event, order) => EventSchema.parse({ id: `e${order}`, sessionId: 's', occurredAt: order, order, ...event } as EventInput))
  const findings = detectAll(events)
  const finding = findings.find(({ kind }) => kind === 'overwrite')
  return { events, outcome: finding && pairOutcomes(events, findings, inlineText).outcomes.get(finding.id) }
}

let calls = 0
function run(agentId: string, tests: [string, boolean][]): object[] {
  const callId = `call-${calls++}`
  const output = VITEST(tests)
  return [
    { type: 'tool.called', callId, agentId, name: 'Bash', arguments: '{"command":"npx vitest run --reporter=verbose"}' },
    { type: 'tool.returned', callId, agentId, status: 'ok', result: output, check: readCheck('npx vitest run', output, undefined) },
  ]
}

test('only tests of both sides count', () => {
  const { outcome } = session(
    [
      ['src/a.test.ts > adds', true],
      ['src/a.test.ts > doubles', true],
      ['src/a.test.ts > old', false],
    ],
    [
      ['src/a.test.ts > adds', true],
      ['src/a.test.ts > doubles', false],
      ['src/a.test.ts > new', true],
    ],
  )
  expect(outcome).toMatchObject({ level: 'test', shared: 2, delta: -1, before: { ok: true, passed: 2 }, after: { ok: false, passed: 1, failed: 1 } })
})

test('tests that the master edited in the same go are left out, and it is said', () => {
  const edited = { type: 'artifact.written', agentId: 'lead', turnId: 'm1', path: 'src/b.test.ts', change: { kind: 'content', content: 'test("b", () => {})' } }
  const again = { type: 'artifact.written', agentId: 'lead', turnId: 'm1', path: 'src/a.ts', change: { kind: 'content', content: `${OTHER}\n` } }
  const { outcome } = session(
    [
      ['src/a.test.ts > adds', true],
      ['src/b.test.ts > doubles', false],
    ],
    [
      ['src/a.test.ts > adds', true],
      ['src/b.test.ts > doubles', true],
    ],
    [edited, again],
  )
  expect(outcome).toMatchObject({ testsChanged: true, shared: 1, delta: 0, before: { ok: true }, after: { ok: true } })
})

test('coverage adds up; syntax is the floor', () => {
  const { events, interventions } = sketch(`
    0s lead  delegates t1 to coder: a.ts
    1s coder writes a.ts ${q(WORK)}
    2s coder completes t1
    3s lead  writes a.ts ${q(`${OTHER}export const broken = (`)}`)
  const parses = (text: string) => !text.endsWith('(')
  const { outcomes, coverage } = pairOutcomes(events, interventions, inlineText, parses)
  expect([...outcomes.values()]).toEqual([{ level: 'syntax', before: { ok: true }, after: { ok: false }, note: expect.stringContaining('parses') }])
  expect(coverage).toMatchObject({ interventions: 1, pairs: 1, byLevel: { syntax: 1 }, onlyBefore: 0, onlyAfter: 0, neither: 0 })
})

test('the same command with another tail, or another description, is the same check', () => {
  expect(rewritten('2s coder checks "npm test 2>&1 | tail -20" passes', '5s lead checks "npm test | tail -5" fails')).toBe('overwrite test: good -> bad')
})

test('a check that says what it reads speaks for that, and only writes to that end what it says', () => {
  const told = (reads: string, between: string) => {
    const { events } = sketch(`
      0s  lead  delegates t1 to coder: a.ts
      1s  coder writes a.ts ${q(WORK)}
      1s  coder writes b.ts "export const other = 1"
      2s  coder checks "npm test" passes
      ${between}
      3s  coder completes t1
      4s  lead  writes a.ts ${q(OTHER)}
      5s  lead  checks "npm test" fails`)
    const reading = events.map((event) => (event.type === 'tool.called' ? { ...event, reads: [reads] } : event)) as Event[]
    const findings = detectAll(reading)
    return words(pairOutcomes(reading, findings, inlineText).outcomes.get(findings.find(({ kind }) => kind === 'overwrite')?.id ?? ''))
  }
  expect(told('a.ts', '2.5s coder writes b.ts "export const other = 2"')).toBe('test: good -> bad')
  expect(told('a.ts', `2.5s coder writes a.ts ${q(`${WORK}\n// more\n`)}`)).toBe('test: ? -> bad')
  expect(told('b.ts', '')).toBe('nothing')
})
