import type { Permission } from '@/lib/auth/principal'
import type { LIVE_MESSAGES } from '@/lib/live/protocol'
import type { ViewerRequests } from '@/lib/live/server'

/**
 * Who may use what: the one table of all routes and of all messages of sockets. What is not in it is
 * refused, and a test (access.db.test.ts) walks it with every kind of caller and fails when a route has no entry.
 *
 * `of: 'session'`: the permission in the project of the session that `:id` names. `of: 'project'`: in the project that
 * the request names, else the caller's usual one.
 */
export type Access =
  /** For everybody: it says nothing of anybody's data, or has a secret of its own in it. */
  | { needs: 'nothing' }
  /** A person who is signed in, whatever they may do. */
  | { needs: 'person' }
  | { needs: Permission; of: 'session' | 'project' }

const nothing: Access = { needs: 'nothing' }
const session = (needs: Permission): Access => ({ needs, of: 'session' })
const project = (needs: Permission): Access => ({ needs, of: 'project' })

export const ROUTES: Readonly<Record<string, Access>> = {
  'GET /api/health': nothing,

  'POST /api/v1/events': project('write'),
  /** Foreign protocols (lib/http/wires), whatever they call their paths. */
  'WIRE *': project('write'),

  'GET /api/v1/sessions': project('read'),
  'GET /api/v1/sessions/:id': session('read'),
  'DELETE /api/v1/sessions/:id': session('manage'),
  'GET /api/v1/sessions/:id/snapshot': session('read'),
  'GET /api/v1/sessions/:id/content/:hash': session('read'),
  'GET /api/v1/sessions/:id/turns/:turnId/text': session('read'),
  'GET /api/v1/sessions/:id/turns/:turnId/pace': session('read'),
  'GET /api/v1/sessions/:id/events': session('read'),
  'GET /api/v1/sessions/:id/search': session('read'),
  'GET /api/v1/search': project('read'),
  /** It holds what whoever may read the session reads anyway, or less. */
  'POST /api/v1/sessions/:id/file': session('read'),
  'POST /api/v1/sessions/:id/file/preview': session('read'),
  'GET /api/v1/prices': project('read'),
  'GET /api/v1/sessions/:id/artifact': session('read'),
  'GET /api/v1/sessions/:id/outcomes': session('read'),
  'GET /api/v1/sessions/:id/tasks/:task/brief': session('read'),
  'GET /api/v1/compare': project('read'),
  'GET /api/v1/compare/details': project('read'),
  'GET /api/v1/compare.csv': project('read'),
  'GET /api/v1/compare.html': project('read'),
  /** Judges, and changes nothing. */
  'POST /api/v1/check': project('read'),
  'POST /api/v1/sessions/:id/set-aside': session('judge'),
  'POST /api/v1/sessions/:id/verdicts': session('judge'),
  'GET /api/v1/review': project('judge'),
  'GET /api/v1/review/agreement': project('judge'),
  'GET /api/v1/verdicts': project('judge'),
  'GET /api/v1/labels': project('read'),
  /** What is found, and how, is one for the whole installation; a trial names sessions of every project. */
  'GET /api/v1/parameters': project('administer'),
  'POST /api/v1/parameters/trial': project('administer'),
  'POST /api/v1/parameters/trial/keep': project('administer'),
  'DELETE /api/v1/parameters/trial': project('administer'),
  'POST /api/v1/sample': project('write'),
  'POST /api/v1/sample/:id': session('write'),

  'GET /api/v1/sessions/:id/comments': session('read'),
  'POST /api/v1/sessions/:id/comments': session('judge'),
  'DELETE /api/v1/sessions/:id/comments/:comment': session('judge'),
  /** Names of those who may be named in a comment. */
  'GET /api/v1/people': project('judge'),
  'GET /api/v1/activity': project('read'),

  'GET /api/v1/me': nothing,
  'POST /api/auth/sign-in': nothing,
  'POST /api/auth/sign-out': nothing,
  'POST /api/auth/join': nothing,
  'POST /api/auth/reset': nothing,
  'GET /api/auth/oidc': nothing,
  'GET /api/auth/callback/oidc': nothing,
  'POST /api/auth/accept': { needs: 'person' },

  'GET /api/v1/keys': project('manage'),
  'POST /api/v1/keys': project('manage'),
  'DELETE /api/v1/keys/:key': project('manage'),
  'GET /api/v1/members': project('manage'),
  'PATCH /api/v1/members/:user': project('manage'),
  'DELETE /api/v1/members/:user': project('manage'),
  'POST /api/v1/members/:user/reset': project('manage'),
  'POST /api/v1/invitations': project('manage'),
  'DELETE /api/v1/invitations/:invitation': project('manage'),
  'POST /api/v1/links': project('share'),
  'GET /api/v1/links': project('share'),
  'POST /api/v1/links/preview': project('share'),
  'DELETE /api/v1/links/:link': project('share'),
  /** The kill switch. */
  'DELETE /api/v1/links': project('manage'),
  /** What a link shows: the link decides, whoever asks (lib/http/shared.ts). */
  'POST /api/v1/shared/open': nothing,
  'POST /api/v1/shared/card': nothing,
  'GET /api/v1/shared/:visit': nothing,
  'GET /api/v1/shared/:visit/snapshot': nothing,
  'GET /api/v1/shared/:visit/compare': nothing,
  'GET /api/v1/shared/:visit/compare/details': nothing,
  'GET /api/v1/shared/:visit/content/:hash': nothing,
  'GET /api/v1/shared/:visit/turns/:turnId/text': nothing,
  'GET /api/v1/shared/:visit/turns/:turnId/pace': nothing,
  /** Whoever makes one lets what happens here leave it. */
  'GET /api/v1/webhooks': project('manage'),
  'POST /api/v1/webhooks': project('manage'),
  'DELETE /api/v1/webhooks/:webhook': project('manage'),
  'POST /api/v1/webhooks/:webhook/test': project('manage'),
  'GET /api/v1/deliveries': project('manage'),
  'GET /api/v1/audit': project('manage'),
  'GET /api/v1/retention': project('manage'),
  'PATCH /api/v1/retention': project('manage'),
  'DELETE /api/v1/people/:user': project('administer'),
  'POST /api/v1/projects': { needs: 'administer', of: 'project' },
}

/** What programs and browsers send over sockets. */
export const MESSAGES: Readonly<Record<`viewer ${keyof ViewerRequests}` | `producer ${typeof LIVE_MESSAGES.events}`, Access>> = {
  'viewer subscribe': session('read'),
  /** Only takes away. */
  'viewer unsubscribe': nothing,
  'viewer watchSessions': project('read'),
  /** Told that something happened, not what: that is asked for. */
  'viewer watchActivity': project('read'),
  'producer events': project('write'),
}
