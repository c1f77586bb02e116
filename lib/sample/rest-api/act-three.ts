import type { Actor } from '../simulation'
import type { Stage } from '../stage'
import { DOCS, HARNESS, joinWorker, LEAD, REVIEW, ROUTES, SCHEMA, TESTS, USER } from './cast'
import { RATE_LIMIT_EDITS } from './module-files'
import { ANSWERS, DIAGRAM, LOAD_TEST, README_BY_USER, README_BY_WRITER, REPORT } from './other-files'
import { APP, APP_SHUTDOWN, SEARCH_BY_LEAD, SEARCH_BY_WRITER } from './route-files'

/** The master repeats the reviewer's search; a finding leads to small edits that add up; a change is put back. */
export function* review(stage: Stage): Actor {
  joinWorker(stage, REVIEW)
  const files = ['src/routes/users.ts', 'src/pagination.ts']
  const search = { name: 'grep', arguments: { pattern: 'pool\\.query\\(.*\\+', paths: files }, reads: files, result: 'no match' }
  const [audit, shutdown] = yield* stage.handOut(LEAD, 'A review of the queries, and a clean shutdown for the server.', [
    {
      to: REVIEW,
      title: 'Review the queries',
      brief: 'Look for SQL that is put together from text. Report what you find.',
      outputs: [],
      work: (taskId) => audits(stage, taskId, search),
      result: 'No SQL is put together from text; src/rate-limit.ts forgets no address.',
    },
    {
      to: ROUTES,
      title: 'Shut down cleanly',
      brief: 'Make src/app.ts end open connections before it exits.',
      outputs: ['src/app.ts'],
      work: (taskId) =>
        stage.changeFile(ROUTES, 'src/app.ts', { kind: 'append', text: APP_SHUTDOWN }, { taskId, words: 'Close, wait, then cut what is left.', rate: 30 }),
      result: 'src/app.ts now ends its connections.',
    },
  ])
  yield audit.done
  yield* stage.use(LEAD, 'No match, it says. I want to see that with my own eyes.', search)
  for (const { words, edit } of RATE_LIMIT_EDITS) yield* stage.changeFile(LEAD, 'src/rate-limit.ts', { kind: 'edit', edits: [edit] }, { words })
  yield shutdown.done
  yield* stage.say(LEAD, 'The platform does this for us. Back to what it was.', {
    act: (turnId) => stage.change(LEAD, 'src/app.ts', { kind: 'revert', content: APP }, { turnId }),
  })
}

function* audits(stage: Stage, taskId: string, search: Parameters<Stage['use']>[2]): Actor {
  yield* stage.use(REVIEW, 'I look for a plus sign inside the arguments of a query.', search, { taskId })
  yield* stage.say(REVIEW, 'Every value goes in as a parameter; no text is put together. But src/rate-limit.ts never forgets an address.', {
    taskId,
    act: (turnId) => stage.message(REVIEW, LEAD, 'result', 'No SQL is put together from text; src/rate-limit.ts forgets no address.', { taskId, turnId }),
  })
}

/** The user asks for something else and edits a file by hand; a picture replaces a text; a load test runs into the harness's limit. */
export function* lastWishes(stage: Stage): Actor {
  const [search, readme, diagram] = yield* stage.handOut(LEAD, 'Search, the README and a diagram, side by side.', [
    {
      to: ROUTES,
      title: 'Write the search',
      brief: 'Write src/routes/search.ts: find posts by words in the headline.',
      outputs: ['src/routes/search.ts'],
      work: (taskId) => stage.writeFile(ROUTES, 'src/routes/search.ts', SEARCH_BY_WRITER, { taskId, rate: 34 }),
      result: 'Wrote src/routes/search.ts.',
    },
    {
      to: DOCS,
      title: 'Write the README',
      brief: 'Write README.md: what this is, how to start it, what it serves.',
      outputs: ['README.md'],
      work: (taskId) => writesReadme(stage, taskId),
      result: 'Wrote README.md.',
    },
    {
      to: SCHEMA,
      title: 'Draw the tables',
      brief: 'Write docs/tables.mmd: a diagram of the three tables.',
      outputs: ['docs/tables.mmd'],
      work: (taskId) => stage.writeFile(SCHEMA, 'docs/tables.mmd', DIAGRAM, { taskId, rate: 30 }),
      result: 'Wrote docs/tables.mmd.',
    },
  ])
  yield search.done
  stage.message(USER, LEAD, 'user', 'Please make the search a full-text search over headline and content, ranked.')
  yield 700
  yield* stage.changeFile(
    LEAD,
    'src/routes/search.ts',
    { kind: 'content', content: SEARCH_BY_LEAD },
    { words: 'Full text it is, ranked by Postgres itself.', rate: 80 },
  )
  yield diagram.done
  yield* stage.say(LEAD, 'A picture is better than its source.', {
    act: (turnId) => stage.change(LEAD, 'docs/tables.mmd', { kind: 'opaque', hash: 'a3f1c05e77d24b09' }, { turnId }),
  })
  stage.change(USER, 'README.md', { kind: 'content', content: README_BY_USER })
  yield readme.done

  const [load] = yield* stage.handOut(LEAD, 'At the end a load test.', [
    {
      to: TESTS,
      title: 'Write the load test',
      brief: 'Write tests/load.ts and run it for a minute.',
      outputs: ['tests/load.ts'],
      work: (taskId) => loadTest(stage, taskId),
      result: 'The load test ran.',
    },
  ])
  yield 12_000
  stage.cutOff(load)
  stage.end(load, 'cancelled', HARNESS, { reason: 'The time limit of this tool call was reached.' })
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

/** Four questions whose answers are text: one is passed on, one revised, one put in other words, one left out. */
export function* questions(stage: Stage): Actor {
  const ask = (to: string, title: string, answer: string) => ({
    to,
    title,
    brief: `${title} Answer in a few sentences, from what you have seen.`,
    outputs: [],
    work: (taskId: string) => stage.say(to, answer, { taskId }),
    result: answer,
  })
  const jobs = yield* stage.handOut(LEAD, 'Before I report I ask those who did the work, all four at once.', [
    ask(DOCS, 'What does somebody need who runs this?', ANSWERS.running),
    ask(SCHEMA, 'How does the database grow?', ANSWERS.growth),
    ask(ROUTES, 'Which routes will be slow first?', ANSWERS.slow),
    ask(TESTS, 'What is not tested?', ANSWERS.untested),
  ])
  for (const job of jobs) yield job.done
  yield* stage.say(LEAD, REPORT, { rate: 60 })
  stage.message(LEAD, USER, 'answer', REPORT)
}
