import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { hasProject } from '@/lib/auth/projects'
import { DEFAULT_PROJECT, isProjectId, projectOf } from '@/lib/core/project'
import type { Database } from '@/lib/store/database'
import { ROUTES } from './access'
import { authorise, type Caller, type Callers, credentialsOf } from './callers'
import { Refused } from './problem'

declare module 'hono' {
  interface ContextVariableMap {
    caller: Caller
  }
}

/** Lets a request through to its route as the table of access says. Throws Refused. */
export function requireAccess(callers: Callers, database: Database): MiddlewareHandler {
  return async (context, next) => {
    const route = matchedRoutes(context).findLast(({ method }) => method !== 'ALL')
    // Nothing answers here: notFound says so.
    if (!route) return next()
    const access = ROUTES[`${route.method} ${route.path}`]
    if (!access) throw new Refused('internal', `${route.method} ${route.path} has no entry in lib/http/access.ts, so nobody may use it.`)
    const session = access.needs !== 'nothing' && access.needs !== 'person' && access.of === 'session' ? sessionOf(context, route.path) : undefined
    // A list that is asked about one session is of that session's project.
    const about = context.req.query('session')
    const asked = context.req.query('project') || (about && projectOf(about)) || undefined
    const principal = await callers.identify(credentialsOf(headersOf(context)))
    const caller = authorise(access, principal, { session, asked, cookie: context.req.header('cookie') })
    if (asked !== undefined && isProjectId(asked) && asked !== DEFAULT_PROJECT && !(await hasProject(database, asked)))
      throw new Refused('not_found', 'There is no such project.')
    context.set('caller', caller)
    return next()
  }
}

/** The segment that the route calls `:id`, decoded as its handler will see it. */
function sessionOf(context: Context, pattern: string): string {
  const at = pattern.split('/').indexOf(':id')
  const segment = context.req.path.split('/')[at]
  if (at < 0 || segment === undefined) throw new Refused('internal', `${pattern} says that it is of a session and has no :id.`)
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new Refused('bad_request', 'The session’s id in the address is not percent-encoded UTF-8.')
  }
}

function headersOf({ req }: Context): Parameters<typeof credentialsOf>[0] {
  return {
    authorization: req.header('authorization'),
    cookie: req.header('cookie'),
    'x-api-key': req.header('x-api-key'),
    'x-backseat-key': req.header('x-backseat-key'),
  }
}
