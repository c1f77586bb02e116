/** What the agents of the sample write as the API itself. Their own words, not anybody's project. */

export const APP = `import { createServer } from 'node:http'
import { routes } from './routes'

const port = Number(process.env.PORT ?? 8080)

export const app = createServer((request, response) => {
  const route = routes.find((candidate) => candidate.matches(request.method, request.url))
  if (!route) {
    response.writeHead(404, { 'content-type': 'application/problem+json' })
    response.end(JSON.stringify({ title: 'No such resource', status: 404 }))
    return
  }
  route.handle(request, response)
})

app.listen(port, () => console.log('listening on', port))
`

/** What the route writer adds to the application, and the master takes out again. */
export const APP_SHUTDOWN = `
const sockets = new Set<Socket>()
app.on('connection', (socket) => {
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    app.close(() => process.exit(0))
    setTimeout(() => sockets.forEach((socket) => socket.destroy()), 10_000).unref()
  })
}
`

export const USERS = `import type { Pool } from 'pg'
import { hashPassword } from '../password'
import { readJson, sendJson, sendProblem } from '../http'

export function userRoutes(pool: Pool) {
  async function listUsers(request, response) {
    const limit = clamp(Number(request.query.limit ?? 20), 1, 100)
    const { rows } = await pool.query('SELECT user_no, login FROM app_user ORDER BY user_no LIMIT $1', [limit])
    sendJson(response, 200, { users: rows })
  }

  async function createUser(request, response) {
    const body = await readJson(request)
    if (typeof body.login !== 'string' || body.login.length < 3) {
      return sendProblem(response, 422, 'login needs three characters or more')
    }
    const secret = await hashPassword(body.password)
    const { rows } = await pool.query('INSERT INTO app_user (login, secret) VALUES ($1, $2) RETURNING user_no', [body.login, secret])
    sendJson(response, 200, { id: rows[0].user_no, login: body.login })
  }

  async function showUser(request, response) {
    const { rows } = await pool.query('SELECT user_no, login, registered FROM app_user WHERE user_no = $1', [request.params.id])
    if (rows.length === 0) return sendProblem(response, 404, 'there is no such user')
    sendJson(response, 200, rows[0])
  }

  async function removeUser(request, response) {
    const { rowCount } = await pool.query('DELETE FROM app_user WHERE user_no = $1', [request.params.id])
    if (rowCount === 0) return sendProblem(response, 404, 'there is no such user')
    response.writeHead(204).end()
  }

  return { listUsers, createUser, showUser, removeUser }
}

function clamp(value: number, low: number, high: number): number {
  return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : low
}
`

/** The master's correction of createUser after the tests failed: about a sixth of the file. */
export const USERS_FIX = [
  {
    old: `    const { rows } = await pool.query('INSERT INTO app_user (login, secret) VALUES ($1, $2) RETURNING user_no', [body.login, secret])
    sendJson(response, 200, { id: rows[0].user_no, login: body.login })
`,
    new: `    try {
      const inserted = await insertUser(pool, body.login.trim().toLowerCase(), secret)
      response.setHeader('location', '/users/' + inserted)
      sendJson(response, 201, inserted)
    } catch (error) {
      if (isUniqueViolation(error)) return sendProblem(response, 409, 'that login is taken')
      throw error
    }
`,
  },
  {
    old: `    if (typeof body.login !== 'string' || body.login.length < 3) {
      return sendProblem(response, 422, 'login needs three characters or more')
    }
`,
    new: `    const fault = checkLogin(body)
    if (fault) return sendProblem(response, fault.status, fault.text)
`,
  },
]

export const POSTS_BY_WRITER = `import type { Pool } from 'pg'
import { readJson, sendJson, sendProblem } from '../http'

export function postRoutes(pool: Pool) {
  async function listPosts(request, response) {
    const page = Number(request.query.page ?? 0)
    const { rows } = await pool.query('SELECT * FROM app_post WHERE shown = $1 ORDER BY changed DESC OFFSET $2 LIMIT 20', ['public', page * 20])
    sendJson(response, 200, { page, posts: rows })
  }

  async function createPost(request, response) {
    const { headline, content } = await readJson(request)
    if (!headline) return sendProblem(response, 422, 'a post needs a headline')
    const { rows } = await pool.query('INSERT INTO app_post (writer, headline, content) VALUES ($1, $2, $3) RETURNING post_no', [request.user, headline, content])
    sendJson(response, 201, { id: rows[0].post_no })
  }

  async function publishPost(request, response) {
    const { rowCount } = await pool.query("UPDATE app_post SET shown = 'public' WHERE post_no = $1 AND writer = $2", [request.params.id, request.user])
    if (rowCount === 0) return sendProblem(response, 404, 'no such post of yours')
    sendJson(response, 200, { published: true })
  }

  return { listPosts, createPost, publishPost }
}
`

export const POSTS_BY_LEAD = `import { Router, type Handler } from '../router'
import { database } from '../database'
import { Cursor } from '../cursor'

class PostStore {
  latest(after: Cursor | null, size = 25) {
    const since = after?.moment ?? new Date(8.64e15)
    return database.many\`select p.post_no as "id", p.headline, u.login as "by" from app_post p natural join app_user u
      where p.changed < \${since} and p.shown <> 'draft' order by 1 desc fetch first \${size} rows only\`
  }

  async add(draft: { headline: string; content?: string }, by: bigint) {
    return database.one\`insert into app_post(headline, content, writer) select \${draft.headline}, coalesce(\${draft.content}, ''), \${by} returning *\`
  }
}

const store = new PostStore()

const index: Handler = async ({ url, reply }) => {
  const items = await store.latest(Cursor.parse(url.searchParams.get('after')))
  reply.json({ items, next: items.length ? Cursor.of(items.at(-1)).print() : null })
}

const create: Handler = async ({ json, session, reply }) => {
  const draft = await json()
  if (!session) return reply.status(401)
  reply.created(await store.add(draft, session.userNo))
}

export default new Router('/posts').get(index).post(create)
`

/** The master mends what it broke in its own version. */
export const POSTS_LEAD_FIX = [{ old: 'natural join app_user u\n', new: 'join app_user u on u.user_no = p.writer\n' }]

export const COMMENTS_FIRST = `import type { Pool } from 'pg'
import { readJson, sendJson, sendProblem } from '../http'

export function commentRoutes(pool: Pool) {
  async function listComments(request, response) {
    const { rows } = await pool.query('SELECT comment_no, writer, content FROM app_comment WHERE post_no = $1 ORDER BY comment_no', [request.params.post])
    sendJson(response, 200, { comments: rows })
  }

  return { listComments }
}
`

export const COMMENTS_SECOND = COMMENTS_FIRST.replace(
  '  return { listComments }\n',
  `  async function addComment(request, response) {
    const { content } = await readJson(request)
    if (!content) return sendProblem(response, 422, 'a comment needs some text')
    const known = await pool.query('SELECT 1 FROM app_post WHERE post_no = $1', [request.params.post])
    if (known.rowCount === 0) return sendProblem(response, 404, 'there is no such post')
    const { rows } = await pool.query('INSERT INTO app_comment (post_no, writer, content) VALUES ($1, $2, $3) RETURNING comment_no', [request.params.post, request.user, content])
    sendJson(response, 201, { id: rows[0].comment_no })
  }

  return { listComments, addComment }
`,
)

/** Written by the master against the first version, while the second was being written. */
export const COMMENTS_BY_LEAD = `import { Router } from '../router'
import { database } from '../database'

type Thread = { post: bigint; depth: number }

export default new Router('/posts/:post/comments')
  .get(async ({ params, reply }) => {
    const thread: Thread = { post: BigInt(params.post), depth: 0 }
    reply.json(await database.many\`select comment_no as "id", content as "text" from app_comment where post_no = \${thread.post} order by 1\`)
  })
  .post(async ({ params, json, session, reply }) => {
    const { text } = await json()
    if (!text?.trim()) return reply.problem(422, 'say something')
    await database.run\`insert into app_comment(post_no, writer, content) values (\${params.post}, \${session.userNo}, \${text})\`
    reply.status(201)
  })
`

export const SEARCH_BY_WRITER = `import type { Pool } from 'pg'
import { sendJson } from '../http'

export function searchRoutes(pool: Pool) {
  async function searchPosts(request, response) {
    const words = String(request.query.q ?? '').split(' ').filter((word) => word.length > 1)
    if (words.length === 0) return sendJson(response, 200, { posts: [] })
    const like = words.map((word, index) => 'headline ILIKE $' + (index + 1)).join(' AND ')
    const { rows } = await pool.query('SELECT post_no, headline FROM app_post WHERE ' + like + ' LIMIT 50', words.map((word) => '%' + word + '%'))
    sendJson(response, 200, { posts: rows })
  }

  return { searchPosts }
}
`

/** After the user asked for full-text search. */
export const SEARCH_BY_LEAD = `import { Router } from '../router'
import { database } from '../database'

const ranked = (terms: string) => database.many\`
  with hit as (
    select p.*, ts_rank_cd(to_tsvector('english', p.headline || ' ' || p.content), query) as score
    from app_post p cross join websearch_to_tsquery('english', \${terms}) as query
    where to_tsvector('english', p.headline || ' ' || p.content) @@ query
  )
  select hit.post_no as "id", hit.headline as "title" from hit order by score desc limit 30\`

export default new Router('/search').get(async ({ url, reply }) => {
  const terms = url.searchParams.get('q')?.trim()
  if (!terms) return reply.problem(400, 'give q, the words to look for')
  reply.json({ results: await ranked(terms) })
})
`
