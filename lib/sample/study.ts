import type { EventInput } from '@/lib/core/event'
import { inventModule, inventSentence } from './invented-code'
import { type Random, seeded } from './random'

/** A made-up master: how often, at each look, it steps in; how often its rewrites are bad. Not a measurement of any real model. */
export interface StudyMaster {
  model: string
  stepsIn: number
  rewriteFails: number
}

export const STUDY_MASTERS: readonly StudyMaster[] = [
  { model: 'simulated-patient', stepsIn: 0.08, rewriteFails: 0.27 },
  { model: 'simulated-curious', stepsIn: 0.25, rewriteFails: 0.3 },
  { model: 'simulated-hasty', stepsIn: 0.45, rewriteFails: 0.42 },
]

const WORKER = 'simulated-worker'
const TASKS = 3
const LOOKS = 5

type Told = EventInput extends infer E ? (E extends EventInput ? Omit<E, 'id' | 'sessionId' | 'occurredAt'> : never) : never

/**
 * Simulated sessions of several masters with the same work, for comparisons: three tasks each, five
 * looks a task, tests before and after a rewrite. The same options give the same events.
 */
export function* study({
  sessions = 12,
  masters = STUDY_MASTERS,
  seed = 1,
  startedAt,
}: {
  sessions?: number
  masters?: readonly StudyMaster[]
  seed?: number
  startedAt: number
}): Generator<EventInput[], void, void> {
  const random = seeded(seed)
  for (let i = 0; i < sessions; i++) {
    for (const master of masters) yield studySession(`study-${seed}-${master.model}-${i + 1}`, master, random, startedAt + i * 3_600_000, i)
  }
}

function studySession(sessionId: string, master: StudyMaster, random: Random, startedAt: number, index: number): EventInput[] {
  const events: EventInput[] = []
  let now = startedAt
  const tell = (...told: Told[]) => {
    for (const one of told) {
      now += 400
      events.push({ ...one, id: `e${events.length + 1}`, sessionId, occurredAt: now } as EventInput)
    }
  }
  const usage = (outputTokens: number) => ({ outputTokens, inputTokens: 600 + outputTokens * 5, costUsd: outputTokens * 0.00003 })
  let turns = 0
  const turn = (agentId: string, tokens: number, taskId?: string, act: (turnId: string) => Told[] = () => []) => {
    const turnId = `u${++turns}`
    tell({ type: 'turn.started', turnId, agentId, taskId }, ...act(turnId), {
      type: 'turn.ended',
      turnId,
      agentId,
      taskId,
      usage: usage(tokens),
      output: inventSentence(random),
    })
  }
  const check = (agentId: string, taskId: string | undefined, ok: boolean, path: string): void => {
    const callId = `c${events.length}`
    tell(
      { type: 'tool.called', callId, agentId, taskId, name: 'run_tests', arguments: `npm test ${path}` },
      {
        type: 'tool.returned',
        callId,
        agentId,
        status: ok ? 'ok' : 'error',
        result: ok ? '4 passed' : '1 failed, 3 passed',
        check: { kind: 'test', ok, passed: ok ? 4 : 3, failed: ok ? 0 : 1, tool: 'vitest' },
      },
    )
  }
  tell(
    {
      type: 'session.started',
      title: `Build a REST API, run ${index + 1} (simulated)`,
      framework: 'simulated',
      workflow: 'rest-api',
      promptVariant: index % 2 === 0 ? 'neutral' : 'trust',
      simulated: true,
      tags: ['simulated', 'study'],
    },
    { type: 'agent.joined', agentId: 'lead', name: 'lead', model: master.model },
  )
  for (let task = 1; task <= TASKS; task++) {
    const taskId = `t${task}`
    const worker = `worker-${task}`
    const path = `src/part-${task}.ts`
    tell({ type: 'agent.joined', agentId: worker, name: worker, parentId: 'lead', model: WORKER })
    turn('lead', 20, undefined, (turnId) => [
      { type: 'task.delegated', taskId, by: 'lead', to: worker, turnId, title: `Write ${path}`, brief: `Write ${path}.`, outputs: [path] },
    ])
    const parts = Array.from({ length: LOOKS }, () => inventModule(random, 1))
    const good = random.chance(0.77)
    let open = true
    for (let look = 0; look < LOOKS && open; look++) {
      turn(worker, random.between(18, 70), taskId, (turnId) => [
        { type: 'artifact.written', agentId: worker, taskId, turnId, path, change: { kind: 'content', content: parts.slice(0, look + 1).join('\n') } },
      ])
      const steps = random.chance(master.stepsIn)
      if (steps && random.chance(0.8)) {
        check(worker, taskId, good, path)
        turn('lead', random.between(40, 120), undefined, (turnId) => [
          { type: 'artifact.written', agentId: 'lead', turnId, path, change: { kind: 'content', content: inventModule(random, 2) } },
        ])
        check('lead', undefined, !random.chance(master.rewriteFails), path)
      } else if (steps) {
        turn('lead', 15, undefined, (turnId) => [{ type: 'task.ended', taskId, status: 'cancelled', by: 'lead', turnId }])
        open = false
      } else turn('lead', 8)
    }
    if (!open) continue
    check(worker, taskId, good, path)
    tell(
      random.chance(0.05)
        ? { type: 'task.ended', taskId, status: 'failed', by: worker }
        : { type: 'task.ended', taskId, status: 'completed', by: worker, result: `Wrote ${path}.` },
    )
    turn('lead', 10)
  }
  tell({ type: 'session.ended', status: 'completed' })
  return events
}
