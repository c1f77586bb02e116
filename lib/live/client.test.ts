import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Event, EventSchema } from '@/lib/core/event'
import type { SessionId } from '@/lib/core/ids'
import type { Intervention } from '@/lib/core/interventions'
import { print } from '@/lib/core/print'
import { applyEvents } from '@/lib/core/fold'
import { newSessionState } from '@/lib/core/session'
import { encodeSnapshot, openSnapshot, snapshotLengths } from '@/lib/core/snapshot'
import { followSession, SnapshotRefused, type Wire, type WireHandlers } from './client'
import type { Subscribed, Tail } from './protocol'
import { createSessionStore, type WritableSessionStore } from './session-store'

/**
 * A world without clocks: everything that will happen lies in a bag, and the test decides what
 * happens next. Messages of one connection keep their order, as TCP does.
 */
class World {
  readonly log: Event[] = []
  readonly findings = new Map<string, Intervention>()
  readonly withdrawn = new Set<string>()
  readonly store: WritableSessionStore
  private readonly bag: { lane: string; run: () => void }[] = []
  private handlers: WireHandlers | undefined
  private connection = 0
  private joined = false
  up = false
  snapshots = 0
  clock = 0
  refuse: string | undefined

  constructor(private readonly tooFarBehind = Number.POSITIVE_INFINITY) {
    this.store = createSessionStore('s')
  }

  start() {
    return followSession({
      store: this.store,
      wire: this.wire(),
      fetchSnapshot: async (began) => {
        this.snapshots++
        if (this.refuse) throw new SnapshotRefused(this.refuse)
        const bytes = encodeSnapshot({
          state: applyEvents(newSessionState('s' as SessionId), this.log),
          findings: [...this.findings.values()],
          head: this.log.length,
        })
        await new Promise<void>((resolve) => this.bag.push({ lane: `http ${this.snapshots}`, run: resolve }))
        began()
        // the first part alone, the rest some time later
        const first = bytes.slice(0, snapshotLengths(bytes)?.first)
        return {
          opened: openSnapshot(first),
          whole: new Promise<Uint8Array>((resolve) => this.bag.push({ lane: `rest ${this.snapshots}`, run: () => resolve(bytes) })),
        }
      },
      nextFrame: (run) => this.bag.push({ lane: 'frame', run }),
      later: (_ms, run) => {
        const entry = { lane: `timer ${this.bag.length}`, run }
        this.bag.push(entry)
        return () => {
          const at = this.bag.indexOf(entry)
          if (at >= 0) this.bag.splice(at, 1)
        }
      },
      now: () => this.clock++,
    })
  }

  private wire(): Wire {
    const world = this
    return {
      get connected() {
        return world.up
      },
      subscribe: ({ after }) =>
        new Promise<Subscribed>((resolve, reject) => {
          const connection = world.connection
          world.send(connection, () => {
            if (!world.up || connection !== world.connection) return reject(new Error('gone'))
            world.joined = true
            const answer: Subscribed =
              world.log.length - after > world.tooFarBehind ? { kind: 'snapshot', url: '', head: world.log.length } : { kind: 'tail', tail: world.tail(after) }
            world.send(connection, () => (connection === world.connection ? resolve(answer) : reject(new Error('gone'))))
          })
        }),
      listen: (handlers) => {
        world.handlers = handlers
      },
      close: () => {},
    }
  }

  private send(connection: number, run: () => void) {
    this.bag.push({ lane: `wire ${connection}`, run })
  }

  tail(after: number): Tail {
    return {
      sessionId: 's',
      first: after + 1,
      events: this.log.slice(after),
      findings: { changed: [...this.findings.values()], removed: [...this.withdrawn] },
      head: this.log.length,
    }
  }

  connect() {
    if (this.up) return
    this.up = true
    this.joined = false
    this.connection++
    this.handlers?.connected()
  }

  disconnect() {
    if (!this.up) return
    this.up = false
    this.joined = false
    this.handlers?.disconnected()
  }

  /** `fate`: what becomes of the message to the viewer. */
  append(events: Event[], finding: Intervention | undefined, withdraw: string | undefined, fate: 'sent' | 'dropped' | 'twice') {
    const first = this.log.length + 1
    this.log.push(...events)
    if (finding) {
      this.findings.set(finding.id, finding)
      this.withdrawn.delete(finding.id)
    }
    if (withdraw && this.findings.delete(withdraw)) this.withdrawn.add(withdraw)
    if (!this.joined || !this.up) return
    const tail: Tail = {
      sessionId: 's',
      first,
      events,
      findings: { changed: finding ? [finding] : [], removed: withdraw ? [withdraw] : [] },
      head: this.log.length,
    }
    const connection = this.connection
    const deliver = () => {
      if (this.up && connection === this.connection) this.handlers?.events(structuredClone(tail))
    }
    if (fate !== 'dropped') this.send(connection, deliver)
    if (fate === 'twice') this.send(connection, deliver)
  }

  /** Lets one thing happen, chosen by `choice`; promises settle before it returns. False when nothing is left. */
  async step(choice: number): Promise<boolean> {
    const lanes = [...new Set(this.bag.map((entry) => entry.lane))]
    const lane = lanes[choice % Math.max(1, lanes.length)]
    const at = this.bag.findIndex((entry) => entry.lane === lane)
    const [entry] = at < 0 ? [] : this.bag.splice(at, 1)
    entry?.run()
    for (let i = 0; i < 6; i++) await Promise.resolve()
    return entry !== undefined
  }

  async settle() {
    for (let i = 0; i < 10_000; i++) if (!(await this.step(i * 7))) return
    throw new Error('never comes to rest')
  }
}

function events(from: number, count: number): Event[] {
  return Array.from({ length: count }, (_, i) => {
    const n = from + i
    const turn = { turnId: `u${Math.floor(n / 3)}`, agentId: n % 2 ? 'lead' : 'coder' }
    const envelope = { id: `e${n}`, sessionId: 's', occurredAt: 1000 + n * 10 }
    if (n % 3 === 0) return EventSchema.parse({ ...envelope, type: 'turn.started', ...turn })
    if (n % 3 === 1) return EventSchema.parse({ ...envelope, type: 'turn.streamed', turnId: turn.turnId, outputTokens: n })
    return EventSchema.parse({ ...envelope, type: 'turn.ended', turnId: turn.turnId, usage: { outputTokens: n } })
  })
}

function finding(id: string, destroyed: number): Intervention {
  return {
    id,
    kind: 'overwrite',
    phase: 'pre_completion',
    trigger: { kind: 'self', because: 'nothing asked for it' },
    flags: [],
    occurredAt: 1000,
    taskId: 't1' as Intervention['taskId'],
    master: { agentId: 'lead' as Intervention['assigneeId'], eventId: 'e1' as Intervention['master']['eventId'] },
    assigneeId: 'coder' as Intervention['assigneeId'],
    distance: 1,
    destroyed,
    destroyedLines: 1,
    clocks: { tokens: 1, tokensEstimated: false, step: 1, opportunity: 1 },
    headline: true,
    explanation: { sentence: '', rule: 'overwrite', thresholds: {}, confidence: 'declared', inferences: [] },
  }
}

function truth(world: World): string {
  return `${world.log.length}\n${print(applyEvents(newSessionState('s' as SessionId), world.log))}\n${shown(world.findings)}`
}

function seen(world: World): string {
  return `${world.store.head}\n${print(world.store.state)}\n${shown(world.store.findings)}`
}

function shown(findings: ReadonlyMap<string, Intervention>): string {
  return [...findings.values()]
    .map((f) => `${f.id} ${f.destroyed}`)
    .sort()
    .join('\n')
}

describe('following a session', () => {
  test('snapshot first, then what came after it', async () => {
    const world = new World()
    world.append(events(0, 4), undefined, undefined, 'sent')
    world.start()
    expect(world.store.connection.kind).toBe('connecting')
    world.connect()
    await world.settle()
    expect(world.store.connection.kind).toBe('live')
    world.append(events(4, 2), undefined, undefined, 'sent')
    await world.settle()
    expect(seen(world)).toBe(truth(world))
    expect(world.snapshots).toBe(1)
  })

  test('several messages before a frame are one change', async () => {
    const world = new World()
    world.start()
    world.connect()
    await world.settle()
    let changes = 0
    world.store.subscribe(() => changes++)
    for (let i = 0; i < 5; i++) world.append(events(i * 2, 2), undefined, undefined, 'sent')
    for (let i = 0; i < 5; i++) await world.step(0)
    await world.settle()
    expect(world.store.head).toBe(10)
    expect(changes).toBeLessThan(5)
  })

  test('a gap is mended by subscribing again, without another snapshot', async () => {
    const world = new World()
    world.start()
    world.connect()
    await world.settle()
    world.append(events(0, 2), undefined, undefined, 'dropped')
    world.append(events(2, 2), undefined, undefined, 'sent')
    await world.settle()
    expect(seen(world)).toBe(truth(world))
    expect(world.snapshots).toBe(1)
  })

  test('a server that went away is said, and what was there stays', async () => {
    const world = new World()
    world.append(events(0, 3), undefined, undefined, 'sent')
    world.start()
    world.connect()
    await world.settle()
    world.disconnect()
    expect(world.store.connection.kind).toBe('reconnecting')
    expect(world.store.head).toBe(3)
    world.append(events(3, 3), undefined, undefined, 'sent')
    world.connect()
    await world.settle()
    expect(world.store.connection.kind).toBe('live')
    expect(seen(world)).toBe(truth(world))
  })

  test('too far behind: the snapshot is fetched again', async () => {
    const world = new World(5)
    world.start()
    world.connect()
    await world.settle()
    world.disconnect()
    world.append(events(0, 9), undefined, undefined, 'sent')
    world.connect()
    await world.settle()
    expect(world.snapshots).toBe(2)
    expect(seen(world)).toBe(truth(world))
  })

  test('a session that is not there says so, and opens when it appears', async () => {
    const world = new World()
    world.refuse = 'There is no session s.'
    world.start()
    world.connect()
    for (let i = 0; i < 4; i++) await world.step(i)
    expect(world.store.connection).toEqual({ kind: 'refused', reason: 'There is no session s.' })
    world.refuse = undefined
    world.append(events(0, 1), undefined, undefined, 'sent')
    await world.settle()
    expect(world.store.connection.kind).toBe('live')
  })

  test('L7: a viewer cut anywhere and resumed equals one never cut', async () => {
    const act = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          do: fc.constant('append' as const),
          count: fc.integer({ min: 0, max: 4 }),
          fate: fc.constantFrom('sent' as const, 'sent' as const, 'dropped' as const, 'twice' as const),
          find: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
          withdraw: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined, freq: 4 }),
        }),
      },
      { weight: 8, arbitrary: fc.record({ do: fc.constant('step' as const), choice: fc.nat(1000) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('connect' as const, 'disconnect' as const, 'wake' as const) }) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 120 }), fc.constantFrom(3, 20, Number.POSITIVE_INFINITY), async (acts, tooFarBehind) => {
        const world = new World(tooFarBehind)
        const following = world.start()
        world.connect()
        let serial = 0
        for (const a of acts) {
          if (a.do === 'append') {
            // a finding and its withdrawal in one message would be ambiguous; the server sends one state
            const withdraw = a.withdraw === a.find ? undefined : a.withdraw
            world.append(
              events(world.log.length, a.count),
              a.find === undefined ? undefined : finding(`f${a.find}`, serial++),
              withdraw === undefined ? undefined : `f${withdraw}`,
              a.fate,
            )
          } else if (a.do === 'step') await world.step(a.choice)
          else if (a.do === 'connect') world.connect()
          else if (a.do === 'disconnect') world.disconnect()
          else following.wake()
          expect(world.store.head).toBeLessThanOrEqual(world.log.length)
        }
        world.disconnect()
        world.connect()
        await world.settle()
        expect(seen(world)).toBe(truth(world))
        expect(world.store.connection.kind).toBe('live')
      }),
      { numRuns: 400 },
    )
  })
})
