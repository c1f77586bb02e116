import type { EventInput } from '@/lib/core/event'
import { Company } from './company'
import { seeded } from './random'
import { type Actor, Gate, Simulation } from './simulation'

/**
 * Named sessions, made up from a seed: for benches, seeds, screenshots and tests. All of them say
 * that they are simulated. The same name and options give the same events, byte for byte.
 */
export const SCENARIO_NAMES = [
  'fan-out',
  'retry-storm',
  'overwrite-race',
  'still-running',
  'ten-thousand-turns',
  'clock-skew',
  'nested-masters',
  'orphans',
] as const
export type ScenarioName = (typeof SCENARIO_NAMES)[number]

export interface ScenarioOptions {
  /** At least this many turns; a task that has begun is finished. */
  turns?: number
  /** Sub-agents, the master not counted. */
  agents?: number
  seed?: number
  /** Milliseconds since 1970. */
  startedAt?: number
  sessionId?: string
  /** Events in a batch; the last batch may be smaller. */
  batch?: number
  /** `turn.streamed` events of each turn. */
  streams?: number
}

interface Scenario {
  title: string
  turns: number
  agents: number
  play(company: Company, turns: number, agents: number): Actor
}

/** Fixed, so that a scenario's text can be compared; give `startedAt` for a session of today. */
export const SCENARIO_START = Date.UTC(2026, 0, 5, 9)
const MASTER = 'lead'
const MASTER_MODEL = 'gpt-4o'
const WORKER_MODEL = 'gpt-4o-mini'
const YEAR = 365 * 24 * 3600 * 1000

const SCENARIOS: Record<ScenarioName, Scenario> = {
  'fan-out': { title: 'One master, many sub-agents at once', turns: 240, agents: 24, play: fanOut },
  'retry-storm': { title: 'The same work handed out again and again', turns: 120, agents: 6, play: retryStorm },
  'overwrite-race': { title: 'Several writers, one file', turns: 80, agents: 4, play: overwriteRace },
  'still-running': { title: 'Nothing has ended yet', turns: 60, agents: 6, play: stillRunning },
  'ten-thousand-turns': { title: 'A very long session', turns: 10_000, agents: 16, play: longSession },
  'clock-skew': { title: 'Clocks that disagree', turns: 60, agents: 4, play: clockSkew },
  'nested-masters': { title: 'Masters under masters', turns: 90, agents: 12, play: nestedMasters },
  orphans: { title: 'Parents that never arrive', turns: 40, agents: 4, play: orphans },
}

export function scenarioTitle(name: ScenarioName): string {
  return `${SCENARIOS[name].title} (simulated)`
}

/** Batches of events in the order in which the source tells them, made one at a time as they are asked for. */
export function* scenario(name: ScenarioName, options: ScenarioOptions = {}): Generator<EventInput[], void, void> {
  const batchSize = Math.max(1, options.batch ?? 100)
  let batch: EventInput[] = []
  for (const event of scenarioEvents(name, options)) {
    batch.push(event)
    if (batch.length < batchSize) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

export function* scenarioEvents(name: ScenarioName, options: ScenarioOptions = {}): Generator<EventInput, void, void> {
  const { title, turns, agents, play } = SCENARIOS[name]
  const seed = options.seed ?? 1
  const sim = new Simulation({ sessionId: options.sessionId ?? `scenario-${name}-${seed}`, startedAt: options.startedAt ?? SCENARIO_START, idPrefix: 'sim:' })
  const company = new Company(sim, seeded(seed), options.streams ?? 2)
  company.open(`${title} (simulated)`, name)
  company.join(MASTER, { name: 'lead', model: MASTER_MODEL, provider: 'openai' })
  sim.start(play(company, options.turns ?? turns, options.agents ?? agents))
  yield* sim.run()
}

function* endSession(company: Company): Actor {
  yield 500
  company.sim.tell({ type: 'session.ended', status: 'completed' })
}

function joinWorkers(company: Company, agents: number, parentId = MASTER): string[] {
  return Array.from({ length: agents }, (_, i) => {
    const agentId = `worker-${i + 1}`
    company.join(agentId, { name: `worker ${i + 1}`, parentId, model: WORKER_MODEL, agentType: 'coder' })
    return agentId
  })
}

/** Runs actors side by side and goes on when all have ended. */
function* together(company: Company, actors: Actor[]): Actor {
  let left = actors.length
  const all = new Gate()
  const counted = function* (actor: Actor): Actor {
    yield* actor
    if (--left === 0) company.sim.open(all)
  }
  for (const actor of actors) company.sim.start(counted(actor))
  if (actors.length > 0) yield all
}

function* fanOut(company: Company, turns: number, agents: number): Actor {
  yield* company.turn(MASTER)
  const perWorker = Math.max(1, Math.floor((turns - 1 - agents) / agents))
  const desk = function* (worker: string): Actor {
    const path = company.newPath()
    const taskId = company.delegate(MASTER, worker, [path])
    for (let i = 0; i < perWorker; i++) {
      yield* company.turn(worker, taskId, (turnId) =>
        i === 0 ? company.writeModule(worker, path, 3, { taskId, turnId }) : company.appendFunction(worker, path, { taskId, turnId }),
      )
    }
    company.sim.tell({ type: 'task.ended', taskId, status: 'completed', by: worker, result: `Wrote ${path}.` })
    yield* company.turn(MASTER, undefined, (turnId) => {
      if (company.random.chance(0.25)) company.writeModule(MASTER, path, 4, { turnId })
      else company.sim.tell({ type: 'task.accepted', taskId, by: MASTER, turnId })
    })
  }
  yield* together(company, joinWorkers(company, agents).map(desk))
  yield* endSession(company)
}

function* retryStorm(company: Company, turns: number, agents: number): Actor {
  const workers = joinWorkers(company, agents)
  const path = company.newPath()
  const brief = `Write ${path}: the rounding of part payments, with half-even rounding and no floating point.`
  for (let round = 0; company.turns < turns; round++) {
    const worker = workers[Math.floor(round / 2) % workers.length] ?? MASTER
    let taskId = ''
    yield* company.turn(MASTER, undefined, (turnId) => {
      taskId = company.delegate(MASTER, worker, [path], { turnId, brief })
    })
    yield* company.turn(worker, taskId, (turnId) => company.writeModule(worker, path, 2, { taskId, turnId }))
    yield* company.turn(worker, taskId, (turnId) => company.check(worker, company.random.between(0, 6), company.random.between(1, 4), { taskId, turnId }))
    const status = company.turns >= turns ? 'completed' : company.random.pick(['failed', 'cancelled', 'rejected'] as const)
    yield* company.turn(MASTER, undefined, (turnId) => {
      const by = status === 'failed' || status === 'completed' ? worker : MASTER
      company.sim.tell({ type: 'task.ended', taskId, status, by, turnId, reason: status === 'completed' ? 'All tests pass.' : 'The tests do not pass yet.' })
    })
  }
  yield* endSession(company)
}

function* overwriteRace(company: Company, turns: number, agents: number): Actor {
  const workers = joinWorkers(company, agents)
  const path = company.newPath()
  yield* company.turn(MASTER)
  const share = Math.max(2, Math.floor(turns / (agents + 1)))
  const writer = function* (worker: string): Actor {
    const taskId = company.delegate(MASTER, worker, [path])
    for (let i = 0; i < share; i++) {
      const seen = company.revisions.get(path) ?? 0
      yield* company.turn(worker, taskId, (turnId) => company.writeModule(worker, path, 3, { taskId, turnId, baseRevision: seen }))
    }
    company.sim.tell({ type: 'task.ended', taskId, status: 'completed', by: worker })
  }
  const master = function* (): Actor {
    for (let i = 1; i < share; i++) {
      const seen = company.revisions.get(path) ?? 0
      yield* company.turn(MASTER, undefined, (turnId) => company.writeModule(MASTER, path, 3, { turnId, baseRevision: seen }))
    }
  }
  yield* together(company, [...workers.map(writer), master()])
  yield* endSession(company)
}

function* stillRunning(company: Company, turns: number, agents: number): Actor {
  yield* company.turn(MASTER)
  const share = Math.max(2, Math.floor((turns - 1) / agents))
  const worker = function* (agentId: string, index: number): Actor {
    const path = company.newPath()
    const taskId = company.delegate(MASTER, agentId, [path])
    for (let i = 1; i < share; i++) yield* company.turn(agentId, taskId, (turnId) => company.appendFunction(agentId, path, { taskId, turnId }))
    company.turns++
    const turnId = `turn-${company.turns}`
    company.sim.tell({ type: 'turn.started', turnId, agentId, taskId })
    yield 300
    company.sim.tell({ type: 'turn.streamed', turnId, agentId, taskId, outputTokens: 12 + index, offset: 0, text: 'export function ' })
    if (index % 3 === 2) company.sim.tell({ type: 'task.blocked', taskId, by: agentId, reason: 'Which currency do the prices have?' })
  }
  yield* together(company, joinWorkers(company, agents).map(worker))
}

/**
 * Rounds of delegated work of 4 to 10 turns each. Of a hundred tasks about eight are rewritten by the
 * master while they run, four are cancelled, ten are rewritten afterwards and fifteen corrected.
 */
function* longSession(company: Company, turns: number, agents: number): Actor {
  const desk = function* (worker: string): Actor {
    while (company.turns < turns) {
      const path = company.newPath()
      let taskId = ''
      yield* company.turn(MASTER, undefined, (turnId) => {
        taskId = company.delegate(MASTER, worker, [path], { turnId })
      })
      const fate = company.random.next()
      const length = company.random.between(4, 10)
      const cut = fate < 0.12 ? company.random.between(1, length - 1) : length
      for (let i = 0; i < cut; i++) {
        yield* company.turn(worker, taskId, (turnId) => {
          if (i === 0) company.writeModule(worker, path, 2, { taskId, turnId })
          else if (i % 3 === 2) company.check(worker, company.random.between(3, 30), company.random.chance(0.2) ? 1 : 0, { taskId, turnId })
          else company.appendFunction(worker, path, { taskId, turnId })
        })
      }
      if (fate >= 0.12) company.sim.tell({ type: 'task.ended', taskId, status: 'completed', by: worker, result: `Wrote ${path}; the tests pass.` })
      yield* company.turn(MASTER, undefined, (turnId) => {
        if (fate < 0.04) company.sim.tell({ type: 'task.ended', taskId, status: 'cancelled', by: MASTER, turnId, reason: 'I have seen enough.' })
        else if (fate < 0.12) company.writeModule(MASTER, path, 3, { turnId })
        else if (fate < 0.22) company.writeModule(MASTER, path, 3, { turnId })
        else if (fate < 0.37) company.editLine(MASTER, path, { turnId })
        else company.sim.tell({ type: 'task.accepted', taskId, by: MASTER, turnId })
      })
      if (fate >= 0.04 && fate < 0.12) company.sim.tell({ type: 'task.ended', taskId, status: 'completed', by: worker })
    }
  }
  yield* together(company, joinWorkers(company, agents).map(desk))
  yield* endSession(company)
}

/** One sub-agent a year ahead, one a few seconds behind its master, one whose end lies before its start. */
function* clockSkew(company: Company, turns: number, agents: number): Actor {
  yield* company.turn(MASTER)
  const share = Math.max(2, Math.floor((turns - 1) / agents))
  const worker = function* (agentId: string, index: number): Actor {
    const skew = [YEAR, -3_000, 0, 400][index % 4] ?? 0
    const path = company.newPath()
    const taskId = company.delegate(MASTER, agentId, [path])
    for (let i = 0; i < share; i++) yield* company.turn(agentId, taskId, (turnId) => company.appendFunction(agentId, path, { taskId, turnId, skew }), skew)
    const back = index % 4 === 2 ? -3_600_000 : skew
    company.sim.tell({ type: 'task.ended', taskId, status: 'completed', by: agentId, skew: back })
  }
  yield* together(company, joinWorkers(company, agents).map(worker))
  yield* endSession(company)
}

/** A chain of four: each directs the next, the last ones write, and the root rewrites a grandchild's file. */
function* nestedMasters(company: Company, turns: number, agents: number): Actor {
  const leads = Math.max(1, Math.floor(agents / 4))
  const share = Math.max(2, Math.floor(turns / (leads * 4)))
  const branch = function* (index: number): Actor {
    const chief = `chief-${index + 1}`
    const senior = `senior-${index + 1}`
    company.join(chief, { name: `chief ${index + 1}`, parentId: MASTER, model: MASTER_MODEL, agentType: 'architect' })
    company.join(senior, { name: `senior ${index + 1}`, parentId: chief, model: WORKER_MODEL, agentType: 'coder' })
    const path = company.newPath()
    let upper = ''
    let lower = ''
    yield* company.turn(MASTER, undefined, (turnId) => {
      upper = company.delegate(MASTER, chief, [path], { turnId })
    })
    yield* company.turn(chief, upper, (turnId) => {
      lower = company.delegate(chief, senior, [path], { turnId, parentTaskId: upper })
    })
    for (let pair = 1; pair <= 2; pair++) {
      const junior = `junior-${index + 1}-${pair}`
      company.join(junior, { name: `junior ${index + 1}.${pair}`, parentId: senior, model: WORKER_MODEL, agentType: 'coder' })
      const own = pair === 1 ? path : company.newPath()
      const taskId = company.delegate(senior, junior, [own], { parentTaskId: lower })
      for (let i = 0; i < share; i++) yield* company.turn(junior, taskId, (turnId) => company.appendFunction(junior, own, { taskId, turnId }))
      company.sim.tell({ type: 'task.ended', taskId, status: 'completed', by: junior })
      yield* company.turn(senior, lower, (turnId) => {
        if (pair === 2) company.writeModule(senior, own, 3, { taskId: lower, turnId })
      })
    }
    company.sim.tell({ type: 'task.ended', taskId: lower, status: 'completed', by: senior })
    yield* company.turn(chief, upper)
    company.sim.tell({ type: 'task.ended', taskId: upper, status: 'completed', by: chief })
    yield* company.turn(MASTER, undefined, (turnId) => company.writeModule(MASTER, path, 3, { turnId }))
  }
  yield* together(
    company,
    Array.from({ length: leads }, (_, index) => branch(index)),
  )
  yield* endSession(company)
}

/** Everything that a real export leaves out: agents that never joined, tasks nobody gave, calls without a turn. */
function* orphans(company: Company, turns: number, agents: number): Actor {
  const share = Math.max(2, Math.floor(turns / agents))
  const stray = function* (index: number): Actor {
    const agentId = `stray-${index + 1}`
    if (index % 2 === 0) company.join(agentId, { parentId: 'never-joined', name: `stray ${index + 1}` })
    const taskId = `task-of-nobody-${index + 1}`
    const path = company.newPath()
    for (let i = 0; i < share; i++) {
      yield* company.turn(agentId, index % 3 === 0 ? taskId : undefined, (turnId) =>
        company.appendFunction(agentId, path, { turnId: i % 2 === 0 ? turnId : `${turnId}-lost` }),
      )
    }
    if (index % 3 === 0) company.sim.tell({ type: 'task.ended', taskId, status: 'completed', by: agentId })
    company.sim.tell({ type: 'tool.returned', callId: `call-of-nobody-${index + 1}`, status: 'ok', result: 'An answer to a question that was not recorded.' })
    company.sim.tell({ type: 'message.sent', from: agentId, to: 'never-joined', purpose: 'note', text: 'Is anybody there?' })
  }
  yield* together(
    company,
    Array.from({ length: agents }, (_, index) => stray(index)),
  )
  yield* endSession(company)
}
