/** An answer of the API that is not what was asked for; `message` says what to do. */
export class ApiError extends Error {
  /** 0 when there was no answer at all. */
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'ApiError'
    this.status = status
  }
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await answerTo(path, { signal })).json() as Promise<T>
}

export async function getText(path: string, signal?: AbortSignal): Promise<string> {
  return (await answerTo(path, { signal })).text()
}

export async function postJson<T>(path: string, body: unknown): Promise<T> {
  const answer = await answerTo(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return answer.json() as Promise<T>
}

/** A file that the API makes, with the name that it gives it. */
export async function fetchFile(path: string, body: unknown): Promise<{ name: string; body: Blob }> {
  const answer = await answerTo(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? 'backseat.html'
  return { name, body: await answer.blob() }
}

/** For what answers nothing, or nothing that is wanted. */
export async function send(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<void> {
  await answerTo(path, { method, ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) })
}

async function answerTo(path: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, 'The server does not answer. Is `backseat start` still running?')
  }
  if (response.ok) return response
  // Signed out meanwhile, in this tab or another.
  if (response.status === 401 && !path.startsWith('/api/auth/') && !/^\/(sign-in|share)/.test(location.pathname)) {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`)
  }
  throw new ApiError(response.status, await problemOf(response))
}

/** RFC 9457: `detail` says how to mend it. */
async function problemOf(response: Response): Promise<string> {
  try {
    const problem = (await response.json()) as { detail?: unknown; title?: unknown }
    if (typeof problem.detail === 'string') return problem.detail
    if (typeof problem.title === 'string') return problem.title
  } catch {
    // not JSON: the status is all there is
  }
  return `The server answered ${response.status} ${response.statusText}`.trim()
}

export const sessionPath = (id: string) => `/api/v1/sessions/${encodeURIComponent(id)}`
