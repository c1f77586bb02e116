import type { IncomingMessage, ServerResponse } from 'node:http'
import next from 'next'
import { createBackend } from './lib/http/backend'
import { showPages } from './lib/http/pages'
import { readKeptProgram } from './lib/cli/pages'
import { addressOf } from './lib/cli/settings'
import type { Serve } from './lib/cli/start'

/** The API, the live connections and the pages on one HTTP server. Upgrades are left alone: Socket.IO takes its path, Next adds its own listener for development. */
export const serve: Serve = async ({ httpServer, databaseUrl, root, host, port, pagesFolder, prices, version, accounts, proxies, detectorThreads }) => {
  const backend = await createBackend({
    databaseUrl,
    prices,
    version,
    allowedHosts: [host],
    accounts,
    proxies,
    detector: { threads: detectorThreads },
    keptProgram: (kind) => readKeptProgram(root, pagesFolder, kind),
  })
  // Pages that are drawn here ask the API as any other.
  process.env.BACKSEAT_SELF = addressOf(host, port)
  const dev = pagesFolder === undefined
  // What next.config.js reads.
  if (!dev) process.env.NEXT_DIST_DIR = pagesFolder
  const pages = next({ dev, dir: root, hostname: host, port, httpServer })
  await pages.prepare()
  const showPage = showPages(backend, pages.getRequestHandler(), dev)
  backend.attach(httpServer)
  return {
    handle: (request: IncomingMessage, response: ServerResponse) => {
      const url = request.url ?? '/'
      if (url.startsWith('/api/') || url.startsWith('/v1/') || url.startsWith('/crewai_plus/')) backend.handle(request, response)
      else void showPage(request, response)
    },
    ownerLink: () => backend.ownerLink(),
    close: async () => {
      await backend.close()
      await pages.close()
    },
  }
}
