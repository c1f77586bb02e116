import { type Actor, Gate, type Simulation } from '../simulation'
import { type Job, Stage } from '../stage'
import { SCHEMA_BY_LEAD, SCHEMA_BY_WRITER, SCHEMA_INDEXES, SEED, SEED_FORMATTED } from './database-files'
import { DIAGRAM, FIXTURES, FIXTURES_MORE, LOAD_TEST, OPENAPI, README_BY_USER, README_BY_WRITER, USER_TESTS, USER_TESTS_RENAMED } from './other-files'
import * as routes from './route-files'

/**
 * The experiment that the product is about, acted out: a master has a REST API built by a schema
 * writer, a route writer and a test writer, and cannot leave them alone. Every kind of intervention
 * occurs, beside work that is let be. Nothing here was produced by a model.
 */
export const SAMPLE_TITLE = 'Build a REST API (simulated)'

const LEAD = 'lead'
const SCHEMA = 'schema-writer'
const ROUTES = 'route-writer'
const TESTS = 'test-writer'
const FIXTURE = 'fixture-writer'
const UTILITY = 'utility-writer'
const DOCS = 'docs-writer'
const REVIEW = 'reviewer'
const USER = 'user'
const HARNESS = 'harness'

/** Shown wherever a model's name is, so that these figures never pass for a real model's. */
const LEAD_MODEL = 'gpt-4o (simulated)'
const WORKER_MODEL = 'gpt-4o-mini (simulated)'

/** Where the interrupted stream stops: the article's mean number of tokens before an interruption. */
export const CUT_AFTER_TOKENS = 47

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
  join(stage, USER, 'user', { role: 'human' })
  join(stage, HARNESS, 'harness', { role: 'harness' })
  join(stage, LEAD, 'lead', { model: LEAD_MODEL })
  for (const agentId of [SCHEMA, ROUTES, TESTS]) join(stage, agentId, agentId.replace('-', ' '), { parentId: LEAD, model: WORKER_MODEL })
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
  yield* stage.say(LEAD, 'The API is done: users, posts, comments, search and mail, with 23 passing tests. I wrote a good part of it myself.', {
    act: (turnId) => stage.message(LEAD, USER, 'answer', 'The API is done and all 23 tests pass.', { turnId }),
  })
  yield 400
  sim.tell({ type: 'session.ended', status: 'completed' })
}

/** Three sub-agents start side by side; the schema writer gets 47 tokens far. */
function* beginning(stage: Stage): Generator<number | Gate, Job, void> {
  const cut = new Gate()
  yield* stage.writeFile(LEAD, 'src/app.ts', routes.APP, {
    intro: 'I lay down the server first, so that everybody has something to hang their work on.',
    rate: 60,
  })
  let schema: Job | undefined
  let users: Job | undefined
  let tests: Job | undefined
  yield* stage.say(LEAD, 'Three parts, three agents: the schema, the routes for users, and the tests. They can work side by side.', {
    act: (turnId) => {
      schema = stage.assign(
        LEAD,
        SCHEMA,
        turnId,
        {
          title: 'Write the database schema',
          brief: 'Write db/schema.sql for users, posts and comments in Postgres: keys, constraints, sensible types.',
          outputs: ['db/schema.sql'],
        },
        (taskId) => stage.writeFile(SCHEMA, 'db/schema.sql', SCHEMA_BY_WRITER, { taskId, rate: 9, marks: { [CUT_AFTER_TOKENS]: cut } }),
        'Wrote db/schema.sql.',
      )
      users = stage.assign(
        LEAD,
        ROUTES,
        turnId,
        {
          title: 'Write the routes for users',
          brief: 'Write src/routes/users.ts: list, create, show and remove users. Problem documents for errors.',
          outputs: ['src/routes/users.ts'],
        },
        (taskId) =>
          stage.writeFile(ROUTES, 'src/routes/users.ts', routes.USERS, {
            taskId,
            rate: 40,
            intro: 'Four handlers around one pool, bounded lists, problem documents for errors.',
          }),
        'Wrote src/routes/users.ts with four handlers.',
      )
      tests = stage.assign(
        LEAD,
        TESTS,
        turnId,
        {
          title: 'Write the tests for users',
          brief: 'Write tests/users.test.ts with the node test runner. Have the fixtures written by an agent of your own.',
          outputs: ['tests/users.test.ts'],
        },
        (taskId) => testWriter(stage, taskId),
        'Wrote tests/users.test.ts: four tests on top of shared fixtures.',
      )
    },
  })
  if (!schema || !users || !tests) throw new Error('the first turn hands out three tasks')

  const hit = schema
  yield* stage.changeFile(
    LEAD,
    'db/schema.sql',
    { kind: 'content', content: SCHEMA_BY_LEAD },
    { words: 'I know exactly what the schema has to look like. Faster if I write it.', rate: 90, when: cut },
  )
  yield 120
  stage.cutOff(hit)
  stage.end(hit, 'cancelled', LEAD, { reason: 'No longer needed: I have written the schema.' })
  yield 1_000
  yield users.done
  yield* stage.use(
    LEAD,
    'The routes for users are there. Let me see whether they hold.',
    check('npm test -- users', 2, 1, 'a new user gets 201 and an address: expected 201, got 200'),
  )
  yield* stage.changeFile(
    LEAD,
    'src/routes/users.ts',
    { kind: 'edit', edits: routes.USERS_FIX },
    { words: 'It answers 200 where it must be 201, and a taken login is not told apart. I correct both.' },
  )
  yield* stage.use(LEAD, 'Once more.', check('npm test -- users', 3, 0))
  return tests
}

/** A master in the middle: it delegates the fixtures, adds to them, and writes its own file on top. */
function* testWriter(stage: Stage, taskId: string): Actor {
  join(stage, FIXTURE, 'fixture writer', { parentId: TESTS, model: WORKER_MODEL })
  let fixtures: Job | undefined
  yield* stage.say(TESTS, 'The tests need people to sign up. I have those made first.', {
    taskId,
    act: (turnId) => {
      fixtures = stage.assign(
        TESTS,
        FIXTURE,
        turnId,
        {
          title: 'Write the fixtures',
          brief: 'Write src/fixtures.ts: make one person, make a crowd, unique logins.',
          outputs: ['src/fixtures.ts'],
          parentTaskId: taskId,
        },
        (inner) => stage.writeFile(FIXTURE, 'src/fixtures.ts', FIXTURES, { taskId: inner, rate: 22 }),
        'Wrote src/fixtures.ts.',
      )
    },
  })
  if (fixtures) yield fixtures.done
  yield* stage.changeFile(
    TESTS,
    'src/fixtures.ts',
    { kind: 'append', text: FIXTURES_MORE },
    { taskId, words: 'Good. One function more, to sign a person up.', rate: 30 },
  )
  yield* stage.writeFile(TESTS, 'tests/users.test.ts', USER_TESTS, { taskId, rate: 30, intro: 'Four tests: creation, uniqueness, removal, bounds.' })
}

/** The schema comes back to the same agent (retry) and is let be this time; so is the pagination. */
function* secondTry(stage: Stage): Actor {
  let indexes: Job | undefined
  let pages: Job | undefined
  yield* stage.say(LEAD, 'The schema needs indexes. Back to the schema writer, now that the tables are mine. Pagination can be written meanwhile.', {
    act: (turnId) => {
      indexes = stage.assign(
        LEAD,
        SCHEMA,
        turnId,
        {
          title: 'Add the indexes',
          brief: 'The tables in db/schema.sql are settled. Add the indexes that the routes need, nothing else.',
          outputs: ['db/schema.sql'],
        },
        (taskId) =>
          stage.changeFile(
            SCHEMA,
            'db/schema.sql',
            { kind: 'append', text: SCHEMA_INDEXES },
            { taskId, words: 'Three indexes: posts of a writer, public posts, comments of a post.', rate: 24 },
          ),
        'Added three indexes.',
      )
      pages = stage.assign(
        LEAD,
        ROUTES,
        turnId,
        {
          title: 'Write the pagination',
          brief: 'Write src/pagination.ts: parse a page from a query, print the link to the next one.',
          outputs: ['src/pagination.ts'],
        },
        (taskId) => stage.writeFile(ROUTES, 'src/pagination.ts', routes.PAGINATION, { taskId, rate: 34 }),
        'Wrote src/pagination.ts.',
      )
    },
  })
  if (indexes) yield* acceptWhenDone(stage, indexes, 'Three indexes, all of them used. I take them as they are.')
  if (pages) yield* acceptWhenDone(stage, pages, 'The pagination is clean and small. Accepted.')
}

/** Steered while it works, failing its tests when done, then thrown out whole; the rewrite does worse at first. */
function* posts(stage: Stage): Actor {
  let job: Job | undefined
  yield* stage.say(LEAD, 'Now the posts.', {
    act: (turnId) => {
      job = stage.assign(
        LEAD,
        ROUTES,
        turnId,
        {
          title: 'Write the routes for posts',
          brief: 'Write src/routes/posts.ts: list public posts, create a draft, publish one of your own.',
          outputs: ['src/routes/posts.ts'],
        },
        (taskId) =>
          stage.writeFile(ROUTES, 'src/routes/posts.ts', routes.POSTS_BY_WRITER, {
            taskId,
            rate: 34,
            intro: 'Three handlers in the manner of the routes for users.',
          }),
        'Wrote src/routes/posts.ts with three handlers.',
      )
    },
  })
  if (!job) return
  yield 4_000
  const { taskId } = job
  yield* stage.say(LEAD, 'It should know that drafts stay hidden.', {
    act: (turnId) => stage.message(LEAD, ROUTES, 'steer', 'Drafts must never show up in the list, not even to their writer.', { taskId, turnId }),
  })
  yield job.done
  yield* stage.use(LEAD, 'Done already? Let me run the tests.', check('npm test -- posts', 8, 1, 'the second page follows the first: expected 5 posts, got 20'))
  yield* stage.changeFile(
    LEAD,
    'src/routes/posts.ts',
    { kind: 'content', content: routes.POSTS_BY_LEAD },
    { words: 'A test fails. Pages by offset are wrong anyway: I write this file anew, with a cursor and a store of its own.', rate: 80 },
  )
  yield* stage.use(
    LEAD,
    'And again.',
    check('npm test -- posts', 7, 2, 'the list names the writer: column does not exist; a new post is in the list: got none'),
  )
  yield* stage.changeFile(LEAD, 'src/routes/posts.ts', { kind: 'edit', edits: routes.POSTS_LEAD_FIX }, { words: 'My join was wrong.' })
  yield* stage.use(LEAD, 'Now it must hold.', check('npm test -- posts', 9, 0))
}

/** Two small modules side by side, poured into one by the master; fixtures moved, tests touched and renamed, a seed reformatted. */
function* smallParts(stage: Stage, tests: Job): Actor {
  join(stage, UTILITY, 'utility writer', { parentId: LEAD, model: WORKER_MODEL })
  const jobs: Job[] = []
  yield* stage.say(LEAD, 'Three small parts at once: errors, validation, and a seed for the database.', {
    act: (turnId) => {
      jobs.push(
        stage.assign(
          LEAD,
          ROUTES,
          turnId,
          {
            title: 'Write the errors',
            brief: 'Write src/errors.ts: an error with a status, and how it becomes a problem document.',
            outputs: ['src/errors.ts'],
          },
          (taskId) => stage.writeFile(ROUTES, 'src/errors.ts', routes.ERRORS, { taskId, rate: 34 }),
          'Wrote src/errors.ts.',
        ),
        stage.assign(
          LEAD,
          UTILITY,
          turnId,
          {
            title: 'Write the validation',
            brief: 'Write src/validate.ts: check the fields of a body against rules, in words a person understands.',
            outputs: ['src/validate.ts'],
          },
          (taskId) => stage.writeFile(UTILITY, 'src/validate.ts', routes.VALIDATE, { taskId, rate: 34 }),
          'Wrote src/validate.ts.',
        ),
        stage.assign(
          LEAD,
          SCHEMA,
          turnId,
          { title: 'Write the seed', brief: 'Write src/seed.ts: fill the database from a JSON file, and empty it again.', outputs: ['src/seed.ts'] },
          (taskId) => stage.writeFile(SCHEMA, 'src/seed.ts', SEED, { taskId, rate: 40 }),
          'Wrote src/seed.ts.',
        ),
      )
    },
  })
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
  for (const job of jobs) yield job.done
  yield* stage.changeFile(
    LEAD,
    'src/http.ts',
    { kind: 'content', content: `${routes.ERRORS}\n${routes.VALIDATE}` },
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

/** An interrupt, the same work given to another, that work deleted; a takeover of what was not begun; the same task twice. */
function* cutShort(stage: Stage): Actor {
  join(stage, DOCS, 'docs writer', { parentId: LEAD, model: WORKER_MODEL })
  let cache: Job | undefined
  let document: Job | undefined
  const half = new Gate()
  yield* stage.say(LEAD, 'A cache for answers, and the OpenAPI document.', {
    act: (turnId) => {
      cache = stage.assign(
        LEAD,
        ROUTES,
        turnId,
        { title: 'Write the cache', brief: 'Write src/cache.ts: keep the answers of GET requests for a few seconds.', outputs: ['src/cache.ts'] },
        (taskId) => stage.writeFile(ROUTES, 'src/cache.ts', routes.CACHE_BY_WRITER, { taskId, rate: 20, marks: { 130: half } }),
        'Wrote src/cache.ts.',
      )
      document = stage.assign(
        LEAD,
        DOCS,
        turnId,
        {
          title: 'Write the OpenAPI document',
          brief: 'Write docs/openapi.yaml for every route there is. Read the routes first.',
          outputs: ['docs/openapi.yaml'],
        },
        (taskId) => readsFirst(stage, taskId),
        'The document is there already, so I left it.',
      )
    },
  })
  yield* stage.changeFile(
    LEAD,
    'docs/openapi.yaml',
    { kind: 'content', content: OPENAPI },
    { words: 'I have the routes in my head; the document is quickly written.', rate: 70 },
  )
  if (!cache || !document) return
  const stopped = cache
  yield half
  yield* stage.say(LEAD, 'This becomes a cache of bodies. We want validators instead. Stop.', {
    act: (turnId) => {
      stage.cutOff(stopped)
      stage.end(stopped, 'cancelled', LEAD, { reason: 'Wrong direction: no bodies in memory.', turnId })
      stage.change(LEAD, 'src/cache.ts', { kind: 'delete' }, { turnId })
    },
  })
  let again: Job | undefined
  yield* stage.say(LEAD, 'The utility writer shall do it, with ETags.', {
    act: (turnId) => {
      again = stage.assign(
        LEAD,
        UTILITY,
        turnId,
        {
          title: 'Write the cache with ETags',
          brief: 'Write src/cache.ts: make an ETag of a body and tell whether a request already has it.',
          outputs: ['src/cache.ts'],
        },
        (taskId) => stage.writeFile(UTILITY, 'src/cache.ts', routes.CACHE_BY_UTILITY, { taskId, rate: 36 }),
        'Wrote src/cache.ts.',
      )
    },
  })
  if (again) yield again.done
  yield* stage.say(LEAD, 'On second thoughts the proxy in front does this for us. Away with it.', {
    act: (turnId) => stage.change(LEAD, 'src/cache.ts', { kind: 'delete' }, { turnId }),
  })
  yield document.done
}

function* readsFirst(stage: Stage, taskId: string): Actor {
  yield* stage.use(
    DOCS,
    'Before I write a line I read what the routes really answer.',
    {
      name: 'read_file',
      arguments: { path: 'src/routes/users.ts' },
      reads: ['src/routes/users.ts'],
      result: 'userRoutes: listUsers, createUser, showUser, removeUser',
      ms: 1_500,
    },
    { taskId },
  )
  yield* stage.use(
    DOCS,
    'And the posts, and what the pagination makes of a query.',
    { name: 'read_file', arguments: { path: 'src/routes/posts.ts' }, reads: ['src/routes/posts.ts'], result: 'Router /posts: index, create', ms: 4_500 },
    { taskId },
  )
  yield* stage.say(DOCS, 'I see that docs/openapi.yaml has been written while I was reading. Nothing is left for me to do.', { taskId })
}

/** The same brief given twice, a peer that writes over a peer, a stale base, and an asked-for rewrite. */
function* racing(stage: Stage): Actor {
  const brief = 'Write src/rate-limit.ts: sixty requests a minute for each address, in memory, with no dependency.'
  const jobs: Job[] = []
  yield* stage.say(LEAD, 'Rate limiting to the utility writer, comments to the route writer.', {
    act: (turnId) => {
      jobs.push(
        stage.assign(
          LEAD,
          UTILITY,
          turnId,
          { title: 'Write the rate limit', brief, outputs: ['src/rate-limit.ts'] },
          (taskId) => stage.writeFile(UTILITY, 'src/rate-limit.ts', routes.RATE_LIMIT, { taskId, rate: 18, intro: 'A bucket of tokens for each address.' }),
          'Wrote src/rate-limit.ts.',
        ),
        stage.assign(
          LEAD,
          ROUTES,
          turnId,
          { title: 'Write the comments', brief: 'Write src/routes/comments.ts: list the comments of a post, add one.', outputs: ['src/routes/comments.ts'] },
          (taskId) => comments(stage, taskId),
          'Wrote src/routes/comments.ts in two steps.',
        ),
      )
    },
  })
  yield* stage.say(LEAD, 'This takes long. The schema writer is idle: the same task for it as well.', {
    act: (turnId) => {
      jobs.push(
        stage.assign(
          LEAD,
          SCHEMA,
          turnId,
          { title: 'Write the rate limit', brief, outputs: ['src/rate-limit.ts'] },
          (taskId) => writesOver(stage, taskId, jobs[0]),
          'Wrote src/rate-limit.ts with a sliding window.',
        ),
      )
    },
  })
  const [, thread] = jobs
  yield 3_000
  // It read the comments when only the list was there, and writes when the second handler is there too.
  yield* stage.changeFile(
    LEAD,
    'src/routes/comments.ts',
    { kind: 'content', content: routes.COMMENTS_BY_LEAD },
    {
      words: 'Comments can only be listed so far. I rewrite the file on the new router.',
      rate: 40,
      baseRevision: 1,
      when: thread?.done,
    },
  )
  for (const job of jobs) yield job.done

  let mail: Job | undefined
  const [asked, answered] = [new Gate(), new Gate()]
  yield* stage.say(LEAD, 'Mail for new users, by the utility writer.', {
    act: (turnId) => {
      mail = stage.assign(
        LEAD,
        UTILITY,
        turnId,
        { title: 'Write the mailer', brief: 'Write src/mailer.ts: send a letter to a new user.', outputs: ['src/mailer.ts'] },
        (taskId) => asksForHelp(stage, taskId, asked, answered),
        'Left to the lead.',
      )
    },
  })
  if (!mail) return
  yield asked
  yield* stage.changeFile(
    LEAD,
    'src/mailer.ts',
    { kind: 'content', content: routes.MAILER_BY_LEAD },
    { words: 'You asked, so I take it: we have no mail server, mail goes by HTTP.', rate: 70 },
  )
  stage.sim.open(answered)
  yield mail.done
}

function* comments(stage: Stage, taskId: string): Actor {
  yield* stage.changeFile(ROUTES, 'src/routes/comments.ts', { kind: 'content', content: routes.COMMENTS_FIRST }, { taskId, words: 'The list first.', rate: 40 })
  yield* stage.changeFile(
    ROUTES,
    'src/routes/comments.ts',
    { kind: 'content', content: routes.COMMENTS_SECOND },
    { taskId, words: 'And the handler that adds one.', rate: 40 },
  )
}

function* writesOver(stage: Stage, taskId: string, first: Job | undefined): Actor {
  if (first) yield first.done
  yield* stage.changeFile(
    SCHEMA,
    'src/rate-limit.ts',
    { kind: 'content', content: routes.RATE_LIMIT_BY_PEER },
    { taskId, words: 'A sliding window is fairer than a bucket.', rate: 34 },
  )
}

function* asksForHelp(stage: Stage, taskId: string, asked: Gate, answered: Gate): Actor {
  yield* stage.writeFile(UTILITY, 'src/mailer.ts', routes.MAILER_BY_WRITER, { taskId, rate: 45 })
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

/** A reviewer's finding leads to a revision; the master repeats the reviewer's search; a change is put back. */
function* review(stage: Stage): Actor {
  join(stage, REVIEW, 'reviewer', { parentId: LEAD, model: WORKER_MODEL })
  let audit: Job | undefined
  let shutdown: Job | undefined
  const files = ['src/routes/users.ts', 'src/pagination.ts']
  const search = { name: 'grep', arguments: { pattern: 'pool\\.query\\(.*\\+', paths: files }, reads: files, result: 'no match' }
  yield* stage.say(LEAD, 'A review of the queries, and a clean shutdown for the server.', {
    act: (turnId) => {
      audit = stage.assign(
        LEAD,
        REVIEW,
        turnId,
        { title: 'Review the queries', brief: 'Look for SQL that is put together from text. Report what you find.', outputs: [] },
        (taskId) => audits(stage, taskId, search),
        'No SQL is put together from text. Beside that: src/rate-limit.ts never forgets an address.',
      )
      shutdown = stage.assign(
        LEAD,
        ROUTES,
        turnId,
        { title: 'Shut down cleanly', brief: 'Make src/app.ts end open connections before it exits.', outputs: ['src/app.ts'] },
        (taskId) =>
          stage.changeFile(
            ROUTES,
            'src/app.ts',
            { kind: 'append', text: routes.APP_SHUTDOWN },
            { taskId, words: 'Close, wait, then cut what is left.', rate: 30 },
          ),
        'src/app.ts now ends its connections.',
      )
    },
  })
  if (audit) yield audit.done
  yield* stage.use(LEAD, 'No match, it says. I want to see that with my own eyes.', search)
  for (const { words, edit } of routes.RATE_LIMIT_EDITS) {
    yield* stage.changeFile(LEAD, 'src/rate-limit.ts', { kind: 'edit', edits: [edit] }, { words })
  }
  if (shutdown) yield shutdown.done
  yield* stage.say(LEAD, 'The platform does this for us. Back to what it was.', {
    act: (turnId) => stage.change(LEAD, 'src/app.ts', { kind: 'revert', content: routes.APP }, { turnId }),
  })
}

function* audits(stage: Stage, taskId: string, search: Parameters<Stage['use']>[2]): Actor {
  yield* stage.use(REVIEW, 'I look for a plus sign inside the arguments of a query.', search, { taskId })
  yield* stage.say(REVIEW, 'Every value goes in as a parameter; no text is put together. But src/rate-limit.ts never forgets an address.', {
    taskId,
    act: (turnId) => stage.message(REVIEW, LEAD, 'result', 'No SQL is put together from text. src/rate-limit.ts never forgets an address.', { taskId, turnId }),
  })
}

/** The user asks for something else, edits a file by hand; a load test runs into the harness's limit; a picture replaces a text. */
function* lastWishes(stage: Stage): Actor {
  const jobs: Job[] = []
  yield* stage.say(LEAD, 'Search, the README and a diagram, side by side.', {
    act: (turnId) => {
      jobs.push(
        stage.assign(
          LEAD,
          ROUTES,
          turnId,
          { title: 'Write the search', brief: 'Write src/routes/search.ts: find posts by words in the headline.', outputs: ['src/routes/search.ts'] },
          (taskId) => stage.writeFile(ROUTES, 'src/routes/search.ts', routes.SEARCH_BY_WRITER, { taskId, rate: 34 }),
          'Wrote src/routes/search.ts.',
        ),
        stage.assign(
          LEAD,
          DOCS,
          turnId,
          { title: 'Write the README', brief: 'Write README.md: what this is, how to start it, what it serves.', outputs: ['README.md'] },
          (taskId) => writesReadme(stage, taskId),
          'Wrote README.md.',
        ),
        stage.assign(
          LEAD,
          SCHEMA,
          turnId,
          { title: 'Draw the tables', brief: 'Write docs/tables.mmd: a diagram of the three tables.', outputs: ['docs/tables.mmd'] },
          (taskId) => stage.writeFile(SCHEMA, 'docs/tables.mmd', DIAGRAM, { taskId, rate: 30 }),
          'Wrote docs/tables.mmd.',
        ),
      )
    },
  })
  const [searching, readme, diagram] = jobs
  if (searching) yield searching.done
  stage.message(USER, LEAD, 'user', 'Please make the search a full-text search over headline and content, ranked.')
  yield 700
  yield* stage.changeFile(
    LEAD,
    'src/routes/search.ts',
    { kind: 'content', content: routes.SEARCH_BY_LEAD },
    { words: 'Full text it is, ranked by Postgres itself.', rate: 80 },
  )
  if (diagram) yield diagram.done
  yield* stage.say(LEAD, 'A picture is better than its source.', {
    act: (turnId) => stage.change(LEAD, 'docs/tables.mmd', { kind: 'opaque', hash: 'a3f1c05e77d24b09' }, { turnId }),
  })
  if (readme) {
    stage.change(USER, 'README.md', { kind: 'content', content: README_BY_USER })
    yield readme.done
  }

  let load: Job | undefined
  yield* stage.say(LEAD, 'At the end a load test.', {
    act: (turnId) => {
      load = stage.assign(
        LEAD,
        TESTS,
        turnId,
        { title: 'Write the load test', brief: 'Write tests/load.ts and run it for a minute.', outputs: ['tests/load.ts'] },
        (taskId) => loadTest(stage, taskId),
        'The load test ran.',
      )
    },
  })
  if (!load) return
  const timed = load
  yield 16_000
  stage.cutOff(timed)
  stage.end(timed, 'cancelled', HARNESS, { reason: 'The time limit of this tool call was reached.' })
}

function* writesReadme(stage: Stage, taskId: string): Actor {
  yield* stage.writeFile(DOCS, 'README.md', README_BY_WRITER, { taskId, rate: 30 })
  yield* stage.use(
    DOCS,
    'I check that the commands in it work.',
    { name: 'shell', arguments: { command: 'npm start' }, result: 'listening on 8080', ms: 7_000 },
    { taskId },
  )
}

function* loadTest(stage: Stage, taskId: string): Actor {
  yield* stage.writeFile(TESTS, 'tests/load.ts', LOAD_TEST, { taskId, rate: 40 })
  yield* stage.use(TESTS, 'Now a minute of load.', { name: 'shell', arguments: { command: 'node tests/load.ts' }, result: '', ms: 60_000 }, { taskId })
}

function* acceptWhenDone(stage: Stage, job: Job, words: string): Actor {
  yield job.done
  yield* stage.say(LEAD, words, { act: (turnId) => stage.sim.tell({ type: 'task.accepted', taskId: job.taskId, by: LEAD, turnId }) })
}

function join(stage: Stage, agentId: string, name: string, more: { parentId?: string; model?: string; role?: 'human' | 'harness' }): void {
  stage.sim.tell({ type: 'agent.joined', agentId, name, ...(more.model === undefined ? {} : { provider: 'simulated' }), ...more })
}

function check(command: string, passed: number, failed: number, what = ''): Parameters<Stage['use']>[2] {
  const result = failed === 0 ? `${passed} passed` : `${failed} failed, ${passed} passed: ${what}`
  return { name: 'run_tests', arguments: { command }, result, check: { kind: 'test', ok: failed === 0, passed, failed, tool: 'node:test' }, ms: 1_600 }
}
