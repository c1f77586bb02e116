import type { Actor } from '../simulation'
import type { Job, Stage } from '../stage'

/** Who plays in the sample. */
export const LEAD = 'lead'
export const SCHEMA = 'schema-writer'
export const ROUTES = 'route-writer'
export const TESTS = 'test-writer'
export const FIXTURE = 'fixture-writer'
export const UTILITY = 'utility-writer'
export const DOCS = 'docs-writer'
export const REVIEW = 'reviewer'
export const USER = 'user'
export const HARNESS = 'harness'

/** Shown wherever a model's name is, so that these figures never pass for a real model's. */
export const LEAD_MODEL = 'gpt-4o (simulated)'
export const WORKER_MODEL = 'gpt-4o-mini (simulated)'

export function join(stage: Stage, agentId: string, more: { parentId?: string; model?: string; role?: 'human' | 'harness' }): void {
  stage.sim.tell({ type: 'agent.joined', agentId, name: agentId.replace('-', ' '), ...(more.model === undefined ? {} : { provider: 'simulated' }), ...more })
}

export function joinWorker(stage: Stage, agentId: string, parentId: string = LEAD): void {
  join(stage, agentId, { parentId, model: WORKER_MODEL })
}

export function* acceptWhenDone(stage: Stage, job: Job, words: string): Actor {
  yield job.done
  yield* stage.say(LEAD, words, { act: (turnId) => stage.sim.tell({ type: 'task.accepted', taskId: job.taskId, by: LEAD, turnId }) })
}

/** A run of the tests, as a tool call for `Stage.use`. */
export function check(command: string, passed: number, failed: number, what = ''): Parameters<Stage['use']>[2] {
  const result = failed === 0 ? `${passed} passed` : `${failed} failed, ${passed} passed: ${what}`
  return { name: 'run_tests', arguments: { command }, result, check: { kind: 'test', ok: failed === 0, passed, failed, tool: 'node:test' }, ms: 1_600 }
}
