import fc from 'fast-check'
import { type Event, type EventInput, EventSchema } from '../event'

/**
 * Random sessions: a tree of agents who delegate, stream, call, write, cancel and accept, now and
 * then in nonsense ways (an end without a start, an agent nobody introduced), as real traces do.
 */
export function arbitrarySession(steps = 40): fc.Arbitrary<Event[]> {
  return fc.array(fc.tuple(uniform(16), uniform(5), uniform(5), uniform(400), uniform(8)), { minLength: steps / 2, maxLength: steps }).map((moves) => {
    const events: EventInput[] = []
    let at = 1_000
    let serial = 0
    const add = (event: Unstamped) => {
      const order = events.length
      events.push({ id: `e${order}`, sessionId: 'random', occurredAt: at, order, ...event } as EventInput)
    }
    const agent = (n: number) => `agent-${n}`
    const tasks: string[] = []
    // mostly a task that exists
    const task = (n: number) => tasks[n % (tasks.length + 1)] ?? `task-x${n}`
    add({ type: 'session.started', title: 'random' })
    for (const [what, a, b, wait, n] of moves) {
      at += wait
      serial += 1
      const path = `src/file${n % 3}.ts`
      switch (what) {
        case 0:
          add({ type: 'agent.joined', agentId: agent(a), parentId: b < a ? agent(b) : undefined, name: `name ${n}`, model: n % 2 ? 'm1' : undefined })
          break
        case 1:
        case 12:
        case 13:
          tasks.push(`task-${serial}`)
          add({
            type: 'task.delegated',
            taskId: `task-${serial}`,
            by: agent(Math.min(a, b)),
            to: agent(Math.max(a, b) + 1),
            outputs: n % 2 ? [path] : undefined,
            brief: `make the file ${path} as agreed in point ${n} of the plan`,
          })
          break
        case 2:
          add({
            type: 'task.ended',
            taskId: task(a),
            status: (['completed', 'completed', 'failed', 'cancelled', 'rejected'] as const)[n % 5] as 'completed',
            by: agent(b),
          })
          break
        case 3:
          add({ type: 'turn.started', turnId: `turn-${serial % 12}`, agentId: agent(a), model: n % 3 ? undefined : 'm2' })
          break
        case 4:
          add({ type: 'turn.streamed', turnId: `turn-${serial % 12}`, agentId: agent(a), outputTokens: n * 11 })
          break
        case 5:
          add({
            type: 'turn.ended',
            turnId: `turn-${serial % 12}`,
            agentId: agent(a),
            usage: { outputTokens: n * 13, inputTokens: wait, ...(n % 4 ? {} : { estimated: true }) },
            output: 'x'.repeat(n * 40),
          })
          break
        case 6:
          add({
            type: 'tool.called',
            callId: `call-${serial % 10}`,
            agentId: agent(a),
            name: n % 2 ? 'grep' : 'Bash',
            arguments: `pattern ${n % 3} in src`,
            reads: n % 2 ? [path] : undefined,
          })
          break
        case 7:
          add({ type: 'tool.returned', callId: `call-${serial % 10}`, agentId: agent(a), status: n % 3 ? 'ok' : 'error', result: `answer ${n}` })
          break
        case 8:
        case 9:
        case 14:
        case 15:
          add({ type: 'artifact.written', agentId: agent(a), path, change: changeOf(n, serial), partial: n === 5 ? true : undefined })
          break
        case 10:
          add({
            type: 'message.sent',
            from: agent(a),
            to: agent(b),
            purpose: (['user', 'help_request', 'answer', 'steer'] as const)[n % 4] as 'user',
            taskId: task(a),
            text: 'word '.repeat(n),
          })
          break
        default:
          add(n % 2 ? { type: 'task.accepted', taskId: task(a), by: agent(b) } : { type: 'task.blocked', taskId: task(a), by: agent(a) })
      }
    }
    return events.map((event) => EventSchema.parse(event))
  })
}

/** Without fast-check's liking for small numbers, which would make every agent the first. */
function uniform(below: number): fc.Arbitrary<number> {
  return fc.noBias(fc.nat(below - 1))
}

type Unstamped = EventInput extends infer E ? (E extends EventInput ? Omit<E, 'id' | 'sessionId' | 'occurredAt'> : never) : never
type ChangeInput = Extract<EventInput, { type: 'artifact.written' }>['change']

const BODY = (n: number) =>
  `export function make${n}(left: number, right: number) {\n  const total = left * ${n} + right\n  return { total, name: 'make${n}' }\n}\n`

function changeOf(n: number, serial: number): ChangeInput {
  switch (n) {
    case 0:
      return { kind: 'delete' }
    case 1:
      return { kind: 'append', text: BODY(serial) }
    case 2:
      return { kind: 'edit', edits: [{ old: 'total', new: `sum${serial}`, all: serial % 2 === 0 }] }
    case 3:
      return { kind: 'edit', edits: [{ old: 'not there', new: 'but now' }] }
    case 4:
      return { kind: 'opaque' }
    default:
      return { kind: 'content', content: Array.from({ length: 1 + (serial % 3) }, (_, k) => BODY(serial + k)).join('\n') }
  }
}
