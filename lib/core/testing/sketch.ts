import { detectAll } from '../detect/detector'
import { type Event, type EventInput, EventSchema } from '../event'
import type { SessionId } from '../ids'
import type { Intervention } from '../interventions'
import { applyEvents } from '../fold'
import { newSessionState, type SessionState } from '../session'

export interface Sketched {
  events: Event[]
  state: SessionState
  interventions: Intervention[]
}

/**
 * A session drawn as text, one line an event: time, who, what. Texts are JSON strings.
 *
 *   0s    lead   delegates t1 to coder: src/a.ts, src/b.ts
 *   1s    coder  says "on it" (30 tokens) | answers "that is all" (30 tokens)      the second: and was done
 *   2s    coder  writes src/a.ts "export const a = 1"
 *   2.5s  coder  writes src/a.ts partial "export const a"          more of it follows
 *   3s    coder  edits src/a.ts "1" -> "2"
 *   4s    lead   writes src/a.ts "..." based on 1                  had only seen revision 1
 *   5s    coder  deletes src/a.ts | moves src/a.ts to src/b.ts | reverts src/a.ts "old" | appends src/a.ts "more"
 *   6s    coder  calls grep "users" reads src/a.ts, src/b.ts
 *   6s    coder  reads src/a.ts
 *   7s    coder  checks "npm test" fails                           a test run and its result
 *   8s    coder  completes t1 "result" | fails t1 | lead cancels t1 | rejects t1 | accepts t1
 *   9s    coder  asks help on t1 | lead answers t1 | lead steers t1 "use uuid" | user asks "fix it"
 *   9s    lead   starts u1 | streams u1 40 | ends u1 (47 tokens)   a turn in parts
 *   0s    deep   joins under coder | lead ends the session         a place in the tree, an end
 *
 * Agents join when first named: an assignee under who delegates to it; `user` is human, `harness` the
 * harness, everyone else an agent. A trailing `#` comment is ignored.
 */
export function sketch(drawing: string): Sketched {
  const events = sketchEvents(drawing)
  const state = applyEvents(newSessionState('sketch' as SessionId), events)
  return { events, state, interventions: detectAll(events) }
}

export function sketchEvents(drawing: string): Event[] {
  const pen = new Pen()
  for (const [index, raw] of drawing.split('\n').entries()) {
    const line = raw.replace(/\s+#[^"]*$/, '').trim()
    if (line === '') continue
    const head = /^([\d.]+)(ms|s|m)\s+(\S+)\s+(.+)$/.exec(line)
    if (!head) throw new Error(`sketch line ${index + 1} does not begin with a time and a name: ${line}`)
    const [, amount = '', unit = '', who = '', what = ''] = head
    const at = Number(amount) * (unit === 'ms' ? 1 : unit === 's' ? 1000 : 60_000)
    if (!pen.draw(at, who, what)) throw new Error(`sketch line ${index + 1}: nobody knows what this means: ${what}`)
  }
  return pen.events.map((event) => EventSchema.parse(event))
}

const TEXT = '("(?:[^"\\\\]|\\\\.)*")'

class Pen {
  events: EventInput[] = []
  private known = new Set<string>()
  private serial = 0
  private openTask = new Map<string, string>()

  draw(at: number, who: string, what: string): boolean {
    for (const [pattern, action] of this.verbs) {
      const match = pattern.exec(what)
      if (!match) continue
      action(at, who, match.slice(1))
      return true
    }
    return false
  }

  private verbs: [RegExp, (at: number, who: string, words: (string | undefined)[]) => void][] = [
    [/^ends the session$/, (at) => this.add(at, { type: 'session.ended', status: 'completed' })],
    [/^joins under (\S+)$/, (at, who, [parent]) => this.join(at, who, parent)],
    [
      /^delegates (\S+) to ([^\s:]+)(?:: (.+))?$/,
      (at, who, [task = '', to = '', outputs]) => {
        this.join(at, who)
        this.join(at, to, who)
        this.openTask.set(to, task)
        const parentTaskId = this.openTask.get(who)
        this.add(at, { type: 'task.delegated', taskId: task, by: who, to, title: task, outputs: outputs?.split(/,\s*/), parentTaskId })
      },
    ],
    [
      new RegExp(`^(says|answers) ${TEXT}(?: \\((\\d+) tokens\\))?$`),
      (at, who, [verb, text, tokens]) => {
        const turnId = this.turn(at, who)
        this.add(at, {
          type: 'turn.ended',
          turnId,
          agentId: who,
          output: unquote(text),
          usage: tokens ? { outputTokens: Number(tokens) } : undefined,
          finish: verb === 'answers' ? 'stop' : undefined,
        })
      },
    ],
    [/^starts (\S+)$/, (at, who, [turn = '']) => this.add(at, { type: 'turn.started', turnId: turn, agentId: this.join(at, who) })],
    [
      /^streams (\S+) (\d+)$/,
      (at, who, [turn = '', n]) => this.add(at, { type: 'turn.streamed', turnId: turn, agentId: this.join(at, who), outputTokens: Number(n) }),
    ],
    [
      /^ends (\S+) \((\d+) tokens\)$/,
      (at, who, [turn = '', n]) => this.add(at, { type: 'turn.ended', turnId: turn, agentId: this.join(at, who), usage: { outputTokens: Number(n) } }),
    ],
    [
      new RegExp(`^writes (\\S+)( partial)? ${TEXT}(?: based on (\\d+))?$`),
      (at, who, [path = '', partial, text, base]) =>
        this.write(
          at,
          who,
          path,
          { kind: 'content', content: unquote(text) },
          { partial: partial ? true : undefined, baseRevision: base ? Number(base) : undefined },
        ),
    ],
    [
      new RegExp(`^appends (\\S+)( partial)? ${TEXT}$`),
      (at, who, [path = '', partial, text]) => this.write(at, who, path, { kind: 'append', text: unquote(text) }, { partial: partial ? true : undefined }),
    ],
    [
      new RegExp(`^edits (\\S+) ${TEXT} -> ${TEXT}$`),
      (at, who, [path = '', old, text]) => this.write(at, who, path, { kind: 'edit', edits: [{ old: unquote(old), new: unquote(text) }] }),
    ],
    [/^deletes (\S+)$/, (at, who, [path = '']) => this.write(at, who, path, { kind: 'delete' })],
    [/^moves (\S+) to (\S+)$/, (at, who, [from = '', to = '']) => this.write(at, who, to, { kind: 'move', from })],
    [new RegExp(`^reverts (\\S+) ${TEXT}$`), (at, who, [path = '', text]) => this.write(at, who, path, { kind: 'revert', content: unquote(text) })],
    [/^reads (\S+)$/, (at, who, [path = '']) => this.add(at, { type: 'artifact.read', agentId: this.join(at, who), path })],
    [
      new RegExp(`^calls (\\S+) ${TEXT}(?: reads (.+))?$`),
      (at, who, [name = '', args, reads]) => {
        const callId = this.next('call')
        this.add(at, { type: 'tool.called', callId, agentId: this.join(at, who), name, arguments: unquote(args), reads: reads?.split(/,\s*/) })
        this.add(at, { type: 'tool.returned', callId, agentId: who, status: 'ok' })
      },
    ],
    [
      new RegExp(`^checks ${TEXT} (passes|fails)$`),
      (at, who, [command, outcome]) => {
        const callId = this.next('call')
        const ok = outcome === 'passes'
        this.add(at, { type: 'tool.called', callId, agentId: this.join(at, who), name: 'Bash', arguments: unquote(command) })
        this.add(at, { type: 'tool.returned', callId, agentId: who, status: ok ? 'ok' : 'error', check: { kind: 'test', ok } })
      },
    ],
    [
      new RegExp(`^(completes|fails|cancels|rejects) (\\S+)(?: ${TEXT})?$`),
      (at, who, [verb, task = '', result]) => {
        const status = ({ completes: 'completed', fails: 'failed', cancels: 'cancelled', rejects: 'rejected' } as const)[verb as 'completes']
        for (const [agent, open] of this.openTask) if (open === task) this.openTask.delete(agent)
        this.add(at, { type: 'task.ended', taskId: task, status, by: this.join(at, who), result: result ? unquote(result) : undefined })
      },
    ],
    [/^accepts (\S+)$/, (at, who, [task = '']) => this.add(at, { type: 'task.accepted', taskId: task, by: this.join(at, who) })],
    [/^asks help on (\S+)$/, (at, who, [task = '']) => this.add(at, { type: 'task.blocked', taskId: task, by: this.join(at, who) })],
    [/^answers (\S+)$/, (at, who, [task = '']) => this.add(at, { type: 'message.sent', from: this.join(at, who), taskId: task, purpose: 'answer' })],
    [
      new RegExp(`^steers (\\S+) ${TEXT}$`),
      (at, who, [task = '', text]) => this.add(at, { type: 'message.sent', from: this.join(at, who), taskId: task, purpose: 'steer', text: unquote(text) }),
    ],
    [new RegExp(`^asks ${TEXT}$`), (at, who, [text]) => this.add(at, { type: 'message.sent', from: this.join(at, who), purpose: 'user', text: unquote(text) })],
  ]

  private write(
    at: number,
    who: string,
    path: string,
    change: Extract<EventInput, { type: 'artifact.written' }>['change'],
    more: { partial?: boolean; baseRevision?: number } = {},
  ): void {
    this.add(at, { type: 'artifact.written', agentId: this.join(at, who), path, change, taskId: this.openTask.get(who), ...more })
  }

  private turn(at: number, who: string): string {
    const turnId = this.next('turn')
    this.add(at, { type: 'turn.started', turnId, agentId: this.join(at, who) })
    return turnId
  }

  private join(at: number, who: string, parent?: string): string {
    if (this.known.has(who)) return who
    this.known.add(who)
    const role = who === 'user' ? 'human' : who === 'harness' ? 'harness' : 'agent'
    this.add(at, { type: 'agent.joined', agentId: who, name: who, role, parentId: parent })
    return who
  }

  private next(kind: string): string {
    this.serial += 1
    return `${kind}-${this.serial}`
  }

  private add(occurredAt: number, event: Unstamped): void {
    const order = this.events.length
    this.events.push({ id: `e${order}`, sessionId: 'sketch', occurredAt, order, ...event } as EventInput)
  }
}

type Unstamped = EventInput extends infer E ? (E extends EventInput ? Omit<E, 'id' | 'sessionId' | 'occurredAt'> : never) : never

function unquote(text: string | undefined): string {
  return text === undefined ? '' : (JSON.parse(text) as string)
}
