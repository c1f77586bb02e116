/**
 * Projects separate data. A session is known by one text everywhere (log, rooms, addresses); which
 * project it belongs to is part of that text, so that two projects may have sessions of the same name
 * and nothing that handles sessions needs to know of projects. Decision: docs/decisions/0040-projects.md.
 *
 *   run-1            in the default project: its own name, as ever
 *   ~acme~run-1      in the project acme
 *   ~default~~odd    in the default project, where its own name begins with ~
 */
export type ProjectId = string & { readonly projectId: true }

export const DEFAULT_PROJECT = 'default' as ProjectId

const PROJECT = /^[a-z0-9][a-z0-9-]{0,39}$/
const SCOPED = /^~([a-z0-9][a-z0-9-]{0,39})~/

export function isProjectId(text: string): text is ProjectId {
  return PROJECT.test(text)
}

/** The session's name everywhere from the name that its source gave it. */
export function scopedName(project: ProjectId, own: string): string {
  return project === DEFAULT_PROJECT && !own.startsWith('~') ? own : `~${project}~${own}`
}

export function projectOf(sessionId: string): ProjectId {
  return (SCOPED.exec(sessionId)?.[1] ?? DEFAULT_PROJECT) as ProjectId
}

/** The name that the source gave it. */
export function ownName(sessionId: string): string {
  return sessionId.replace(SCOPED, '')
}
