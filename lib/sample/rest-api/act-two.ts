import { type Actor, Gate } from '../simulation'
import type { Job, Stage } from '../stage'
import { DOCS, joinWorker, LEAD, ROUTES, SCHEMA, UTILITY } from './cast'
import { SEED, SEED_FORMATTED } from './database-files'
import { CACHE_BY_UTILITY, CACHE_BY_WRITER, ERRORS, MAILER_BY_LEAD, MAILER_BY_WRITER, RATE_LIMIT, RATE_LIMIT_BY_PEER, VALIDATE } from './module-files'
import { OPENAPI, USER_TESTS_RENAMED } from './other-files'
import { COMMENTS_BY_LEAD, COMMENTS_FIRST, COMMENTS_SECOND } from './route-files'

/** Two small modules poured into one by the master; fixtures moved, tests touched and renamed, a seed laid out anew. */
export function* smallParts(stage: Stage, tests: Job): Actor {
  joinWorker(stage, UTILITY)
  const [errors, validation, seed] = yield* stage.handOut(LEAD, 'Three small parts at once: errors, validation, and a seed for the database.', [
    {
      to: ROUTES,
      title: 'Write the errors',
      brief: 'Write src/errors.ts: an error with a status, and how it becomes a problem document.',
      outputs: ['src/errors.ts'],
      work: (taskId) => stage.writeFile(ROUTES, 'src/errors.ts', ERRORS, { taskId, rate: 34 }),
      result: 'Wrote src/errors.ts.',
    },
    {
      to: UTILITY,
      title: 'Write the validation',
      brief: 'Write src/validate.ts: check the fields of a body against rules, in words a person understands.',
      outputs: ['src/validate.ts'],
      work: (taskId) => stage.writeFile(UTILITY, 'src/validate.ts', VALIDATE, { taskId, rate: 34 }),
      result: 'Wrote src/validate.ts.',
    },
    {
      to: SCHEMA,
      title: 'Write the seed',
      brief: 'Write src/seed.ts: fill the database from a JSON file, and empty it again.',
      outputs: ['src/seed.ts'],
      work: (taskId) => stage.writeFile(SCHEMA, 'src/seed.ts', SEED, { taskId, rate: 40 }),
      result: 'Wrote src/seed.ts.',
    },
  ])
  yield tests.done
  yield* stage.say(LEAD, 'Fixtures belong with the tests.', {
    act: (turnId) => stage.change(LEAD, 'tests/fixtures.ts', { kind: 'move', from: 'src/fixtures.ts' }, { turnId }),
  })
  yield* stage.changeFile(
    LEAD,
    'tests/users.test.ts',
    { kind: 'edit', edits: [{ old: 'limit=500', new: 'limit=5000' }] },
    { words: 'A larger limit makes the point better.' },
  )
  for (const job of [errors, validation, seed]) yield job.done
  yield* stage.changeFile(
    LEAD,
    'src/http.ts',
    { kind: 'content', content: `${ERRORS}\n${VALIDATE}` },
    { words: 'Two files of twenty lines are one file of forty. I put errors and validation together.', rate: 110 },
  )
  yield* stage.say(LEAD, 'The two halves can go.', {
    act: (turnId) => {
      stage.change(LEAD, 'src/errors.ts', { kind: 'delete' }, { turnId })
      stage.change(LEAD, 'src/validate.ts', { kind: 'delete' }, { turnId })
    },
  })
  yield* stage.changeFile(LEAD, 'src/seed.ts', { kind: 'content', content: SEED_FORMATTED }, { words: 'Four spaces, please.', rate: 110 })
  yield* stage.changeFile(
    LEAD,
    'tests/users.test.ts',
    { kind: 'content', content: USER_TESTS_RENAMED.replace('limit=500', 'limit=5000') },
    { words: 'Clearer names in the tests: server, response, candidate.', rate: 110 },
  )
}

/** A takeover of what was not begun; an interrupt, the same work given to another, and that work deleted. */
export function* cutShort(stage: Stage): Actor {
  joinWorker(stage, DOCS)
  const half = new Gate()
  const [cache, document] = yield* stage.handOut(LEAD, 'A cache for answers, and the OpenAPI document.', [
    {
      to: ROUTES,
      title: 'Write the cache',
      brief: 'Write src/cache.ts: keep the answers of GET requests for a few seconds.',
      outputs: ['src/cache.ts'],
      work: (taskId) => stage.writeFile(ROUTES, 'src/cache.ts', CACHE_BY_WRITER, { taskId, rate: 20, marks: { 130: half } }),
      result: 'Wrote src/cache.ts.',
    },
    {
      to: DOCS,
      title: 'Write the OpenAPI document',
      brief: 'Write docs/openapi.yaml for every route there is. Read the routes first.',
      outputs: ['docs/openapi.yaml'],
      work: (taskId) => readsFirst(stage, taskId),
      result: 'The document is there already, so I left it.',
    },
  ])
  yield* stage.changeFile(
    LEAD,
    'docs/openapi.yaml',
    { kind: 'content', content: OPENAPI },
    { words: 'I have the routes in my head; the document is quickly written.', rate: 70 },
  )
  yield half
  yield* stage.say(LEAD, 'This becomes a cache of bodies. We want validators instead. Stop.', {
    act: (turnId) => {
      stage.cutOff(cache)
      stage.end(cache, 'cancelled', LEAD, { reason: 'Wrong direction: no bodies in memory.', turnId })
    },
  })
  const [again] = yield* stage.handOut(LEAD, 'The utility writer shall do it, with ETags.', [
    {
      to: UTILITY,
      title: 'Write the cache with ETags',
      brief: 'Write src/cache.ts anew: make an ETag of a body and tell whether a request already has it.',
      outputs: ['src/cache.ts'],
      work: (taskId) =>
        stage.changeFile(
          UTILITY,
          'src/cache.ts',
          { kind: 'content', content: CACHE_BY_UTILITY },
          { taskId, words: 'What lies there keeps bodies; I start over with validators.', rate: 36 },
        ),
      result: 'Wrote src/cache.ts.',
    },
  ])
  yield again.done
  yield* stage.say(LEAD, 'On second thoughts the proxy in front does this for us. Away with it.', {
    act: (turnId) => stage.change(LEAD, 'src/cache.ts', { kind: 'delete' }, { turnId }),
  })
  yield document.done
}

function* readsFirst(stage: Stage, taskId: string): Actor {
  const read = (path: string, result: string, ms: number) => ({ name: 'read_file', arguments: { path }, reads: [path], result, ms })
  yield* stage.use(
    DOCS,
    'Before I write a line I read what the routes really answer.',
    read('src/routes/users.ts', 'userRoutes: list, create, show, remove', 1_500),
    { taskId },
  )
  yield* stage.use(DOCS, 'And the posts, and what the pagination makes of a query.', read('src/routes/posts.ts', 'Router /posts: index, create', 4_500), {
    taskId,
  })
  yield* stage.say(DOCS, 'I see that docs/openapi.yaml has been written while I was reading. Nothing is left for me to do.', { taskId })
}

/** The same brief given twice, a peer that writes over a peer, a stale base, and a rewrite that was asked for. */
export function* racing(stage: Stage): Actor {
  const brief = 'Write src/rate-limit.ts: sixty requests a minute for each address, in memory, with no dependency.'
  const [limit, thread] = yield* stage.handOut(LEAD, 'Rate limiting to the utility writer, comments to the route writer.', [
    {
      to: UTILITY,
      title: 'Write the rate limit',
      brief,
      outputs: ['src/rate-limit.ts'],
      work: (taskId) => stage.writeFile(UTILITY, 'src/rate-limit.ts', RATE_LIMIT, { taskId, rate: 18, intro: 'A bucket of tokens for each address.' }),
      result: 'Wrote src/rate-limit.ts.',
    },
    {
      to: ROUTES,
      title: 'Write the comments',
      brief: 'Write src/routes/comments.ts: list the comments of a post, add one.',
      outputs: ['src/routes/comments.ts'],
      work: (taskId) => comments(stage, taskId),
      result: 'Wrote src/routes/comments.ts in two steps.',
    },
  ])
  const [second] = yield* stage.handOut(LEAD, 'This takes long. The schema writer is idle: the same task for it as well.', [
    {
      to: SCHEMA,
      title: 'Write the rate limit',
      brief,
      outputs: ['src/rate-limit.ts'],
      work: (taskId) => writesOver(stage, taskId, limit),
      result: 'Wrote src/rate-limit.ts with a sliding window.',
    },
  ])
  yield 3_000
  // It read the comments when only the list was there, and writes when the second handler is there too.
  yield* stage.changeFile(
    LEAD,
    'src/routes/comments.ts',
    { kind: 'content', content: COMMENTS_BY_LEAD },
    { words: 'Comments can only be listed so far. I rewrite the file on the new router.', rate: 40, baseRevision: 1, when: thread.done },
  )
  for (const job of [limit, second]) yield job.done

  const [asked, answered] = [new Gate(), new Gate()]
  const [mail] = yield* stage.handOut(LEAD, 'Mail for new users, by the utility writer.', [
    {
      to: UTILITY,
      title: 'Write the mailer',
      brief: 'Write src/mailer.ts: send a letter to a new user.',
      outputs: ['src/mailer.ts'],
      work: (taskId) => asksForHelp(stage, taskId, asked, answered),
      result: 'Left to the lead.',
    },
  ])
  yield asked
  yield* stage.changeFile(
    LEAD,
    'src/mailer.ts',
    { kind: 'content', content: MAILER_BY_LEAD },
    { words: 'You asked, so I take it: we have no mail server, mail goes by HTTP.', rate: 70 },
  )
  stage.sim.open(answered)
  yield mail.done
}

function* comments(stage: Stage, taskId: string): Actor {
  yield* stage.changeFile(ROUTES, 'src/routes/comments.ts', { kind: 'content', content: COMMENTS_FIRST }, { taskId, words: 'The list first.', rate: 40 })
  yield* stage.changeFile(
    ROUTES,
    'src/routes/comments.ts',
    { kind: 'content', content: COMMENTS_SECOND },
    { taskId, words: 'And the handler that adds one.', rate: 40 },
  )
}

function* writesOver(stage: Stage, taskId: string, first: Job): Actor {
  yield first.done
  yield* stage.changeFile(
    SCHEMA,
    'src/rate-limit.ts',
    { kind: 'content', content: RATE_LIMIT_BY_PEER },
    { taskId, words: 'A sliding window is fairer than a bucket.', rate: 34 },
  )
}

function* asksForHelp(stage: Stage, taskId: string, asked: Gate, answered: Gate): Actor {
  yield* stage.writeFile(UTILITY, 'src/mailer.ts', MAILER_BY_WRITER, { taskId, rate: 45 })
  yield* stage.say(UTILITY, 'There is no mail server here that takes letters on port 25. I cannot test this.', {
    taskId,
    act: (turnId) => {
      stage.message(UTILITY, LEAD, 'help_request', 'No mail server answers on port 25. How do letters leave this place?', { taskId, turnId })
      stage.sim.tell({ type: 'task.blocked', taskId, by: UTILITY, reason: 'No mail server answers on port 25.' })
    },
  })
  yield 800
  stage.sim.open(asked)
  yield answered
}
