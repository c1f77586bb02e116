import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * A path as a person gives it. `~` in quotes, in a service's file or on Windows is not replaced by a shell: it is
 * replaced here, unless something of that very name is there.
 */
export function givenPath(path: string, home = homedir()): string {
  if (path !== '~' && !path.startsWith('~/') && !path.startsWith('~\\')) return path
  return existsSync(path) ? path : join(home, path.slice(1))
}
