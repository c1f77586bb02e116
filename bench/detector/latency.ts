import { newDetector } from '@/lib/core/detect/detector'
import { inlineText } from '@/lib/core/detect/text'
import { type Event, type EventInput, EventSchema } from '@/lib/core/event'
import { Random } from '@/lib/core/testing/fuzz-random'
import type { UnitReader } from '@/lib/core/units/units'
import { loadUnitReader } from '@/lib/units/unit-reader'
import { inventFunction } from './invented-functions'

/** What one kind of session costs, an event. */
export interface Latency {
  name: string
  events: number
  p50: number
  p99: number
  /** The same in time of the processor, which a busy machine lengthens less. */
  p99Processor: number
  worst: number
  /** The type of the slowest event. */
  worstOf: string
  /** Processor time over all events for each thousand characters that they tell, µs. */
  perThousand: number
  findings: number
  /** Memory that the detector holds in the end, and the tokens that it then knows. */
  heapMB?: number
  liveTokens?: number
}

const TARGET_MS = 5

/** `only`: a part of the names of the sessions to run. */
export async function latency(only = ''): Promise<boolean> {
  const units = await loadUnitReader()
  // the code is compiled while it runs: a server has seen a session before
  measure('warm-up', thousandAgents(60, 3), units)
  measure('warm-up', longFile(5000, 200, 'edit'), units)
  measure('warm-up', minified(60_000, 200, 'edit'), units)
  const sessions: [string, () => EventInput[]][] = [
    ['1,000 agents', () => thousandAgents(1000, 11)],
    ['1,000 agents, giants among their files', () => withGiants(thousandAgents(1000, 11))],
    ['100,000 lines, small edits', () => longFile(100_000, 300, 'edit')],
    ['100,000 lines, written whole each time', () => longFile(100_000, 40, 'content')],
    ['minified, 1 MB on one line, small edits', () => minified(1_000_000, 300, 'edit')],
    ['minified, 1 MB, written whole each time', () => minified(1_000_000, 10, 'content')],
    ['a stream of 4,000 pieces into one file', () => stream(4000)],
  ]
  const rows = sessions.filter(([name]) => name.includes(only)).map(([name, script]) => measure(name, script(), units))
  console.log('| session | events | p50 | p99 | p99, processor | worst | per 1,000 characters told | findings | memory | live tokens |')
  console.log('|---|---|---|---|---|---|---|---|---|---|')
  for (const row of rows) {
    const ms = (value: number) => (value < 0.1 ? `${(value * 1000).toFixed(0)} µs` : `${value.toFixed(1)} ms`)
    const memory = row.heapMB === undefined ? '–' : `${row.heapMB.toFixed(0)} MB`
    console.log(
      `| ${row.name} | ${row.events.toLocaleString('en')} | ${ms(row.p50)} | ${ms(row.p99)} | ${ms(row.p99Processor)} | ${ms(row.worst)} (${row.worstOf}) | ${row.perThousand.toFixed(0)} µs | ${row.findings} | ${memory} | ${row.liveTokens?.toLocaleString('en') ?? '–'} |`,
    )
  }
  // whoever writes six megabytes has them read: the target is for sessions, not for one write
  const sessionsOfMany = rows.filter(({ name }) => name.startsWith('1,000 agents') || name.endsWith('small edits'))
  if (sessionsOfMany.length === 0) return true
  const met = sessionsOfMany.every(({ p99Processor }) => p99Processor <= TARGET_MS)
  console.log(`\nTarget: p99 ≤ ${TARGET_MS} ms of the processor in sessions of 1,000 agents and in small edits of giants: ${met ? 'met' : 'NOT met'}`)
  return met
}

function measure(name: string, script: Iterable<EventInput>, units: UnitReader): Latency {
  const events: Event[] = [...script].map((event) => EventSchema.parse(event))
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  const detector = newDetector(undefined, units)
  const took = new Float64Array(events.length)
  const used = new Float64Array(events.length)
  let worst = 0
  let worstOf = ''
  for (const [k, event] of events.entries()) {
    const cpu = process.cpuUsage()
    const began = performance.now()
    if (!detector.apply(event, inlineText)) throw new Error(`the detector refused event ${k} of “${name}”`)
    const ms = performance.now() - began
    const { user, system } = process.cpuUsage(cpu)
    took[k] = ms
    used[k] = Math.min(ms, (user + system) / 1000)
    if (ms > worst) {
      worst = ms
      worstOf = event.type
    }
  }
  const quantile = (times: Float64Array, share: number) => times.slice().sort()[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0
  const row: Latency = {
    name,
    events: events.length,
    p50: quantile(took, 0.5),
    p99: quantile(took, 0.99),
    p99Processor: quantile(used, 0.99),
    worst,
    worstOf,
    perThousand: (1_000_000 * used.reduce((sum, ms) => sum + ms, 0)) / events.reduce((sum, event) => sum + charsOf(event), 0),
    findings: detector.findings().length,
  }
  if (globalThis.gc) {
    globalThis.gc()
    row.heapMB = (process.memoryUsage().heapUsed - before) / 1024 / 1024
    row.liveTokens = liveTokens(events)
  }
  return row
}

/** Characters that an event tells, an event's own words counted as a hundred. */
function charsOf(event: Event): number {
  let chars = 100
  const add = (value: unknown) => {
    if (typeof value === 'string') chars += value.length
  }
  if (event.type === 'artifact.written') {
    const { change } = event
    if (change.kind === 'content') add(change.content)
    if (change.kind === 'append') add(change.text)
    if (change.kind === 'edit')
      for (const edit of change.edits) {
        add(edit.old)
        add(edit.new)
      }
  }
  if (event.type === 'tool.returned') add(event.result)
  return chars
}

/** The same session, in which a few also work on files of 100,000 lines and of a megabyte on one line. */
function withGiants(events: EventInput[]): EventInput[] {
  const giants = [longFile(100_000, 100, 'edit', 'giant-a'), minified(1_000_000, 100, 'edit', 'giant-b'), longFile(30_000, 100, 'edit', 'giant-c')].map(
    (script) => script[Symbol.iterator](),
  )
  const all: EventInput[] = []
  for (const [k, event] of events.entries()) {
    all.push(event)
    if (k % 200 !== 0) continue
    const { value } = giants[(k / 200) % giants.length]?.next() ?? {}
    if (value) all.push(value)
  }
  return all.map((event, order) => ({ ...event, id: `e${order}`, occurredAt: order * 40, order }) as EventInput)
}

/** Tokens in the texts as they stand at the end, roughly: words and operators. */
function liveTokens(events: readonly Event[]): number {
  const newest = new Map<string, number>()
  for (const event of events) {
    if (event.type !== 'artifact.written') continue
    if (event.change.kind === 'content' && typeof event.change.content === 'string')
      newest.set(event.path, event.change.content.match(/[\p{L}\p{N}_$]+|[=+\-*/<>]/gu)?.length ?? 0)
    if (event.change.kind === 'append' && typeof event.change.text === 'string')
      newest.set(event.path, (newest.get(event.path) ?? 0) + (event.change.text.match(/[\p{L}\p{N}_$]+|[=+\-*/<>]/gu)?.length ?? 0))
  }
  return [...newest.values()].reduce((sum, tokens) => sum + tokens, 0)
}

class Pen {
  readonly events: EventInput[] = []
  private at = 0

  add(event: Unstamped): void {
    this.at += 40
    this.events.push({ id: `e${this.events.length}`, sessionId: 'bench', occurredAt: this.at, order: this.events.length, ...event } as EventInput)
  }
}

type Unstamped = EventInput extends infer E ? (E extends EventInput ? Omit<E, 'id' | 'sessionId' | 'occurredAt'> : never) : never

/** A master, ten middle masters, the rest workers: each gets a task, streams, calls, writes and edits two files; masters rewrite some. */
function thousandAgents(agents: number, seed: number): EventInput[] {
  const random = new Random(seed)
  const pen = new Pen()
  const languages = ['python', 'go', 'rust', 'java'] as const
  const endings = { python: 'py', go: 'go', rust: 'rs', java: 'java' }
  const file = (language: (typeof languages)[number]) =>
    Array.from({ length: 2 + random.below(5) }, () => inventFunction(language, random, 3 + random.below(8))).join('\n\n')
  const work = Array.from({ length: agents - 11 }, (_, n) => {
    const language = random.pick(languages)
    return {
      agent: `worker-${n}`,
      master: `middle-${n % 10}`,
      task: `task-${n}`,
      language,
      paths: [0, 1].map((k) => `src/part${n}/file${k}.${endings[language]}`),
      texts: new Map<string, string>(),
    }
  })
  pen.add({ type: 'session.started', title: 'bench' })
  for (let n = 0; n < 10; n++)
    pen.add({
      type: 'task.delegated',
      taskId: `part-${n}`,
      by: 'lead',
      to: `middle-${n}`,
      brief: `take care of part ${n} of the system and see that it is whole`,
    })
  for (const { agent, master, task, paths } of work)
    pen.add({
      type: 'task.delegated',
      taskId: task,
      by: master,
      to: agent,
      outputs: paths,
      parentTaskId: `part-${master.slice(7)}`,
      brief: `write ${paths.join(' and ')} as the plan says, with ${random.below(900)} cases in mind and nothing left out`,
    })
  // everybody at once
  for (let round = 0; round < 8; round++) {
    for (const one of random.shuffle([...work])) {
      const turnId = `${one.task}-turn-${round}`
      pen.add({ type: 'turn.started', turnId, agentId: one.agent, taskId: one.task })
      for (let k = 1; k <= 3; k++) pen.add({ type: 'turn.streamed', turnId, agentId: one.agent, outputTokens: k * 60 })
      const callId = `${turnId}-call`
      pen.add({
        type: 'tool.called',
        callId,
        agentId: one.agent,
        turnId,
        name: random.below(2) ? 'Bash' : 'Grep',
        arguments: JSON.stringify({ pattern: `word${random.below(4000)}`, path: one.paths[0] }),
      })
      pen.add({
        type: 'tool.returned',
        callId,
        agentId: one.agent,
        status: random.below(6) ? 'ok' : 'error',
        result: 'lines of an answer\n'.repeat(1 + random.below(40)),
      })
      const path = one.paths[round & 1] as string
      const known = one.texts.get(path)
      if (known === undefined) {
        const text = file(one.language)
        one.texts.set(path, text)
        pen.add({ type: 'artifact.written', agentId: one.agent, taskId: one.task, turnId, path, change: { kind: 'content', content: text } })
      } else {
        const who = random.below(4) === 0 ? one.master : one.agent
        const lines = known.split('\n')
        const from = random.below(lines.length - 2)
        const old = lines.slice(from, from + 2).join('\n')
        const fresh = random.below(9) === 0 ? file(one.language) : undefined
        if (fresh !== undefined) pen.add({ type: 'artifact.written', agentId: who, turnId, path, change: { kind: 'content', content: fresh } })
        else
          pen.add({
            type: 'artifact.written',
            agentId: who,
            turnId,
            path,
            change: {
              kind: 'edit',
              edits: [{ old, new: `${lines[from]} // ${random.below(99)}\nvalue${random.below(999)} = ${random.below(99)}\n${lines[from + 1]}` }],
            },
          })
        one.texts.set(path, fresh ?? known.replace(old, () => `${lines[from]} // 1\n${lines[from + 1]}`))
      }
      pen.add({ type: 'turn.ended', turnId, agentId: one.agent, usage: { outputTokens: 200, inputTokens: 4000 }, output: 'what I did and why, in a few words' })
      if (round === 6)
        pen.add({ type: 'task.ended', taskId: one.task, status: random.below(9) ? 'completed' : 'cancelled', by: one.agent, result: 'done as ordered' })
      if (random.below(8) === 0) {
        const masterTurn = `${turnId}-master`
        pen.add({ type: 'turn.started', turnId: masterTurn, agentId: one.master })
        pen.add({ type: 'turn.ended', turnId: masterTurn, agentId: one.master, usage: { outputTokens: 90 }, output: 'on we go' })
      }
    }
  }
  pen.add({ type: 'session.ended' })
  return pen.events
}

function longFile(lines: number, writes: number, how: 'edit' | 'content', name = 'big'): EventInput[] {
  const pen = new Pen()
  pen.add({ type: 'task.delegated', taskId: `${name}-t`, by: 'lead', to: `${name}-worker`, outputs: [`${name}.ts`] })
  const text = Array.from({ length: lines }, (_, n) => `export const value${n} = compute(${n}, "name ${n}") + offset${n % 97}`)
  pen.add({ type: 'artifact.written', agentId: `${name}-worker`, path: `${name}.ts`, change: { kind: 'content', content: text.join('\n') } })
  pen.add({ type: 'task.ended', taskId: `${name}-t`, status: 'completed', by: `${name}-worker` })
  const random = new Random(5)
  for (let k = 0; k < writes; k++) {
    const at = random.below(lines)
    const old = text[at] as string
    text[at] = `export const value${at} = other(${k}, "number ${k}")`
    const change =
      how === 'edit' ? { kind: 'edit' as const, edits: [{ old, new: text[at] as string }] } : { kind: 'content' as const, content: text.join('\n') }
    pen.add({ type: 'artifact.written', agentId: k % 3 ? 'lead' : `${name}-worker`, path: `${name}.ts`, change })
  }
  return pen.events
}

function minified(chars: number, writes: number, how: 'edit' | 'content', name = 'app'): EventInput[] {
  const pen = new Pen()
  pen.add({ type: 'task.delegated', taskId: `${name}-t`, by: 'lead', to: `${name}-worker`, outputs: [`${name}.min.js`] })
  const parts = Array.from({ length: Math.ceil(chars / 52) }, (_, n) => `function f${n}(a,b){return a*${n}+b[${n % 13}]-g(${n})||"s${n}"}`)
  pen.add({ type: 'artifact.written', agentId: `${name}-worker`, path: `${name}.min.js`, change: { kind: 'content', content: parts.join('') } })
  pen.add({ type: 'task.ended', taskId: `${name}-t`, status: 'completed', by: `${name}-worker` })
  const random = new Random(6)
  for (let k = 0; k < writes; k++) {
    const at = random.below(parts.length)
    const old = parts[at] as string
    parts[at] = `function f${at}(a,c){return c-${k}}`
    const change =
      how === 'edit' ? { kind: 'edit' as const, edits: [{ old, new: parts[at] as string }] } : { kind: 'content' as const, content: parts.join('') }
    pen.add({ type: 'artifact.written', agentId: 'lead', path: `${name}.min.js`, change })
  }
  return pen.events
}

/** One agent writes one file piece by piece, as a stream delivers it. */
function stream(pieces: number): EventInput[] {
  const pen = new Pen()
  const random = new Random(8)
  pen.add({ type: 'task.delegated', taskId: 't', by: 'lead', to: 'worker', outputs: ['a.py'] })
  let text = ''
  while (text.length < pieces * 12) text += `${inventFunction('python', random, 8)}\n\n`
  for (let k = 0; k < pieces; k++)
    pen.add({
      type: 'artifact.written',
      agentId: 'worker',
      turnId: 'turn',
      path: 'a.py',
      partial: true,
      change: { kind: 'append', text: text.slice(k * 12, k * 12 + 12) },
    })
  return pen.events
}
