import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { detectAll } from '@/lib/core/detect/detector'
import { type Event, EventSchema } from '@/lib/core/event'
import type { Intervention } from '@/lib/core/interventions'
import { sketchEvents } from '@/lib/core/testing/sketch'
import { type ScenarioName, scenarioEvents } from '@/lib/sample/scenarios'
import { sampleScript } from '@/lib/sample/script'

/**
 * Sessions for the timeline's bench and pictures, written as JSON into the folder given: events and
 * findings, as a snapshot would bring them to a browser.
 */
const START = Date.UTC(2026, 0, 5, 9)

function write(folder: string, name: string, made: () => readonly Event[]): void {
  if (only.length > 0 && !only.includes(name)) return
  const events = made()
  const findings = detectAll(events)
  // content stays behind, as in the log: what is drawn needs the beginnings only
  const short = events.map(
    (event) => JSON.parse(JSON.stringify(event, (_key, value) => (typeof value === 'string' && value.length > 160 ? value.slice(0, 160) : value))) as Event,
  )
  save(folder, name, short, findings)
}

function save(folder: string, name: string, events: readonly Event[], findings: readonly Intervention[]): void {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ events, findings }))
  process.stdout.write(`${name}: ${events.length} events, ${findings.length} findings\n`)
}

/** A session ten times over, one after another, every third time with the same agents. */
function tenfold(folder: string, from: string, name: string): void {
  if (only.length > 0 && !only.includes(name)) return
  const text = readFileSync(join(folder, `${from}.json`), 'utf8')
  const { events } = JSON.parse(text) as { events: Event[] }
  const length = Math.max(...events.map((event) => event.occurredAt)) - START
  const all: { events: Event[]; findings: Intervention[] } = { events: [], findings: [] }
  const named = new Set(['agentId', 'parentId', 'by', 'to', 'from', 'assigneeId'])
  const told = new Set(['id', 'turnId', 'callId', 'taskId', 'parentTaskId', 'eventId'])
  for (let copy = 0; copy < 10; copy++) {
    const again = JSON.parse(text, (key, value: unknown) => {
      if (key === 'occurredAt' && typeof value === 'number') return value + copy * length
      if (typeof value !== 'string') return value
      if (named.has(key)) return value === 'lead' || value === 'user' || value === 'harness' ? value : `${value}-${copy % 3}`
      return told.has(key) ? `${copy}:${value}` : value
    }) as typeof all
    for (const event of again.events) if (copy === 9 || event.type !== 'session.ended') all.events.push(event)
    all.findings.push(...again.findings)
  }
  save(folder, name, all.events, all.findings)
}

const parse = (events: Iterable<unknown>): Event[] => Array.from(events, (event) => EventSchema.parse(event))

const ARTICLE = `
  0s     gpt-4o  starts p1
  0.3s   schema-writer joins under gpt-4o
  0.3s   route-writer joins under gpt-4o
  0.3s   test-writer joins under gpt-4o
  4.3s   gpt-4o  ends p1 (220 tokens)
  4.6s   gpt-4o  delegates t1 to schema-writer: schema.sql
  6.7s   gpt-4o  delegates t2 to route-writer: routes.ts
  8.3s   gpt-4o  delegates t3 to test-writer: users.test.ts
  6.6s   schema-writer starts s1
  7.9s   schema-writer ends s1 (12 tokens)
  8.2s   schema-writer starts s2
  10.5s  schema-writer writes schema.sql partial "create table users (\\n  id uuid primary key,\\n  email citext unique not null,\\n  created_at timestamptz"
  11.3s  schema-writer ends s2 (35 tokens)
  11.4s  gpt-4o  starts p2
  11.5s  gpt-4o  writes schema.sql "create table accounts (\\n  number bigserial,\\n  mail varchar(255),\\n  secret text\\n);\\ncreate table posts (\\n  n bigserial\\n);"
  18.0s  gpt-4o  ends p2 (312 tokens)
  9s     route-writer starts r1
  12.6s  route-writer ends r1 (40 tokens)
  13s    route-writer calls grep "users" reads schema.sql
  16.2s  route-writer starts r2
  23.8s  route-writer writes routes.ts "export function createUser(request, response) { const { email, password } = request.body; response.json(insert(email, password)) }"
  24s    route-writer ends r2 (61 tokens)
  24.2s  gpt-4o starts p3
  24.4s  gpt-4o writes routes.ts "router.post('/accounts', async (ctx) => ctx.send(await accounts.add(ctx.payload)))"
  32s    gpt-4o ends p3 (280 tokens)
  10.2s  test-writer starts x1
  13.8s  test-writer ends x1 (30 tokens)
  18s    test-writer starts x2
  32.8s  test-writer writes users.test.ts "test('creates a user', () => expect(create({ email: 'a@b' })).toBeTruthy())"
  33s    test-writer ends x2 (412 tokens)
  33.2s  test-writer checks "npm test" passes
  40.6s  test-writer completes t3 "tests written"
  41s    gpt-4o accepts t3
  43s    gpt-4o delegates t4 to schema-writer: migration.sql
  44.8s  schema-writer starts m1
  48s    schema-writer streams m1 118
`

/** The drawing names no turn for a write: it is the one that its agent has open. */
function withTurns(events: readonly Event[]): Event[] {
  const open = new Map<string, string>()
  const told = events.map((event) => {
    if (event.type === 'turn.started') open.set(event.agentId, event.turnId)
    const turnId = 'agentId' in event ? open.get(event.agentId ?? '') : undefined
    const at = { ...event, occurredAt: event.occurredAt + START }
    if (event.type === 'turn.ended') for (const [agent, turn] of open) if (turn === event.turnId) open.delete(agent)
    return (event.type === 'artifact.written' || event.type === 'task.delegated') && turnId !== undefined ? { ...at, turnId } : at
  })
  return parse([{ id: 'start', type: 'session.started', sessionId: 'sketch', occurredAt: START, title: 'Build a REST API', simulated: true }, ...told])
}

const folder = process.argv[2]
const only = process.argv.slice(3)
if (!folder) throw new Error('say into which folder')
mkdirSync(folder, { recursive: true })
write(folder, 'article', () => withTurns(sketchEvents(ARTICLE)))
write(folder, 'sample', () => parse(sampleScript('sample').map(({ at, event }) => ({ ...event, occurredAt: START + at }))))
for (const name of ['fan-out', 'retry-storm', 'overwrite-race', 'still-running', 'clock-skew', 'nested-masters', 'orphans'] as ScenarioName[])
  write(folder, name, () => parse(scenarioEvents(name)))
for (const [name, turns, agents] of [
  ['turns-1k', 1000, 8],
  ['turns-10k', 10_000, 16],
] as const) {
  write(folder, name, () => parse(scenarioEvents('ten-thousand-turns', { turns, agents, streams: 1 })))
}
tenfold(folder, 'turns-10k', 'turns-100k')
