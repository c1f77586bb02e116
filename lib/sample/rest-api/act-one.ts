import { type Actor, Gate } from '../simulation'
import type { Job, Stage } from '../stage'
import { acceptWhenDone, check, FIXTURE, joinWorker, LEAD, ROUTES, SCHEMA, TESTS } from './cast'
import { SCHEMA_BY_LEAD, SCHEMA_BY_WRITER, SCHEMA_INDEXES } from './database-files'
import { PAGINATION } from './module-files'
import { FIXTURES, FIXTURES_MORE, USER_TESTS } from './other-files'
import { APP, POSTS_BY_LEAD, POSTS_BY_WRITER, POSTS_LEAD_FIX, USERS, USERS_FIX } from './route-files'

/** Where the first interrupted stream stops: the article's mean number of tokens before an interruption. */
export const CUT_AFTER_TOKENS = 47

/** Three sub-agents start side by side; the schema writer gets 47 tokens far. Returns the test writer's job, which goes on. */
export function* beginning(stage: Stage): Generator<number | Gate, Job, void> {
  const cut = new Gate()
  yield* stage.writeFile(LEAD, 'src/app.ts', APP, { intro: 'I lay down the server first, so that everybody has something to hang their work on.', rate: 60 })
  const [schema, users, tests] = yield* stage.handOut(
    LEAD,
    'Three parts, three agents: the schema, the routes for users, and the tests. They can work side by side.',
    [
      {
        to: SCHEMA,
        title: 'Write the database schema',
        brief: 'Write db/schema.sql for users, posts and comments in Postgres: keys, constraints, sensible types.',
        outputs: ['db/schema.sql'],
        work: (taskId) => stage.writeFile(SCHEMA, 'db/schema.sql', SCHEMA_BY_WRITER, { taskId, rate: 9, marks: { [CUT_AFTER_TOKENS]: cut } }),
        result: 'Wrote db/schema.sql.',
      },
      {
        to: ROUTES,
        title: 'Write the routes for users',
        brief: 'Write src/routes/users.ts: list, create, show and remove users. Problem documents for errors.',
        outputs: ['src/routes/users.ts'],
        work: (taskId) =>
          stage.writeFile(ROUTES, 'src/routes/users.ts', USERS, {
            taskId,
            rate: 40,
            intro: 'Four handlers around one pool, bounded lists, problem documents for errors.',
          }),
        result: 'Wrote src/routes/users.ts with four handlers.',
      },
      {
        to: TESTS,
        title: 'Write the tests for users',
        brief: 'Write tests/users.test.ts with the node test runner. Have the fixtures written by an agent of your own.',
        outputs: ['tests/users.test.ts'],
        work: (taskId) => testWriter(stage, taskId),
        result: 'Wrote tests/users.test.ts: four tests on top of shared fixtures.',
      },
    ],
  )

  yield* stage.changeFile(
    LEAD,
    'db/schema.sql',
    { kind: 'content', content: SCHEMA_BY_LEAD },
    { words: 'I know exactly what the schema has to look like. Faster if I write it.', rate: 90, when: cut, onLanding: () => stage.cutOff(schema) },
  )
  stage.end(schema, 'cancelled', LEAD, { reason: 'No longer needed: I have written the schema.' })
  yield users.done
  yield* stage.use(
    LEAD,
    'The routes for users are there. Let me see whether they hold.',
    check('npm test -- users', 2, 1, 'a new user gets 201 and an address: expected 201, got 200'),
  )
  yield* stage.changeFile(
    LEAD,
    'src/routes/users.ts',
    { kind: 'edit', edits: USERS_FIX },
    { words: 'It answers 200 where it must be 201, and a taken login is not told apart. I correct both.' },
  )
  yield* stage.use(LEAD, 'Once more.', check('npm test -- users', 3, 0))
  return tests
}

/** A master in the middle: it delegates the fixtures, adds to them, and writes its own file on top. */
function* testWriter(stage: Stage, taskId: string): Actor {
  joinWorker(stage, FIXTURE, TESTS)
  const [fixtures] = yield* stage.handOut(
    TESTS,
    'The tests need people to sign up. I have those made first.',
    [
      {
        to: FIXTURE,
        title: 'Write the fixtures',
        brief: 'Write src/fixtures.ts: make one person, make a crowd, unique logins.',
        outputs: ['src/fixtures.ts'],
        work: (inner) => stage.writeFile(FIXTURE, 'src/fixtures.ts', FIXTURES, { taskId: inner, rate: 22 }),
        result: 'Wrote src/fixtures.ts.',
      },
    ],
    { taskId },
  )
  yield fixtures.done
  yield* stage.changeFile(
    TESTS,
    'src/fixtures.ts',
    { kind: 'append', text: FIXTURES_MORE },
    { taskId, words: 'Good. One function more, to sign a person up.', rate: 30 },
  )
  yield* stage.writeFile(TESTS, 'tests/users.test.ts', USER_TESTS, { taskId, rate: 30, intro: 'Four tests: creation, uniqueness, removal, bounds.' })
}

/** The schema comes back to the same agent (a retry) and is let be this time; so is the pagination. */
export function* secondTry(stage: Stage): Actor {
  const [indexes, pages] = yield* stage.handOut(
    LEAD,
    'The schema needs indexes. Back to the schema writer, now that the tables are mine. Pagination can be written meanwhile.',
    [
      {
        to: SCHEMA,
        title: 'Add the indexes',
        brief: 'The tables in db/schema.sql are settled. Add the indexes that the routes need, nothing else.',
        outputs: ['db/schema.sql'],
        work: (taskId) =>
          stage.changeFile(
            SCHEMA,
            'db/schema.sql',
            { kind: 'append', text: SCHEMA_INDEXES },
            { taskId, words: 'Three indexes: posts of a writer, public posts, comments of a post.', rate: 24 },
          ),
        result: 'Added three indexes.',
      },
      {
        to: ROUTES,
        title: 'Write the pagination',
        brief: 'Write src/pagination.ts: parse a page from a query, print the link to the next one.',
        outputs: ['src/pagination.ts'],
        work: (taskId) => stage.writeFile(ROUTES, 'src/pagination.ts', PAGINATION, { taskId, rate: 34 }),
        result: 'Wrote src/pagination.ts.',
      },
    ],
  )
  yield* acceptWhenDone(stage, indexes, 'Three indexes, all of them used. I take them as they are.')
  yield* acceptWhenDone(stage, pages, 'The pagination is clean and small. Accepted.')
}

/** Steered while it works, failing its tests when done, then thrown out whole; the rewrite does worse at first. */
export function* posts(stage: Stage): Actor {
  const [job] = yield* stage.handOut(LEAD, 'Now the posts.', [
    {
      to: ROUTES,
      title: 'Write the routes for posts',
      brief: 'Write src/routes/posts.ts: list public posts, create a draft, publish one of your own.',
      outputs: ['src/routes/posts.ts'],
      work: (taskId) =>
        stage.writeFile(ROUTES, 'src/routes/posts.ts', POSTS_BY_WRITER, { taskId, rate: 34, intro: 'Three handlers in the manner of the routes for users.' }),
      result: 'Wrote src/routes/posts.ts with three handlers.',
    },
  ])
  yield 4_000
  yield* stage.say(LEAD, 'It should know that drafts stay hidden.', {
    act: (turnId) => stage.message(LEAD, ROUTES, 'steer', 'Drafts must never show up in the list, not even to their writer.', { taskId: job.taskId, turnId }),
  })
  yield job.done
  yield* stage.use(LEAD, 'Done already? Let me run the tests.', check('npm test -- posts', 8, 1, 'the second page follows the first: expected 5 posts, got 20'))
  yield* stage.changeFile(
    LEAD,
    'src/routes/posts.ts',
    { kind: 'content', content: POSTS_BY_LEAD },
    { words: 'A test fails. Pages by offset are wrong anyway: I write this file anew, with a cursor and a store of its own.', rate: 80 },
  )
  yield* stage.use(
    LEAD,
    'And again.',
    check('npm test -- posts', 7, 2, 'the list names the writer: column does not exist; a new post is in the list: got none'),
  )
  yield* stage.changeFile(LEAD, 'src/routes/posts.ts', { kind: 'edit', edits: POSTS_LEAD_FIX }, { words: 'My join was wrong.' })
  yield* stage.use(LEAD, 'Now it must hold.', check('npm test -- posts', 9, 0))
}
