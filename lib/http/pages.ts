import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Backend } from './backend'

type Show = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** For everybody: where one signs in, what a link shows, and what pages are made of. Data comes over the API, which asks for itself. */
const OPEN = /^\/(sign-in$|share\/|_next\/|[^/]+\.(svg|png|ico|txt|webmanifest)$)/
const PARTS = /^\/_next\//

/** Next's pages, with the headers that keep foreign code out. Who is not signed in where people sign in is sent there first, and comes back afterwards. */
export function showPages(backend: Pick<Backend, 'mayOpenPages'>, show: Show, dev: boolean): Show {
  return async (request, response) => {
    const url = request.url ?? '/'
    const path = url.split('?')[0] ?? '/'
    secure(request, response, path, dev)
    if ((request.method !== 'GET' && request.method !== 'HEAD') || OPEN.test(path) || (await backend.mayOpenPages(request))) {
      await show(request, response)
      return
    }
    response.writeHead(302, { location: `/sign-in?next=${encodeURIComponent(url)}`, 'cache-control': 'no-store' })
    response.end()
  }
}

function secure(request: IncomingMessage, response: ServerResponse, path: string, dev: boolean): void {
  response.setHeader('x-content-type-options', 'nosniff')
  if (PARTS.test(path)) return
  const nonce = randomBytes(16).toString('base64')
  const policy = policyOf(nonce, dev)
  // Next reads the nonce from here, the layout from there; neither may come from outside.
  request.headers['content-security-policy'] = policy
  request.headers['x-nonce'] = nonce
  response.setHeader('content-security-policy', policy)
  response.setHeader('x-frame-options', 'DENY')
  // A link's address is its key: no other site is told of it.
  response.setHeader('referrer-policy', path.startsWith('/share/') || path === '/sign-in' ? 'no-referrer' : 'same-origin')
  response.setHeader('cross-origin-opener-policy', 'same-origin')
  response.setHeader('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()')
}

/** Scripts are ours alone, by a word that changes with each answer: what a trace says can be shown and never run. */
function policyOf(nonce: string, dev: boolean): string {
  return [
    "default-src 'self'",
    // Compiling pages while one works on them needs eval.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`,
    dev ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    // Some browsers do not count a socket of the same origin as 'self'; which origins may open one the server asks itself.
    "connect-src 'self' ws: wss:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
