import type { Actor, Simulation } from '../simulation'
import { Stage } from '../stage'
import { beginning, posts, secondTry } from './act-one'
import { lastWishes, questions, review } from './act-three'
import { cutShort, racing, smallParts } from './act-two'
import { check, HARNESS, join, joinWorker, LEAD, LEAD_MODEL, ROUTES, SCHEMA, TESTS, USER } from './cast'

/**
 * The experiment that the product is about, acted out: a master has a REST API built by a schema
 * writer, a route writer and a test writer, and cannot leave them alone. Every kind of intervention
 * occurs, beside work that is let be. Nothing here was produced by a model.
 */
const SAMPLE_TITLE = 'Build a REST API (simulated)'

export function* story(sim: Simulation): Actor {
  const stage = new Stage(sim)
  sim.tell({
    type: 'session.started',
    title: SAMPLE_TITLE,
    workflow: 'rest-api',
    framework: 'simulated',
    promptVariant: 'neutral',
    tags: ['sample', 'simulated'],
    simulated: true,
  })
  join(stage, USER, { role: 'human' })
  join(stage, HARNESS, { role: 'harness' })
  join(stage, LEAD, { model: LEAD_MODEL })
  for (const agentId of [SCHEMA, ROUTES, TESTS]) joinWorker(stage, agentId)
  yield 400
  stage.message(USER, LEAD, 'user', 'Build a small REST API for notes: users, posts and comments in Postgres, with tests. Use your sub-agents.')
  yield 600

  const tests = yield* beginning(stage)
  yield* secondTry(stage)
  yield* posts(stage)
  yield* smallParts(stage, tests)
  yield* cutShort(stage)
  yield* racing(stage)
  yield* review(stage)
  yield* lastWishes(stage)

  yield* stage.use(LEAD, 'Everything is in place. One last run of the whole suite before I report.', check('npm test', 23, 0))
  yield* questions(stage)
  yield 400
  sim.tell({ type: 'session.ended', status: 'completed' })
}
