import { createServer } from 'node:http'
import pg from 'pg'
import { WebSocketServer } from 'ws'

/**
 * The yardstick: the least that a Node program must do to take the same events in and show them to a
 * viewer. It parses the body, writes one row an event by one multi-row INSERT a request into a table
 * like ours, answers after the commit, then pushes the events to every WebSocket. It checks, folds,
 * finds and resumes nothing.
 */
interface Event {
  id: string
  type: string
  occurredAt: number
  sessionId: string
  turnId?: string
}

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8 })
/** Sessions that are there already, when it starts on a copy of our database. */
const { rows: known } = await pool.query<{ id: string; pk: string; head: number }>('SELECT id, pk, head FROM session')
const sessions = new Map(known.map(({ id, pk, head }) => [id, { pk: Number(pk), head }]))
let nextPk = Math.max(0, ...[...sessions.values()].map(({ pk }) => pk)) + 1

function sessionOf(id: string): { pk: number; head: number } {
  let session = sessions.get(id)
  if (!session) {
    session = { pk: nextPk++, head: 0 }
    sessions.set(id, session)
  }
  return session
}

const statements = new Map<number, string>()

function insert(rows: number): string {
  let text = statements.get(rows)
  if (!text) {
    const places = Array.from({ length: rows }, (_, row) => `(${Array.from({ length: 7 }, (_, column) => `$${row * 7 + column + 1}`).join(',')})`)
    text = `INSERT INTO event (session_pk, sequence, id, occurred_at, type, turn_id, data) VALUES ${places.join(',')}`
    statements.set(rows, text)
  }
  return text
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const events = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Event[]
    const values: unknown[] = []
    for (const event of events) {
      const session = sessionOf(event.sessionId)
      values.push(
        session.pk,
        ++session.head,
        event.id,
        event.occurredAt,
        event.type,
        event.type === 'turn.streamed' ? event.turnId : null,
        JSON.stringify(event),
      )
    }
    pool.query({ name: `insert_${events.length}`, text: insert(events.length), values }).then(
      () => {
        const answer = JSON.stringify({ accepted: events.length })
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length })
        response.end(answer)
        if (viewers.clients.size === 0) return
        const message = JSON.stringify(events)
        for (const viewer of viewers.clients) viewer.send(message)
      },
      (error: unknown) => {
        response.writeHead(500)
        response.end(String(error))
      },
    )
  })
})
const viewers = new WebSocketServer({ server, perMessageDeflate: false })
server.listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.('ready'))
process.on('disconnect', () => process.exit(1))
process.on('SIGTERM', () => process.exit(0))
