import type { TestBackend } from './test-backend'

/** How somebody is known to the server: headers of a request. */
export type Known = Record<string, string>

export const PASSWORD = 'correct horse battery'

export const TEST_ACCOUNTS = { publicUrl: 'http://127.0.0.1', secret: 'x'.repeat(40), newOwner: false }

export interface Asked {
  status: number
  body: Record<string, unknown>
  headers: Headers
}

export async function ask(server: TestBackend, who: Known, method: string, path: string, body?: unknown): Promise<Asked> {
  const response = await fetch(server.origin + path, {
    method,
    headers: { ...who, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    redirect: 'manual',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    parsed = { text }
  }
  return { status: response.status, body: Object(parsed), headers: response.headers }
}

/** Throws when the answer is no 2xx. */
export async function must(server: TestBackend, who: Known, method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const answer = await ask(server, who, method, path, body)
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}

export function cookieOf(headers: Headers): Known {
  return {
    cookie: headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; '),
  }
}

export function tokenIn(url: unknown): string {
  const query = new URL(String(url)).searchParams
  return query.get('join') ?? query.get('reset') ?? ''
}

export async function joins(server: TestBackend, name: string, token: string): Promise<Known> {
  const { status, body, headers } = await ask(server, {}, 'POST', '/api/auth/join', { token, name, email: `${name}@example.com`, password: PASSWORD })
  if (status !== 204) throw new Error(`${name} could not join: ${status} ${JSON.stringify(body)}`)
  return cookieOf(headers)
}

/** The first owner, by the link that a start prints. */
export async function firstOwner(server: TestBackend): Promise<Known> {
  return joins(server, 'olga', tokenIn(await server.backend.ownerLink()))
}

export async function invited(server: TestBackend, by: Known, name: string, role: string, project: string): Promise<Known> {
  const { url } = await must(server, by, 'POST', `/api/v1/invitations?project=${project}`, { role })
  return joins(server, name, tokenIn(url))
}

export async function keyFor(server: TestBackend, by: Known, may: string[], project: string): Promise<Known & { id: string }> {
  const { id, key } = await must(server, by, 'POST', `/api/v1/keys?project=${project}`, { name: may.join(' '), may })
  return { authorization: `Bearer ${String(key)}`, id: String(id) }
}
