import { may, type Principal } from '@/lib/auth/principal'
import type { Link } from '@/lib/share/link'

/** Whether the link is for whoever asks. */
export function mayOpen(principal: Principal, link: Link): boolean {
  switch (link.audience) {
    case 'anyone':
      return true
    case 'signed-in':
      return principal.kind === 'user' || principal.kind === 'local'
    case 'project':
      return may(principal, 'read', link.project)
    default: {
      const impossible: never = link.audience
      throw new Error(`an audience that nobody knows: ${String(impossible)}`)
    }
  }
}
