/** What the agents of the sample write as the modules beside the routes. Their own words, not anybody's project. */

export const PAGINATION = `export interface Page {
  after: string | null
  size: number
}

export function parsePage(query: URLSearchParams): Page {
  const size = Number.parseInt(query.get('size') ?? '', 10)
  return { after: query.get('after'), size: Number.isNaN(size) ? 20 : Math.min(100, Math.max(1, size)) }
}

export function nextLink(url: URL, last: string | undefined): string | null {
  if (last === undefined) return null
  const next = new URL(url)
  next.searchParams.set('after', last)
  return next.pathname + next.search
}
`

export const CACHE_BY_WRITER = `interface Entry {
  body: string
  until: number
}

const entries = new Map<string, Entry>()

export function cached(key: string, now: number): string | undefined {
  const entry = entries.get(key)
  if (!entry || entry.until < now) return undefined
  return entry.body
}

export function keep(key: string, body: string, now: number, seconds: number): void {
  entries.set(key, { body, until: now + seconds * 1000 })
  if (entries.size > 1000) dropOldest()
}

function dropOldest(): void {
  const oldest = entries.keys().next().value
  if (oldest !== undefined) entries.delete(oldest)
}

export function invalidate(prefix: string): number {
  let dropped = 0
  for (const key of entries.keys()) {
    if (key.startsWith(prefix) && entries.delete(key)) dropped += 1
  }
  return dropped
}
`

export const CACHE_BY_UTILITY = `import { createHash } from 'node:crypto'

export function etagOf(body: string): string {
  return '"' + createHash('sha1').update(body).digest('base64url') + '"'
}

export function notModified(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((candidate) => candidate.trim() === etag || candidate.trim() === '*')
}
`

export const RATE_LIMIT = `export function tokenBucket(capacity: number, perSecond: number) {
  const buckets = new Map<string, { left: number; at: number }>()
  return function take(address: string, now: number): boolean {
    const bucket = buckets.get(address) ?? { left: capacity, at: now }
    bucket.left = Math.min(capacity, bucket.left + ((now - bucket.at) / 1000) * perSecond)
    bucket.at = now
    buckets.set(address, bucket)
    if (bucket.left < 1) return false
    bucket.left -= 1
    return true
  }
}
`

export const RATE_LIMIT_BY_PEER = `type Hit = readonly [key: string, second: number]

export class SlidingWindow {
  #hits: Hit[] = []
  constructor(readonly limit = 60, readonly span = 60) {}

  allows(key: string, second = Math.floor(performance.now() / 1000)) {
    this.#hits = this.#hits.filter(([, then]) => second - then < this.span)
    const mine = this.#hits.filter(([who]) => who === key).length
    if (mine < this.limit) this.#hits.push([key, second])
    return mine < this.limit
  }
}
`

/** Each takes a little; together they leave less than 70 % of what the peer wrote. */
export const RATE_LIMIT_EDITS = [
  {
    words: 'The reviewer is right: addresses that stay away must be forgotten. A map first.',
    edit: { old: 'type Hit = readonly [key: string, second: number]\n', new: 'interface Visits { count: number; began: number }\n' },
  },
  {
    words: 'The constructor takes its figures by name.',
    edit: {
      old: '  constructor(readonly limit = 60, readonly span = 60) {}\n',
      new: '  constructor(private readonly rules: Rules) {\n    setInterval(() => this.forget(), rules.seconds * 1000).unref()\n  }\n',
    },
  },
  {
    words: 'And the counting follows.',
    edit: {
      old: '    if (mine < this.limit) this.#hits.push([key, second])\n',
      new: '    const visits = this.#visits.get(address) ?? fresh(at)\n    this.#visits.set(address, { ...visits, count: visits.count + 1 })\n',
    },
  },
]

export const ERRORS = `export class HttpError extends Error {
  constructor(readonly status: number, message: string, readonly detail?: string) {
    super(message)
    this.name = 'HttpError'
  }
}

export function toProblem(error: unknown): { status: number; title: string; detail?: string } {
  if (error instanceof HttpError) return { status: error.status, title: error.message, detail: error.detail }
  console.error(error)
  return { status: 500, title: 'Something went wrong on our side' }
}
`

export const VALIDATE = `type Rule = (value: unknown) => string | undefined

export const text = (least: number, most: number): Rule => (value) =>
  typeof value === 'string' && value.length >= least && value.length <= most ? undefined : 'must be a text of ' + least + ' to ' + most + ' characters'

export function validate(body: Record<string, unknown>, rules: Record<string, Rule>): string[] {
  return Object.entries(rules).flatMap(([field, rule]) => {
    const fault = rule(body[field])
    return fault ? [field + ' ' + fault] : []
  })
}
`

export const MAILER_BY_WRITER = `import { connect } from 'node:net'

export interface Letter {
  to: string
  subject: string
  lines: string[]
}

export async function sendLetter(letter: Letter, host: string): Promise<void> {
  const socket = connect(25, host)
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  for (const line of ['HELO notes', 'MAIL FROM:<no-reply@notes.example>', 'RCPT TO:<' + letter.to + '>', 'DATA']) {
    socket.write(line + '\\r\\n')
  }
  socket.end(['Subject: ' + letter.subject, '', ...letter.lines, '.', 'QUIT', ''].join('\\r\\n'))
}
`

export const MAILER_BY_LEAD = `export type Mail = Readonly<Record<'recipient' | 'topic' | 'html', string>>

export const outbox: Mail[] = []

/** Posts to the provider's HTTP interface; without a key, mail is kept for the tests. */
export const deliver = async (mail: Mail, key = process.env.MAIL_KEY) => {
  if (key === undefined) return outbox.push(mail)
  const answer = await fetch('https://mail.example/v1/messages', { method: 'POST', body: JSON.stringify(mail), headers: { authorization: key } })
  if (!answer.ok) throw new Error(\`mail was refused: \${answer.status}\`)
  return 0
}
`
