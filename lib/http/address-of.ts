import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import type { TrustedProxies } from '@/lib/auth/trusted-proxies'

declare module 'hono' {
  interface ContextVariableMap {
    address: string
  }
}

/** Who asks, for limits and for the log: told once, before every route. */
export function tellAddress(proxies: TrustedProxies): MiddlewareHandler {
  return (context, next) => {
    const { incoming }: Partial<HttpBindings> = Object(context.env)
    context.set('address', incoming ? proxies.addressOf(incoming) : 'unknown')
    return next()
  }
}

export function addressOf(context: Context): string {
  return context.get('address')
}
