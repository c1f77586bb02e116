/** What the agents of the sample write beside the API: tests, documents. Their own words, not anybody's project. */

export const FIXTURES = `import { randomUUID } from 'node:crypto'

export interface Person {
  login: string
  password: string
}

export function somebody(overrides: Partial<Person> = {}): Person {
  return { login: 'person-' + randomUUID().slice(0, 8), password: 'correct horse', ...overrides }
}

export function crowd(size: number): Person[] {
  return Array.from({ length: size }, (_, index) => somebody({ login: 'member-' + index }))
}
`

/** Added by the test writer to what its own sub-agent wrote. */
export const FIXTURES_MORE = `
export async function signUp(baseUrl: string, person: Person): Promise<number> {
  const answer = await fetch(baseUrl + '/users', { method: 'POST', body: JSON.stringify(person) })
  if (answer.status !== 201) throw new Error('sign-up failed with ' + answer.status)
  return (await answer.json()).id
}
`

export const USER_TESTS = `import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { startApi } from './api'
import { crowd, somebody } from './fixtures'

let api
before(async () => { api = await startApi() })
after(() => api.stop())

test('a new user gets 201 and an address', async () => {
  const person = somebody()
  const answer = await api.post('/users', person)
  assert.equal(answer.status, 201)
  assert.match(answer.headers.get('location'), /users/)
})

test('a login may be taken once only', async () => {
  const person = somebody()
  await api.post('/users', person)
  const again = await api.post('/users', person)
  assert.equal(again.status, 409)
})

test('a user can be read and removed', async () => {
  const created = await api.post('/users', somebody())
  const { id } = await created.json()
  assert.equal((await api.get('/users/' + id)).status, 200)
  assert.equal((await api.delete('/users/' + id)).status, 204)
  assert.equal((await api.get('/users/' + id)).status, 404)
})

test('the list of users is bounded', async () => {
  for (const person of crowd(30)) await api.post('/users', person)
  const answer = await api.get('/users?limit=500')
  const { users } = await answer.json()
  assert.ok(users.length <= 100)
})
`

/** One name replaced by another throughout. */
export const USER_TESTS_RENAMED = USER_TESTS.replaceAll(/\bapi\b(?!')/g, 'server')
  .replaceAll(/\banswer\b/g, 'response')
  .replaceAll(/\bperson\b/g, 'candidate')

export const OPENAPI = `openapi: 3.1.0
info:
  title: Notes
  version: 1.0.0
paths:
  /users:
    get:
      summary: The users, oldest first
      parameters:
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 100 } }
      responses:
        '200': { description: A list of users }
    post:
      summary: Sign up
      responses:
        '201': { description: The user was made }
        '409': { description: The login is taken }
  /posts:
    get:
      summary: Public posts, newest first
      responses:
        '200': { description: A page of posts }
`

export const README_BY_WRITER = `# Notes

A small REST API for notes that people publish and discuss.

## Start

    createdb notes
    psql notes -f db/schema.sql
    npm start

The server listens on port 8080; set PORT to choose another.

## Resources

- /users signs people up, shows and removes them
- /posts lists what is public, newest first, and takes new drafts
- /posts/:id/comments holds the discussion below a post

Every error is an application/problem+json document with a title that a person can read.
`

export const README_BY_USER = `# Notes (internal)

Ask the platform team before you run this anywhere but on your laptop. Deployments go through the usual pipeline, never by hand; secrets live in the vault.

How to get going: read CONTRIBUTING, then run make up. It brings a database and fills it with the demonstration data.
`

export const LOAD_TEST = `import { performance } from 'node:perf_hooks'

export async function hammer(url: string, seconds: number): Promise<number[]> {
  const until = performance.now() + seconds * 1000
  const latencies: number[] = []
  while (performance.now() < until) {
    const begun = performance.now()
    const answer = await fetch(url)
    await answer.arrayBuffer()
    latencies.push(performance.now() - begun)
  }
  return latencies.sort((a, b) => a - b)
}

export function percentile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
`

export const DIAGRAM = `erDiagram
  app_user ||--o{ app_post : writes
  app_user ||--o{ app_comment : writes
  app_post ||--o{ app_comment : receives
  app_user {
    bigint user_no
    varchar login
  }
  app_post {
    bigint post_no
    varchar headline
    visibility shown
  }
`

/** What the sub-agents answer when the master asks them, in text alone. */
export const ANSWERS = {
  running:
    'Whoever runs this needs Node 20 or newer, a Postgres that allows the creation of types, and one environment variable for the port. Nothing else has to be installed, and the schema is applied with a single command before the first start.',
  growth:
    'A user takes about 200 bytes, a post two kilobytes, a comment half of one. With ten thousand users who write one post a week the database grows by a gigabyte in a year, most of which is the text of the posts. The indexes add a tenth to that, and none of them has to be rebuilt.',
  slow: 'The list in src/routes/posts.ts joins two tables and sorts, so it will be the first to need help once app_post has some 500,000 rows. Counting comments comes next.',
  untested:
    'Nobody has written a test for two people who edit the same thing at once, nor for what happens when the mail provider is away for 60 minutes: withRetry gives up after 12 attempts, and a letter to more than 500 people has never been tried.',
} as const

/** The master's report: the first answer word for word, half of the second, the third in other words, nothing of the fourth. */
export const REPORT =
  'The API is done: users, posts, comments, search and mail, with 23 passing tests. I wrote a good part of it myself. ' +
  `${ANSWERS.running} ` +
  'With ten thousand users who write one post a week the database grows by a gigabyte in a year, plus indexes. ' +
  'Should anything become sluggish, look at src/routes/posts.ts before you look elsewhere.'
