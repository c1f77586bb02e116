import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Event } from '@/lib/core/event'
import { SessionId } from '@/lib/core/ids'
import { DETECTOR_PARAMETERS } from '@/lib/core/interventions'
import { sketchEvents } from '@/lib/core/testing/sketch'
import { type ScenarioName, scenarioEvents } from '@/lib/sample/scenarios'
import { detectWithParsers } from '@/lib/units/detector'
import type { FromThread, Request } from './detector-messages'
import { parseDetectorThreads } from './detector-setting'
import { openExaminer, type ThreadsOptions } from './detector-threads'
import type { Examination, Stretch } from './examiner'
import { examinerHere, foundOf } from './examiner-here'
import { extractContents, type Texts } from './extract'
import { compiledThread, illThread } from './testing/compiled-thread'

async function threads(options: Partial<ThreadsOptions> = {}) {
  const problems: string[] = []
  const onProblem = (what: string, error: unknown) => problems.push(`${what}: ${String(error)}`)
  const examiner = await openExaminer({ file: await compiledThread(), threads: 1, onProblem, ...options })
  onTestFinished(() => examiner.close())
  return { examiner, problems, begin: (sessionId: string) => examiner.begin(sessionId, DETECTOR_PARAMETERS) }
}

function eventsOf(name: ScenarioName, seed = 7): Event[] {
  let order = 0
  return [...scenarioEvents(name, { sessionId: 'x', seed })].map((event) => ({ ...event, order: ++order }) as Event)
}

/** As ingest gives them: long texts apart. */
function stretch(events: readonly Event[]): Stretch {
  const texts: Texts = new Map()
  const own = structuredClone([...events])
  for (const event of own) extractContents(event, texts)
  return { json: own.map((event) => JSON.stringify(event)), texts }
}

async function takeAll(examination: Examination, events: readonly Event[], step = 100): Promise<string[]> {
  const kinds: string[] = []
  for (let at = 0; at < events.length; at += step) kinds.push((await examination.take(stretch(events.slice(at, at + step)))).kind)
  return kinds
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown
const small = sketchEvents(`
  0s  lead   delegates t1 to coder: src/a.ts
  2s  coder  writes src/a.ts "export function sum(a, b) { return a + b }; export function product(a, b) { return a * b }"
  4s  lead   writes src/a.ts "export const total = (xs) => xs.reduce((s, x) => s + x, 0)"
`).map((event) => ({ ...event, sessionId: SessionId.parse('x') }))
const ill = (how: string): Event => ({ type: 'session.started', id: `ill-${how}`, sessionId: 'x', occurredAt: 0, attributes: { ill: how } }) as unknown as Event

test('sessions side by side in a thread: the findings, ledgers and texts of the same log read here', async () => {
  const { begin, problems } = await threads()
  const here = await examinerHere()
  await Promise.all(
    (['fan-out', 'overwrite-race', 'clock-skew'] as const).map(async (name) => {
      const events = eventsOf(name).sort((a, b) => a.occurredAt - b.occurredAt)
      const there = begin(name)
      const other = here.begin(name, DETECTOR_PARAMETERS)
      const kinds = await takeAll(there, events)
      expect(await takeAll(other, events)).toEqual(kinds)
      expect(plain(await there.ledger())).toEqual(plain(await other.ledger()))
      const [found, expected] = [await there.findings(), await other.findings()]
      expect(plain(found?.findings)).toEqual(plain(expected?.findings))
      expect(found?.texts).toEqual(expected?.texts)
      if (!kinds.includes('refused')) expect(plain(found?.findings)).toEqual(plain(foundOf(detectWithParsers(structuredClone(events))).findings))
    }),
  )
  expect(problems).toEqual([])
})

test('what changes is told once, with its texts; what lies before is refused from then on', async () => {
  const { begin } = await threads()
  const examination = begin('x')
  const first = await examination.take(stretch(small.slice(0, -1)))
  expect(first).toMatchObject({ kind: 'taken', findings: [] })
  const second = await examination.take(stretch(small.slice(-1)))
  expect(second.kind === 'taken' && second.findings.map(({ kind }) => kind)).toEqual(['overwrite'])
  expect(await examination.take({ json: [], texts: new Map() })).toMatchObject({ kind: 'taken', findings: [] })
  const early = { ...small[0], id: 'early', occurredAt: (small[0]?.occurredAt ?? 0) - 1_000 } as Event
  expect(await examination.take(stretch([early]))).toEqual({ kind: 'refused' })
  expect(await examination.take(stretch(small.slice(-1)))).toEqual({ kind: 'refused' })
})

test('single events wait for company, and are answered in order all the same', async () => {
  const { begin, examiner } = await threads()
  expect([examiner.patienceMs(1), examiner.patienceMs(100)]).toEqual([0, 20])
  const examination = begin('x')
  const answers = await Promise.all(small.map((event) => examination.take(stretch([event]))))
  expect(answers.map((answer) => (answer.kind === 'taken' ? answer.findings.length : answer.kind))).toEqual(
    small.map((_, k) => (k === small.length - 1 ? 1 : 0)),
  )
})

test('more than may wait: nobody goes on before it is less', async () => {
  const { begin, examiner } = await threads()
  const examination = begin('x')
  const many = Array.from({ length: 25_000 }, (_, k) => ({ ...small[0], id: `e${k}`, occurredAt: k, type: 'artifact.read', agentId: 'a', path: 'p' }) as Event)
  const taking = examination.take(stretch(many))
  expect(examiner.patienceMs(1)).toBe(Number.POSITIVE_INFINITY)
  await taking
  expect(examiner.patienceMs(1)).toBe(0)
  const long = examination.take({ json: [JSON.stringify(ill('not at all'))], texts: new Map([['0'.repeat(64), 'x'.repeat(20_000_000)]]) })
  expect(examiner.patienceMs(1)).toBe(Number.POSITIVE_INFINITY)
  await long
  expect(examiner.patienceMs(1)).toBe(0)
})

test.each(['exit', 'throw', 'memory'])(
  'a thread that ends (%s): what it knew is lost and told once, another one takes over',
  { timeout: 60_000 },
  async (how) => {
    const { begin, problems } = await threads({ file: await illThread(), limits: { memoryMb: 64 } })
    const bystander = begin('bystander')
    expect(await takeAll(bystander, small)).toEqual(['taken'])
    const first = begin('ill')
    const both = await Promise.all([first.take(stretch([ill(how)])), bystander.take(stretch(small.slice(-1)))])
    expect(both.map(({ kind }) => kind)).toEqual(['lost', 'lost'])
    expect(problems).toEqual([expect.stringMatching(/ended at session ill; its log is read again/)])
    expect([await bystander.findings(), await bystander.ledger()]).toEqual([undefined, undefined])
    expect(await takeAll(begin('bystander'), small)).toEqual(['taken'])
    // the second time it is left alone, and nobody else with it
    expect((await begin('ill').take(stretch([ill(how)]))).kind).toBe('lost')
    expect(problems[1]).toMatch(/ended at session ill; it is left without new findings/)
    expect(await begin('ill').take(stretch(small))).toMatchObject({ kind: 'failed' })
    expect(await takeAll(begin('bystander'), small)).toEqual(['taken'])
    expect(problems).toHaveLength(2)
  },
)

test('a thread that does not get past an event is ended', { timeout: 120_000 }, async () => {
  const { begin, problems } = await threads({ file: await illThread(), limits: { lookEveryMs: 50 } })
  const examination = begin('x')
  expect(await takeAll(examination, small)).toEqual(['taken'])
  expect(await examination.take(stretch([ill('hang')]))).toEqual({ kind: 'lost' })
  expect(problems).toEqual([expect.stringMatching(/did not get past one event/)])
})

test('where no thread can be had this one does it, and says so', async () => {
  const missing = await threads({ file: new URL('file:///nowhere/detector-worker.js') })
  expect(missing.problems).toEqual([expect.stringMatching(/thread of the server: Error: .nowhere.detector-worker.js is missing/)])
  expect(await takeAll(missing.begin('x'), small)).toEqual(['taken'])

  const broken = await threads({ file: new URL('./detector-messages.ts', import.meta.url) })
  const lost: string[] = []
  for (let k = 0; k < 3; k++) lost.push(...(await takeAll(broken.begin('x'), small)))
  expect(lost).toEqual(['lost', 'lost', 'lost'])
  expect(broken.problems.map((problem) => problem.replace(/:.*/s, ''))).toEqual([
    'the detector thread ended before it was ready; another is started',
    'the detector thread ended before it was ready; another is started',
    'no detector thread can be had; interventions are looked for in the thread of the server',
  ])
  expect(await takeAll(broken.begin('x'), small)).toEqual(['taken'])
})

test('closing answers whoever waits', async () => {
  const { begin, examiner } = await threads()
  const taking = begin('x').take(stretch(eventsOf('fan-out')))
  await examiner.close()
  expect(['lost', 'taken', 'refused']).toContain((await taking).kind)
  expect((await begin('x').take(stretch(small))).kind).toBe('lost')
})

test('what has ended is gone from the thread, too', async () => {
  const worker = new Worker(await compiledThread(), { workerData: new Int32Array(new SharedArrayBuffer(8)) })
  onTestFinished(async () => void (await worker.terminate()))
  const told: FromThread[] = []
  worker.on('message', (message: FromThread) => told.push(message))
  const requests: Request[] = [
    { kind: 'begin', n: 1, parameters: DETECTOR_PARAMETERS },
    { kind: 'take', n: 1, json: '[]', texts: [] },
    { kind: 'end', n: 1 },
    { kind: 'take', n: 1, json: '[]', texts: [] },
  ]
  worker.postMessage(requests)
  await vi.waitFor(() => expect(told.slice(1).flat()).toEqual([{ kind: 'taken' }, { kind: 'lost' }]), { timeout: 30_000 })
})

test('how many threads: as asked, else by the processors', () => {
  expect([parseDetectorThreads('', 1), parseDetectorThreads(' ', 2), parseDetectorThreads('', 4), parseDetectorThreads('', 16)]).toEqual([0, 0, 1, 2])
  expect(['0', '3', '-1', '1.5', 'many', '65'].map((text) => parseDetectorThreads(text, 16))).toEqual([0, 3, undefined, undefined, undefined, undefined])
})
