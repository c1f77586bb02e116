'use client'

import { askAgain, useAnswer } from '@/components/providers/answers'

export type Role = 'owner' | 'member' | 'viewer'

export interface ProjectLine {
  id: string
  name: string
  role: Role
}

/** GET /api/v1/me. */
export interface Me {
  /** People sign in here. */
  accounts: boolean
  /** Name of the identity provider, where one is set up. */
  oidc?: string
  kind: 'local' | 'user' | 'key' | 'nobody'
  /** Of `user`. */
  id?: string
  name?: string
  email?: string
  /** Owns the installation. */
  owner?: boolean
  /** The one that lists and figures are about. */
  project: string
  projects: ProjectLine[]
}

const ME = '/api/v1/me'

export function useMe(): Me | undefined {
  return useAnswer<Me>(ME)
}

/** A project came, or what this person may do has changed. */
export function askWhoIAm(): void {
  askAgain(ME)
}

export function roleOf(me: Me): Role | undefined {
  return me.projects.find(({ id }) => id === me.project)?.role
}

/** Kept in a cookie, so that every request and connection of this browser is about it. */
export function chooseProject(id: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
  document.cookie = `backseat_project=${id}; path=/; max-age=31536000; samesite=lax`
}
