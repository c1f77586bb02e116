import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Backend } from './backend'

type Show = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** For everybody: where one signs in, what a link shows, and what pages are made of. Data comes over the API, which asks for itself. */
const OPEN = /^\/(sign-in|share\/|_next\/|[^/]+\.(svg|png|ico|txt|webmanifest)$|$)/

/** Next's pages; who is not signed in where people sign in is sent there first, and comes back afterwards. */
export function showPages(backend: Pick<Backend, 'mayOpenPages'>, show: Show): Show {
  return async (request, response) => {
    const url = request.url ?? '/'
    const path = url.split('?')[0] ?? '/'
    if ((request.method !== 'GET' && request.method !== 'HEAD') || (path !== '/' && OPEN.test(path)) || (await backend.mayOpenPages(request))) {
      await show(request, response)
      return
    }
    response.writeHead(302, { location: `/sign-in?next=${encodeURIComponent(url)}`, 'cache-control': 'no-store' })
    response.end()
  }
}
