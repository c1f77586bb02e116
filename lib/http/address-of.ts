import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

/** The address that a request came from; behind a proxy the proxy's. */
export function addressOf(context: Context): string {
  const { incoming }: Partial<HttpBindings> = Object(context.env)
  return incoming?.socket.remoteAddress ?? 'unknown'
}
